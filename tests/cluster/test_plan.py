"""The dry run: what it says of a workload and what stands around it, and what is quiet."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace

import pytest

from bot.cluster.options import RunOptions
from bot.cluster.plan import Plan
from bot.cluster.planning import make_plan
from bot.cluster.target import find_target
from bot.errors import ClusterForbidden
from tests.cluster.api_server import ApiServer, serving
from tests.cluster.objects import (
    container,
    deployment,
    metadata,
    other,
    owned_by,
    pod,
    running,
    stateful_set,
)

NODES = tuple({"kind": "Node", "metadata": {"name": name}} for name in ("n1", "n2"))


@pytest.fixture
def plan_of(tmp_path):
    """`plan_of(*objects, ...)` plans for the service `api` among the objects."""
    with ExitStack() as stack:

        def planner(*objects, denied=(), options=None):
            server = ApiServer(*objects, *NODES, denied=denied)
            cluster = stack.enter_context(serving(server, tmp_path))
            planner.server = server
            return make_plan(cluster, "api", find_target(cluster, "shop", "api"), options=options)

        yield planner


def service(name, **selector):
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(name), "spec": {"selector": selector}}


def autoscaler(kind, name):
    spec = {"scaleTargetRef": {"kind": kind, "name": name}, "minReplicas": 2, "maxReplicas": 5}
    return other("HorizontalPodAutoscaler", "scaler", "autoscaling/v2", spec=spec)


def test_a_plain_deployment_says_what_is_stopped_and_nothing_more(plan_of):
    plan = plan_of(*running("api"))
    assert plan.lines() == (
        "Stops deployment/api (1 replica) in namespace shop of cluster lab.",
        "Pods: api-7d9-0 on n1.",
        "Stopped for at most about 60 s, then put back to 1, also when the run fails.",
        "Made for the run: an ephemeral container in each pod and tool pods in shop on n1. "
        "They go with the run.",
        "Nothing says who made it.",
        "Also in the namespace: nothing else.",
    )
    assert (plan.warnings, plan.lacks, plan.blockers) == ((), (), ())


def test_the_plan_only_reads(plan_of):
    plan_of(*running("api"))
    changes = {line for line in plan_of.server.asked if not line.startswith("GET ")}
    assert changes == {"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews"}


def test_who_else_is_there_and_who_uses_it(plan_of):
    plan = plan_of(
        *running("api", replicas=2),
        *running("web"),
        pod("debug"),
        pod("done", status={"phase": "Succeeded"}),
        other("Job", "migrate", "batch/v1"),
        other("Job", "old", "batch/v1", status={"conditions": [{"type": "Complete", "status": "True"}]}),
        other("Job", "nightly-1", "batch/v1")
        | {"metadata": metadata("nightly-1", **owned_by("CronJob", "nightly"))},
        other("DaemonSet", "agent"),
        service("api", **{"pods-of": "api"}),
        service("web", **{"pods-of": "web"}),
        service("headless"),
        autoscaler("Deployment", "api"),
    )
    assert plan.others == ("deployment/web", "daemonset/agent", "job/migrate", "pod/debug")
    assert plan.dependents == ("service/api", "horizontalpodautoscaler/scaler (2 to 5 replicas)")
    assert plan.warnings == (
        "Its autoscaler is off while it is at 0, and goes on when it is put back.",
        "All 2 replicas are stopped.",
    )


def test_an_autoscaler_of_something_else_is_not_its_own(plan_of):
    plan = plan_of(*running("api"), autoscaler("StatefulSet", "api"), autoscaler("Deployment", "web"))
    assert (plan.dependents, plan.warnings) == ((), ())


OWNERS = [
    ({"annotations": {"meta.helm.sh/release-name": "r"}}, ("Helm release r",), False),
    ({"labels": {"app.kubernetes.io/managed-by": "kustomize"}}, ("kustomize",), False),
    ({"labels": {"argocd.argoproj.io/instance": "a"}}, ("Argo CD application a",), True),
    (
        {"annotations": {"argocd.argoproj.io/tracking-id": "a:apps/Deployment:shop/api"}},
        ("Argo CD application a",),
        True,
    ),
    (
        {
            "labels": {
                "kustomize.toolkit.fluxcd.io/name": "k",
                "kustomize.toolkit.fluxcd.io/namespace": "flux",
            }
        },
        ("Flux Kustomization flux/k",),
        True,
    ),
    (
        {"labels": {"helm.toolkit.fluxcd.io/name": "h", "helm.toolkit.fluxcd.io/namespace": "flux"}},
        ("Flux HelmRelease flux/h",),
        True,
    ),
    (owned_by("Shop", "s"), ("Shop s (example.dev)",), True),
    (owned_by("Shop", "s", controller=False), ("Shop s (example.dev)",), False),
    ({"managedFields": [{"manager": "argocd-controller"}]}, ("Argo CD",), True),
    ({"managedFields": [{"manager": "kubectl-client-side-apply"}]}, ("kubectl apply",), False),
    ({"managedFields": [{"manager": "acme-operator"}]}, ("acme-operator",), False),
    (
        {
            "managedFields": [
                {"manager": "kube-controller-manager", "subresource": "status"},
                {"manager": "kubectl-rollout"},
                {"manager": "x", "subresource": "scale"},
            ]
        },
        (),
        False,
    ),
    (
        {"annotations": {"meta.helm.sh/release-name": "r"}, "managedFields": [{"manager": "helm"}]},
        ("Helm release r",),
        False,
    ),
]


@pytest.mark.parametrize(("meta", "owners", "keeps"), OWNERS, ids=range(len(OWNERS)))
def test_who_made_it_and_may_scale_it_back(plan_of, meta, owners, keeps):
    plan = plan_of(deployment("api", meta=meta))
    assert plan.owners == owners
    assert any("may scale it back" in warning for warning in plan.warnings) == keeps


def test_what_a_stop_costs(plan_of):
    volumes = [{"name": "cache", "emptyDir": {}}, {"name": "conf", "configMap": {"name": "c"}}]
    body = deployment("api", pod={"volumes": volumes, "terminationGracePeriodSeconds": 300})
    assert plan_of(body).warnings == (
        "What the pods keep in the volume cache is lost.",
        "Its pods may take 300 s to end (terminationGracePeriodSeconds).",
    )


def test_a_stateful_set_ends_one_by_one(plan_of):
    body = stateful_set("api", replicas=2)
    pods = [pod(f"api-{n}", owner=body) for n in range(2)]
    ordered = plan_of(body, *pods, options=RunOptions(extra_seconds=5))
    assert ordered.longest == 2 * 30 + 5
    assert "Its pods are stopped one after the other (podManagementPolicy OrderedReady)." in ordered.warnings
    parallel = {**body, "spec": {**body["spec"], "podManagementPolicy": "Parallel"}}
    assert plan_of(parallel, *pods, options=RunOptions(extra_seconds=5)).longest == 35


def test_a_bare_pod_is_deleted_and_made_anew(plan_of):
    plan = plan_of(pod("api", container(), pod={"restartPolicy": "Never"}))
    assert plan.lines()[:3] == (
        "Stops pod/api in namespace shop of cluster lab.",
        "Pods: api on n1.",
        "Stopped for at most about 60 s, then made anew from its manifest, also when the run fails.",
    )
    assert plan.warnings == (
        "Nothing owns this pod: it is deleted and made anew from its manifest, with another address.",
        "It has restartPolicy Never: what it did once, it does again.",
    )


def test_tool_pods_on_every_node_only_for_directories_of_nodes(plan_of):
    mounted = {"volumes": [{"name": "c", "hostPath": {"path": "/coverdata"}}]}
    tools = RunOptions(tool_namespace="tools")
    assert plan_of(*running("api")).looked_at == ("n1",)
    plan = plan_of(*running("api", pod=mounted), options=tools)
    assert plan.looked_at == ("n1", "n2")
    assert "tool pods in tools on n1, n2." in plan.lines()[3]


def test_missing_permissions_are_said_with_what_cannot_be_seen(plan_of):
    plan = plan_of(
        *running("api"),
        denied=(("patch", "pods/ephemeralcontainers"), ("create", "leases"), ("patch", "statefulsets/scale")),
    )
    assert plan.lacks == (
        "patch pods/ephemeralcontainers in shop: without it covcheck cannot look into a running pod",
        "create leases in shop: without it covcheck cannot take the workload for this run",
    )
    assert plan.blockers == plan.lacks[1:]
    assert plan.lines()[-1].startswith("Cannot run: create leases in shop")


def test_making_pods_is_needed_for_claims_and_bare_pods_only(plan_of):
    claim = {"volumes": [{"name": "c", "persistentVolumeClaim": {"claimName": "c"}}]}
    denied = (("create", "pods"),)
    apart = RunOptions(tool_namespace="tools")

    def told(*objects):
        return plan_of(*objects, denied=denied, options=apart).lacks

    tools = "create pods in tools: without it covcheck cannot look at directories of nodes"
    assert told(*running("api")) == (tools,)
    assert told(*running("api", pod=claim)) == (
        "create pods in shop: without it covcheck cannot read the files of a claim",
        tools,
    )
    assert told(pod("api")) == (
        "create pods in shop: without it covcheck cannot put a pod that nothing owns back",
        tools,
    )


def test_kinds_that_may_not_be_listed_leave_the_rest(plan_of):
    denied = (("list", "services"), ("list", "jobs"), ("list", "nodes"), ("list", "horizontalpodautoscalers"))
    mounted = {"volumes": [{"name": "c", "hostPath": {"path": "/coverdata"}}]}
    plan = plan_of(*running("api", pod=mounted), *running("web"), denied=denied)
    assert plan.others == ("deployment/web",)
    assert plan.looked_at == ("n1",)
    assert len(plan.lacks) == 4


def test_long_lists_are_counted(plan_of):
    plan = plan_of(*running("api"), *(deployment(f"other-{n}") for n in range(12)))
    assert len(plan.others) == 12
    assert "12 further workloads" in plan.lines()[-1]
    assert plan.lines()[-1].endswith("deployment/other-7 and 4 more).")


def test_a_plan_survives_as_json(plan_of):
    plan = plan_of(*running("api", replicas=2), service("api", **{"pods-of": "api"}))
    assert Plan.decode(json.loads(json.dumps(plan.encode()))) == plan


def test_the_digest_is_bound_to_what_is_stopped(plan_of):
    plan = plan_of(*running("api", replicas=2))
    assert replace(plan, warnings=("x",), lacks=("y",), others=()).digest == plan.digest
    changed = (
        replace(plan, replicas=3),
        replace(plan, generation=9),
        replace(plan, uid="z"),
        replace(plan, cluster="other"),
        replace(plan, namespace="other"),
        replace(plan, pods=plan.pods[:1]),
    )
    assert len({plan.digest, *(each.digest for each in changed)}) == len(changed) + 1


def test_an_account_that_may_not_look_at_all(plan_of):
    with pytest.raises(ClusterForbidden):
        plan_of(*running("api"), denied=(("list", "pods"),))
