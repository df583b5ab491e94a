"""A Slack for one machine: the Web API methods the bot uses, Socket Mode, channels that remember.

It answers as Slack's reference says, refuses what Slack refuses (`limits`), and keeps everything
that was posted. Faults are set per method: a rate limit, an outage, a lost reply.
"""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from http.server import ThreadingHTTPServer
from typing import Any, Protocol

from bot.localslack.http import handler
from bot.localslack.limits import faults, message_error
from bot.localslack.methods import METHODS, scope_of
from bot.localslack.reading import reading
from bot.localslack.world import (
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER,
    HUMAN,
    SCOPES,
    Channel,
    Fault,
    Json,
    Refused,
    Shared,
)


class Sockets(Protocol):
    """Slack's side of Socket Mode; the tests have one."""

    @property
    def url(self) -> str: ...
    @property
    def connected(self) -> int: ...
    def send(self, kind: str, payload: Json, seconds: float = 3.0) -> Json | None: ...
    def drop(self) -> None: ...
    def close(self) -> None: ...


class SlackServer:
    """Start with `with SlackServer() as slack:`; give `slack.base_url` and `BOT_TOKEN` to the bot."""

    def __init__(
        self, scopes: frozenset[str] = SCOPES, socket_mode: Callable[[], Sockets] | None = None
    ) -> None:
        self.scopes = scopes
        self._socket_mode = socket_mode
        self.channels: dict[str, Channel] = {}
        self.whispers: list[Json] = []
        self.files: dict[str, Json] = {}
        self.shared: dict[str, Shared] = {}
        self.calls: list[tuple[str, Json]] = []
        self.violations: list[str] = []
        self.responses: dict[str, list[Json]] = defaultdict(list)
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.triggers: dict[str, float] = {}
        self.views: dict[str, Json] = {}
        self.people: dict[str, str] = {}
        self._count = itertools.count(1)
        self._changed = threading.Condition(threading.RLock())
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self._http.daemon_threads = True
        self._sockets: Sockets | None = None

    def __enter__(self) -> SlackServer:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._sockets is not None:
            self._sockets.close()
        self._http.shutdown()
        self._http.server_close()

    # what a test or a console asks

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def base_url(self) -> str:
        return f"{self.origin}/api/"

    @property
    def sockets(self) -> Sockets:
        """The Socket Mode side, started when first asked for. Raises Refused where it was not given."""
        with self._changed:
            if self._socket_mode is None:
                raise Refused("not_allowed_token_type")
            self._sockets = self._sockets or self._socket_mode()
            return self._sockets

    def channel(self, channel_id: str) -> Channel:
        """The channel, made when it is new."""
        with self._changed:
            return self.channels.setdefault(channel_id, Channel(channel_id))

    def by_bot(self, channel_id: str) -> list[Json]:
        """The bot's messages in a channel as they stand now, oldest first."""
        with self._changed:
            return [m for m in self.channel(channel_id).messages if m.get("user") == BOT_USER]

    def thread(self, channel_id: str, ts: str) -> list[Json]:
        """The replies under a message."""
        with self._changed:
            return [
                m for m in self.channel(channel_id).messages if m.get("thread_ts") == ts and m["ts"] != ts
            ]

    def called(self, method: str) -> list[Json]:
        """The arguments of every call of a method that was not refused by a fault."""
        with self._changed:
            return [arguments for name, arguments in self.calls if name == method]

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of a method go wrong."""
        with self._changed:
            self._faults[method].extend([fault] * times)

    def mend(self) -> None:
        """Let no further call go wrong."""
        with self._changed:
            self._faults.clear()

    def forget(self) -> None:
        """Empty everything that was said, called or set; time stamps go on, so none comes twice."""
        with self._changed:
            for kept in (self.channels, self.whispers, self.files, self.shared, self.calls, self.violations):
                kept.clear()
            self.responses.clear()
            self.views.clear()
            self.people.clear()
            self._faults.clear()
            self.scopes = SCOPES

    def wait(self, until: Callable[[], Any], seconds: float = 20.0) -> Any:
        """Wait until something holds; raises AssertionError with what was posted when it never does."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not (value := until()):
                if time.monotonic() > deadline:
                    raise AssertionError(f"not seen within {seconds} s\n{self.transcript()}")
                self._changed.wait(0.1)
            return value

    def transcript(self) -> str:
        """Everything that stands in the channels, as people read it."""
        with self._changed:
            lines = [f"violations: {self.violations}"] if self.violations else []
            for channel in self.channels.values():
                for message in channel.messages:
                    indent = "  " if message.get("thread_ts", message["ts"]) != message["ts"] else ""
                    shown = reading(message.get("blocks") or []) or message.get("text", "")
                    lines.append(f"{indent}#{channel.id} {message['ts']} {message['user']}: {shown}")
            lines += [f"only for {w.get('user')}: {w.get('text')}" for w in self.whispers]
            return "\n".join(lines)

    def upload(self, name: str, content: bytes, **more: Any) -> Json:
        """A person uploads a file; gives what stands of it in a message."""
        file_id = f"F{self.number()}"
        url = f"{self.origin}/files-pri/{file_id}/{name}"
        kind = {"md": "markdown", "txt": "text", "png": "png"}.get(name.rpartition(".")[2], "binary")
        info = {"id": file_id, "name": name, "title": name, "mode": "hosted", "size": len(content)}
        info |= {"filetype": kind, "mimetype": "image/png" if kind == "png" else "text/plain"}
        info |= {"url_private": url, "url_private_download": url, **more}
        with self._changed:
            self.shared[file_id] = Shared(info, content)
        return info

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
        with self._changed:
            self.channel(channel_id).messages.append(message)
            self._changed.notify_all()
        return message

    def whisper(self, whispered: Json) -> None:
        """Keep what only one person sees; checked like every message."""
        with self._changed:
            self.check_message(whispered)
            self.whispers.append(whispered)
            self._changed.notify_all()

    def number(self) -> int:
        """A number no other thing here has."""
        return next(self._count)

    def new_ts(self) -> str:
        """A message time stamp no other message has."""
        number = self.number()
        return f"{1_760_000_000 + number}.{number:06d}"

    def new_trigger(self) -> str:
        """A trigger id; it can open a modal for 3 seconds."""
        trigger = f"{self.number()}.{secrets.token_hex(8)}"
        self.triggers[trigger] = time.monotonic()
        return trigger

    def new_response_url(self) -> str:
        """Slack's short-lived address for answering one request."""
        return f"{self.origin}/response/{secrets.token_hex(8)}"

    # what the HTTP side asks

    def take_fault(self, method: str) -> Fault | None:
        with self._changed:
            waiting = self._faults[method]
            return waiting.popleft() if waiting else None

    def call(self, method: str, token: str | None, arguments: Json) -> Json:
        """Carry out a Web API method."""
        action = METHODS.get(method)
        if action is None:
            return {"ok": False, "error": "unknown_method"}
        with self._changed:
            self.calls.append((method, arguments))
            try:
                self._authorize(method, token, arguments)
                return {"ok": True, **action(self, arguments)}
            except Refused as refused:
                return refused.answer
            finally:
                self._changed.notify_all()

    def uploaded(self, file_id: str, content: bytes) -> bool:
        """Take a file's bytes."""
        with self._changed:
            file = self.files.get(file_id)
            if file is None or file["length"] != len(content):
                return False
            file["raw"] = content
            file["content"] = content.decode("utf-8", "replace")
            return True

    def _authorize(self, method: str, token: str | None, arguments: Json) -> None:
        expected = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != expected:
            raise Refused("invalid_auth" if token else "not_authed")
        needed = scope_of(method, arguments)
        if needed and needed not in self.scopes:
            raise Refused("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    def check_message(self, arguments: Json) -> None:
        error = message_error(arguments)
        if error is not None:
            found = [fault for block in arguments.get("blocks") or [] for fault in faults(block)]
            self.violations.append(f"{error}: {found}")
            raise Refused(error)

    def open_channel(self, arguments: Json) -> Channel:
        channel = self.channels.get(str(arguments.get("channel")))
        if channel is None:
            raise Refused("channel_not_found")
        if channel.archived:
            raise Refused("is_archived")
        if not channel.has_bot:
            raise Refused("not_in_channel")
        return channel
