"""Modals and the home tab: what a trigger may open, what lies over what, and who changed it meanwhile."""

from __future__ import annotations

import time
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.localslack.server import SlackServer
from bot.localslack.views import stack, view_faults
from bot.localslack.world import Trigger


def view(**more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Title"},
        "blocks": [{"type": "divider"}],
        **more,
    }


HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}


def error_of(web: WebClient, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        web.api_call(method, json=arguments)
    return str(refused.value.response["error"])


def test_a_trigger_opens_one_modal_once(web: WebClient, slack: SlackServer) -> None:
    trigger = slack.new_trigger("U2")
    opened = web.views_open(trigger_id=trigger, view=view())["view"]
    assert (opened["root_view_id"], opened["previous_view_id"]) == (opened["id"], None)
    assert opened["blocks"][0]["block_id"]
    assert stack(slack, "U2") == [slack.views[opened["id"]]]
    assert error_of(web, "views.open", trigger_id=trigger, view=view()) == "exchanged_trigger_id"
    assert error_of(web, "views.push", trigger_id=trigger, view=view()) == "exchanged_trigger_id"
    assert error_of(web, "views.open", trigger_id="1.2.3", view=view()) == "invalid_trigger_id"


def test_a_trigger_lives_for_three_seconds(web: WebClient, slack: SlackServer) -> None:
    trigger = slack.new_trigger()
    slack.triggers[trigger] = Trigger(at=time.monotonic() - 3.1)
    assert error_of(web, "views.open", trigger_id=trigger, view=view()) == "expired_trigger_id"
    assert slack.views == {}


def test_a_wrong_view_does_not_use_the_trigger_up(web: WebClient, slack: SlackServer) -> None:
    trigger = slack.new_trigger()
    with pytest.raises(SlackApiError) as refused:
        web.views_open(trigger_id=trigger, view=view(title={"type": "plain_text", "text": "x" * 25}))
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert web.views_open(trigger_id=trigger, view=view())["ok"]


def test_another_modal_takes_the_place_of_what_was_open(web: WebClient, slack: SlackServer) -> None:
    first = web.views_open(trigger_id=slack.new_trigger(), view=view())["view"]["id"]
    other = web.views_open(trigger_id=slack.new_trigger("U2"), view=view())["view"]["id"]
    second = web.views_open(trigger_id=slack.new_trigger(), view=view())["view"]["id"]
    assert [first in slack.views, other in slack.views, second in slack.views] == [False, True, True]


def test_three_modals_lie_over_each_other(web: WebClient, slack: SlackServer) -> None:
    root = web.views_open(trigger_id=slack.new_trigger(), view=view())["view"]
    second = web.views_push(trigger_id=slack.new_trigger("U1", root["id"]), view=view())["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (root["id"], root["id"])
    third = web.views_push(trigger_id=slack.new_trigger("U1", second["id"]), view=view())["view"]
    more = {"trigger_id": slack.new_trigger("U1", third["id"]), "view": view()}
    assert error_of(web, "views.push", **more) == "push_limit_reached"
    assert error_of(web, "views.push", trigger_id=slack.new_trigger(), view=view()) == "not_found"
    assert len(stack(slack, "U1")) == 3


def test_a_change_meanwhile_is_a_conflict(web: WebClient, slack: SlackServer) -> None:
    opened = web.views_open(trigger_id=slack.new_trigger(), view=view(external_id="mine"))["view"]
    newer = web.views_update(view_id=opened["id"], hash=opened["hash"], view=view(callback_id="b"))["view"]
    assert (newer["id"], newer["callback_id"]) == (opened["id"], "b")
    old = {"view_id": opened["id"], "hash": opened["hash"], "view": view()}
    assert error_of(web, "views.update", **old) == "hash_conflict"
    assert web.views_update(view_id=opened["id"], view=view(external_id="mine"))["ok"]
    assert web.views_update(external_id="mine", view=view())["ok"]
    assert error_of(web, "views.update", view_id="V9", view=view()) == "not_found"


def test_an_external_id_belongs_to_one_view(web: WebClient, slack: SlackServer) -> None:
    first = {"trigger_id": slack.new_trigger("U1"), "view": view(external_id="mine")}
    second = {"trigger_id": slack.new_trigger("U2"), "view": view(external_id="mine")}
    opened = web.api_call("views.open", json=first)["view"]
    assert error_of(web, "views.open", **second) == "duplicate_external_id"
    assert web.views_update(view_id=opened["id"], view=view(external_id="mine"))["ok"]


def test_a_home_tab_is_published_for_a_person(web: WebClient, slack: SlackServer) -> None:
    first = web.views_publish(user_id="U1", view=HOME)["view"]
    second = web.views_publish(user_id="U1", view=HOME, hash=first["hash"])["view"]
    assert slack.homes["U1"]["hash"] == second["hash"]
    assert stack(slack, "U1") == []
    assert error_of(web, "views.publish", user_id="U1", view=HOME, hash=first["hash"]) == "hash_conflict"
    assert error_of(web, "views.publish", user_id="U9", view=HOME) == "user_not_found"
    assert error_of(web, "views.publish", view=HOME) == "invalid_arguments"
    assert error_of(web, "views.publish", user_id="U1", view=view()) == "invalid_arguments"


def test_a_view_that_is_too_large(web: WebClient, slack: SlackServer) -> None:
    block = {"type": "section", "text": {"type": "plain_text", "text": "x" * 2_900}}
    arguments = {"trigger_id": slack.new_trigger(), "view": view(blocks=[block] * 90)}
    assert error_of(web, "views.open", **arguments) == "view_too_large"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (view(type="popup"), "unsupported type: popup [json-pointer:/view/type]"),
        (view(title=None), "missing required field: title [json-pointer:/view]"),
        (view(blocks=None), "must provide an array [json-pointer:/view/blocks]"),
        (view(blocks=[{"type": "divider"}] * 101), "no more than 100 items allowed"),
        (view(blocks=["x"]), "must provide an object [json-pointer:/view/blocks/0]"),
        (view(blocks=[{"type": "table", "rows": []}]), "unsupported type: table"),
        (view(callback_id="x" * 256), "must be less than 256 characters"),
        (view(colour="red"), "invalid additional property: colour [json-pointer:/view]"),
        ({**HOME, "notify_on_close": True}, "invalid additional property: notify_on_close"),
    ],
)
def test_views_that_slack_refuses(wrong: dict[str, Any], says: str) -> None:
    assert next(iter(view_faults(wrong))).startswith(says)


def test_views_that_slack_takes() -> None:
    assert list(view_faults(view(blocks=[{"type": "divider"}] * 100, notify_on_close=True))) == []
    assert list(view_faults(HOME)) == []
