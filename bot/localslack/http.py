"""The HTTP side: `/api/METHOD`, the addresses of uploads and of private replies."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from bot.localslack.responding import respond
from bot.localslack.world import Fault, Json, RateLimited, Refused

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

LOG = logging.getLogger("covcheck.localslack")

MAX_BODY = 64_000_000
_JSON_FIELDS = {
    "attachments": "invalid_attachments",
    "blocks": "invalid_blocks_format",
    "files": "invalid_arguments",
    "metadata": "invalid_metadata_format",
    "unfurls": "invalid_unfurls_format",
    "view": "invalid_arguments",
}


def parse_arguments(body: bytes, content_type: str) -> Json:
    """A method's arguments from JSON or a form, with JSON in form fields read.

    Raises Refused as Slack does for what cannot be read.
    """
    text = body.decode("utf-8", "replace")
    if content_type.startswith("application/json"):
        found = _read(text or "{}", "invalid_json")
        if not isinstance(found, dict):
            raise Refused("json_not_object")
        return found
    arguments: Json = dict(parse_qsl(text, keep_blank_values=True))
    for name, error in _JSON_FIELDS.items():
        if isinstance(arguments.get(name), str):
            arguments[name] = _read(arguments[name] or "null", error)
    return arguments


def _read(text: str, error: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(error) from None


def handler(slack: SlackServer) -> type[BaseHTTPRequestHandler]:
    """The class that serves requests for this Slack."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """An uploaded file; who has no right to it is sent to the login page, as Slack does."""
            kind, _, name = self.path.strip("/").partition("/")
            shared = slack.shared.get(name.partition("/")[0]) if kind == "files-pri" else None
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ").strip()
            if shared is None:
                self._reply(404, b"not found", "text/plain")
                return
            shared.asked.append(token)
            if token != slack.bot_token or "files:read" not in slack.scopes:
                self._reply(302, b"", "text/html", {"Location": f"{slack.origin}/login"})
            elif shared.redirect:
                self._reply(302, b"", "text/html", {"Location": shared.redirect})
            else:
                self._reply(200, shared.content, shared.info["mimetype"])

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length") or "0"
            if not length.isdigit() or int(length) > MAX_BODY:
                self.close_connection = True
                self._reply(413, b"too large", "text/plain")
                return
            body = self.rfile.read(int(length))
            kind, _, name = self.path.strip("/").partition("/")
            try:
                self._taken(kind, name, body)
            except Refused as refused:
                self._json(200 if kind == "api" else 400, refused.answer)

        def _taken(self, kind: str, name: str, body: bytes) -> None:
            if kind == "api":
                self._method(name, parse_arguments(body, self.headers.get("Content-Type", "")))
            elif kind == "upload":
                self._reply(200 if slack.uploaded(name, body) else 400, b"OK", "text/plain")
            elif kind == "response":
                self._respond(name, parse_arguments(body, "application/json"))
            else:
                self._reply(404, b"not found", "text/plain")

        def _method(self, name: str, arguments: Json) -> None:
            token = (self.headers.get("Authorization") or "").removeprefix(
                "Bearer "
            ).strip() or arguments.get("token")
            fault = slack.take_fault(name)
            if fault is not None and not fault.done:
                self._fault(fault)
                return
            try:
                answer = slack.call(name, token, arguments)
            except RateLimited as early:
                self._fault(Fault(status=429, retry_after=early.seconds))
                return
            except Exception as error:  # arguments of a shape that no rule foresaw
                LOG.exception("%s failed", name)
                slack.violations.append(f"internal_error: {name}: {error!r}")
                self._json(500, {"ok": False, "error": "internal_error"})
                return
            if fault is not None:
                self._fault(fault)
            else:
                self._json(200, answer)

        def _fault(self, fault: Fault) -> None:
            if fault.drop:
                self.close_connection = True
                self.connection.close()
            elif fault.status == 429:
                self._json(
                    429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(fault.retry_after or 1)}
                )
            elif fault.error:
                self._json(fault.status, {"ok": False, "error": fault.error})
            else:
                self._reply(fault.status, b"<html>upstream error</html>", "text/html")

        def _respond(self, name: str, arguments: Json) -> None:
            try:
                respond(slack, name, arguments)
            except Refused as refused:
                gone = refused.answer["error"] in ("expired_url", "used_url", "message_not_found")
                self._json(404 if gone else 400, refused.answer)
            else:
                self._reply(200, b"ok", "text/plain")

        def _json(self, status: int, answer: Json, headers: Mapping[str, str] | None = None) -> None:
            more = {"x-oauth-scopes": ",".join(sorted(slack.scopes)), **(headers or {})}
            self._reply(status, json.dumps(answer).encode(), "application/json; charset=utf-8", more)

        def _reply(
            self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None
        ) -> None:
            self.send_response(status)
            for name, value in {
                "Content-Type": kind,
                "Content-Length": str(len(body)),
                **(headers or {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            with contextlib.suppress(OSError):
                super().handle()

        def finish(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().finish()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
