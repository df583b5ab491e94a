"""Ways to the bot: signed HTTP as Slack sends it, or Socket Mode envelopes; and how it answered."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

from bot.localslack.world import Json

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

ACK_SECONDS = 3.0


@dataclass(frozen=True)
class Ack:
    """What the bot answered: the HTTP status (200 for an acknowledged envelope), the body, seconds."""

    status: int
    body: str
    seconds: float
    final: bool = False
    """The answer asked not to be tried again (`X-Slack-No-Retry`)."""

    @property
    def json(self) -> Json:
        """The body's JSON object; empty when it is none."""
        try:
            found = json.loads(self.body) if self.body.startswith("{") else {}
        except ValueError:
            return {}
        return dict(found)

    @property
    def failure(self) -> str:
        """The word Slack shows people for an answer that is none; empty when the bot acknowledged."""
        if self.status == 0:
            return "dispatch_failed"
        if self.status == 504 or self.seconds > ACK_SECONDS:
            return "operation_timeout"
        if self.status >= 500:
            return "http_service_error"
        return "" if 200 <= self.status < 300 else "http_client_error"


def attempt(call: Callable[[], Ack]) -> Ack:
    """What came of a request; a bot that is not there, or silent, gives an Ack that says so."""
    begun = time.monotonic()
    try:
        return call()
    except TimeoutError:
        return Ack(504, "", time.monotonic() - begun)
    except (OSError, http.client.HTTPException, ValueError):
        return Ack(0, "", time.monotonic() - begun)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Slack's signature of a request, version 0; docs.slack.dev, "Verifying requests from Slack"."""
    return (
        "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    )


class Line(Protocol):
    """A way to the bot."""

    def command(self, form: Json) -> Ack: ...
    def event(self, payload: Json, headers: dict[str, str]) -> Ack: ...
    def interaction(self, payload: Json) -> Ack: ...


@dataclass(frozen=True)
class HttpLine:
    """Signed HTTP, as Slack sends it; `seconds` is how long an answer is waited for."""

    port: int
    secret: str
    seconds: float = 10.0

    def command(self, form: Json) -> Ack:
        return self.send(urlencode(form).encode(), "application/x-www-form-urlencoded")

    def event(self, payload: Json, headers: dict[str, str]) -> Ack:
        return self.send(json.dumps(payload).encode(), "application/json", headers)

    def interaction(self, payload: Json) -> Ack:
        form = urlencode({"payload": json.dumps(payload)}).encode()
        return self.send(form, "application/x-www-form-urlencoded")

    def send(self, body: bytes, kind: str, headers: dict[str, str] | None = None) -> Ack:
        """Sign a body and send it; `headers` may replace the signature's."""
        stamp = str(int(time.time()))
        signed = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(self.secret, stamp, body),
        }
        return self.raw("POST", "/slack/events", body, {"Content-Type": kind, **signed, **(headers or {})})

    def raw(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Ack:
        """Send any request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.seconds)
        begun = time.monotonic()
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # refused before it was read
                connection.request(method, path, body, {k: v.encode("latin-1") for k, v in headers.items()})
            response = connection.getresponse()
            final = response.headers.get("X-Slack-No-Retry") == "1"
            return Ack(response.status, response.read().decode(), time.monotonic() - begun, final)
        finally:
            connection.close()


@dataclass(frozen=True)
class SocketLine:
    """Socket Mode envelopes."""

    slack: SlackServer

    def command(self, form: Json) -> Ack:
        return self._send("slash_commands", form)

    def event(self, payload: Json, headers: dict[str, str]) -> Ack:
        return self._send("events_api", payload)

    def interaction(self, payload: Json) -> Ack:
        return self._send("interactive", payload)

    def _send(self, kind: str, payload: Json) -> Ack:
        begun = time.monotonic()
        ack = self.slack.sockets.send(kind, payload)
        seconds = time.monotonic() - begun
        if ack is None:
            return Ack(504, "", seconds)
        return Ack(200, json.dumps(ack["payload"]) if ack.get("payload") else "", seconds)
