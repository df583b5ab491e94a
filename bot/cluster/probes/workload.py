"""The workload as it runs: the live object read like a manifest, its pods and the nodes.

Where a pod runs with something else than its template says (a webhook or an operator put it in), the pod
counts: its containers, volumes and security take the place of the template's, with evidence in the pod.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from bot.cluster.client import Cluster, Object
from bot.cluster.ends import ended_of, epoch
from bot.cluster.permissions import Permission
from bot.cluster.probes.base import Probe
from bot.cluster.probes.livetext import live_text, read_live
from bot.cluster.probes.nodes import read_nodes
from bot.cluster.refusals import clause
from bot.cluster.target import Target
from bot.errors import ClusterError
from bot.facts.build import Setting
from bot.facts.live import Ended, NodeSeen, PodSeen
from bot.facts.workload import Container, Security, Workload
from bot.model import Link, Missing, Observation
from bot.redact import redact

PROBE = Probe(
    "workload",
    (
        Permission("list", "Pod", None, "see how the pods run"),
        Permission("list", "Node", None, "see the nodes and their taints", place="cluster"),
    ),
    "one list of the nodes; workload and pods were read to find the service",
    "the workload as the cluster has it, what was put into its pods, how they stand, and the nodes",
)
PERMISSIONS = PROBE.permissions


class WorkloadSeen(NamedTuple):
    """`texts`: path of each piece of evidence -> the YAML it points into."""

    workload: Workload | None
    texts: Mapping[str, str]
    pods: tuple[PodSeen, ...]
    nodes: tuple[NodeSeen, ...]
    missing: tuple[Missing, ...]


def see_workload(cluster: Cluster, target: Target, service: str) -> WorkloadSeen:
    """The workload of a target, its pods without what only a look inside shows, and all nodes.

    Raises nothing: what cannot be read is missing. `service` is the name people use for it.
    """
    missing: list[Missing] = []
    path, text = live_text(target.body)
    texts, found = {path: text}, read_live(path, text)
    if found is None:
        reason = "the live object is not one that covcheck reads"
        missing.append(Missing(f"the workload of {service}", reason, Link.RUN))
    chosen, injected = _as_it_runs(found, target, texts) if found is not None else (None, {})
    nodes: tuple[NodeSeen, ...] = ()
    try:
        nodes = read_nodes(cluster)
    except ClusterError as error:
        missing.append(Missing("the nodes of the cluster", clause(error), Link.NODE))
    pods = tuple(pod_seen(body, target.container, injected.get(_name(body), ())) for body in target.pods)
    return WorkloadSeen(chosen, texts, pods, nodes, tuple(missing))


def _as_it_runs(
    found: Workload, target: Target, texts: dict[str, str]
) -> tuple[Workload, dict[str, tuple[str, ...]]]:
    """The workload with what its pods really have, and by pod what differs from the template."""
    injected: dict[str, tuple[str, ...]] = {}
    chosen = found
    for body in sorted(target.pods, key=lambda pod: not _ready(pod, target.container)):
        if target.kind == "Pod":
            break
        path, text = live_text({"apiVersion": "v1", **body, "kind": "Pod"})
        pod = read_live(path, text)
        if pod is None or not (changes := differences(found, pod)):
            continue
        claims = {f"volume {each['metadata']['name']}" for each in _claims(target.body)}
        injected[_name(body)] = tuple(change for change in changes if change not in claims)
        if chosen is not found:
            continue
        texts[path] = text
        if not injected[_name(body)]:
            chosen = replace(found, volumes=pod.volumes)
        else:
            chosen = replace(
                found,
                containers=pod.containers,
                volumes=pod.volumes,
                security=pod.security,
                host_pid=pod.host_pid,
            )
    return chosen, injected


def _claims(body: Object) -> list[Object]:
    """The claims that a StatefulSet makes for each pod: they are volumes of its pods only."""
    return list(body["spec"].get("volumeClaimTemplates") or ())


def differences(template: Workload, pod: Workload) -> tuple[str, ...]:
    """What a pod has and its template has not (`container app: env GOCOVERDIR`), or the other way round."""
    found = [f"volume {name}" for name in _changed(_volumes(template), _volumes(pod))]
    found += [f"pod {name}" for name in _changed(_security(template.security), _security(pod.security))]
    before = {each.name: _parts(each) for each in template.containers}
    after = {each.name: _parts(each) for each in pod.containers}
    for name in dict.fromkeys([*before, *after]):
        if name not in before or name not in after:
            found.append(f"container {name}")
        else:
            found += [f"container {name}: {part}" for part in _changed(before[name], after[name])]
    return tuple(found)


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]


def _volumes(workload: Workload) -> dict[str, object]:
    return {v.name: (v.kind, v.path, v.claim, v.read_only) for v in workload.volumes}


def _parts(container: Container) -> dict[str, object]:
    parts: dict[str, object] = {f"env {e.name}": (e.value, e.value_from) for e in container.env}
    parts |= {f"mount {m.path}": (m.volume, m.read_only, m.sub_path) for m in container.mounts}
    parts |= {f"envFrom {each.name} {each.value}": True for each in container.env_from}
    parts |= {"image": _value(container.image), "command": container.command, "args": container.args}
    parts |= {"workingDir": _value(container.working_dir), "preStop": _value(container.pre_stop)}
    return parts | _security(container.security)


def _security(security: Security) -> dict[str, object]:
    return {
        name: _value(value) for name in Security.__slots__ if (value := getattr(security, name)) is not None
    }


def _value(setting: Setting | None) -> str | None:
    return None if setting is None else setting.value


def pod_seen(body: Object, container: str | None, injected: tuple[str, ...] = ()) -> PodSeen:
    """A pod as the API shows it. `container` is the service's; None: the first. `injected` is what it has
    beyond its template."""
    metadata, spec, status = body["metadata"], body["spec"], body.get("status") or {}
    name = container or str(spec["containers"][0]["name"])
    own = status_of(body, name)
    state = own.get("state") or {}
    waiting = state.get("waiting") or {}
    reason, message = waiting.get("reason"), waiting.get("message") or ""
    if not own and status.get("phase") == "Pending":
        reason, message = _unscheduled(status)
    declared = next((c for c in _containers(spec) if c["name"] == name), {})
    return PodSeen(
        name=str(metadata["name"]),
        uid=str(metadata["uid"]),
        node=spec.get("nodeName"),
        phase=str(status.get("phase") or "Unknown"),
        container=name,
        image=str(own.get("image") or declared.get("image") or ""),
        image_id=str(own.get("imageID") or ""),
        restarts=int(own.get("restartCount") or 0),
        seen=_observed(body, name, own, reason, message, injected),
        ready=bool(own.get("ready")),
        started_at=epoch((state.get("running") or {}).get("startedAt")),
        waiting=reason,
        waiting_message=redact(message)[:1000],
        last=_last(own),
    )


def status_of(body: Object, name: str) -> Object:
    """The status of a pod's container (or of an init container that goes on running); empty when none."""
    status = body.get("status") or {}
    listed = [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]
    found: Object = next((each for each in listed if each["name"] == name), {})
    return found


def container_of(body: Object, name: str) -> Object:
    """The container of a pod's spec with that name; an empty one when there is none."""
    return next((each for each in _containers(body["spec"]) if each["name"] == name), {})


def _containers(spec: Object) -> Iterator[Object]:
    yield from spec.get("containers") or ()
    yield from spec.get("initContainers") or ()


def _last(own: Mapping[str, Any]) -> Ended | None:
    """How the container ended the time before, or just now when it is not started again yet."""
    for state in (own.get("lastState"), own.get("state")):
        if state and state.get("terminated"):
            ended = ended_of({"status": {"containerStatuses": [{"name": "", "state": state}]}}, "")
            return None if ended is None else replace(ended, message=redact(ended.message))
    return None


def _unscheduled(status: Mapping[str, Any]) -> tuple[str | None, str]:
    """Why a pod has no container status yet: it could not be scheduled, as its condition says."""
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            return condition.get("reason"), condition.get("message") or ""
    return None, ""


def _observed(
    body: Object,
    name: str,
    own: Mapping[str, Any],
    reason: str | None,
    message: str,
    injected: tuple[str, ...],
) -> Observation:
    metadata, phase = body["metadata"], (body.get("status") or {}).get("phase", "Unknown")
    words = [f"is {phase}"]
    if reason:
        words.append(f"container {name} waits: {reason}")
    if count := own.get("restartCount"):
        words.append(f"{count} restart{'' if count == 1 else 's'}")
    if last := _last(own):
        why = f" ({last.reason})" if last.reason else ""
        words.append(f"container {name} ended before with exit code {last.exit_code}{why}")
    if injected:
        words.append(f"differs from its template in {', '.join(injected[:4])}")
    lines = [f"image: {own.get('image', '')}", f"imageID: {own.get('imageID', '')}", message]
    excerpt = "\n".join(line for line in lines if not line.endswith(": ") and line)
    return PROBE.saw(f"pod {metadata['name']}", ", ".join(words), excerpt)


def _ready(body: Object, container: str | None) -> bool:
    return bool(status_of(body, container or str(body["spec"]["containers"][0]["name"])).get("ready"))


def _name(body: Object) -> str:
    return str(body["metadata"]["name"])
