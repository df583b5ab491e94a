"""People who write to the bot: what they do becomes signed requests or envelopes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from bot.localslack import payloads
from bot.localslack.elements import Typed
from bot.localslack.lines import Ack, HttpLine, Line, SocketLine
from bot.localslack.server import SlackServer
from bot.localslack.views import drop, state_of
from bot.localslack.world import BOT_USER, HUMAN, TEAM, Json

__all__ = ["Ack", "HttpLine", "Line", "SlackClient", "SocketLine"]


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
        where = channel or self.home
        form = payloads.command(self.slack, self.user, where, "/covcheck", text, self.team)
        ack = self.line.command({**form, "trigger_id": trigger or form["trigger_id"]})
        if ack.json.get("text"):
            self.slack.whisper({**ack.json, "user": self.user, "channel": where})
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
        where, words = channel or self.home, f"<@{BOT_USER}> {text}"
        said = message or self.slack.say(where, words, self.user, thread, files)
        return self._event({**self._said(said, where), "type": "app_mention"}, event_id, retry), said

    def direct(
        self, text: str, *, event_id: str | None = None, files: Sequence[Json] = (), **more: Any
    ) -> tuple[Ack, Json]:
        """A direct message to the bot."""
        where = self.slack.dm(self.user).id
        said = self.slack.say(where, text, self.user, None, files)
        return self._event({**self._said(said, where), "channel_type": "im", **more}, event_id, 0), said

    def shortcut(
        self, message: Json, callback_id: str, *, channel: str | None = None, stamp: str | None = None
    ) -> Ack:
        """Use a message shortcut on a message."""
        payload = {
            **payloads.interaction(self.slack, "message_action", self.user, self.team),
            **payloads.in_message(self.slack, self.user, channel or self.home, message),
            "message": message,
            "callback_id": callback_id,
            "action_ts": stamp or f"{time.time():.6f}",
            "message_ts": message["ts"],
        }
        return self.line.interaction(payload)

    def start(self, callback_id: str) -> Ack:
        """Use a global shortcut."""
        base = payloads.interaction(self.slack, "shortcut", self.user, self.team)
        return self.line.interaction({**base, "callback_id": callback_id, "action_ts": f"{time.time():.6f}"})

    def open_home(self) -> Ack:
        """Look at the app's home tab."""
        event: Json = {"type": "app_home_opened", "user": self.user, "tab": "home"}
        event |= {"channel": self.slack.dm(self.user).id, "event_ts": self.slack.new_ts()}
        shown = self.slack.homes.get(self.user)
        return self._event({**event, **({"view": shown} if shown else {})}, None, 0)

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
        return self._action(message, payloads.action(element, block, stamp), channel)

    def press_in(self, view_id: str, action_id: str, **typed: Typed) -> Ack:
        """Press a button of a modal or home tab, some of its fields filled in otherwise."""
        view = self.slack.views[view_id]
        element, block = _element(view, action_id)
        payload = {
            **payloads.interaction(self.slack, "block_actions", self.user, self.team, view_id),
            **payloads.in_view(view, state_of(view, typed)),
            "actions": [payloads.action(element, block)],
        }
        return self.line.interaction(payload)

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
            **payloads.interaction(self.slack, "view_submission", self.user, self.team, view_id),
            "view": {**view, "state": state_of(view, typed)},
            "response_urls": [],
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
        return self._action(message, {**payloads.action(element, block), "selected_option": option}, channel)

    def share(
        self,
        said: Json,
        *urls: str,
        channel: str | None = None,
        event_id: str | None = None,
        envelope: Json | None = None,
        **more: Any,
    ) -> Ack:
        """Slack tells the bot of links in a message; `envelope` goes around the event."""
        shared = [(url, "github.com") for url in urls]
        event = payloads.links(said, self.slack.channel(channel or self.home), shared)
        return self.line.event({**payloads.event({**event, **more}, event_id), **(envelope or {})}, {})

    def press_card(self, message: Json, action_id: str, *, channel: str | None = None) -> Ack:
        """Press a button of a card under a link; it comes without the message that has the link."""
        where = channel or self.home
        card = next(iter(message["attachments"]))
        element, block = _element(card, action_id)
        payload = {
            **payloads.interaction(self.slack, "block_actions", self.user, self.team),
            **payloads.in_card(self.slack, self.user, where, message, card),
            "actions": [payloads.action(element, block)],
        }
        return self.line.interaction(payload)

    def _said(self, message: Json, channel: str) -> Json:
        """A message as an event tells of it."""
        return payloads.said(message, self.slack.channel(channel), self.team)

    def _event(self, event: Json, event_id: str | None, retry: int) -> Ack:
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        return self.line.event(payloads.event(event, event_id), headers)

    def _action(self, message: Json, action: Json, channel: str | None) -> Ack:
        payload = {
            **payloads.interaction(self.slack, "block_actions", self.user, self.team),
            **payloads.in_message(self.slack, self.user, channel or self.home, message),
            "actions": [action],
        }
        return self.line.interaction(payload)


def _element(holder: Json, action_id: str) -> tuple[Json, Json]:
    for block in holder["blocks"]:
        inside = [block.get("accessory"), block.get("element"), *block.get("elements", ())]
        for element in inside:
            if element and element.get("action_id") == action_id:
                return element, block
    raise AssertionError(f"there is no {action_id}")
