"""Two paths side by side for Slack: what matters first, each side on its own line (no wide tables)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import LinkFact
from bot.render.answer import Answer
from bot.render.blocks import Block, Post, Span, bullets, header, pack, paragraph
from bot.render.build import verdict
from bot.render.feedback import feedback_block
from bot.render.plain import cut, one_line
from bot.render.side_by_side import RowLike, summary_line
from bot.render.slack import picture

_SHOWN_FACTS = 3


def comparison_posts(
    left: Answer, right: Answer, rows: Sequence[RowLike], answer_id: str | None = None
) -> tuple[Post, ...]:
    """The comparison of two services at one commit: both verdicts and the differences that matter;
    the other differences are a post of their own, for the thread. `answer_id` is what the feedback buttons
    carry; None for a comparison that is part of another answer."""
    summary = summary_line(left.service, right.service, rows)
    said = [f"{answer.service}: {verdict(answer.diagnosis)}" for answer in (left, right)]
    blocks: list[Block] = [header(summary)]
    for answer, line in zip((left, right), said, strict=True):
        blocks += [paragraph(Span(one_line(line), bold=True)), picture(answer.links)]
    blocks += _mattering(rows, left, right)
    same = sum(not row.differs for row in rows)
    at = f"{left.repo.name} @ {left.repo.short}"
    blocks.append(paragraph(Span(f"{_facts(same)} the same. Both read in {at}.", italic=True)))
    feedback = None if answer_id is None else feedback_block(answer_id)
    posts = pack(f"{summary}. {said[0]}. {said[1]}.", blocks, feedback)
    return posts + _others([row for row in rows if row.differs and not row.matters], left, right)


def _facts(count: int) -> str:
    return "1 fact is" if count == 1 else f"{count} facts are"


def _mattering(rows: Sequence[RowLike], left: Answer, right: Answer) -> list[Block]:
    """The rows under the finding that rests on them; a row stands once, under its first finding."""
    summaries = {
        finding.rule: finding.summary
        for answer in (right, left)
        for finding in (*answer.diagnosis.folded, *answer.diagnosis.causes)
    }
    blocks: list[Block] = []
    for rule in dict.fromkeys(row.matters[0] for row in rows if row.matters):
        resting = [_row(row, left.service, right.service) for row in rows if row.matters[:1] == (rule,)]
        blocks += [paragraph(Span(f"✗ {one_line(summaries.get(rule, rule))}", bold=True)), *bullets(resting)]
    return blocks or [paragraph(Span("No finding rests on a difference between the two."))]


def _others(rows: Sequence[RowLike], left: Answer, right: Answer) -> tuple[Post, ...]:
    if not rows:
        return ()
    title = "Differences on which no finding rests"
    shown = bullets([_row(row, left.service, right.service) for row in rows])
    return pack(f"{title}: {len(rows)}", [paragraph(Span(title, bold=True)), *shown])


def _row(row: RowLike, left: str, right: str) -> list[Span]:
    name, link = one_line(row.name), str(row.link)
    label = name if link in name.split() else f"{link}: {name}"
    return [Span(label, bold=bool(row.matters)), *_side(left, row.left), *_side(right, row.right)]


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
