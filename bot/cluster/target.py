"""The one workload of a namespace that is the service."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import partial

from bot.cluster.allowlist import namespaces
from bot.cluster.client import Cluster, Object
from bot.cluster.naming import best_matches
from bot.cluster.objects import (
    WORKLOADS,
    grace_of,
    label_of,
    name_of,
    owners_of,
    pod_spec,
    replicas_of,
    selector_text,
)
from bot.cluster.service_container import service_container
from bot.cluster.stoppable import refuse_unstoppable
from bot.cluster.together import together
from bot.errors import AmbiguousTarget, ClusterForbidden, NotInCluster, NotStoppable

LOOKED_AT = (*WORKLOADS, "DaemonSet", "Job")
SHORT = {"deploy": "Deployment", "sts": "StatefulSet", "rs": "ReplicaSet", "po": "Pod", "ds": "DaemonSet"}
NAMES = SHORT | {kind.lower(): kind for kind in LOOKED_AT} | {f"{kind.lower()}s": kind for kind in LOOKED_AT}
"""Kinds as people write them: `deploy`, `deployment`, `deployments`."""


@dataclass(frozen=True, slots=True)
class Target:
    """A workload that can be stopped and put back.

    `kind` is Deployment, StatefulSet, ReplicaSet or Pod; `body` the object as the API gave it; `pods` those
    that run now, by name; `grace` the pods' grace period in seconds.
    """

    kind: str
    namespace: str
    name: str
    uid: str
    generation: int
    replicas: int
    container: str | None
    grace: int
    body: Object
    pods: tuple[Object, ...]

    @property
    def label(self) -> str:
        """`deployment/NAME`."""
        return f"{self.kind.lower()}/{self.name}"


def find_target(
    cluster: Cluster,
    namespace: str,
    service: str,
    *,
    container: str | None = None,
    names: tuple[str, ...] = (),
) -> Target:
    """The workload that is `service`, which may also be `KIND/NAME`.

    `names` are other names of the service: aliases, or the workload's name that the repo's files say. A
    pod leads to the workload that runs it. Raises NotInCluster (with the nearest names), AmbiguousTarget,
    NotStoppable, and what Cluster raises.
    """
    kind, slash, name = service.partition("/")
    known = frozenset({name if slash else service, *names})
    found = _literal(cluster, namespace, kind, name) if slash else _named(cluster, namespace, known)
    body = _runner(cluster, namespace, found)
    refuse_unstoppable(body)
    spec, label = pod_spec(body), label_of(body)
    return Target(
        kind=body["kind"],
        namespace=namespace,
        name=name_of(body),
        uid=body["metadata"]["uid"],
        generation=body["metadata"].get("generation", 0),
        replicas=replicas_of(body),
        container=service_container(spec, known | {name_of(body)}, container, label),
        grace=grace_of(spec),
        body=body,
        pods=pods_of(cluster, namespace, body),
    )


def find_in_namespaces(
    cluster: Cluster,
    patterns: tuple[str, ...],
    service: str,
    *,
    container: str | None = None,
    names: tuple[str, ...] = (),
) -> Target:
    """The service in the one namespace of `patterns` that runs it. Raises as `find_target`, and
    AmbiguousTarget when several namespaces run it."""
    found: dict[str, Target] = {}
    misses: list[NotInCluster] = []
    there = namespaces(cluster, patterns)
    for namespace in there:
        try:
            found[namespace] = find_target(cluster, namespace, service, container=container, names=names)
        except NotInCluster as error:
            misses.append(error)
    if len(found) > 1:
        raise AmbiguousTarget(
            f"{service!r} runs in {len(found)} namespaces: {', '.join(found)}.",
            tuple(found),
            hint="Say which with `--namespace`.",
        )
    if not found:
        where = ", ".join(there) or "none that matches [cluster] namespaces"
        raise (
            misses[0]
            if len(misses) == 1
            else NotInCluster(f"No namespace has a workload for {service!r}; looked at: {where}.")
        )
    return next(iter(found.values()))


def pods_of(cluster: Cluster, namespace: str, body: Object) -> tuple[Object, ...]:
    """The pods that a workload runs now, by name: none that are ended or on their way out."""
    if body["kind"] == "Pod":
        return (body,)
    selector = selector_text(body["spec"]["selector"])
    uids = {body["metadata"]["uid"]}
    if body["kind"] == "Deployment":
        sets = cluster.list("ReplicaSet", namespace, labels=selector).items
        uids = {each["metadata"]["uid"] for each in sets if uids & {o["uid"] for o in owners_of(each)}}
    pods = cluster.list("Pod", namespace, labels=selector).items
    mine = [pod for pod in pods if _lives(pod) and uids & {owner["uid"] for owner in owners_of(pod)}]
    return tuple({"apiVersion": "v1", "kind": "Pod", **pod} for pod in sorted(mine, key=name_of))


def _lives(pod: Object) -> bool:
    ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    return not ended and not pod["metadata"].get("deletionTimestamp")


def _literal(cluster: Cluster, namespace: str, kind: str, name: str) -> Object:
    """The object that `KIND/NAME` names. Raises NotStoppable for a kind that is no workload we know."""
    full = NAMES.get(kind.lower())
    if full is None:
        raise NotStoppable(
            f"{kind} is no kind of workload that covcheck can stop.",
            hint=f"It stops {', '.join(WORKLOADS[:-1])} and {WORKLOADS[-1]}.",
        )
    return _read(cluster, full, name, namespace)


def _named(cluster: Cluster, namespace: str, names: frozenset[str]) -> Object:
    """The object that the names fit best. One that can be stopped comes before Jobs and pods of others."""
    bodies = _all(cluster, namespace)
    owned = [b for b in bodies if b["kind"] in ("Pod", "ReplicaSet") and owners_of(b)]
    jobs = [b for b in bodies if b["kind"] == "Job"]
    apart = {id(body) for body in (*owned, *jobs)}
    own = [b for b in bodies if id(b) not in apart]
    found = best_matches(own, names) or best_matches(jobs, names)
    found = found or tuple(b for b in owned if name_of(b) in names) or _of_others(owned, names)
    if not found:
        raise _not_there(namespace, names, own)
    if len(found) > 1:
        candidates = tuple(label_of(body) for body in found)
        raise AmbiguousTarget(
            f"{len(found)} workloads of namespace {namespace} could be it: {', '.join(candidates)}.",
            candidates,
            hint="Ask with KIND/NAME.",
        )
    return found[0]


def _of_others(owned: list[Object], names: frozenset[str]) -> tuple[Object, ...]:
    """What fits and is run by something that we do not know: one stands for all of them."""
    strange = [body for body in owned if owners_of(body)[0].get("kind") not in LOOKED_AT]
    return best_matches(strange, names)[:1]


def _all(cluster: Cluster, namespace: str) -> tuple[Object, ...]:
    """Every workload and pod of the namespace; a kind that this account may not list is left out."""
    lists = together([partial(_listed, cluster, kind, namespace) for kind in LOOKED_AT])
    return tuple(
        {"kind": kind, **body} for kind, items in zip(LOOKED_AT, lists, strict=True) for body in items
    )


def _listed(cluster: Cluster, kind: str, namespace: str) -> tuple[Object, ...]:
    try:
        return cluster.list(kind, namespace).items
    except ClusterForbidden:
        if kind == "Pod":
            raise
        return ()


def _runner(cluster: Cluster, namespace: str, body: Object) -> Object:
    """The workload that runs a pod or a ReplicaSet, read anew; the object itself when nothing known does."""
    while body["kind"] in ("Pod", "ReplicaSet") and owners_of(body):
        owner = owners_of(body)[0]
        if owner.get("kind") not in LOOKED_AT or owner.get("apiVersion") not in ("apps/v1", "batch/v1"):
            return body
        body = _read(cluster, owner["kind"], owner["name"], namespace)
    return _read(cluster, body["kind"], name_of(body), namespace)


def _read(cluster: Cluster, kind: str, name: str, namespace: str) -> Object:
    """The object as it is now. What cannot be stopped anyway is not asked for."""
    if kind not in WORKLOADS:
        return {"kind": kind, "metadata": {"name": name}}
    return {"kind": kind, **cluster.get(kind, name, namespace)}


def _not_there(namespace: str, names: frozenset[str], bodies: list[Object]) -> NotInCluster:
    labels = {name_of(body): label_of(body) for body in bodies}
    near = [match for name in sorted(names) for match in difflib.get_close_matches(name, labels, 3, 0.5)]
    shown = [labels[name] for name in dict.fromkeys(near)] or sorted(labels.values())[:5]
    says = f" Nearest: {', '.join(shown)}." if shown else " It runs no workload that this account may see."
    said = " or ".join(repr(name) for name in sorted(names))
    return NotInCluster(
        f"Namespace {namespace} has no workload for {said}.{says}",
        hint="Ask with KIND/NAME, or `--namespace`.",
    )
