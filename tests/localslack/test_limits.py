"""What Slack refuses of a message, and what it takes; each with its words and its place."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.localslack.limits import judged
from bot.localslack.server import SlackServer


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def menu(count: int = 2, kind: str = "static_select", **more: Any) -> dict[str, Any]:
    options = [{"text": plain(f"Option {n}"), "value": str(n)} for n in range(count)]
    return {"type": kind, "action_id": "m", "options": options, **more}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def rich(*runs: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def image(**more: Any) -> dict[str, Any]:
    return {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A", **more}


def table(rows: int, cells: int = 2) -> dict[str, Any]:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows}


CONFIRM = {"title": plain("t"), "text": plain("t"), "confirm": plain("c"), "deny": plain("d")}
AT = "[json-pointer:/blocks/0"

LOUD: list[tuple[Any, str]] = [
    (section("x" * 3_001), f"must be less than 3001 characters {AT}/text/text]"),
    (section(""), f"must be more than 0 characters {AT}/text/text]"),
    ({"type": "section"}, f"must define either `text` or `fields` {AT}/type]"),
    (section(colour="red"), f"invalid additional property: colour {AT}]"),
    (section(fields=[plain("x")] * 11), f"no more than 10 items allowed {AT}/fields]"),
    (section(fields=[plain("x" * 2_001)]), f"must be less than 2001 characters {AT}/fields/0/text]"),
    (section(block_id="x" * 256), f"must be less than 256 characters {AT}/block_id]"),
    (section(accessory={"type": "magic"}), f"unsupported type: magic {AT}/accessory/type]"),
    ({"type": "text"}, f"unsupported type: text {AT}/type]"),
    ({"type": "header", "text": plain("x" * 151)}, f"must be less than 151 characters {AT}/text/text]"),
    (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        f"unsupported type: mrkdwn {AT}/text/type]",
    ),
    ({"type": "header"}, f"missing required field: text {AT}]"),
    ({"type": "header", "text": "x"}, f"must provide an object {AT}/text]"),
    ({"type": "context", "elements": [plain("x")] * 11}, f"no more than 10 items allowed {AT}/elements]"),
    (actions(), f"no fewer than 1 items allowed {AT}/elements]"),
    (actions("x"), f"must provide an object {AT}/elements/0]"),
    (actions(*[button(str(n)) for n in range(26)]), f"no more than 25 items allowed {AT}/elements]"),
    (actions(button(), button()), f'`action_id` "a" already exists {AT}/elements/1/action_id]'),
    (actions(button("x" * 256)), f"must be less than 256 characters {AT}/elements/0/action_id]"),
    (actions(button(text=plain("x" * 76))), f"must be less than 76 characters {AT}/elements/0/text/text]"),
    (actions(button(value="x" * 2_001)), f"must be less than 2001 characters {AT}/elements/0/value]"),
    (actions(button(style="green")), f"unsupported style: green {AT}/elements/0/style]"),
    (actions(button(disabled=True)), f"invalid additional property: disabled {AT}/elements/0]"),
    (actions(button(confirm={})), f"missing required field: title {AT}/elements/0/confirm]"),
    (
        actions(button(confirm={**CONFIRM, "text": plain("x" * 301)})),
        f"must be less than 301 characters {AT}/elements/0/confirm/text/text]",
    ),
    (actions(menu(0)), f"no fewer than 1 items allowed {AT}/elements/0/options]"),
    (actions(menu(101)), f"no more than 100 items allowed {AT}/elements/0/options]"),
    (actions(menu(11, "checkboxes")), f"no more than 10 items allowed {AT}/elements/0/options]"),
    (actions(menu(6, "overflow")), f"no more than 5 items allowed {AT}/elements/0/options]"),
    (
        actions(menu(kind="multi_static_select")),
        f"unsupported type: multi_static_select {AT}/elements/0/type]",
    ),
    (actions({"type": "plain_text_input"}), f"unsupported type: plain_text_input {AT}/elements/0/type]"),
    (
        actions(menu(initial_option={"text": plain("x"), "value": "x"})),
        f"must be one of the options {AT}/elements/0/initial_option]",
    ),
    (rich(), f"no fewer than 1 items allowed {AT}/elements/0/elements]"),
    (rich({"type": "text", "text": ""}), f"must be more than 0 characters {AT}/elements/0/elements/0/text]"),
    (rich({"type": "link", "url": "javascript:x"}), f"must be a valid URL {AT}/elements/0/elements/0/url]"),
    (rich({"type": "magic"}), f"unsupported type: magic {AT}/elements/0/elements/0/type]"),
    (image(alt_text=""), f"must be more than 0 characters {AT}/alt_text]"),
    (image(image_url="file:///etc"), f"must be a valid URL {AT}/image_url]"),
    (image(slack_file={"id": "F1"}), f"must define either `image_url` or `slack_file` {AT}]"),
    ({"type": "markdown", "text": "x" * 12_001}, f"must be less than 12001 characters {AT}/text]"),
    (table(101), f"no more than 100 items allowed {AT}/rows]"),
    (table(1, 21), f"no more than 20 items allowed {AT}/rows/0]"),
]

QUIET = [
    section("x" * 3_000),
    section(fields=[plain("x" * 2_000)] * 5, accessory=image()),
    section(accessory=menu(kind="multi_static_select")),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [plain("x"), image()]},
    {"type": "divider"},
    actions(*[button(str(n)) for n in range(25)]),
    actions(button(confirm={**CONFIRM, "style": "danger"}, style="danger", value="x" * 2_000)),
    actions({"type": "button", "text": plain("Open"), "url": "https://x.example"}),
    actions(menu(100)),
    actions(menu(10, "radio_buttons"), {"type": "timepicker", "action_id": "t", "initial_time": "09:00"}),
    actions(menu(5, "overflow"), {"type": "users_select", "action_id": "u", "placeholder": plain("x")}),
    rich({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U1"}),
    image(title=plain("x")),
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A"},
    {"type": "markdown", "text": "# x"},
    {"type": "input", "label": plain("L"), "element": {"type": "plain_text_input", "action_id": "i"}},
    table(100, 2),
]


@pytest.mark.parametrize(("block", "says"), LOUD, ids=[str(n) for n in range(len(LOUD))])
def test_a_block_that_slack_refuses(block: Any, says: str) -> None:
    error, found = judged({"text": "t", "blocks": [block]})
    assert (error, found[0]) == ("invalid_blocks", says)


@pytest.mark.parametrize("block", QUIET, ids=[f"{n} {block['type']}" for n, block in enumerate(QUIET)])
def test_a_block_that_slack_takes(block: dict[str, Any]) -> None:
    assert judged({"blocks": [block]}) == (None, [])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x" * 40_000}, None),
        ({"blocks": "x"}, "invalid_blocks_format"),
        ({"blocks": [section()] * 51}, "invalid_blocks"),
        ({"blocks": [section()] * 50}, None),
        ({"blocks": [section("x" * 2_900)] * 5}, "msg_blocks_too_long"),
        ({"blocks": [section("x" * 2_900)] * 4}, None),
        ({"blocks": [section(block_id="a"), section(block_id="a")]}, "invalid_blocks"),
        ({"blocks": [section(block_id="a"), section(block_id="b")]}, None),
        ({"blocks": [table(2), table(2)]}, "invalid_blocks"),
    ],
)
def test_a_message_as_a_whole(arguments: dict[str, Any], error: str | None) -> None:
    assert judged(arguments)[0] == error


def test_slacks_answer_tells_what_is_wrong_and_where(web: WebClient, slack: SlackServer) -> None:
    with pytest.raises(SlackApiError) as refused:
        web.chat_postMessage(channel="C1", text="x", blocks=[section(), section("")])
    answer = refused.value.response.data
    assert answer == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": ["must be more than 0 characters [json-pointer:/blocks/1/text/text]"],
        "response_metadata": {
            "messages": ["[ERROR] must be more than 0 characters [json-pointer:/blocks/1/text/text]"]
        },
    }
    assert slack.by_bot("C1") == []
    assert len(slack.violations) == 1


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_type": "t", "event_payload": {"x": "x" * 8_000}}, "metadata_too_large"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "t"}, "invalid_metadata_format"),
    ],
)
def test_metadata_that_slack_refuses(web: WebClient, metadata: dict[str, Any], error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        web.chat_postMessage(channel="C1", text="x", metadata=metadata)
    fits = {"event_type": "t", "event_payload": {"x": "x" * 7_000}}
    assert web.chat_postMessage(channel="C1", text="x", metadata=fits)["ok"]


@pytest.mark.parametrize(
    ("body", "error"),
    [({"blocks": "{"}, "invalid_blocks_format"), ({"metadata": "["}, "invalid_metadata_format")],
)
def test_json_that_cannot_be_read(web: WebClient, body: dict[str, str], error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        web.api_call("chat.postMessage", data={"channel": "C1", "text": "x", **body})
