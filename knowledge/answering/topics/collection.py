"""How the files get to the host, and what comes before: stop and wait."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Copy
from bot.facts.order import coverage_copies, stops_before, waits_between
from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Link, Missing
from knowledge.answering.asking import Ask
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, of_rows, places, under_row


@topic("collection", Link.COLLECT)
def collection(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is None:
        return
    rows = ask.rows(Link.COLLECT, "copy")
    if not rows:
        yield ask.gap("how the files get to the host", Link.COLLECT)
    for row in rows[:4]:
        yield Statement(f"The files are taken by {code(row.value)}{under_row(row)}.", of_rows([row]))
    for copy in coverage_copies(ask.path)[:1]:
        yield from _before(ask.path, copy)


def _before(path: CoveragePath, copy: Copy) -> Iterator[Statement]:
    """What ended the process before the copy."""
    stops = [stop for stop in stops_before(path, copy) if stop.target is not None and known(stop.target)]
    if not stops:
        return
    waits = [w for w in waits_between(path, stops[-1], copy) if w.method not in ("ready", "rollout")]
    text = "The pod is stopped before it"
    text += ", and the run waits between the two." if waits else "."
    yield Statement(text, places(stops[-1].evidence, *(w.evidence for w in waits), copy.evidence))
