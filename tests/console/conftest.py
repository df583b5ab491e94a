"""The console's server over a local Slack with a small app, asked as the page asks it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.console.api import Word
from bot.console.server import ConsoleServer
from bot.localslack.server import SlackServer
from bot.localslack.world import SCOPES, Group, Person
from tests.localslack.bot import SmallBot
from tests.localslack.conftest import APP, MORE

PAGE = '<!doctype html><meta name="console-token" content="{{token}}"><div id="root"></div>'


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Page:
    """A browser's requests to the console; a header that is None is left out."""

    server: ConsoleServer

    def get(self, path: str, **headers: str | None) -> Answer:
        return self.send("GET", path, None, headers)

    def api(self, name: str, **query: str) -> Any:
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return self.get(f"/api/console/{name}?{asked}").json

    def post(self, name: str, /, **body: Any) -> Any:
        return self.send("POST", f"/api/console/{name}", json.dumps(body).encode(), {}).json

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str | None]) -> Answer:
        given: dict[str, str | None] = {"Host": f"127.0.0.1:{self.server.port}"}
        if method == "POST":
            given |= {
                "Origin": self.server.url.rstrip("/"),
                "X-Console-Token": self.server.token,
                "Content-Type": "application/json",
            }
        sent = {name: value for name, value in (given | headers).items() if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=40)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            if body is not None and "Content-Length" not in sent:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer(SCOPES | MORE, real_time=True) as server:
        server.app = APP
        server.people = {"U1": Person("U1", "Robin", "Developer"), "U2": Person("U2", "Maria")}
        server.groups = {"S1": Group("S1", "coverage", "Coverage people", ("U2",))}
        server.strangers = False
        channel = server.channel("C1")
        channel.name, channel.topic = "coverage", "Ask here"
        yield server


@pytest.fixture
def bot(slack: SlackServer) -> Iterator[SmallBot]:
    made = SmallBot(slack)
    yield made
    made.stop()


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "index.html").write_text(PAGE)
    (folder / "app.js").write_text("export {};")
    (tmp_path / "secret.js").write_text("no")
    return folder


@pytest.fixture
def page(slack: SlackServer, bot: SmallBot, static: Path) -> Iterator[Page]:
    words = (Word("services", "what was found"),)
    server = ConsoleServer(slack, bot.line, words=words, static=static)
    server.start()
    yield Page(server)
    server.stop()
