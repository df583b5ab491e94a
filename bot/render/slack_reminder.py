"""The reminder of articles that may no longer be true, as Slack messages: each owner, then what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.render.blocks import Block, Post, Span, bullets, pack, paragraph, styled
from bot.render.plain import cut, one_line

MAX_ITEMS = 20
MAX_REASONS = 4
MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class AskedItem:
    """An article: id and title, why it may no longer be true, and where its cited lines are as they were."""

    id: str
    title: str
    reasons: tuple[str, ...]
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedOwner:
    """An owner as the articles name it (empty: nobody); `person` is the Slack id that the settings give it,
    which alone of all this acts in Slack. `question` is how it is asked."""

    owner: str
    person: str
    question: str
    items: tuple[AskedItem, ...]


def reminder_posts(
    head: str, owners: Sequence[AskedOwner], close: str, unread: Sequence[str]
) -> tuple[Post, ...]:
    """The head, each owner with its articles, how to answer, and what could not be looked at."""
    blocks: list[Block] = [paragraph(Span(head, bold=True))]
    for each in owners:
        blocks += _owner(each)
    blocks.append(paragraph(*styled(close)))
    if unread:
        rows = [[Span(cut(one_line(text), MAX_REASON), italic=True)] for text in unread[:MAX_ITEMS]]
        blocks += [paragraph(Span("Not looked at:")), *bullets(rows)]
    return pack(head, blocks)


def _owner(each: AskedOwner) -> list[Block]:
    named = [Span(one_line(each.owner), bold=True, person=each.person or None)] if each.owner else []
    rows = [_item(item) for item in each.items[:MAX_ITEMS]]
    if len(each.items) > MAX_ITEMS:
        rows.append([Span(f"and {len(each.items) - MAX_ITEMS:,} more")])
    return [paragraph(*named, Span(each.question)), *bullets(rows)]


def _item(item: AskedItem) -> list[Span]:
    spans = [Span(item.id, code=True), Span(f" {one_line(item.title)}")]
    spans += [Span(f"\n{cut(one_line(reason), MAX_REASON)}") for reason in item.reasons[:MAX_REASONS]]
    if len(item.reasons) > MAX_REASONS:
        spans.append(Span(f"\nand {len(item.reasons) - MAX_REASONS} more reasons"))
    spans += [span for url in item.was[:MAX_REASONS] for span in (Span("\n"), Span("as it was", url=url))]
    return spans
