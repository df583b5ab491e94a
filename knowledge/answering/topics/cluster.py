"""The cluster of the run: its Kind config, its nodes, their extraMounts, and where the pod can run."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import ClusterCreate
from bot.facts.node import KindNode
from bot.model import Link, LinkFact, Missing
from knowledge.answering.asking import Ask
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, listed, of_rows, places, under


@topic("cluster", Link.NODE)
def cluster(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is None:
        return
    kind, made = ask.path.kind, ask.path.events(ClusterCreate)
    if kind is None:
        yield ask.gap("the Kind config", Link.NODE)
        return
    if kind.implicit:
        text = "the cluster is Kind's default, without a config: one control-plane node."
    else:
        nodes = listed([node.suffix for node in kind.nodes[:6]])
        count = f"{len(kind.nodes)} node{'s' if len(kind.nodes) != 1 else ''}"
        text = f"{kind.path} makes a Kind cluster of {count}: {nodes}."
    by = places(kind.evidence, *(event.evidence for event in made[:1]))
    holds = True if ask.says(r"\bkind (?:cluster|config|node)") and not mounts_asked(ask) else None
    yield Statement(ask.open(holds, text), by)
    for event in made[:1]:
        if event.name is not None:
            yield Statement(f"It is called {code(event.name)}{under(event.guards)}.", places(event.evidence))
    yield from kind_mounts(ask)
    runs: tuple[LinkFact, ...] = ask.rows(Link.NODE, "pod can run on")
    if runs:
        yield Statement(f"The pod can run on: {runs[0].value}.", of_rows(runs))


def mounts_asked(ask: Ask) -> bool:
    """Whether a question asks for extraMounts by name."""
    return ask.says(r"extra-?mounts?")


def kind_mounts(ask: Ask) -> Iterator[Statement]:
    """What the nodes mount of the host, or that they mount nothing."""
    kind = ask.path.kind if ask.path is not None else None
    if kind is None:
        return
    with_mounts = [node for node in kind.nodes if node.mounts][:4]
    for place, node in enumerate(with_mounts):
        text = f"the node {node.suffix} mounts {_mounts(node)}."
        evidence = places(*(mount.evidence for mount in node.mounts))
        yield Statement(ask.open(True if mounts_asked(ask) and place == 0 else None, text), evidence)
    if not with_mounts:
        where = "Kind's default cluster" if kind.implicit else kind.path
        text = f"{where} has no extraMounts."
        evidence = places(kind.evidence, *(node.evidence for node in kind.nodes))
        yield Statement(ask.open(False if mounts_asked(ask) else None, text), evidence)


def _mounts(node: KindNode) -> str:
    return listed(
        [
            f"{code(mount.host_path)} of the host at {code(mount.container_path)}{under(mount.guards)}"
            for mount in node.mounts[:4]
        ]
    )
