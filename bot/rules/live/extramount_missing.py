"""No extraMount stands behind the pod's hostPath on any node.

What it looks at: the mount behind the hostPath on each Kind node, seen by a pod there, and how the
repo's run takes the files.

Why it empties the figure: a Kind node is a container: its directories reach the host through an
extraMount only (kubernaut PR 46). It does not matter where the files are copied out of the node: without
a repo that stays open.

How to fix: add the directory to extraMounts of every node in the Kind config, and make the cluster anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Backing, Live
from bot.facts.path import CoveragePath
from bot.facts.seen import observed, unbacked
from bot.model import Link, Missing
from bot.rules import extramount_missing as files
from bot.rules.live.registry import live_rule
from bot.rules.live.seconded import seconded
from bot.rules.registry import Hit


@live_rule(
    "extramount-missing",
    Link.NODE,
    title="No extraMount carries the files to the host",
    source="kubernaut PR 46; kind docs, extra mounts",
    symptoms=(),
    explains=("gocoverdir-not-writable",),
)
def extramount_missing(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    plain = [d for d in unbacked(live) if d.backing is not Backing.TMPFS]
    if not plain or any(d.backing is Backing.HOST for d in live.node_directories):
        return
    seen = observed(*(each.seen for each in plain))
    if path is not None:
        yield from seconded(files.extramount_missing, live, path, seen)
        return
    nodes = ", ".join(dict.fromkeys(each.node for each in plain))
    what = f"whether the files are read on the host: no extraMount stands behind {plain[0].path} on {nodes}"
    yield Missing(what, "no repo was read", Link.COLLECT, needed=False)
