"""Making the plan of a live run: reads, asks what the account may do, changes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from bot.cluster.client import Cluster, Object
from bot.cluster.makers import Maker, makers_of
from bot.cluster.objects import grace_of, name_of, pod_spec
from bot.cluster.options import RunOptions
from bot.cluster.permissions import Permission
from bot.cluster.plan import Plan, PlannedPod
from bot.cluster.rights import lacks
from bot.cluster.surroundings import Surroundings, costs, look_around, one_by_one
from bot.cluster.target import Target
from bot.errors import ClusterForbidden


def make_plan(
    cluster: Cluster,
    service: str,
    target: Target,
    *,
    options: RunOptions | None = None,
    needs: Iterable[Permission] | None = None,
) -> Plan:
    """The dry run for a target: reads, asks what the account may do, changes nothing.

    `needs` None: every permission of the table. Raises what Cluster raises.
    """
    options = options or RunOptions()
    around, makers = look_around(cluster, target.namespace), makers_of(target.body)
    missing = lacks(cluster, target.namespace, options.tool_namespace, needs=needs, used=_used(target))
    pods = planned_pods(target)
    autoscaler = around.autoscaler(target)
    rounds = max(1, len(pods)) if one_by_one(target) else 1
    return Plan(
        service=service,
        cluster=cluster.context,
        namespace=target.namespace,
        kind=target.kind,
        name=target.name,
        uid=target.uid,
        generation=target.generation,
        replicas=target.replicas,
        container=target.container,
        pods=pods,
        owners=tuple(maker.name for maker in makers),
        others=around.others(target),
        dependents=(*around.services(target), *((autoscaler,) if autoscaler else ())),
        warnings=tuple(_warnings(target, makers, around)),
        lacks=tuple(lack.text for lack in missing),
        blockers=tuple(lack.text for lack in missing if lack.permission.vital and lack.told),
        longest=rounds * max((pod.grace for pod in pods), default=target.grace) + options.extra_seconds,
        looked_at=_nodes(cluster, target, pods),
        tool_namespace=options.tool_namespace,
    )


def planned_pods(target: Target) -> tuple[PlannedPod, ...]:
    """The pods that a plan names."""
    return tuple(_planned(pod) for pod in target.pods)


def _planned(pod: Object) -> PlannedPod:
    spec = pod["spec"]
    return PlannedPod(name_of(pod), pod["metadata"]["uid"], spec.get("nodeName"), grace_of(spec))


def _used(target: Target) -> frozenset[str]:
    """The kinds of workload and volume that the run deals with."""
    volumes = {kind for volume in pod_spec(target.body).get("volumes") or () for kind in volume}
    claims = {"PersistentVolumeClaim"} if "persistentVolumeClaim" in volumes else set()
    templates = target.body["spec"].get("volumeClaimTemplates")
    return frozenset({target.kind, *claims, *({"PersistentVolumeClaim"} if templates else ())})


def _nodes(cluster: Cluster, target: Target, pods: tuple[PlannedPod, ...]) -> tuple[str, ...]:
    """Where tool pods may be made: on every node when the pods mount a directory of theirs."""
    own = {pod.node for pod in pods if pod.node}
    if any("hostPath" in volume for volume in pod_spec(target.body).get("volumes") or ()):
        with contextlib.suppress(ClusterForbidden):
            own |= {name_of(node) for node in cluster.list("Node").items}
    return tuple(sorted(own))


def _warnings(target: Target, makers: tuple[Maker, ...], around: Surroundings) -> Iterator[str]:
    for maker in makers:
        if maker.keeps:
            yield f"{maker.name} may scale it back while it is stopped."
    if around.autoscaler(target):
        yield "Its autoscaler is off while it is at 0, and goes on when it is put back."
    yield from costs(target)
