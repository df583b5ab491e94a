"""What is served over HTTP: Slack's requests, only signed and bounded ones, and paths of other apps."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from slack_bolt import App, BoltRequest
from waitress import wasyncore
from waitress.server import create_server

from bot.errors import SettingsError
from handlers.signature import refusal

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LOG = logging.getLogger("covcheck.http")

EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/healthz"
MAX_BODY = 1_000_000
"""Slack's own requests stay far below."""

_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json; charset=utf-8"


class Reply(Exception):
    """An answer given before Bolt is asked."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(status)
        self.status = status
        self.text = text


class ApiWsgi:
    """`GET /healthz` for whoever watches, and further paths with WSGI apps of their own (`routes`). `trouble`
    says why not all is well; an empty text: all is."""

    def __init__(self, trouble: Callable[[], str], routes: Mapping[str, WSGIApplication] = {}) -> None:
        self._trouble = trouble
        self._routes = dict(routes)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI entry."""
        route = self._routes.get(environ.get("PATH_INFO", ""))
        if route is not None:
            return route(environ, start_response)
        try:
            status, headers, body = self._answer(environ)
        except Reply as reply:
            status, headers, body = reply.status, [("Content-Type", _TEXT)], reply.text.encode()
        start_response(status, [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
        if environ.get("PATH_INFO", "") == HEALTH_PATH:
            return self._health(environ["REQUEST_METHOD"])
        raise Reply("404 Not Found", "not found")

    def _health(self, method: str) -> tuple[str, list[tuple[str, str]], bytes]:
        if method not in ("GET", "HEAD"):
            raise Reply("405 Method Not Allowed", "GET only")
        trouble = self._trouble()
        status = "503 Service Unavailable" if trouble else "200 OK"
        answer = {"ok": False, "reason": trouble} if trouble else {"ok": True}
        return status, [("Content-Type", _JSON)], json.dumps(answer, separators=(",", ":")).encode()


class SlackWsgi(ApiWsgi):
    """`POST /slack/events` for everything Slack sends, beside what `ApiWsgi` serves."""

    def __init__(
        self,
        app: App,
        signing_secret: str,
        trouble: Callable[[], str],
        clock: Callable[[], float] = time.time,
        routes: Mapping[str, WSGIApplication] = {},
    ) -> None:
        super().__init__(trouble, routes)
        self._app = app
        self._secret = signing_secret
        self._clock = clock

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
        if environ.get("PATH_INFO", "") != EVENTS_PATH:
            return super()._answer(environ)
        if environ["REQUEST_METHOD"] != "POST":
            raise Reply("405 Method Not Allowed", "POST only")
        body = _read(environ)
        self._verify(environ, body)
        return self._bolt(environ, body)

    def _verify(self, environ: WSGIEnvironment, body: bytes) -> None:
        reason = refusal(
            self._secret,
            environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", ""),
            environ.get("HTTP_X_SLACK_SIGNATURE", ""),
            body,
            self._clock(),
        )
        if reason is not None:
            LOG.warning("a request was refused: %s", reason)
            raise Reply("401 Unauthorized", "invalid request")

    def _bolt(self, environ: WSGIEnvironment, body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise Reply("400 Bad Request", "the body is not UTF-8") from None
        try:
            request = BoltRequest(body=text, query=environ.get("QUERY_STRING", ""), headers=_headers(environ))
        except (ValueError, AttributeError, TypeError, RecursionError):
            raise Reply("400 Bad Request", "the body cannot be read") from None
        response = self._app.dispatch(request)
        headers = [
            (name, value)
            for name, values in response.headers.items()
            for value in values
            if name.lower() != "content-length"
        ]
        return _status(response.status), headers, (response.body or "").encode()


def _headers(environ: WSGIEnvironment) -> dict[str, str | Sequence[str]]:
    """The request's headers with their names in lower case."""
    found: dict[str, str | Sequence[str]] = {"content-type": environ.get("CONTENT_TYPE", "")}
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            found[name[5:].lower().replace("_", "-")] = str(value)
    return found


def _read(environ: WSGIEnvironment) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise Reply("400 Bad Request", "the length is no number")
    if len(length) > 12 or int(length) > MAX_BODY:
        raise Reply("413 Content Too Large", "the body is too large")
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


def _status(code: int) -> str:
    return f"{code} {HTTPStatus(code).phrase}"


class HttpServer:
    """Waitress in a thread of its own: `start`, then `stop`, which lets requests under way finish."""

    def __init__(self, wsgi: ApiWsgi, host: str, port: int, threads: int = 64) -> None:
        self._sockets: dict[int, Any] = {}
        try:
            self._server = create_server(
                wsgi,
                map=self._sockets,
                host=host,
                port=port,
                threads=threads,
                ident=None,
                max_request_body_size=MAX_BODY,
                channel_timeout=30,
                connection_limit=1000,
                clear_untrusted_proxy_headers=True,
            )
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"The bot cannot listen on {host}:{port}: {error}.", hint="Choose a free port."
            ) from error
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="covcheck-http", daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened on (useful when 0 was asked for)."""
        listening = getattr(self._server, "effective_listen", None)
        return int(listening[0][1] if listening else self._server.effective_port)  # type: ignore[union-attr]

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self, grace: float = 5.0) -> None:
        """Take no more connections, finish the requests under way, and end."""
        self._stopping.set()
        self._thread.join(timeout=grace)
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=int(grace))
        wasyncore.close_all(self._sockets)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            wasyncore.loop(timeout=0.2, map=self._sockets, count=1)
        deadline = time.monotonic() + 3.0
        while self._busy() and time.monotonic() < deadline:
            wasyncore.loop(timeout=0.05, map=self._sockets, count=1)

    def _busy(self) -> bool:
        return any(getattr(channel, "requests", None) for channel in list(self._sockets.values()))
