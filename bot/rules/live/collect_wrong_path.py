"""The files lie where the way to collect them does not look.

What it looks at: what stands behind the hostPath on the nodes of the pods (a tmpfs of the node's
memory?), and how the repo's run takes the files.

Why it empties the figure: /tmp and /run of a Kind node are tmpfs, which `docker cp` does not see (Docker
20.10 and kind v0.30). An extraMount at the path, or `docker exec NODE tar`, does.

How to fix: use a hostPath outside /tmp and /run, or read with `docker exec NODE tar -C DIR -cf - .`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Backing, Live
from bot.facts.path import CoveragePath
from bot.facts.seen import observed, unbacked
from bot.model import Link, Missing
from bot.rules import collect_wrong_path as files
from bot.rules.live.registry import live_rule
from bot.rules.live.seconded import seconded
from bot.rules.registry import Hit


@live_rule(
    "collect-wrong-path",
    Link.COLLECT,
    title="The path that is copied or read is not the one that is written",
    source="kubernaut; Docker 20.10 and kind v0.30",
    symptoms=(),
)
def collect_wrong_path(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    memory = [d for d in unbacked(live) if d.backing is Backing.TMPFS]
    if path is not None:
        seen = observed(*(d.seen for d in unbacked(live)), live.files.seen if live.files else None)
        yield from seconded(files.collect_wrong_path, live, path, seen, sure=bool(memory))
        return
    if not memory:
        return
    nodes = ", ".join(dict.fromkeys(each.node for each in memory))
    what = f"whether the files are taken with docker cp: {memory[0].path} on {nodes} is a tmpfs, which it "
    yield Missing(f"{what}cannot read", "no repo was read", Link.COLLECT, needed=False)
