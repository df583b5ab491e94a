"""What people do in Slack's own client, and what Slack makes of it: messages, commands, presses, modals.

Each deed ends when the bot acknowledged it, or after 3 seconds without that: Slack waits no longer.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from bot.localslack import payloads
from bot.localslack.delivery import Delivery
from bot.localslack.filled import chosen, inside, problems, state, typed
from bot.localslack.lines import Ack, Line, attempt
from bot.localslack.server import SlackServer
from bot.localslack.telling import NOTHING, Telling
from bot.localslack.views import answered, drop, stack
from bot.localslack.world import BOT_USER, Channel, Json, Refused


class NotPossible(Exception):
    """What was asked for cannot be done here; `error` is a word for programs."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


class Deeds:
    """What the people of `slack` do towards the bot behind `line`; events go through `delivery`."""

    def __init__(self, slack: SlackServer, line: Line, delivery: Delivery) -> None:
        self._slack = slack
        self._line = line
        self._telling = Telling(slack, delivery)

    def write(
        self, user: str, channel_id: str, text: str, thread: str | None = None, files: Sequence[str] = ()
    ) -> tuple[Json, Ack]:
        """Write a message, as Slack's client sends it (`&`, `<`, `>` escaped, people as `<@U1>`)."""
        channel = self._talk(user, channel_id)
        if thread is not None and channel.find(thread) is None:
            raise NotPossible("thread_not_found", "This thread is no longer there.")
        objects = [self._slack.shared[name].info for name in files if name in self._slack.shared]
        if len(objects) != len(files):
            raise NotPossible("file_not_found", "A file was not uploaded.")
        if not text.strip() and not objects:
            raise NotPossible("no_text", "The message is empty.")
        if len(text) > 40_000:
            raise NotPossible("msg_too_long", "The message has more than 40,000 characters.")
        said = self._slack.say(channel.id, text, user, thread, objects)
        return said, self._telling.message(said, channel)

    def command(self, user: str, channel_id: str, name: str, text: str) -> Ack:
        """Use a slash command; what the ack holds is shown as Slack shows it."""
        channel = self._talk(user, channel_id)
        if name not in [command.name for command in self._slack.app.commands]:
            raise NotPossible("unknown_command", f"{name} is not a valid command.")
        form = payloads.command(self._slack, user, channel.id, name, text)
        ack = attempt(lambda: self._line.command(form))
        if not ack.failure:
            self._shown(ack, user, channel, f"{name} {text}".strip())
        return ack

    def press(
        self, user: str, channel_id: str, ts: str, block_id: str, action_id: str, given: Any, values: Json
    ) -> Ack:
        """Use an element of a message; `given` is what was chosen, `values` what stands in its inputs."""
        channel = self._talk(user, channel_id)
        message = self._slack.whispered(ts, user) or channel.find(ts)
        if message is None:
            raise NotPossible("message_not_found", "This message is no longer there.")
        cards = [card for card in message.get("attachments") or () if _has(card, block_id, action_id)]
        blocks = cards[0]["blocks"] if cards else message.get("blocks") or ()
        action = _action(blocks, block_id, action_id, given)
        base = payloads.interaction(self._slack, "block_actions", user)
        if cards:
            told = payloads.in_card(self._slack, user, channel.id, message, cards[0])
        else:
            told = payloads.in_message(self._slack, user, channel.id, message)
        payload = {**base, **told, "state": _state(blocks, values), "actions": [action]}
        return attempt(lambda: self._line.interaction(payload))

    def press_in(
        self, user: str, view_id: str, block_id: str, action_id: str, given: Any, values: Json
    ) -> Ack:
        """Use an element of a modal or of the home tab."""
        view = self._view(user, view_id)
        action = _action(view["blocks"], block_id, action_id, given)
        payload = {
            **payloads.interaction(self._slack, "block_actions", user, view=view_id),
            **payloads.in_view(view, _state(view["blocks"], values)),
            "actions": [action],
        }
        return attempt(lambda: self._line.interaction(payload))

    def shortcut(self, user: str, callback_id: str) -> Ack:
        """Use a global shortcut."""
        self._known(callback_id, "global")
        base = payloads.interaction(self._slack, "shortcut", user)
        payload = {**base, "callback_id": callback_id, "action_ts": f"{time.time():.6f}"}
        return attempt(lambda: self._line.interaction(payload))

    def on_message(self, user: str, callback_id: str, channel_id: str, ts: str) -> Ack:
        """Use a message shortcut."""
        self._known(callback_id, "message")
        channel = self._talk(user, channel_id)
        message = channel.find(ts)
        if message is None:
            raise NotPossible("message_not_found", "This message is no longer there.")
        told = payloads.in_message(self._slack, user, channel.id, message)
        payload = {
            **payloads.interaction(self._slack, "message_action", user),
            **{name: told[name] for name in ("channel", "message", "response_url")},
            "callback_id": callback_id,
            "action_ts": f"{time.time():.6f}",
            "message_ts": ts,
        }
        return attempt(lambda: self._line.interaction(payload))

    def submit(self, user: str, view_id: str, values: Json) -> tuple[dict[str, str], Ack]:
        """Submit a modal; gives what is wrong at which input, and the ack (status 200 where Slack's client
        itself found it)."""
        view = self._view(user, view_id)
        filled = _state(view["blocks"], values)
        if wrong := problems(view["blocks"], filled["values"]):
            return wrong, NOTHING
        payload = {
            **payloads.interaction(self._slack, "view_submission", user, view=view_id),
            "view": {**view, "state": filled},
            "response_urls": [],
        }
        ack = attempt(lambda: self._line.interaction(payload))
        return ({}, ack) if ack.failure else (answered(self._slack, view, ack.json), ack)

    def close(self, user: str, view_id: str, everything: bool = False) -> Ack:
        """Close a modal (and all under it); the bot hears of it where the view asks for that."""
        view = self._view(user, view_id)
        with self._slack.changing():
            closed = stack(self._slack, user)[::-1] if everything else [view]
            for each in closed:
                drop(self._slack, each)
        acks = [self._told_closed(user, each, everything) for each in closed if each["notify_on_close"]]
        return max(acks, key=lambda ack: bool(ack.failure), default=NOTHING)

    def _told_closed(self, user: str, view: Json, everything: bool) -> Ack:
        base = payloads.interaction(self._slack, "view_closed", user)
        del base["trigger_id"]
        return attempt(lambda: self._line.interaction({**base, "view": view, "is_cleared": everything}))

    def open_home(self, user: str) -> Ack:
        """Look at the app's home tab."""
        return self._telling.home(user)

    def react(self, user: str, channel_id: str, ts: str, name: str) -> Ack:
        """React to a message. Raises Refused when this person did so already."""
        channel = self._talk(user, channel_id)
        message = channel.find(ts)
        if message is None:
            raise NotPossible("message_not_found", "This message is no longer there.")
        self._slack.react(channel, message, name, user)
        return self._telling.reaction(user, name, message, channel)

    # looking things up

    def _talk(self, user: str, channel_id: str) -> Channel:
        """A channel that this person may write in; another's direct message is none."""
        channel = self._slack.channels.get(channel_id)
        if channel is None or (channel.kind == "im" and channel.user != user):
            raise NotPossible("channel_not_found", "There is no such channel.")
        if channel.archived:
            raise NotPossible("is_archived", "This channel is archived.")
        return channel

    def _view(self, user: str, view_id: str) -> Json:
        view = self._slack.views.get(view_id)
        if view is None or self._slack.owners.get(view_id) != user:
            raise NotPossible("view_not_found", "This window is no longer open.")
        return view

    def _known(self, callback_id: str, kind: str) -> None:
        if not any((s.callback_id, s.kind) == (callback_id, kind) for s in self._slack.app.shortcuts):
            raise NotPossible("unknown_shortcut", "There is no such shortcut.")

    def _shown(self, ack: Ack, user: str, channel: Channel, typed_in: str) -> None:
        """What a command's ack shows: the command itself where it is for the channel, and an answer."""
        answer = ack.json or ({"text": ack.body} if ack.body.strip() else {})
        public = answer.get("response_type") == "in_channel"
        if public:
            self._slack.post(channel, {"user": user, "text": typed_in, "is_command": True})
        content = {name: answer[name] for name in ("text", "blocks") if answer.get(name)}
        if not content:
            return
        try:
            if public:
                self._slack.check_message(content)
                self._slack.post(channel, {"user": BOT_USER, **content})
            else:
                self._slack.whisper({**content, "user": user, "channel": channel.id})
        except Refused:
            raise NotPossible(
                "invalid_command_response", "covcheck gave an answer that Slack refuses."
            ) from None


def _state(blocks: Sequence[Json], values: Mapping[str, Any]) -> Json:
    try:
        return state(blocks, values)
    except ValueError as error:
        raise NotPossible("invalid_values", f"This cannot be chosen: {error}.") from None


def _has(card: Json, block_id: str, action_id: str) -> bool:
    return any(
        (block.get("block_id"), element.get("action_id")) == (block_id, action_id)
        for block in card.get("blocks") or ()
        for element in inside(block)
    )


def _action(blocks: Sequence[Json], block_id: str, action_id: str, given: Any) -> Json:
    """What Slack sends of an element that was used."""
    for block in blocks:
        for element in inside(block):
            if (block.get("block_id"), element.get("action_id")) == (block_id, action_id):
                return _used(element, payloads.action(element, block), given)
    raise NotPossible("element_not_found", "This button is no longer there.")


def _used(element: Json, base: Json, given: Any) -> Json:
    if element["type"] == "button":
        return base
    try:
        return {**base, **chosen(element, typed(element, given))}
    except ValueError as error:
        raise NotPossible("invalid_values", f"This cannot be chosen: {error}.") from None
