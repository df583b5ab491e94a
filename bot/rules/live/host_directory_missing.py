"""The directory behind the hostPath does not exist on the node, and the volume does not make it.

What it looks at: events that say the pod's volume could not be mounted, and the type of the hostPath
volume.

Why it empties the figure: with type Directory the kubelet refuses a path that is not there (`hostPath
type check failed`), and the pod never starts. Without a type, or with DirectoryOrCreate, root owns what
is made (kubernaut).

How to fix: make the directory on the host before the cluster is created, with the right owner.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import joints
from bot.facts.live import EventSeen, Live
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed
from bot.facts.workload import Volume
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "A hostPath of type Directory has to be there, or the kubelet does not start the pod."


@live_rule(
    "host-directory-missing",
    Link.NODE,
    title="Nobody makes the extraMount's directory on the host",
    source="kubernaut; Kubernetes API, HostPathVolumeSource",
    symptoms=(Symptom.NOTHING,),
)
def host_directory_missing(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    failed = [event for event in live.events if _refused(event)]
    if not failed or any(pod.process is not None or pod.phase == "Running" for pod in live.pods):
        return
    volume = _named(live, failed[0]) or joints.coverage_volume(with_live(path, live))
    where = f"hostPath {volume.path} (type {volume.host_type or 'unset'})" if volume else "a hostPath"
    nodes = ", ".join(sorted({pod.node for pod in live.pods if pod.node})) or "the node"
    yield Hit(
        f"The pod does not start: {where} is no directory on {nodes}.",
        WHY,
        Fix("Make the directory before the cluster is created, or use type DirectoryOrCreate."),
        (volume.evidence,) if volume is not None else live_place(live),
        Certainty.CERTAIN,
        observations=observed(*(event.seen for event in failed)),
    )


def _refused(event: EventSeen) -> bool:
    return event.reason == "FailedMount" and "hostpath type check failed" in event.message.lower()


def _named(live: Live, event: EventSeen) -> Volume | None:
    volumes = live.workload.volumes if live.workload is not None else ()
    return next((v for v in volumes if f'"{v.name}"' in event.message), None)
