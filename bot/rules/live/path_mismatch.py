"""The pod's hostPath and the extraMount of the Kind config are different directories.

What it looks at: the hostPath that the pods wrote to and what stands behind it on their nodes, against
the extraMounts of the repo's Kind config.

Why it empties the figure: volume and extraMount meet only where hostPath and containerPath name the same
directory of the node: `/tmp/coverage` against `/coverdata` (kubernaut).

How to fix: use one path for both.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.facts.seen import observed, unbacked
from bot.model import Link, Missing
from bot.rules import path_mismatch as files
from bot.rules.live.registry import live_rule
from bot.rules.live.seconded import seconded
from bot.rules.registry import Hit


@live_rule(
    "path-mismatch",
    Link.NODE,
    title="hostPath and containerPath are different directories",
    source="kubernaut",
    symptoms=(),
    explains=(
        "collect-wrong-path",
        "gocoverdir-not-writable",
        "host-directory-missing",
        "extramount-missing",
        "repo-and-cluster-differ",
    ),
)
def path_mismatch(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    plain = unbacked(live)
    if path is not None and plain:
        yield from seconded(files.path_mismatch, live, path, observed(*(each.seen for each in plain)))
