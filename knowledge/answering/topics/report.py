"""What the run makes of the files: the covdata and cover calls, and where what they make goes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Link, Missing
from knowledge.answering.asking import Ask
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, of_rows, under_row


@topic("report", Link.REPORT)
def report(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is None:
        yield from ask.proven("empty-directory")
        return
    rows = ask.rows(Link.REPORT, "report")
    if not rows:
        yield ask.gap("how the report is made", Link.REPORT)
    for row in rows[:6]:
        yield Statement(f"The report: {code(row.value)}{under_row(row)}.", of_rows([row]))
    for row in ask.rows(Link.REPORT, "upload")[:2]:
        yield Statement(f"It is sent on: {code(row.value)}{under_row(row)}.", of_rows([row]))
    yield from ask.proven("empty-directory")
