"""Where the files lie: mount, volume, directory on the node, and what Kind mounts of the host."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.joints import coverage_mount, coverage_volume
from bot.facts.path import CoveragePath
from bot.model import Link, Missing
from knowledge.answering.asking import Ask, Point
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.topics.cluster import kind_mounts, mounts_asked
from knowledge.answering.wording import code, places, under

_WORDS = (
    r"mount|hostpath|empty-?dir|volumes?\b.{0,60}\b(?:pod|node|host|container|kind|cover)|cover.{0,60}volume"
)


@topic("volume", Link.VOLUME, Link.NODE, words=_WORDS)
def volume(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is None:
        return
    if mounts_asked(ask):
        yield from kind_mounts(ask)
    point = _point(ask.path)
    if point is None:
        yield ask.gap("the volume of the coverage directory", Link.VOLUME, Link.RUN)
    else:
        holds = None if mounts_asked(ask) else _as_asked(ask, ask.path)
        yield Statement(ask.open(holds, f"{point.value}."), point.evidence)
    if not mounts_asked(ask):
        yield from kind_mounts(ask)
    yield from ask.yours(_point)


def _as_asked(ask: Ask, path: CoveragePath) -> bool | None:
    """Whether the volume is of the kind that is asked for; None when none or several are."""
    found = coverage_volume(path)
    named = [kind for kind in ("hostPath", "emptyDir") if ask.says(kind)]
    return named == [found.kind] if found is not None and len(named) == 1 else None


def _point(path: CoveragePath) -> Point | None:
    mount, found = coverage_mount(path), coverage_volume(path)
    if mount is None or found is None:
        return None
    what = found.kind if found.path is None else f"{found.kind} {code(found.path)}"
    what += f" ({found.host_type})" if found.host_type else ""
    text = f"the pod mounts {what} at {code(mount.path)}"
    return Point(f"{text}{under(mount.guards)}", places(mount.evidence, found.evidence), text)
