"""Which workload a service is, and which are refused."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from bot.cluster.target import find_in_namespaces, find_target
from bot.errors import AmbiguousTarget, ClusterForbidden, NotInCluster, NotStoppable
from tests.cluster.api_server import ApiServer, serving
from tests.cluster.objects import (
    container,
    deployment,
    other,
    owned_by,
    pod,
    replica_set,
    running,
    stateful_set,
)


@pytest.fixture
def look(tmp_path):
    """`look(service, *objects, ...)` finds a target among the objects."""
    with ExitStack() as stack:

        def finder(service, *objects, denied=(), **options):
            cluster = stack.enter_context(serving(ApiServer(*objects, denied=denied), tmp_path))
            return find_target(cluster, "shop", service, **options)

        yield finder


NAMED = [
    ("api", deployment("api"), "deployment/api"),
    ("api", stateful_set("api"), "statefulset/api"),
    ("api", replica_set("api"), "replicaset/api"),
    ("api", pod("api"), "pod/api"),
    ("data-storage", deployment("datastorage"), "deployment/datastorage"),
    ("api", deployment("x", labels={"app.kubernetes.io/name": "api"}), "deployment/x"),
    ("api", deployment("x", labels={"app.kubernetes.io/instance": "api"}), "deployment/x"),
    ("api", deployment("x", labels={"app": "api"}), "deployment/x"),
    ("api", deployment("x", labels={"k8s-app": "api"}), "deployment/x"),
    ("api", deployment("shop-api"), "deployment/shop-api"),
    ("api", deployment("api-server"), "deployment/api-server"),
    ("deployment/api", deployment("api"), "deployment/api"),
    ("deploy/api", deployment("api"), "deployment/api"),
    ("sts/api", stateful_set("api"), "statefulset/api"),
    ("Pod/api", pod("api"), "pod/api"),
]


@pytest.mark.parametrize(("service", "body", "label"), NAMED, ids=[f"{s}-{n}" for s, _, n in NAMED])
def test_found_by_name_label_and_words(look, service, body, label):
    assert look(service, body, deployment("elsewhere")).label == label


def test_a_name_comes_before_a_label_and_a_label_before_words(look):
    labelled = deployment("x", labels={"app": "api"})
    assert look("api", deployment("api"), labelled, deployment("shop-api")).name == "api"
    assert look("api", labelled, deployment("shop-api")).name == "x"


def test_other_names_of_the_service_count(look):
    found = look("datastorage", deployment("ds-server"), deployment("x"), names=("ds-server",))
    assert found.label == "deployment/ds-server"


def test_words_are_whole_words(look):
    with pytest.raises(NotInCluster):
        look("storage", deployment("datastorage"), deployment("storages-x"))


def test_several_that_fit_are_named(look):
    with pytest.raises(AmbiguousTarget) as caught:
        look("api", deployment("shop-api"), stateful_set("api-db"))
    assert caught.value.candidates == ("deployment/shop-api", "statefulset/api-db")


def test_a_job_of_that_name_does_not_stand_in_the_way(look):
    job = other("Job", "api", "batch/v1")
    assert look("api", job, deployment("x", labels={"app": "api"})).label == "deployment/x"


def test_nothing_that_fits_names_the_nearest(look):
    with pytest.raises(NotInCluster, match=r"Nearest: deployment/checkout\."):
        look("chekout", deployment("checkout"), deployment("elsewhere"))


def test_the_facts_of_a_target(look):
    body, *rest = running("api", replicas=2, pod={"terminationGracePeriodSeconds": 45})
    found = look("api", body, *rest, pod("stray", labels={"pods-of": "api"}))
    assert (found.uid, found.generation, found.replicas, found.grace) == ("uid-api", 1, 2, 45)
    assert found.container == "main"
    assert [each["metadata"]["name"] for each in found.pods] == ["api-7d9-0", "api-7d9-1"]
    assert {each["kind"] for each in found.pods} == {"Pod"}
    assert found.body["kind"] == "Deployment"


def test_pods_on_their_way_out_are_not_the_target_s(look):
    body, middle, _ = running("api")
    going = pod("api-a", owner=middle, meta={"deletionTimestamp": "2026-01-01T00:00:00Z"})
    evicted = pod("api-b", owner=middle, status={"phase": "Failed"})
    going["metadata"]["ownerReferences"] = evicted["metadata"]["ownerReferences"]
    found = look("api", body, middle, going, evicted)
    assert found.pods == ()


def test_a_pod_leads_to_the_workload_that_runs_it(look):
    objects = running("api")
    assert look("pod/api-7d9-0", *objects).label == "deployment/api"
    assert look("api-7d9-0", *objects).label == "deployment/api"
    assert look("rs/api-7d9", *objects).label == "deployment/api"


REFUSED = [
    ("DaemonSet", other("DaemonSet", "api", spec={"template": {}})),
    ("is a Job", other("Job", "api", "batch/v1", spec={"template": {}})),
    (
        "run by rollout/r",
        replica_set("api") | {"metadata": replica_set("api")["metadata"] | owned_by("Rollout", "r")},
    ),
    ("run by kafka/k", pod("api", meta=owned_by("Kafka", "k"))),
    ("run by thing/t", pod("api", meta=owned_by("Thing", "t", controller=False))),
    ("static pod", pod("api", meta=owned_by("Node", "n1", "v1"))),
    ("static pod", pod("api", meta={"annotations": {"kubernetes.io/config.mirror": "x"}})),
    ("is a Job", pod("api", meta=owned_by("Job", "j", "batch/v1"))),
    ("ended already", pod("api", status={"phase": "Succeeded"})),
    ("finalizers", pod("api", meta={"finalizers": ["x.dev/y"]})),
    ("too many for the record", pod("api", container(args=["x" * 210_000]))),
    ("being deleted", deployment("api", meta={"deletionTimestamp": "2026-01-01T00:00:00Z"})),
    ("scaled to 0 already", deployment("api", replicas=0)),
    ("just changed", deployment("api", meta={"generation": 2})),
    (
        "being rolled out: 1 of 2 pods are new, 3 are there",
        deployment("api", replicas=2, status={"updatedReplicas": 1, "replicas": 3}),
    ),
    ("paused in the middle", deployment("api", spec={"paused": True}, status={"updatedReplicas": 0})),
    (
        "deletes its claims",
        stateful_set(
            "api",
            spec={
                "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"},
                "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
            },
        ),
    ),
    ("being rolled out", stateful_set("api", status={"currentRevision": "a", "updateRevision": "b"})),
    (
        "OnDelete",
        stateful_set(
            "api",
            spec={"updateStrategy": {"type": "OnDelete"}},
            status={"currentRevision": "a", "updateRevision": "b"},
        ),
    ),
]


@pytest.mark.parametrize(("why", "body"), REFUSED, ids=[f"{n}-{w[:20]}" for n, (w, _) in enumerate(REFUSED)])
def test_refused_with_the_reason(look, why, body):
    with pytest.raises(NotStoppable, match=why):
        look("api", body)


STOPPABLE = [
    deployment("api", spec={"paused": True}),
    deployment("api", meta=owned_by("Shop", "s")),
    deployment(
        "api",
        replicas=2,
        status={
            "replicas": 0,
            "updatedReplicas": 0,
            "conditions": [{"type": "ReplicaFailure", "status": "True"}],
        },
    ),
    stateful_set("api", spec={"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Retain"}}),
    stateful_set("api", spec={"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}),
    stateful_set("api", replicas=3, status={"replicas": 1, "updatedReplicas": 1}),
    stateful_set(
        "api",
        spec={"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}},
        status={"currentRevision": "a", "updateRevision": "b"},
    ),
    pod("api", status={"phase": "Pending"}),
    pod("api", container(args=["x" * 100_000]), meta={"managedFields": [{"manager": "y" * 150_000}]}),
]


@pytest.mark.parametrize("body", STOPPABLE, ids=range(len(STOPPABLE)))
def test_near_misses_are_not_refused(look, body):
    assert look("api", body).name == "api"


def test_a_daemon_set_asked_for_by_kind_is_refused_without_a_look(look):
    with pytest.raises(NotStoppable, match="daemonset/agent is a DaemonSet"):
        look("ds/agent")


def test_a_kind_that_is_no_workload(look):
    with pytest.raises(NotStoppable, match="service is no kind of workload"):
        look("service/api")


def test_a_pod_of_an_operator_found_by_its_label_is_refused_not_missed(look):
    pods = [pod(f"k-{n}", labels={"app": "kafka"}, meta=owned_by("StrimziPodSet", "k")) for n in range(3)]
    with pytest.raises(NotStoppable, match="strimzipodset/k"):
        look("kafka", *pods)


CONTAINERS = [
    ((container("only"),), {}, "only"),
    ((container("api"), container("proxy")), {}, "api"),
    ((container("a", env=[{"name": "GOCOVERDIR", "value": "/c"}]), container("b")), {}, "a"),
    ((container("a", "acme.example:5000/team/api:v1@sha256:00"), container("b", "envoy")), {}, "a"),
    ((container("api"), container("b", env=[{"name": "GOCOVERDIR"}])), {}, "api"),
    ((container("api"), container("b")), {"container": "b"}, "b"),
]


@pytest.mark.parametrize(("containers", "options", "name"), CONTAINERS, ids=range(len(CONTAINERS)))
def test_the_service_s_container(look, containers, options, name):
    assert look("api", deployment("api", *containers), **options).container == name


def test_a_container_that_cannot_be_told(look):
    env = [{"name": "GOCOVERDIR"}]
    with pytest.raises(AmbiguousTarget) as caught:
        look("api", deployment("api", container("a", env=env), container("b", env=env)))
    assert caught.value.candidates == ("a", "b")
    assert "--container" in caught.value.hint
    with pytest.raises(NotInCluster, match="no container c; it has a, b"):
        look("api", deployment("api", container("a"), container("b")), container="c")


def test_kinds_that_may_not_be_listed_are_left_out_but_pods(look):
    denied = (("list", "statefulsets"), ("list", "jobs"), ("list", "daemonsets"))
    assert look("api", *running("api"), denied=denied).label == "deployment/api"
    with pytest.raises(ClusterForbidden):
        look("api", *running("api"), denied=(("list", "pods"),))


def test_looked_for_in_the_allowed_namespaces(tmp_path):
    here, there = deployment("api"), deployment("api")
    there["metadata"] |= {"namespace": "staging"}
    spaces = [
        {"kind": "Namespace", "metadata": {"name": name}} for name in ("shop", "staging", "kube-system")
    ]
    with serving(ApiServer(here, there, *spaces), tmp_path) as cluster:
        assert find_in_namespaces(cluster, ("shop", "other"), "api").namespace == "shop"
        assert find_in_namespaces(cluster, ("sta*",), "api").namespace == "staging"
        with pytest.raises(AmbiguousTarget, match="runs in 2 namespaces: shop, staging"):
            find_in_namespaces(cluster, ("s*",), "api")
        with pytest.raises(NotInCluster, match="looked at: kube-system, other"):
            find_in_namespaces(cluster, ("kube-*", "other"), "api")
