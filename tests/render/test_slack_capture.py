"""The modal and the message for review: within Slack's limits whatever is in them, and nothing acts."""

from __future__ import annotations

import json
import re

import pytest

from bot.localslack.limits import message_error
from bot.localslack.reading import reading, runs
from bot.localslack.views import state_of, view_faults
from bot.render.inputs import MAX_INPUT
from bot.render.slack_capture import (
    CONFIRM,
    Review,
    capture_view,
    field_values,
    loading_view,
    offer_post,
    review_post,
    told_view,
)
from bot.render.slack_cases import solved_post

EVIL = "<!channel> <@U123> <http://evil.example|here> *b* `c` \u202e 日本 😀 "
LONG = dict.fromkeys(("title", "question", "cause", "fix", "links"), EVIL * 200)


def review(state: str = "draft", **changes: object) -> Review:
    texts = {"title": "Two directories", "question": "Why?", "cause": "c", "fix": "f"}
    held = {"texts": texts, "links": ("kind.yaml:2", "https://go.dev/x"), "notes": ("Cited: 1 of 1 files.",)}
    return Review(**{"capture_id": "a" * 32, "version": 3, "article": "two-directories", "state": state,
                     "by": "U7", **held, **changes})  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.parametrize(
    "view",
    [
        loading_view(),
        told_view(EVIL * 300),
        capture_view({}, {"thread": "1.1"}),
        capture_view(LONG, {"thread": "1.1"}, "note"),
    ],
)
def test_every_view_is_one_that_slack_takes(view: dict[str, object]) -> None:
    assert list(view_faults(view)) == []


def test_what_was_typed_comes_back() -> None:
    view = capture_view({"title": "a", "cause": "b"}, {"thread": "1.1"})
    sent = {**view, "state": state_of(view, {"fix": "c", "cause": ""})}
    assert field_values(sent) == {"title": "a", "question": "", "cause": "", "fix": "c", "links": ""}
    assert field_values({}) == dict.fromkeys(field_values(sent), "")


def test_metadata_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        capture_view({}, {"thread": "1" * 3_000})


@pytest.mark.parametrize(
    ("state", "says", "ends"),
    [
        ("draft", "a draft until a reviewer confirms it. Saved by @U7", "[Confirm] [Edit] [Reject]"),
        ("confirmed", "confirmed by @U7", "[Edit] [Withdraw]"),
        ("rejected", "it is no longer found. Decided by @U7", "Decided by @U7"),
    ],
)
def test_what_reviewers_read(state: str, says: str, ends: str) -> None:
    shown = reading(review_post(review(state)).blocks)
    assert f"Article two-directories: {says}" in shown
    assert shown.endswith(ends)
    assert "Cause: c\nFix: f" in shown


def test_buttons_carry_the_version_that_was_shown() -> None:
    (row,) = [block for block in review_post(review()).blocks if block["type"] == "actions"]
    (value,) = {element["value"] for element in row["elements"]}
    assert value == f"{'a' * 32} 3"
    assert row["elements"][0]["action_id"] == CONFIRM


@pytest.mark.parametrize("text", ["x" * MAX_INPUT, "日" * MAX_INPUT, EVIL * 60, "\x00" * 700, "😀" * 1_500])
def test_a_draft_is_one_message_with_its_buttons(text: str) -> None:
    texts = dict.fromkeys(("title", "question", "cause", "fix"), text)
    links = tuple(f"https://example.com/{n}/{'é' * 400}" for n in range(20))
    post = review_post(review(texts=texts, links=links, notes=(text,)))
    assert message_error(post.payload()) is None
    assert reading(post.blocks).endswith("[Confirm] [Edit] [Reject]")
    assert {run["type"] for run in runs(post.blocks)} <= {"text", "link", "user"}
    assert [run["user_id"] for run in runs(post.blocks) if run["type"] == "user"] == ["U7"]
    assert re.search(r"- and \d+ more", reading(post.blocks)), "links that are not shown are counted"


def test_what_is_said_of_a_solved_case() -> None:
    post = solved_post("a run on 3 November shows 80.0% of 280 statements", EVIL * 100, EVIL * 100, "j" * 32)
    assert message_error(post.payload()) is None
    assert all(run["type"] == "text" for run in runs(post.blocks))
    unknown = reading(solved_post("a run on 3 November", "", "", "j").blocks)
    assert "No cause was named" in unknown
    assert json.dumps(offer_post("17.1").payload()).count("thread 17.1") == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"title": {"type": "plain_text", "text": "x" * 25}},
            "less than 25 characters [json-pointer:/view/title/text]",
        ),
        ({"submit": None}, "must define `submit` to use an `input` block in modals"),
        (
            {"private_metadata": "x" * 3_001},
            "less than 3001 characters [json-pointer:/view/private",
        ),
        ({"blocks": []}, "no fewer than 1 items allowed [json-pointer:/view/blocks]"),
        ({"type": "popup"}, "unsupported type: popup"),
    ],
)
def test_the_local_slack_refuses_what_slack_refuses(change: dict[str, object], says: str) -> None:
    view = {**capture_view({}, {}), **change}
    assert any(says in fault for fault in view_faults(view))


def test_the_local_slack_knows_a_fields_bounds() -> None:
    view = capture_view({}, {})
    view["blocks"][0]["element"].update(initial_value="x" * 151)
    view["blocks"][1]["block_id"] = "title"
    assert list(view_faults(view)) == [
        "must be less than 151 characters [json-pointer:/view/blocks/0/element/initial_value]",
        '`block_id` "title" already exists [json-pointer:/view/blocks/1/block_id]',
    ]
