"""The console's HTTP API: what the page asks of the local Slack, and what people do there.

All under `/api/console/`; JSON in and out. GET:

    state     {"me", "bot", "people": {ID: {"name", "title"}}, "channels": [{"id", "name", "kind":
              "channel"|"im", "topic", "has_bot"}] (direct messages of `me` alone), "command": {"name",
              "usage_hint", "words": [{"text", "help"}]}, "shortcuts": [{"callback_id", "name", "kind":
              "message"|"global", "description"}], "groups": {ID: {"handle", "name", "users"}}, "seq"}
    messages  ?channel=C[&thread=TS][&before=TS]: {"messages": [Slack's message; `reply_count`,
              `reply_users`; `ephemeral` and `only_for` where `me` alone sees it], "has_more"}, oldest
              first: 50 of a channel, 1,000 of a thread (which begins with its first message)
    events    ?after=N: {"seq", "events": [{"seq", "type", "channel", "ts", "thread_ts", "message"|"view"|
              "view_id"}]} after 25 seconds at most. `reset`: load everything anew. `view` is a modal, new or
              changed under its id, `home` a home tab; a modal under one that was closed is still open
    files/ID[/NAME]  the bytes; pictures are shown, everything else is downloaded

POST, as JSON with the page's token (`X-Console-Token`) and the page's own Origin:

    say       {"channel", "text" (as Slack's client sends it), "thread_ts"?, "file_ids"?}; gives "ts", too
    command   {"channel", "text"}
    shortcut  {"callback_id", "channel"?, "ts"?}
    react     {"channel", "ts", "name"}
    press     {"channel", "ts" | "view_id", "block_id", "action_id", "selected"?, "values"?}: `selected` is
              what was chosen, plain (a value, a list of values) or as `state.values` holds it; `values` is
              the whole `state.values`
    submit    {"view_id", "values"} -> {"ok": false, "errors": {block_id: text}} or {"ok": true}
    close     {"view_id", "all"?}
    home      {} -> {"ok", "view"?: the home tab as it stands}
    become    {"user"}
    upload    the bytes, ?name=NAME -> {"ok": true, "id", "name", ...}: Slack's file object

Each answers when the bot acknowledged it: {"ok": true, "ack_ms"}, or {"ok": false, "error", "message"} with
Slack's word (`operation_timeout`, `dispatch_failed`, ...) and what a person is told. What `say` and `react`
do stands whatever the bot answers; "retried": true means that Slack sends the event again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.console.shapes import Bad, listed, mapping, optional, text
from bot.localslack.deeds import Deeds, NotPossible
from bot.localslack.delivery import Delivery
from bot.localslack.lines import Ack, Line
from bot.localslack.objects import shown
from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_USER, Channel, Json, Refused

POLL_SECONDS = 25.0
PAGE = 50
THREAD = 1_000
MAX_FILES = 200
MAX_FILE_BYTES = 200_000_000
_SAID = {
    "operation_timeout": "{app} did not respond in time.",
    "dispatch_failed": "{app} cannot be reached. Is it running?",
    "http_service_error": "{app} answered with an error (HTTP {status}).",
    "http_client_error": "{app} refused the request (HTTP {status}).",
    "already_reacted": "You reacted with this already.",
    "invalid_arguments": "{app} answered with a window that Slack refuses.",
    "invalid_errors": "{app} found something wrong, but not at a field of this window.",
    "invalid_response_action": "{app} gave an answer that Slack does not understand.",
    "push_limit_reached": "{app} tried to open more than three windows.",
}


@dataclass(frozen=True)
class Word:
    """One completion of the slash command: what is written behind it, and what it does."""

    text: str
    help: str


class ConsoleApi:
    """The deeds of one person at the page; `become` makes them another."""

    def __init__(
        self,
        slack: SlackServer,
        line: Line,
        *,
        words: Sequence[Word] = (),
        me: str | None = None,
        retry_seconds: Sequence[float] = (1.0, 10.0, 60.0),
    ) -> None:
        self._slack = slack
        self._words = tuple(words)
        self._delivery = Delivery(line, retry_seconds)
        self._deeds = Deeds(slack, line, self._delivery)
        self._me = me or next(iter(slack.people), "U1")
        self._closing = False
        slack.dm(self._me)
        self.gets: Mapping[str, Callable[[Mapping[str, str]], Json]] = {
            "state": self._state,
            "messages": self._messages,
            "events": self._events,
        }
        self.posts: Mapping[str, Callable[[Json], Json]] = {
            "say": self._say,
            "command": self._command,
            "press": self._press,
            "shortcut": self._shortcut,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "react": self._react,
            "become": self._become,
        }

    def stop(self) -> None:
        """End long polls within a second, and send nothing more."""
        self._closing = True
        self._delivery.stop()

    def post(self, name: str, body: Json) -> Json:
        """Carry out a deed; what cannot be done is an answer, too. Raises Bad for a senseless body."""
        try:
            return self.posts[name](body)
        except NotPossible as error:
            return {"ok": False, "error": error.error, "message": str(error)}
        except Refused as refused:
            return self._failed(str(refused.answer["error"]), 200)

    def upload(self, name: str, content: bytes) -> Json:
        """Keep a file of this person; the oldest go when there are too many. Raises Bad for an empty one."""
        if not content:
            raise Bad("the file is empty")
        info = self._slack.upload(_file_name(name), content, user=self._me)
        self._slack.bound_files(MAX_FILES, MAX_FILE_BYTES)
        return {"ok": True, **info}

    # GET

    def _state(self, _: Mapping[str, str]) -> Json:
        slack = self._slack
        with slack.changing():
            command = next(iter(slack.app.commands), None)
            return {
                "me": self._me,
                "bot": BOT_USER,
                "people": {p.id: {"name": p.name, "title": p.title} for p in slack.people.values()},
                "channels": [self._described(c) for c in slack.channels.values() if self._sees(c)],
                "command": {
                    "name": command.name if command else "",
                    "usage_hint": command.usage_hint if command else "",
                    "words": [{"text": word.text, "help": word.help} for word in self._words],
                },
                "shortcuts": [vars(shortcut) for shortcut in slack.app.shortcuts],
                "groups": {
                    g.id: {"handle": g.handle, "name": g.name, "users": list(g.users)}
                    for g in slack.groups.values()
                },
                "seq": slack.journal.last,
            }

    def _described(self, channel: Channel) -> Json:
        direct = channel.kind == "im"
        name = self._slack.app.name if direct else channel.name or channel.id.lower()
        kind = "im" if direct else "channel"
        return {
            "id": channel.id,
            "name": name,
            "kind": kind,
            "topic": channel.topic,
            "has_bot": channel.has_bot,
        }

    def _messages(self, query: Mapping[str, str]) -> Json:
        channel = self._channel(query.get("channel", ""))
        thread, before = query.get("thread"), query.get("before") or "9"
        with self._slack.changing():
            told = [w for w in self._slack.whispers if w.get("channel") == channel.id]
            mine = [whisper for whisper in told if whisper.get("user") == self._me]
            found = [m for m in (*channel.messages, *mine) if str(m["ts"]) < before and _belongs(m, thread)]
            found.sort(key=lambda message: str(message["ts"]))
            most = THREAD if thread else PAGE
            page = [_shown(channel, message) for message in found[-most:]]
        return {"messages": page, "has_more": len(found) > most}

    def _events(self, query: Mapping[str, str]) -> Json:
        after = query.get("after", "")
        if not (after.isascii() and after.isdigit() and len(after) < 16):
            raise Bad("`after` is no number")
        deadline, journal = time.monotonic() + POLL_SECONDS, self._slack.journal
        seq, found = journal.wait(int(after), 0.0, self._wanted)
        while not found and not self._closing and time.monotonic() < deadline:
            seq, found = journal.wait(seq, 1.0, self._wanted)
        with self._slack.changing():
            return {"seq": seq, "events": [self._told(event) for event in found]}

    def _wanted(self, event: Json) -> bool:
        """Whether `me` may see it."""
        if event.get("user") is not None and event["user"] != self._me:
            return False
        channel = self._slack.channels.get(str(event.get("channel")))
        return channel is None or self._sees(channel)

    def _told(self, event: Json) -> Json:
        channel, message = self._slack.channels.get(str(event.get("channel"))), event.get("message")
        if channel is None or message is None:
            return event
        return {**event, "message": _shown(channel, message)}

    # POST

    def _say(self, body: Json) -> Json:
        files = listed(body, "file_ids")
        where, what = text(body, "channel"), text(body, "text", most=40_000)
        said, ack = self._deeds.write(self._me, where, what, optional(body, "thread_ts"), files)
        return {**self._stands(ack), "ts": said["ts"]}

    def _command(self, body: Json) -> Json:
        name = next((command.name for command in self._slack.app.commands), "")
        what = text(body, "text", most=10_000)
        return self._acked(self._deeds.command(self._me, text(body, "channel"), name, what))

    def _press(self, body: Json) -> Json:
        block, action, values = text(body, "block_id"), text(body, "action_id"), mapping(body, "values")
        given = body.get("selected", body.get("value"))
        view = optional(body, "view_id")
        if view is not None:
            return self._acked(self._deeds.press_in(self._me, view, block, action, given, values))
        where = text(body, "channel"), text(body, "ts")
        return self._acked(self._deeds.press(self._me, *where, block, action, given, values))

    def _shortcut(self, body: Json) -> Json:
        name, channel = text(body, "callback_id"), optional(body, "channel")
        if channel is None:
            return self._acked(self._deeds.shortcut(self._me, name))
        return self._acked(self._deeds.on_message(self._me, name, channel, text(body, "ts")))

    def _submit(self, body: Json) -> Json:
        errors, ack = self._deeds.submit(self._me, text(body, "view_id"), mapping(body, "values"))
        return {"ok": False, "errors": errors} if errors else self._acked(ack)

    def _close(self, body: Json) -> Json:
        return self._acked(self._deeds.close(self._me, text(body, "view_id"), body.get("all") is True))

    def _home(self, _: Json) -> Json:
        answer = self._acked(self._deeds.open_home(self._me))
        view = self._slack.homes.get(self._me)
        return {**answer, "view": view} if view else answer

    def _react(self, body: Json) -> Json:
        where, name = (text(body, "channel"), text(body, "ts")), text(body, "name").strip(":")
        return self._stands(self._deeds.react(self._me, *where, name))

    def _become(self, body: Json) -> Json:
        user = text(body, "user")
        if user not in self._slack.people or user == BOT_USER:
            raise NotPossible("user_not_found", "There is no such person.")
        self._me = user
        self._slack.dm(user)
        return {"ok": True, "ack_ms": 0}

    def _acked(self, ack: Ack) -> Json:
        if ack.failure:
            return self._failed(ack.failure, ack.status)
        return {"ok": True, "ack_ms": round(ack.seconds * 1_000)}

    def _stands(self, ack: Ack) -> Json:
        answer: Json = {"ok": True, "ack_ms": round(ack.seconds * 1_000)}
        return {**answer, "retried": True} if ack.failure else answer

    def _failed(self, error: str, status: int) -> Json:
        said = _SAID.get(error, "{app} gave an answer that Slack refuses ({error}).")
        message = said.format(app=self._slack.app.name, status=status, error=error)
        return {"ok": False, "error": error, "message": message}

    def _sees(self, channel: Channel) -> bool:
        return channel.kind != "im" or channel.user == self._me

    def _channel(self, channel_id: str) -> Channel:
        channel = self._slack.channels.get(channel_id)
        if channel is None or not self._sees(channel):
            raise Bad("there is no such channel", 404)
        return channel


def _shown(channel: Channel, message: Json) -> Json:
    """A message as `me` sees it; what one person alone is told is said by the app (`user` there is who it is
    for)."""
    return {**message, "user": BOT_USER} if "only_for" in message else shown(channel, message)


def _belongs(message: Json, thread: str | None) -> bool:
    """Whether it stands in this thread, or (None) in the channel itself."""
    own, parent = message["ts"], message.get("thread_ts")
    return thread in (own, parent) if thread else parent in (None, own)


def _file_name(name: str) -> str:
    """A name without folders and control characters, at most 200 characters."""
    plain = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip(". ")
    return plain[-200:] or "file"
