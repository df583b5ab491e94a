"""The console's HTTP server, on 127.0.0.1 for the person at this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from bot.console.api import ConsoleApi, Word
from bot.console.wsgi import MAX_UPLOAD, STATIC, ConsoleWsgi
from bot.errors import SettingsError
from bot.localslack.lines import Line
from bot.localslack.server import SlackServer

THREADS = 24
"""Long polls hold one each; a browser opens at most six connections."""


class ConsoleServer:
    """`start`, then `url` in a browser, then `stop`. Port 0 takes a free one.

    `words` complete the slash command, `me` is the person who begins (the first of `slack.people`). Raises
    SettingsError when the port cannot be listened on.
    """

    def __init__(
        self,
        slack: SlackServer,
        line: Line,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        words: Sequence[Word] = (),
        me: str | None = None,
        static: Path = STATIC,
    ) -> None:
        self._sockets: dict[int, Any] = {}
        self.api = ConsoleApi(slack, line, words=words, me=me)
        self._wsgi = ConsoleWsgi(self.api, slack, static)
        listening = _listening(host, port)
        try:
            self._server = create_server(
                self._wsgi,
                map=self._sockets,
                sockets=[listening],
                threads=THREADS,
                ident=None,
                max_request_body_size=MAX_UPLOAD + 1,
                channel_timeout=60,
                connection_limit=200,
                clear_untrusted_proxy_headers=True,
            )
        except BaseException:
            listening.close()
            wasyncore.close_all(self._sockets, ignore_all=True)
            raise
        self._host = host
        self._wsgi.names = frozenset(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost"))
        slack.site = self.url.rstrip("/")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="covcheck-console", daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.effective_port)  # type: ignore[union-attr]

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{self._host}:{self.port}/"

    @property
    def token(self) -> str:
        """The page's token, for tests."""
        return self._wsgi.token

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self, grace: float = 3.0) -> None:
        """End long polls and take no more requests."""
        self.api.stop()
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=grace)
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=int(grace))
        wasyncore.close_all(self._sockets)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            wasyncore.loop(timeout=0.2, map=self._sockets, count=1)
        deadline = time.monotonic() + 1.5
        while any(getattr(each, "requests", None) for each in list(self._sockets.values())):
            if time.monotonic() > deadline:
                return
            wasyncore.loop(timeout=0.05, map=self._sockets, count=1)


def _listening(host: str, port: int) -> socket.socket:
    """A bound socket. Raises SettingsError."""
    made = socket.socket()
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except (OSError, OverflowError) as error:
        made.close()
        raise SettingsError(
            f"The console cannot listen on {host}:{port}: {error}.", hint="Choose a free port."
        ) from error
    return made
