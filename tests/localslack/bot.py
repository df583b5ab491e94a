"""A small Bolt app behind the bot's own HTTP server: it keeps what it hears and answers as a test wants."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient

from bot.localslack.lines import HttpLine
from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_TOKEN, Json
from handlers.http import HttpServer, SlackWsgi

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
EVERYTHING = re.compile(".*")


class SmallBot:
    """`heard` is what came, in order; `doing` answers an interaction, a command or an event."""

    def __init__(self, slack: SlackServer) -> None:
        self.heard: list[Json] = []
        self.headers: list[Json] = []
        self.doing: Callable[[Json, Ack, WebClient], None] = lambda body, ack, client: _plain(ack)
        self.client = WebClient(BOT_TOKEN, base_url=slack.base_url, retry_handlers=[])
        app = App(
            client=self.client,
            signing_secret=SECRET,
            process_before_response=True,
            ignoring_self_events_enabled=False,
        )
        app.command("/covcheck")(self._heard)
        app.action(EVERYTHING)(self._heard)
        app.shortcut(EVERYTHING)(self._heard)
        app.view(EVERYTHING)(self._heard)
        app.view_closed(EVERYTHING)(self._heard)
        app.event(EVERYTHING)(self._heard)
        self._server = HttpServer(SlackWsgi(app, SECRET, lambda: ""), "127.0.0.1", 0, threads=8)
        self._server.start()
        self._changed = threading.Condition()
        self.line = HttpLine(self._server.port, SECRET, 3.0)

    def _heard(self, body: Json, ack: Ack, client: WebClient, request: BoltRequest) -> None:
        with self._changed:
            self.heard.append(body)
            self.headers.append(dict(request.headers))
            self._changed.notify_all()
        self.doing(body, ack, client)

    def events(self, kind: str) -> list[Json]:
        """The events of a type that came."""
        with self._changed:
            inner = [body["event"] for body in self.heard if body.get("type") == "event_callback"]
            return [event for event in inner if event["type"] == kind]

    def wait(self, until: Callable[[], Any], seconds: float = 10.0) -> Any:
        """Wait until something holds."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not (value := until()):
                assert time.monotonic() < deadline, self.heard
                self._changed.wait(0.05)
            return value

    def stop(self) -> None:
        self._server.stop()


def _plain(ack: Ack) -> None:
    ack()
