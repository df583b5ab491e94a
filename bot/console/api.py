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

from collections.abc import Callable, Mapping, Sequence

from bot.console.looks import Looks, Word
from bot.console.shapes import Bad, listed, mapping, optional, text
from bot.localslack.deeds import Deeds, NotPossible
from bot.localslack.delivery import Delivery
from bot.localslack.lines import Ack, Line
from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_USER, HUMAN, Json, Refused

__all__ = ["ConsoleApi", "Word"]

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


class ConsoleApi:
    """The deeds of one person at the page; `become` makes them another.

    `retry_seconds` is waited before each further try of an event; Slack itself waits longer.
    """

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
        self._delivery = Delivery(line, retry_seconds)
        self._deeds = Deeds(slack, line, self._delivery)
        self._me = me or next(iter(slack.people), HUMAN)
        self._looks = Looks(slack, self._me, words)
        slack.dm(self._me)
        self.gets: Mapping[str, Callable[[Mapping[str, str]], Json]] = {
            "state": self._looks.state,
            "messages": self._looks.messages,
            "events": self._looks.events,
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
        self._looks.closing = True
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
        self._me = self._looks.me = user
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


def _file_name(name: str) -> str:
    """A name without folders and control characters, at most 200 characters."""
    plain = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip(". ")
    return plain[-200:] or "file"
