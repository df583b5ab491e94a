"""The card under a link stays small and within Slack's limits, whatever is known."""

from __future__ import annotations

import json

import pytest

from bot.localslack.limits import judged
from bot.render.slack_home import ServiceRow
from bot.render.slack_unfurl import CHECK, MAX_CARD, SHOWN, Card, card_blocks

EVIL = "<!channel> <@U1> <http://evil.example|x> *b* `c` \u202e & ghp_" + "a" * 36


KEY = '["acme/shop", "gateway"]'


def row(service: str = "gateway", said: str = "The mounts differ.", key: str = KEY) -> ServiceRow:
    when = "Checked at 4f2c1e7, 3 November"
    return ServiceRow(service, "acme/shop", key, "FOUND", said, when, "48.0% (+1.2)")


def test_a_service_with_its_status_coverage_and_button() -> None:
    first, second = card_blocks(Card((row(),), ref="main"))
    assert "✗ FOUND: The mounts differ." in json.dumps(first, ensure_ascii=False)
    assert "Coverage: 48.0% (+1.2)" in json.dumps(first)
    (button,) = second["elements"]
    assert (button["action_id"], button["value"]) == (CHECK, '["acme/shop", "gateway"]\nmain')


def test_more_services_are_counted() -> None:
    blocks = card_blocks(Card(tuple(row(f"s{n}") for n in range(SHOWN)), more=7))
    assert "and 7 more services" in json.dumps(blocks[-1])
    assert len(blocks) == 2 * SHOWN + 1


@pytest.mark.parametrize(
    "rows",
    [
        (row(EVIL, EVIL),) * 3,
        (row("x" * 5_000, "y" * 50_000),) * 3,
        (row("\U0001f600" * 500, "\U0001f600" * 5_000),) * 3,
        (row(key="k" * 3_000),),
    ],
    ids=["evil", "long", "wide", "key"],
)
def test_hostile_texts_stay_texts_and_fit(rows: tuple[ServiceRow, ...]) -> None:
    blocks = card_blocks(Card(rows, ref="z" * 100))
    assert judged({"text": "card", "blocks": blocks}) == (None, [])
    assert len(json.dumps(blocks)) < 2 * MAX_CARD
    shown = json.dumps(blocks)
    assert "ghp_a" not in shown
    assert '"user_id"' not in shown
    assert '"broadcast"' not in shown
    assert "\\u202e" not in shown
