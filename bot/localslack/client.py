"""Slack's side of the line to the bot: what people do becomes signed requests or envelopes."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bot.localslack.elements import Typed
from bot.localslack.server import SlackServer
from bot.localslack.views import drop, state_of
from bot.localslack.world import BOT_USER, HUMAN, TEAM

Json = dict[str, Any]
_COUNT = itertools.count(1)


@dataclass(frozen=True)
class Ack:
    """What the bot answered: the HTTP status (200 for an acknowledged envelope), the body, seconds."""

    status: int
    body: str
    seconds: float

    @property
    def json(self) -> Json:
        return dict(json.loads(self.body)) if self.body.startswith("{") else {}


class Line(Protocol):
    """A way to the bot."""

    def command(self, form: Json) -> Ack: ...
    def event(self, payload: Json, headers: dict[str, str]) -> Ack: ...
    def interaction(self, payload: Json) -> Ack: ...


@dataclass(frozen=True)
class HttpLine:
    """Signed HTTP, as Slack sends it."""

    port: int
    secret: str

    def command(self, form: Json) -> Ack:
        return self.send(urlencode(form).encode(), "application/x-www-form-urlencoded")

    def event(self, payload: Json, headers: dict[str, str]) -> Ack:
        return self.send(json.dumps(payload).encode(), "application/json", headers)

    def interaction(self, payload: Json) -> Ack:
        form = urlencode({"payload": json.dumps(payload)}).encode()
        return self.send(form, "application/x-www-form-urlencoded")

    def send(self, body: bytes, kind: str, headers: dict[str, str] | None = None) -> Ack:
        """Sign a body and send it; `headers` may replace the signature's."""
        stamp = str(int(time.time()))
        signature = SignatureVerifier(self.secret).generate_signature(timestamp=stamp, body=body)
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signature)}
        return self.raw("POST", "/slack/events", body, {"Content-Type": kind, **signed, **(headers or {})})

    def raw(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Ack:
        """Send any request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        begun = time.monotonic()
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # refused before it was read
                connection.request(method, path, body, {k: v.encode("latin-1") for k, v in headers.items()})
            response = connection.getresponse()
            return Ack(response.status, response.read().decode(), time.monotonic() - begun)
        finally:
            connection.close()


@dataclass(frozen=True)
class SocketLine:
    """Socket Mode envelopes."""

    slack: SlackServer

    def command(self, form: Json) -> Ack:
        return self._send("slash_commands", form)

    def event(self, payload: Json, headers: dict[str, str]) -> Ack:
        return self._send("events_api", payload)

    def interaction(self, payload: Json) -> Ack:
        return self._send("interactive", payload)

    def _send(self, kind: str, payload: Json) -> Ack:
        begun = time.monotonic()
        ack = self.slack.sockets.send(kind, payload)
        seconds = time.monotonic() - begun
        if ack is None:
            return Ack(504, "", seconds)
        return Ack(200, json.dumps(ack["payload"]) if ack.get("payload") else "", seconds)


class SlackClient:
    """A person in a channel. Every deed gives the bot's Ack; what is sent can be sent again."""

    def __init__(
        self, slack: SlackServer, line: Line, user: str = HUMAN, channel: str = "C1", team: str = TEAM
    ) -> None:
        self.slack = slack
        self.line = line
        self.user = user
        self.home = channel
        self.team = team
        slack.channel(channel)

    def command(self, text: str, *, channel: str | None = None, trigger: str | None = None) -> Ack:
        """`/covcheck TEXT`; what the ack shows only to this person is kept as a whisper."""
        form = {
            "command": "/covcheck",
            "text": text,
            "team_id": self.team,
            "user_id": self.user,
            "channel_id": channel or self.home,
            "trigger_id": trigger or self.slack.new_trigger(self.user),
            "response_url": self.slack.new_response_url(),
            "api_app_id": "A1",
            "token": "old",
        }
        ack = self.line.command(form)
        if ack.json.get("text"):
            self.slack.whisper({**ack.json, "user": self.user})
        return ack

    def mention(
        self,
        text: str,
        *,
        channel: str | None = None,
        thread: str | None = None,
        event_id: str | None = None,
        message: Json | None = None,
        retry: int = 0,
        files: Sequence[Json] = (),
    ) -> tuple[Ack, Json]:
        """`@covcheck TEXT`; gives the ack and the person's message."""
        words = f"<@{BOT_USER}> {text}"
        said = message or self.slack.say(channel or self.home, words, self.user, thread, files)
        event = {
            **said,
            "user_team": self.team,
            "type": "app_mention",
            "channel": channel or self.home,
            "event_ts": said["ts"],
        }
        return self._event(event, event_id, retry), said

    def direct(
        self, text: str, *, event_id: str | None = None, files: Sequence[Json] = (), **more: Any
    ) -> tuple[Ack, Json]:
        """A direct message to the bot."""
        said = self.slack.say("D1", text, self.user, None, files)
        event = {
            **said,
            "user_team": self.team,
            "channel": "D1",
            "channel_type": "im",
            "event_ts": said["ts"],
            **more,
        }
        return self._event(event, event_id, 0), said

    def shortcut(
        self, message: Json, callback_id: str, *, channel: str | None = None, stamp: str | None = None
    ) -> Ack:
        """Use a message shortcut on a message."""
        payload = {
            "type": "message_action",
            "callback_id": callback_id,
            "action_ts": stamp or f"{time.time():.6f}",
            "user": {"id": self.user, "team_id": self.team},
            "team": {"id": TEAM},
            "channel": {"id": channel or self.home},
            "message": message,
            "message_ts": message["ts"],
            "trigger_id": self.slack.new_trigger(self.user),
            "response_url": self.slack.new_response_url(),
        }
        return self.line.interaction(payload)

    def say(
        self,
        text: str,
        *,
        channel: str | None = None,
        thread: str | None = None,
        event_id: str | None = None,
        message: Json | None = None,
        kind: str = "channel",
        **more: Any,
    ) -> tuple[Ack, Json]:
        """An ordinary message in a channel that the bot is in."""
        where = channel or self.home
        said = message or self.slack.say(where, text, self.user, thread)
        return self._event({**self._said(said, where), "channel_type": kind, **more}, event_id, 0), said

    def press(
        self, message: Json, action_id: str, *, channel: str | None = None, stamp: str | None = None
    ) -> Ack:
        """Press a button of the bot's message; one that is `only_for` a person comes without its content,
        as Slack sends it."""
        element, block = _element(message, action_id)
        action = {"type": "button", "action_id": action_id, "value": element["value"]}
        return self._action(message, action, block, channel, stamp)

    def react(self, message: Json, reaction: str, *, channel: str | None = None) -> Ack:
        """React to a message."""
        where = channel or self.home
        item = {"type": "message", "channel": where, "ts": message["ts"]}
        event = {"type": "reaction_added", "user": self.user, "reaction": reaction, "item": item}
        return self._event({**event, "item_user": message["user"], "event_ts": self.slack.new_ts()}, None, 0)

    def submit(self, view_id: str, **typed: Typed) -> Ack:
        """Submit an open modal, some of its fields filled in otherwise; errors keep it open."""
        view = self.slack.views[view_id]
        payload = {
            "type": "view_submission",
            "user": {"id": self.user, "team_id": self.team},
            "team": {"id": TEAM},
            "api_app_id": "A1",
            "view": {**view, "state": state_of(view, typed)},
        }
        ack = self.line.interaction(payload)
        if ack.status == 200 and ack.json.get("response_action") != "errors":
            self.close(view_id)
        return ack

    def close(self, view_id: str) -> None:
        """Close a modal."""
        view = self.slack.views.get(view_id)
        if view is not None:
            drop(self.slack, view)

    def choose(self, message: Json, action_id: str, value: str, *, channel: str | None = None) -> Ack:
        """Choose an option of a menu in the bot's message."""
        element, block = _element(message, action_id)
        option = next(o for o in element["options"] if o["value"] == value)
        action = {"type": "static_select", "action_id": action_id, "selected_option": option}
        return self._action(message, action, block, channel, None)

    def _said(self, message: Json, channel: str) -> Json:
        """A message as an event tells of it."""
        return {**message, "user_team": self.team, "channel": channel, "event_ts": message["ts"]}

    def _event(self, event: Json, event_id: str | None, retry: int) -> Ack:
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A1",
            "event": event,
            "event_id": event_id or f"Ev{next(_COUNT)}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
        }
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        return self.line.event(payload, headers)

    def _action(
        self, message: Json, action: Json, block: Json, channel: str | None, stamp: str | None
    ) -> Ack:
        where = channel or self.home
        payload = {
            "type": "block_actions",
            "user": {"id": self.user, "team_id": self.team},
            "team": {"id": TEAM},
            "api_app_id": "A1",
            "trigger_id": self.slack.new_trigger(self.user),
            "response_url": self.slack.new_response_url(),
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": where},
            "channel": {"id": where},
            **({"message": message} if "only_for" not in message else {}),
            "actions": [
                {"action_ts": stamp or f"{time.time():.6f}", "block_id": block.get("block_id", "b"), **action}
            ],
        }
        return self.line.interaction(payload)


def _element(message: Json, action_id: str) -> tuple[Json, Json]:
    for block in message["blocks"]:
        for element in block.get("elements", ()):
            if element.get("action_id") == action_id:
                return element, block
    raise AssertionError(f"the message has no {action_id}")
