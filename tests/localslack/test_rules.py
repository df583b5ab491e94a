"""The rules stand whatever a bot sends: any JSON is judged, none of it breaks the judge."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.localslack.elements import SHAPES
from bot.localslack.filled import problems, state
from bot.localslack.limits import IN_MESSAGES, judged
from bot.localslack.views import view_faults

KINDS = sorted({*IN_MESSAGES, *SHAPES, "button", "plain_text", "mrkdwn", "text", "link", "rich_text_section",
                "rich_text_list", "rich_text_quote", "modal", "home", "magic"})  # fmt: skip
NAMES = ("text", "fields", "accessory", "elements", "element", "label", "hint", "options", "option_groups",
         "initial_option", "initial_options", "initial_value", "initial_time", "initial_users", "value",
         "url", "style", "confirm", "filter", "max_selected_items", "min_length", "max_length", "min_value",
         "is_decimal_allowed", "placeholder", "action_id", "block_id", "image_url", "slack_file", "alt_text",
         "title", "submit", "close", "blocks", "rows", "private_metadata", "callback_id")  # fmt: skip
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-5, 5_000), st.floats(), st.text(max_size=4))
ANY: st.SearchStrategy[Any] = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(
            lambda kind, more: {"type": kind, **more},
            st.one_of(st.sampled_from(KINDS), inner),
            st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
        ),
    ),
    max_leaves=30,
)
QUIET = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])


@QUIET
@given(ANY, ANY)
def test_any_message_is_judged(text: Any, blocks: Any) -> None:
    error, found = judged({"text": text, "blocks": blocks})
    assert error is not None or not found
    json.dumps(found)


@QUIET
@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(NAMES), ANY, max_size=6))
def test_any_block_is_judged(kind: str, more: dict[str, Any]) -> None:
    judged({"blocks": [{"type": kind, **more}]})


@QUIET
@given(st.sampled_from(sorted(SHAPES)), st.dictionaries(st.sampled_from(NAMES), ANY, max_size=6))
def test_any_element_is_judged(kind: str, more: dict[str, Any]) -> None:
    label = {"type": "plain_text", "text": "L"}
    for block in (
        {"type": "input", "label": label, "element": {"type": kind, "action_id": "a", **more}},
        {"type": "actions", "elements": [{"type": kind, "action_id": "a", **more}]},
        {"type": "section", "text": label, "accessory": {"type": kind, "action_id": "a", **more}},
    ):
        judged({"blocks": [block]})


@QUIET
@given(st.dictionaries(st.sampled_from(NAMES), ANY, max_size=6), st.sampled_from(["modal", "home"]))
def test_any_view_is_judged(view: dict[str, Any], kind: str) -> None:
    list(view_faults({**view, "type": kind}))


FIELDS = [
    {"type": "input", "block_id": "a", "element": {"type": "plain_text_input", "action_id": "a"}},
    {"type": "input", "block_id": "b", "element": {"type": "number_input", "action_id": "b"}},
    {"type": "input", "block_id": "c", "element": {"type": "multi_users_select", "action_id": "c"}},
    {"type": "input", "block_id": "d", "element": {"type": "timepicker", "action_id": "d"}},
    {
        "type": "input",
        "block_id": "e",
        "element": {
            "type": "checkboxes",
            "action_id": "e",
            "options": [{"text": {"type": "plain_text", "text": "X"}, "value": "x"}],
        },
    },
]


@QUIET
@given(st.dictionaries(st.sampled_from("abcde"), st.dictionaries(st.sampled_from("abcde"), ANY, max_size=2)))
def test_anything_a_page_says_was_filled_in_is_read_or_refused(values: dict[str, Any]) -> None:
    try:
        filled = state(FIELDS, values)
    except ValueError:
        return
    problems(FIELDS, filled["values"])
    json.dumps(filled)
