"""A pod ran on a node without the extraMount that another node has.

What it looks at: on which nodes the pods ran, and what stands behind the hostPath on each Kind node.

Why it empties the figure: an extraMount is a mount of one node; on any other the hostPath is a plain
directory inside that node's container (kubernaut).

How to fix: give every node that the pod can run on the same extraMount, or pin the pod to the one that
has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Backing, Live
from bot.facts.order import taken_from_host
from bot.facts.path import CoveragePath
from bot.facts.seen import observed, pods_where, unbacked, whose
from bot.facts.words import covers
from bot.model import Effect, Fix, Link, Missing
from bot.rules import extramount_wrong_node as files
from bot.rules.live.registry import live_rule
from bot.rules.live.seconded import declared, seconded
from bot.rules.registry import Hit

WHY = "An extraMount belongs to one node; on any other the hostPath is a directory inside that node."


@live_rule(
    "extramount-wrong-node",
    Link.NODE,
    title="The node the pod runs on lacks the extraMount",
    source="kubernaut; kind v0.30",
    symptoms=(),
    explains=("gocoverdir-not-writable", "extramount-missing", "host-directory-missing"),
)
def extramount_wrong_node(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    lacking = unbacked(live)
    carriers = [
        d
        for d in live.node_directories
        if d.backing is Backing.HOST and any(covers(d.path, each.path) for each in lacking)
    ]
    if not lacking or not carriers:
        return
    seen = observed(*(d.seen for d in (*lacking, *carriers)))
    pods = pods_where(live, lambda pod: pod.node in {d.node for d in lacking})
    nodes = ", ".join(dict.fromkeys(d.node for d in lacking))
    mount = carriers[0]
    if path is None:
        what = f"whether the files are read on the host: {nodes} lacks the extraMount that {mount.node} has"
        yield Missing(f"{what} at {mount.path}", "no repo was read", Link.COLLECT, needed=False)
        return
    if not taken_from_host(path):
        yield from seconded(files.extramount_wrong_node, live, path, seen)
        return
    yield Hit(
        f"{whose(live, pods)} ran on {nodes}, where {mount.path} is the node's own directory; "
        f"only {', '.join(d.node for d in carriers)} carries it to the host.",
        WHY,
        Fix(f"Give {nodes} the same extraMount, or pin the pod to {mount.node} with a nodeSelector."),
        declared(live),
        effect=None if len(pods) == len(live.pods) else Effect.DEGRADES,
        observations=seen,
    )
