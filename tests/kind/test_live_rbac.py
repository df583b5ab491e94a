"""deploy/rbac.yaml in a real cluster: each verb it grants works, and every other is refused.

What is granted is really done with the service account's token, so that a verb on the wrong resource, group
or subresource would show. What is not granted is asked for by HTTP, verb by verb, and must give 403.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import yaml

from bot.cluster.client import Cluster, Object
from bot.cluster.kinds import KINDS, Kind
from bot.cluster.permissions import Permission
from bot.cluster.planning import make_plan
from bot.cluster.rbac import cluster_permissions, live_permissions, tool_permissions
from bot.cluster.rights import lacks
from bot.cluster.target import find_target
from bot.cluster.together import together
from bot.errors import ClusterError, ClusterForbidden, ClusterRefused, ClusterUnavailable
from tests.kind.live import LiveCluster, namespace_in

MANIFEST = Path(__file__).resolve().parents[2] / "deploy" / "rbac.yaml"
METHODS = {
    "get": "GET",
    "list": "GET",
    "watch": "GET",
    "create": "POST",
    "update": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "deletecollection": "DELETE",
}
OF_MANY = ("list", "watch", "create", "deletecollection")
"""Verbs whose path names no object."""
NAMESPACED = (
    *(kind for kind in KINDS.values() if kind.namespaced),
    Kind("", "v1", "secrets"),
    Kind("", "v1", "configmaps"),
    Kind("", "v1", "serviceaccounts"),
    Kind("batch", "v1", "cronjobs"),
    Kind("networking.k8s.io", "v1", "networkpolicies"),
    Kind("rbac.authorization.k8s.io", "v1", "roles"),
    Kind("rbac.authorization.k8s.io", "v1", "rolebindings"),
)
GLOBAL = (
    *(kind for kind in KINDS.values() if not kind.namespaced),
    Kind("", "v1", "persistentvolumes", namespaced=False),
    Kind("rbac.authorization.k8s.io", "v1", "clusterroles", namespaced=False),
    Kind("rbac.authorization.k8s.io", "v1", "clusterrolebindings", namespaced=False),
    Kind("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", namespaced=False),
)
SUBS = {
    "pods": ("log", "exec", "attach", "portforward", "proxy", "eviction", "ephemeralcontainers", "status"),
    "deployments": ("scale", "status"),
    "statefulsets": ("scale", "status"),
    "replicasets": ("scale", "status"),
    "serviceaccounts": ("token",),
    "services": ("proxy",),
    "nodes": ("proxy", "status"),
    "namespaces": ("finalize",),
}


@dataclass(frozen=True, slots=True)
class Account:
    """A client with the service account's token, and one that may do all. `tools` is the account's own
    namespace, `workload` one that it is bound in, `elsewhere` one that it is not."""

    cluster: Cluster
    admin: Cluster
    workload: str
    tools: str
    elsewhere: str

    def place(self, permission: Permission) -> str | None:
        return {"workload": self.workload, "tools": self.tools, "cluster": None}[permission.place]


@pytest.fixture(scope="module")
def account(live_cluster: LiveCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """The manifest as it ships, under a name of its own, and the binding that its first lines tell of."""
    name = f"rbac-{uuid.uuid4().hex[:8]}"
    manifest = MANIFEST.read_text().replace("covcheck", name)
    with ExitStack() as stack:
        workload, elsewhere = (stack.enter_context(namespace_in(live_cluster)) for _ in range(2))
        stack.callback(live_cluster.kubectl, "delete", "--wait=false", "-f", "-", stdin=manifest)
        live_cluster.kubectl("apply", "-f", "-", stdin=manifest)
        words = (f"--clusterrole={name}-live", f"--serviceaccount={name}:{name}", "-n", workload)
        live_cluster.kubectl("create", "rolebinding", name, *words)
        admin = live_cluster.connect()
        stack.callback(admin.close)
        for space in (workload, name):
            live_cluster.kubectl("apply", "-n", space, "-f", "-", stdin=yaml.safe_dump_all(objects()))
        for what in ("deployment/api", "statefulset/api"):
            live_cluster.kubectl("rollout", "status", what, "-n", workload, "--timeout=90s")
        for space in (workload, name):
            live_cluster.kubectl("wait", "--for=condition=Ready", "pod/api", "-n", space, "--timeout=90s")
        token = live_cluster.kubectl("create", "token", name, "-n", name).strip()
        file = tmp_path_factory.mktemp("account") / "kubeconfig"
        file.write_text(with_token(live_cluster.kubeconfig.read_text(), token))
        client = Cluster.connect(str(file))
        stack.callback(client.close)
        yield Account(client, admin, workload, name, elsewhere)


def with_token(kubeconfig: str, token: str) -> str:
    """The same cluster, another account."""
    content = yaml.safe_load(kubeconfig)
    content["users"] = [{"name": each["name"], "user": {"token": token}} for each in content["users"]]
    return yaml.safe_dump(content)


def objects() -> list[Object]:
    """A workload of each kind and a Lease, all called `api`."""
    selector = {"matchLabels": {"app": "api"}}
    template = {"metadata": {"labels": {"app": "api"}}, "spec": pod_spec()}
    made: list[Object] = []
    for kind in ("Deployment", "StatefulSet", "ReplicaSet"):
        labels = {"app": f"api-{kind.lower()}"}
        body = {"selector": {"matchLabels": labels}, "template": {**template, "metadata": {"labels": labels}}}
        made.append({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "api"}, "spec": body})
    made.append({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "api"}, "spec": pod_spec()})
    made.append({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api"}})
    made[-1]["spec"] = {"selector": selector["matchLabels"], "ports": [{"port": 80}]}
    made.append(lease("api"))
    return made


def pod_spec() -> Object:
    main = {"name": "main", "image": "busybox:1.36", "imagePullPolicy": "IfNotPresent"}
    return {"containers": [{**main, "command": ["sleep", "3600"]}], "terminationGracePeriodSeconds": 0}


def lease(name: str) -> Object:
    return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": name}, "spec": {}}


def new(kind: str) -> Object:
    """An object that can be made, under a new name."""
    name = f"new-{uuid.uuid4().hex[:8]}"
    bare = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": pod_spec()}
    return {"Lease": lease(name), "Pod": bare}[kind]


GRANTED = (*live_permissions(), *tool_permissions(), *cluster_permissions())


@pytest.mark.parametrize("permission", GRANTED, ids=[f"{p.place} {p.verb} {p.resource}" for p in GRANTED])
def test_what_is_granted_works(account, permission):
    WORKS[permission.verb](account, permission, account.place(permission))


def get(account: Account, permission: Permission, namespace: str) -> None:
    if permission.sub == "log":
        assert list(account.cluster.logs(namespace, "api", "main")) == []
    elif permission.sub == "exec":
        assert account.cluster.exec(namespace, "api", "main", ("echo", "x")).stdout == b"x\n"
    else:
        found = account.cluster.get(permission.kind, "api", namespace, permission.sub)
        assert found["metadata"]["name"] == "api"


def list_all(account: Account, permission: Permission, namespace: str | None) -> None:
    def names(cluster: Cluster) -> set[str]:
        return {item["metadata"]["name"] for item in cluster.list(permission.kind, namespace).items}

    assert names(account.cluster) <= names(account.admin)  # events come all the time


def watch(account: Account, permission: Permission, namespace: str) -> None:
    since = account.admin.list(permission.kind, namespace).version
    for change in account.cluster.watch(permission.kind, namespace, since=since, seconds=1):
        assert change.object["metadata"]["namespace"] == namespace


def create(account: Account, permission: Permission, namespace: str) -> None:
    if permission.sub == "exec":  # as kubectl of old does it: by POST, which only an upgrade may follow
        with pytest.raises(ClusterRefused, match=r"(?i)upgrade"):
            request(
                account.cluster, "create", KINDS["Pod"], namespace, "api", "exec", query=("command", "ls")
            )
        return
    made = account.cluster.create(permission.kind, new(permission.kind), namespace)
    account.admin.delete(permission.kind, made["metadata"]["name"], namespace, grace=0)


def update(account: Account, permission: Permission, namespace: str) -> None:
    made = account.admin.create(permission.kind, new(permission.kind), namespace)
    made["spec"]["holderIdentity"] = "me"
    assert account.cluster.replace(permission.kind, made, namespace)["spec"]["holderIdentity"] == "me"


def patch(account: Account, permission: Permission, namespace: str) -> None:
    if permission.sub == "scale":
        body: Object = {"spec": {"replicas": 2}}
        found = account.cluster.patch(permission.kind, "api", body, namespace, "scale")
        assert found["spec"]["replicas"] == 2
        return
    added = {**pod_spec()["containers"][0], "name": "looks", "targetContainerName": "main"}
    body = {"spec": {"ephemeralContainers": [added]}}
    sub = permission.sub
    found = account.cluster.patch("Pod", "api", body, namespace, sub, form="strategic")
    assert found["spec"]["ephemeralContainers"][0]["name"] == "looks"


def delete(account: Account, permission: Permission, namespace: str) -> None:
    made = account.admin.create(permission.kind, new(permission.kind), namespace)
    account.cluster.delete(permission.kind, made["metadata"]["name"], namespace, grace=0)


WORKS = {
    "get": get,
    "list": list_all,
    "watch": watch,
    "create": create,
    "update": update,
    "patch": patch,
    "delete": delete,
}


def request(
    cluster: Cluster,
    verb: str,
    kind: Kind,
    namespace: str | None,
    name: str = "nobody",
    sub: str | None = None,
    query: tuple[str, str] | None = None,
) -> None:
    """Ask for a verb by plain HTTP, also where covcheck itself never would."""
    path = kind.path(namespace, None if verb in OF_MANY and sub is None else name, sub)
    asked = [("watch", "true"), ("timeoutSeconds", "1")] if verb == "watch" else []
    form = "application/merge-patch+json" if verb == "patch" else "application/json"
    body: Object | None = None if METHODS[verb] == "GET" else {}
    cluster._call(METHODS[verb], path, [*asked, *([query] if query else [])], body, form)


def passed(cluster: Cluster, namespace: str | None, kinds: tuple[Kind, ...], rights: set[str]) -> list[str]:
    """The verbs beyond `rights` that the server does not refuse."""
    asked = [
        (verb, kind, sub)
        for kind in kinds
        for sub in (None, *SUBS.get(kind.plural, ()))
        for verb in METHODS
        if (sub is None or verb not in ("list", "watch", "deletecollection"))
        and named(verb, kind, sub) not in rights
    ]
    refused = together(
        [partial(is_refused, cluster, verb, kind, namespace, sub) for verb, kind, sub in asked]
    )
    return [named(*each) for each, no in zip(asked, refused, strict=True) if not no]


def is_refused(cluster: Cluster, verb: str, kind: Kind, namespace: str | None, sub: str | None) -> bool:
    try:
        request(cluster, verb, kind, namespace, sub=sub)
    except ClusterForbidden:
        return True
    except ClusterError:
        return False
    return False


def named(verb: str, kind: Kind, sub: str | None) -> str:
    return f"{verb} {kind.group}/{kind.plural}{'/' + sub if sub else ''}"


def rights(permissions: tuple[Permission, ...]) -> set[str]:
    return {named(p.verb, KINDS[p.kind], p.sub) for p in permissions}


def test_no_other_verb_in_the_workload_s_namespace(account):
    assert passed(account.cluster, account.workload, NAMESPACED, rights(live_permissions())) == []


def test_no_other_verb_in_the_namespace_of_the_tools(account):
    assert passed(account.cluster, account.tools, NAMESPACED, rights(tool_permissions())) == []


def test_no_verb_at_all_in_any_other_namespace(account):
    assert passed(account.cluster, account.elsewhere, NAMESPACED, set()) == []
    assert passed(account.cluster, "kube-system", NAMESPACED[:3], set()) == []


def test_no_other_verb_on_what_has_no_namespace(account):
    assert passed(account.cluster, None, GLOBAL, rights(cluster_permissions())) == []


def test_nothing_of_all_namespaces_at_once(account):
    asked = [(verb, kind) for kind in NAMESPACED for verb in ("list", "watch")]
    assert [named(v, k, None) for v, k in asked if not is_refused(account.cluster, v, k, None, None)] == []


def test_the_questions_would_not_be_refused_to_everybody(account):
    verbs = ("get", "list", "update", "patch", "delete")
    kinds = [kind for kind in NAMESPACED if kind.plural in ("secrets", "deployments", "pods")]
    asked = [(verb, kind) for kind in kinds for verb in verbs]
    assert not any(is_refused(account.admin, v, k, account.elsewhere, None) for v, k in asked)


def test_the_account_knows_what_it_lacks(account):
    assert lacks(account.cluster, account.workload, account.tools) == ()
    everywhere = {
        (lack.permission.verb, lack.permission.resource) for lack in lacks(account.cluster, account.elsewhere)
    }
    assert everywhere == {
        (p.verb, p.resource) for p in (*live_permissions(), *tool_permissions()) if p.only is None
    }
    bare = lacks(account.cluster, account.workload, account.tools, used=frozenset({"Pod"}))
    assert {(lack.permission.verb, lack.permission.resource) for lack in bare} == {
        ("create", "pods"),
        ("delete", "pods"),
    }


def test_a_plan_can_be_made_with_the_account(account):
    target = find_target(account.cluster, account.workload, "deployment/api")
    plan = make_plan(account.cluster, "api", target)
    assert plan.blockers == ()
    assert plan.dependents == ()
    assert {"statefulset/api", "pod/api"} <= set(plan.others)
    with pytest.raises((ClusterForbidden, ClusterUnavailable)):
        find_target(account.cluster, account.elsewhere, "api")
