"""What the page sees: the state of the small Slack, messages, and what happens, all as one person sees it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.console.shapes import Bad
from bot.localslack.objects import shown
from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_USER, Channel, Json

POLL_SECONDS = 25.0
PAGE = 50
THREAD = 1_000


@dataclass(frozen=True)
class Word:
    """One completion of the slash command: what is written behind it, and what it does."""

    text: str
    help: str


class Looks:
    """What `me` sees; `closing` ends long polls within a second. Answers are those of `bot.console.api`."""

    def __init__(self, slack: SlackServer, me: str, words: Sequence[Word] = ()) -> None:
        self._slack = slack
        self._words = tuple(words)
        self.me = me
        self.closing = False

    def state(self, _: Mapping[str, str]) -> Json:
        """Who and what there is."""
        slack = self._slack
        with slack.changing():
            command = next(iter(slack.app.commands), None)
            return {
                "me": self.me,
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
        about = {"id": channel.id, "name": name, "kind": "im" if direct else "channel"}
        return {**about, "topic": channel.topic, "has_bot": channel.has_bot}

    def messages(self, query: Mapping[str, str]) -> Json:
        """A page of a channel or a thread. Raises Bad where there is none."""
        channel = self._channel(query.get("channel", ""))
        thread, before = query.get("thread"), query.get("before") or "9"
        with self._slack.changing():
            told = [w for w in self._slack.whispers if w.get("channel") == channel.id]
            mine = [whisper for whisper in told if whisper.get("user") == self.me]
            found = [m for m in (*channel.messages, *mine) if str(m["ts"]) < before and _belongs(m, thread)]
            found.sort(key=lambda message: str(message["ts"]))
            most = THREAD if thread else PAGE
            page = [_shown(channel, message) for message in found[-most:]]
        return {"messages": page, "has_more": len(found) > most}

    def events(self, query: Mapping[str, str]) -> Json:
        """What happened since, as soon as something does. Raises Bad."""
        after = query.get("after", "")
        if not (after.isascii() and after.isdigit() and len(after) < 16):
            raise Bad("`after` is no number")
        deadline, journal = time.monotonic() + POLL_SECONDS, self._slack.journal
        seq, found = journal.wait(int(after), 0.0, self._wanted)
        while not found and not self.closing and time.monotonic() < deadline:
            seq, found = journal.wait(seq, 1.0, self._wanted)
        with self._slack.changing():
            return {"seq": seq, "events": [self._told(event) for event in found]}

    def _wanted(self, event: Json) -> bool:
        """Whether `me` may see it."""
        if event.get("user") is not None and event["user"] != self.me:
            return False
        channel = self._slack.channels.get(str(event.get("channel")))
        return channel is None or self._sees(channel)

    def _told(self, event: Json) -> Json:
        channel, message = self._slack.channels.get(str(event.get("channel"))), event.get("message")
        if channel is None or message is None:
            return event
        return {**event, "message": _shown(channel, message)}

    def _sees(self, channel: Channel) -> bool:
        return channel.kind != "im" or channel.user == self.me

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
