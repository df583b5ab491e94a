"""What stands in a Slack: channels, messages, people, files, modals; every change goes into the journal."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

from bot.localslack.app import App
from bot.localslack.journal import Journal
from bot.localslack.limits import judged
from bot.localslack.objects import file_kind
from bot.localslack.world import (
    BOT_USER,
    HUMAN,
    SCOPES,
    Address,
    Channel,
    Group,
    Json,
    Person,
    Refused,
    Shared,
    Trigger,
    told,
)

MAX_TRIGGERS = 1_000
MAX_WHISPERS = 5_000


class Workspace:
    """One workspace with one app in it. `real_time`: messages get their `ts` from the clock; else small
    numbers that only grow, as tests want them."""

    origin: str = ""
    site: str = "https://local.slack.example"
    """What permalinks begin with."""
    strangers: bool = True
    """Whether ids that are not among `people` stand for people, too."""

    def __init__(self, scopes: frozenset[str] = SCOPES, real_time: bool = False) -> None:
        self.scopes = scopes
        self.app = App()
        self.channels: dict[str, Channel] = {}
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.whispers: list[Json] = []
        self.files: dict[str, Json] = {}
        self.shared: dict[str, Shared] = {}
        self.violations: list[str] = []
        self.responses: dict[str, list[Json]] = defaultdict(list)
        self.addresses: dict[str, Address] = {}
        self.triggers: dict[str, Trigger] = {}
        self.exchanged: set[str] = set()
        self.views: dict[str, Json] = {}
        self.owners: dict[str, str] = {}
        self.homes: dict[str, Json] = {}
        self.unfurls: list[Json] = []
        self._real_time = real_time
        self._last_ts = 0
        self._count = itertools.count(1)
        self._changed = threading.Condition(threading.RLock())
        self.journal = Journal(self._changed)

    def changing(self) -> AbstractContextManager[object]:
        """Hold the lock, so that several changes are one."""
        return self._changed

    # channels and messages

    def channel(self, channel_id: str) -> Channel:
        """The channel, made when it is new."""
        with self._changed:
            known = self.channels.get(channel_id)
            if known is None:
                known = self.channels[channel_id] = Channel(channel_id, name=channel_id.lower())
                self.journal.add("channel", channel=channel_id)
            return known

    def dm(self, user: str) -> Channel:
        """The direct message between a person and the bot: `D7` for `U7`."""
        with self._changed:
            channel = self.channel(f"D{user[1:]}")
            channel.user = user
            return channel

    def knows(self, user: str) -> bool:
        """Whether there is such a person."""
        return user in self.people or (self.strangers and user[:1] in ("U", "W") and user != BOT_USER)

    def post(self, channel: Channel, message: Json) -> Json:
        """Put a message into a channel; one that has no `ts` gets one."""
        with self._changed:
            made = {"type": "message", "ts": self.new_ts(), **message}
            self.name_blocks(made)
            channel.messages.append(made)
            self.journal.add("message", channel=channel.id, **_place(made), message=made)
            self._counted(channel, made)
            return made

    def change(self, channel: Channel, message: Json, **new: object) -> None:
        """Change a message in place."""
        with self._changed:
            message.update(new)
            self.name_blocks(message)
            self.journal.add("changed", channel=channel.id, **_place(message), message=message)

    def remove(self, channel: Channel, message: Json) -> None:
        """Take a message out of its channel."""
        with self._changed:
            channel.messages.remove(message)
            self.journal.add("deleted", channel=channel.id, **_place(message), message=message)
            self._counted(channel, message)

    def _counted(self, channel: Channel, message: Json) -> None:
        """A reply came or went: the first message of its thread shows another count."""
        thread = message.get("thread_ts")
        parent = channel.find(thread) if thread and thread != message["ts"] else None
        if parent is not None:
            self._drawn_anew(channel, parent)

    def _drawn_anew(self, channel: Channel, message: Json) -> None:
        """What is shown with a message changed, not the message: apps hear nothing of that."""
        told = {"channel": channel.id, **_place(message), "message": message}
        self.journal.add("changed", **told, beside=True)

    def say(
        self,
        channel_id: str,
        text: str,
        user: str = HUMAN,
        thread: str | None = None,
        files: Sequence[Json] = (),
    ) -> Json:
        """A person writes a message, with files that were uploaded."""
        message: Json = {"type": "message", "user": user, "text": text, "ts": self.new_ts()}
        if files:
            message |= {"subtype": "file_share", "files": list(files), "upload": False}
        if thread is not None:
            message["thread_ts"] = thread
        return self.post(self.channel(channel_id), message)

    def whisper(self, whispered: Json) -> Json:
        """Keep what only one person sees; checked like every message. Gives it with its `ts`."""
        with self._changed:
            self.check_message(whispered)
            made = {"ts": self.new_ts(), **whispered, "ephemeral": True, "only_for": whispered.get("user")}
            self.name_blocks(made)
            self.whispers.append(made)
            del self.whispers[:-MAX_WHISPERS]
            self.journal.add("ephemeral", **self._told(made))
            return made

    def rewhisper(self, whisper: Json, content: Json | None) -> None:
        """Replace what only one person sees, or take it away (None)."""
        with self._changed:
            if content is None:
                self.whispers.remove(whisper)
                self.journal.add("deleted", **{**self._told(whisper), "message": None})
            else:
                self.check_message(content)
                for name in ("text", "blocks"):
                    whisper.pop(name, None)
                whisper.update(content)
                self.name_blocks(whisper)
                self.journal.add("ephemeral", **self._told(whisper))

    def whispered(self, ts: str, user: str) -> Json | None:
        """What was told to this person alone under this `ts`."""
        with self._changed:
            return next((w for w in self.whispers if w["ts"] == ts and w.get("user") == user), None)

    def _told(self, whisper: Json) -> Json:
        channel = str(whisper.get("channel") or "")
        return {"channel": channel, **_place(whisper), "user": whisper.get("user"), "message": whisper}

    def react(self, channel: Channel, message: Json, name: str, user: str) -> None:
        """Add a reaction. Raises Refused when this person gave it already."""
        with self._changed:
            reactions = message.setdefault("reactions", [])
            found = next((r for r in reactions if r["name"] == name), None)
            if found is None:
                found = {"name": name, "users": [], "count": 0}
                reactions.append(found)
            if user in found["users"]:
                raise Refused("already_reacted")
            found["users"].append(user)
            found["count"] += 1
            self._drawn_anew(channel, message)

    # files

    def upload(self, name: str, content: bytes, user: str = HUMAN, **more: object) -> Json:
        """A person uploads a file; gives what stands of it in a message."""
        file_id = f"F{self.number()}"
        return self.share(file_id, name, content, user=user, **more)

    def share(self, file_id: str, name: str, content: bytes, **more: object) -> Json:
        """Keep a file's bytes where they can be downloaded; gives Slack's file object."""
        url = f"{self.origin}/files-pri/{file_id}/{name}"
        info: Json = {"id": file_id, "name": name, "title": name, "mode": "hosted", "size": len(content)}
        info |= {"created": int(time.time()), "timestamp": int(time.time()), **file_kind(name, content)}
        info |= {"url_private": url, "url_private_download": url, **more}
        with self._changed:
            self.shared[file_id] = Shared(info, content)
        return info

    def bound_files(self, most: int, size: int) -> None:
        """Let go of the oldest files that people uploaded, down to so many and so many bytes."""
        with self._changed:
            total = sum(len(shared.content) for shared in self.shared.values())
            for name in list(self.shared):
                if len(self.shared) <= most and total <= size:
                    return
                total -= len(self.shared.pop(name).content)

    # what is short-lived

    def number(self) -> int:
        """A number no other thing here has."""
        return next(self._count)

    def name_blocks(self, holder: Json) -> None:
        """Blocks without a `block_id` get one, as Slack gives them."""
        if holder.get("blocks"):
            holder["blocks"] = [
                block if block.get("block_id") else {**block, "block_id": f"b{self.number()}"}
                for block in holder["blocks"]
            ]

    def new_ts(self) -> str:
        """A message time stamp no other message has, later than every other."""
        with self._changed:
            if not self._real_time:
                number = self.number()
                return f"{1_760_000_000 + number}.{number:06d}"
            self._last_ts = max(self._last_ts + 1, time.time_ns() // 1_000)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_trigger(self, user: str = HUMAN, view: str = "") -> str:
        """A trigger id; it can open a modal for 3 seconds, once."""
        trigger = f"{self.number()}.{self.number()}.{secrets.token_hex(16)}"
        with self._changed:
            self.triggers[trigger] = Trigger(user=user, view=view)
            for old in list(self.triggers)[:-MAX_TRIGGERS]:
                del self.triggers[old]
                self.exchanged.discard(old)
        return trigger

    def new_response_url(self, channel: str = "", user: str = "", ts: str = "") -> str:
        """Slack's short-lived address for answering one request: 5 uses within 30 minutes."""
        name = secrets.token_hex(12)
        with self._changed:
            self.addresses[name] = Address(channel, user, ts)
            for old in list(self.addresses)[:-MAX_TRIGGERS]:
                del self.addresses[old]
                self.responses.pop(old, None)
        return f"{self.origin}/response/{name}"

    # what methods ask

    def check_message(self, arguments: Mapping[str, object]) -> None:
        """Raises Refused as Slack does for a message it would not take; kept as a violation."""
        error, found = judged(arguments)
        if error is not None:
            self.violations.append(f"{error}: {found}")
            raise Refused(error, **(told(found) if found else {}))

    def open_channel(self, arguments: Mapping[str, object]) -> Channel:
        """The channel that is named, if the bot may use it; a person's id means their direct message."""
        name = str(arguments.get("channel") or "")
        if name[:1] in ("U", "W") and name not in self.channels and self.knows(name):
            return self.dm(name)
        channel = self.channels.get(name)
        if channel is None:
            raise Refused("channel_not_found")
        if channel.archived:
            raise Refused("is_archived")
        if not channel.has_bot:
            raise Refused("not_in_channel")
        return channel


def _place(message: Json) -> Json:
    return {"ts": message.get("ts"), "thread_ts": message.get("thread_ts")}
