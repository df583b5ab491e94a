"""A path on the host or the node: hostPath of the pod's volume, hostPath of Kind's extraMount."""

from __future__ import annotations

import posixpath

from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Evidence, Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing, otherwise, so
from knowledge.answering.subjects.saying import about_coverage, bare_value, pinned, quoted, when, wholly_read
from knowledge.requests.model import Claim, Subject

_WORDS = (
    "hostpath host path machine volume volumes storage type node kind extramounts mount on the directory pod"
)


@holder(Subject.HOST_PATH, Link.VOLUME, _WORDS)
def host_path(claim: Claim, side: Side) -> Held:
    wanted, found = bare_value(claim.value), _found(side.path)
    for stands, said, place in found:
        if known(stands) and _same(wanted, stands):
            return so(f"{said}.", place)
    if not found:
        return _absent(wanted, side.path)
    alike = [each for each in found if _could_be(wanted, each[0])]
    alike.sort(key=lambda each: each[0].startswith("/") != wanted.startswith("/"))
    _, said, place = next((each for each in [*alike, *found] if about_coverage(each[0])), found[0])
    unsure = alike or any(not known(each[0]) for each in found)
    if unsure or not about_coverage(wanted) or not any(about_coverage(each[0]) for each in found):
        return nothing(f"{said}; whether that is {quoted(wanted)} cannot be told.", place)
    if not wholly_read(side.path) or side.path.kind is None:
        return nothing(f"{said}; not everything was read.", place)
    both = " and ".join(each[1] for each in found if about_coverage(each[0]))
    return otherwise(
        f"{both}, not {quoted(wanted)}.", *(each[2] for each in found if about_coverage(each[0]))
    )


def _found(path: CoveragePath) -> list[tuple[str, str, Evidence]]:
    """(path, what says it, where) of every hostPath, the pod's first."""
    workloads = (path.workload, *path.others) if path.workload is not None else path.others
    volumes = [volume for workload in workloads for volume in workload.volumes]
    found = [
        (v.path, f"{place.place} has the hostPath {quoted(v.path)}{when(v.guards)}", place)
        for v in volumes
        if v.kind == "hostPath" and v.path is not None
        for place in (pinned(path, v.evidence, v.path),)
    ]
    for node in path.kind.nodes if path.kind else ():
        for each in node.mounts:
            both = f"the host's {quoted(each.host_path)} on {quoted(each.container_path)}"
            found.append((each.host_path, f"{each.evidence.place} mounts {both}", each.evidence))
    return found


def _absent(wanted: str, path: CoveragePath) -> Held:
    workload, kind = path.workload, path.kind
    if (
        workload is None
        or kind is None
        or kind.implicit
        or not wholly_read(path)
        or not about_coverage(wanted)
    ):
        return nothing(f"No hostPath {quoted(wanted)} was read, and not everything was.")
    text = f"{workload.kind} {workload.name} ({workload.evidence.place}) has no hostPath volume"
    return otherwise(
        f"{text}, {kind.path} no extraMount.", workload.evidence, *(node.evidence for node in kind.nodes[:4])
    )


def _same(wanted: str, stands: str) -> bool:
    return wanted == stands or posixpath.normpath(wanted) == posixpath.normpath(stands)


def _could_be(wanted: str, stands: str) -> bool:
    """`${PWD}/x`, `./x` and `/home/me/x` may be the same directory; `/x` and `/y` are not."""
    alike = posixpath.basename(wanted.rstrip("/")) == posixpath.basename(stands.rstrip("/"))
    return alike and any(not each.startswith("/") for each in (wanted, stands))
