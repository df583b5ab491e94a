"""Two paths side by side for Slack: what matters first, each side on its own line (no wide tables)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import LinkFact
from bot.render.answer import Answer
from bot.render.blocks import Block, Post, Span, bullets, header, pack, paragraph
from bot.render.plain import cut, one_line
from bot.render.side_by_side import RowLike, summary_line
from bot.render.slack import picture

_SHOWN_FACTS = 3


def comparison_posts(left: Answer, right: Answer, rows: Sequence[RowLike]) -> tuple[Post, ...]:
    """The comparison of two services at one commit: both verdicts, then what differs."""
    summary = summary_line(left.service, right.service, rows)
    blocks: list[Block] = [header(summary)]
    for answer in (left, right):
        blocks += [paragraph(Span(one_line(answer.headline), bold=True)), picture(answer.links)]
    mattering = [row for row in rows if row.matters]
    differing = [row for row in rows if row.differs and not row.matters]
    blocks += _rows("Differences that matter", mattering, left, right)
    blocks += _rows("Other differences", differing, left, right)
    same = len(rows) - len(mattering) - len(differing)
    blocks.append(paragraph(Span(f"{same} facts are the same.", italic=True)))
    return pack(f"{summary}. {left.headline}. {right.headline}.", blocks)


def _rows(title: str, rows: Sequence[RowLike], left: Answer, right: Answer) -> list[Block]:
    if not rows:
        return []
    shown = [_row(row, left.service, right.service) for row in rows]
    return [paragraph(Span(title, bold=True)), *bullets(shown)]


def _row(row: RowLike, left: str, right: str) -> list[Span]:
    spans = [Span(f"{row.link}, {one_line(row.name)}", bold=bool(row.matters))]
    if row.matters:
        spans.append(Span(f"  ✗ {', '.join(row.matters)}"))
    return [*spans, *_side(left, row.left), *_side(right, row.right)]


def _side(service: str, facts: Sequence[LinkFact]) -> list[Span]:
    spans = [Span(f"\n{one_line(service)}: ")]
    if not facts:
        return [*spans, Span("nothing", italic=True)]
    for number, fact in enumerate(facts[:_SHOWN_FACTS]):
        spans += [*([Span(", ")] if number else []), *_fact(fact)]
    if len(facts) > _SHOWN_FACTS:
        spans.append(Span(f" and {len(facts) - _SHOWN_FACTS} more"))
    return spans


def _fact(fact: LinkFact) -> list[Span]:
    spans = [Span(cut(one_line(fact.value), 200) or "(empty)", code=True)]
    if fact.evidence is not None:
        spans += [Span("  "), Span(fact.evidence.place, url=fact.evidence.url)]
    return spans
