"""The card under a link to a repo: what is known of the services that the link is about."""

from __future__ import annotations

from dataclasses import dataclass

from bot.covdata.summary import counted
from bot.redact import redact
from bot.render.blocks import MAX_VALUE, Block, Button, Span, buttons, paragraph, size
from bot.render.plain import brief, one_line
from bot.render.slack_home import ServiceRow

CHECK = "covcheck_card_check"
"""The value is a service's key, and on a second line the ref to check (empty: the default branch)."""
SHOWN = 3
_MARKS = {"FOUND": "✗", "CLEAR": "✓", "INCONCLUSIVE": "?"}
_SENTENCE = 260
MAX_CARD = 9_000


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown under one link: services (the worst first), how many more the link is about, and the ref
    that the link names (empty: none), which is what the buttons check."""

    rows: tuple[ServiceRow, ...]
    more: int = 0
    ref: str = ""


def card_blocks(card: Card) -> list[Block]:
    """The card, small: at most SHOWN services with a button each."""
    blocks: list[Block] = []
    shown = 0
    for row in card.rows[:SHOWN]:
        made = [paragraph(*_row(row)), *_button(row, card.ref)]
        if blocks and size([*blocks, *made]) > MAX_CARD:
            break
        blocks += made
        shown += 1
    hidden = card.more + len(card.rows) - shown
    if hidden > 0:
        blocks.append(paragraph(Span(f"and {counted(hidden, 'more service')}", italic=True)))
    return blocks


def _row(row: ServiceRow) -> list[Span]:
    status = f"{_MARKS.get(row.status, '·')} {row.status}: " if row.status else ""
    spans = [
        Span(brief(redact(row.service), 80) or "?", bold=True),
        Span(f"\n{status}{brief(redact(row.said), _SENTENCE)}"),
    ]
    if row.when:
        spans.append(Span(f"\n{one_line(row.when)}", italic=True))
    return [*spans, Span(f"\nCoverage: {one_line(row.coverage)}")]


def _button(row: ServiceRow, ref: str) -> list[Block]:
    """The button, in a row of its own: an action stands once in a block."""
    value = f"{row.key}\n{ref}"
    return [buttons(Button("Check", CHECK, value))] if len(value) <= MAX_VALUE else []
