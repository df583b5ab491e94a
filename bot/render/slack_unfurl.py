"""The card under a link to a repo: what is known of the services that the link is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.redact import redact
from bot.render.blocks import MAX_BLOCK, Block, Button, Span, buttons, paragraph, size
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
    blocks: list[Block] = [paragraph(*_row(row)) for row in card.rows[:SHOWN]]
    while len(blocks) > 1 and size(blocks) > MAX_CARD - MAX_BLOCK:
        blocks.pop()
    hidden = card.more + len(card.rows) - len(blocks)
    if hidden > 0:
        noun = "service" if hidden == 1 else "services"
        blocks.append(paragraph(Span(f"and {hidden} more {noun}", italic=True)))
    row = _buttons(card.rows[: len(blocks)], card.ref)
    return [*blocks, buttons(*row)] if row else blocks


def card_text(card: Card) -> str:
    """The card in one line, for notifications and screen readers."""
    return "; ".join(
        f"{brief(row.service, 80)}: {row.status or 'not checked'}, {row.coverage}" for row in card.rows
    )


def _row(row: ServiceRow) -> list[Span]:
    status = f"{_MARKS.get(row.status, '·')} {row.status}: " if row.status else ""
    spans = [
        Span(brief(row.service, 80) or "?", bold=True),
        Span(f"\n{status}{brief(redact(row.said), _SENTENCE)}"),
    ]
    if row.when:
        spans.append(Span(f"\n{one_line(row.when)}", italic=True))
    return [*spans, Span(f"\nCoverage: {one_line(row.coverage)}")]


def _buttons(rows: Sequence[ServiceRow], ref: str) -> list[Button]:
    made = []
    for row in rows[:SHOWN]:
        value = f"{row.key}\n{ref}"
        if len(value) <= 2_000:
            made.append(Button(f"Check {brief(row.service, 40)}", CHECK, value))
    return made
