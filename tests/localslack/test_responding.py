"""Replies by response_url: how often, how long, to whom, and instead of what."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient, WebhookResponse

from bot.localslack.server import SlackServer


def send(url: str, **body: Any) -> WebhookResponse:
    return WebhookClient(url, retry_handlers=[]).send_dict(body)


def test_five_uses_and_no_more(slack: SlackServer) -> None:
    url = slack.new_response_url("C1", "U1")
    codes = [send(url, text=str(number)).status_code for number in range(6)]
    assert codes == [200] * 5 + [404]
    assert "used_url" in send(url, text="x").body
    assert [whisper["text"] for whisper in slack.whispers] == list("01234")
    assert {(whisper["channel"], whisper["only_for"]) for whisper in slack.whispers} == {("C1", "U1")}


def test_thirty_minutes_and_no_longer(slack: SlackServer) -> None:
    url = slack.new_response_url("C1", "U1")
    (name,) = slack.addresses
    slack.addresses[name] = replace(slack.addresses[name], at=time.monotonic() - 1_799)
    assert send(url, text="x").status_code == 200
    slack.addresses[name] = replace(slack.addresses[name], at=time.monotonic() - 1_801)
    reply = send(url, text="x")
    assert (reply.status_code, "expired_url" in reply.body) == (404, True)
    assert send(f"{slack.origin}/response/nothing", text="x").status_code == 404


def test_in_channel_is_for_everybody(slack: SlackServer) -> None:
    send(slack.new_response_url("C1", "U1"), text="all", response_type="in_channel")
    assert ([m["text"] for m in slack.by_bot("C1")], slack.whispers) == (["all"], [])


def test_the_message_that_was_pressed_is_replaced_or_deleted(web: WebClient, slack: SlackServer) -> None:
    blocks = [{"type": "divider"}]
    posted = web.chat_postMessage(channel="C1", text="old", blocks=blocks)
    url = slack.new_response_url("C1", "U1", posted["ts"])
    send(url, text="new", replace_original=True)
    (message,) = slack.by_bot("C1")
    assert (message["ts"], message["text"], message["blocks"]) == (posted["ts"], "new", [])
    send(url, delete_original=True)
    assert slack.by_bot("C1") == []
    assert send(url, text="x", replace_original=True).status_code == 404


def test_a_private_message_is_replaced_or_deleted(web: WebClient, slack: SlackServer) -> None:
    told = web.chat_postEphemeral(channel="C1", user="U1", text="old")
    url = slack.new_response_url("C1", "U1", told["message_ts"])
    send(url, text="new", replace_original=True)
    assert [(w["ts"], w["text"]) for w in slack.whispers] == [(told["message_ts"], "new")]
    send(url, delete_original=True)
    assert slack.whispers == []


def test_what_people_wrote_is_not_replaced(slack: SlackServer) -> None:
    said = slack.say("C1", "mine", "U1")
    url = slack.new_response_url("C1", "U1", said["ts"])
    assert send(url, text="x", replace_original=True).status_code == 404
    assert slack.channel("C1").messages[0]["text"] == "mine"


@pytest.mark.parametrize("body", [{}, {"blocks": [{"type": "magic"}]}])
def test_a_reply_that_slack_refuses(slack: SlackServer, body: dict[str, Any]) -> None:
    assert send(slack.new_response_url("C1", "U1"), **body).status_code == 400
    assert slack.whispers == []
