"""The container was restarted, and what it had written was in its own layer.

What it looks at: how often the container was restarted and why it ended the time before, and whether a
volume stands behind the coverage directory.

Why it empties the figure: a restarted container starts with a fresh layer; what the old one wrote
outside a volume is lost (kubernetes/release#79231).

How to fix: mount a volume at the directory.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live, PodSeen
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Fix, Link, Missing
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "A restarted container starts with a fresh layer; what the old one wrote outside a volume is lost."


@live_rule(
    "restart-discards",
    Link.VOLUME,
    title="The restart discards the files",
    source="kubernetes/release#79231",
    symptoms=(),
    explains=("gocoverdir-not-mounted",),
)
def restart_discards(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, _restarted)
    if not pods or pods[0].directory is None:
        return
    pod = pods[0]
    where = pod.directory.path if pod.directory is not None else "the directory"
    last = f", the last time with exit code {pod.last.exit_code}" if pod.last is not None else ""
    times = "once" if pod.restarts == 1 else f"{pod.restarts} times"
    yield Hit(
        f"The container in {whose(live, pods)} was restarted {times}{last}, and {where} is not on a volume.",
        WHY,
        Fix(f"Mount a volume at {where}."),
        live_place(live),
        observations=observed(*(p.seen for p in pods), *(p.directory.seen for p in pods if p.directory)),
    )


def _restarted(pod: PodSeen) -> bool:
    directory = pod.directory
    there = directory is not None and directory.volume is None and directory.kind == "directory"
    return pod.restarts > 0 and there and bool(directory and directory.writable is not False)
