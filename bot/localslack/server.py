"""A Slack for one machine: the Web API methods the bot uses, Socket Mode, channels that remember.

It answers as Slack's reference says, refuses what Slack refuses (`limits`, `views`), counts calls when asked
to (`rates`), and keeps everything that was posted. Faults are set per method: a rate limit, an outage, a lost
reply.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any, Protocol, Self

from bot.localslack.http import handler
from bot.localslack.methods import METHODS, scope_of
from bot.localslack.rates import Rates
from bot.localslack.reading import reading
from bot.localslack.workspace import Workspace
from bot.localslack.world import APP_TOKEN, BOT_TOKEN, BOT_USER, SCOPES, Fault, Json, RateLimited, Refused

MAX_CALLS = 10_000


class Sockets(Protocol):
    """Slack's side of Socket Mode; the tests have one."""

    @property
    def url(self) -> str: ...
    @property
    def connected(self) -> int: ...
    def send(self, kind: str, payload: Json, seconds: float = 3.0) -> Json | None: ...
    def drop(self) -> None: ...
    def close(self) -> None: ...


class SlackServer(Workspace):
    """Start with `with SlackServer() as slack:`; give `slack.base_url` and `slack.bot_token` to the bot.

    `rates` counts calls and answers 429 (None: as many as anybody likes); `real_time` as in `Workspace`.
    """

    def __init__(
        self,
        scopes: frozenset[str] = SCOPES,
        socket_mode: Callable[[], Sockets] | None = None,
        *,
        rates: Rates | None = None,
        real_time: bool = False,
        bot_token: str = BOT_TOKEN,
    ) -> None:
        super().__init__(scopes, real_time)
        self.bot_token = bot_token
        self.calls: list[tuple[str, Json]] = []
        self._socket_mode = socket_mode
        self._rates = rates
        self.limited: Counter[str] = Counter()
        """How many calls of a method came too early."""
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self._http.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._sockets: Sockets | None = None

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._sockets is not None:
            self._sockets.close()
        self._http.shutdown()
        self._http.server_close()

    # what a test or a console asks

    @property
    def base_url(self) -> str:
        return f"{self.origin}/api/"

    @property
    def sockets(self) -> Sockets:
        """Socket Mode, there when first asked for. Raises Refused where it was not given."""
        with self._changed:
            if self._socket_mode is None:
                raise Refused("not_allowed_token_type")
            self._sockets = self._sockets or self._socket_mode()
            return self._sockets

    def by_bot(self, channel_id: str) -> list[Json]:
        """The bot's messages in a channel as they stand now, oldest first."""
        with self._changed:
            return [m for m in self.channel(channel_id).messages if m.get("user") == BOT_USER]

    def thread(self, channel_id: str, ts: str) -> list[Json]:
        """The replies under a message."""
        with self._changed:
            return self.channel(channel_id).under(ts)

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
            self.whispers.clear()
            self.violations.clear()
            self.unfurls.clear()
            self.calls.clear()
            self.exchanged.clear()
            for kept in (self.channels, self.files, self.shared, self.responses, self.views, self.homes):
                kept.clear()
            for more in (self.people, self.groups, self._faults):
                more.clear()
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

    # what the HTTP side asks

    def take_fault(self, method: str) -> Fault | None:
        with self._changed:
            waiting = self._faults[method]
            return waiting.popleft() if waiting else None

    def call(self, method: str, token: str | None, arguments: Json) -> Json:
        """Carry out a Web API method. Raises RateLimited when it comes too early."""
        action = METHODS.get(method)
        if action is None:
            return {"ok": False, "error": "unknown_method"}
        with self._changed:
            self._count_call(method, arguments)
            self.calls.append((method, arguments))
            del self.calls[:-MAX_CALLS]
            try:
                self._authorize(method, token, arguments)
                return {"ok": True, **action(self, arguments)}
            except Refused as refused:
                return refused.answer
            finally:
                self._changed.notify_all()

    def _count_call(self, method: str, arguments: Json) -> None:
        if self._rates is None:
            return
        try:
            self._rates.take(method, str(arguments.get("channel")))
        except RateLimited:
            self.limited[method] += 1
            raise

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
        expected = APP_TOKEN if method == "apps.connections.open" else self.bot_token
        if token != expected:
            raise Refused("invalid_auth" if token else "not_authed")
        needed = scope_of(method, arguments)
        if needed and needed not in self.scopes:
            raise Refused("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))
