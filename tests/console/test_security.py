"""Hostile requests to the console: other names, other sites, other bodies, other paths; and the page."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from bot.console.manifest import shipped_app
from bot.console.server import ConsoleServer
from bot.errors import SettingsError
from bot.localslack.server import SlackServer
from tests.console.conftest import Page
from tests.localslack.bot import SmallBot

SAY = json.dumps({"channel": "C1", "text": "x"}).encode()


def test_the_page_has_its_token_and_its_policy(page: Page) -> None:
    answer = page.get("/")
    assert answer.status == 200
    assert f'content="{page.server.token}"' in answer.body.decode()
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (answer.headers["x-content-type-options"], answer.headers["x-frame-options"]) == (
        "nosniff",
        "DENY",
    )


def test_every_start_has_another_token(slack: SlackServer, bot: SmallBot, static: Path) -> None:
    servers = [ConsoleServer(slack, bot.line, static=static) for _ in range(2)]
    assert servers[0].token != servers[1].token
    for server in servers:
        server.stop()


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", "127.0.0.1.evil:80", "", None],
)
@pytest.mark.parametrize("path", ["/", "/api/console/state", "/static/app.js"])
def test_another_host_name_is_not_served(page: Page, host: str | None, path: str) -> None:
    assert page.get(path, Host=host).status in (400, 421)


def test_localhost_is_the_same(page: Page) -> None:
    here = f"localhost:{page.server.port}"
    assert page.get("/", Host=here).status == 200
    headers: dict[str, str | None] = {"Host": here, "Origin": f"http://{here}"}
    assert page.send("POST", "/api/console/say", SAY, headers).json["ok"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Console-Token": None},
        {"X-Console-Token": "wrong"},
        {"X-Console-Token": "é"},
        {"Origin": None},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "https://127.0.0.1:{port}"},
    ],
)
def test_only_the_page_may_do_things(
    page: Page, bot: SmallBot, slack: SlackServer, headers: dict[str, str | None]
) -> None:
    given = {name: value and value.format(port=page.server.port) for name, value in headers.items()}
    answer = page.send("POST", "/api/console/say", SAY, given)
    assert (answer.status, answer.json["ok"]) == (403, False)
    assert (slack.channel("C1").messages, bot.heard) == ([], [])


@pytest.mark.parametrize("path", ["/api/console/state", "/api/console/files/F1/x.png", "/static/app.js"])
def test_another_site_may_not_read(page: Page, path: str) -> None:
    for site in ("cross-site", "same-site"):
        assert page.get(path, **{"Sec-Fetch-Site": site}).status == 403
    assert page.get(path, **{"Sec-Fetch-Site": "same-origin"}).status in (200, 404)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"channel": 1, "text": "x"}', 400),
        (b'{"channel": "C1"}', 400),
        (b'{"channel": "C1", "text": "' + b"x" * 41_000 + b'"}', 400),
        (b'{"channel": "C1", "text": "x", "file_ids": "F1"}', 400),
        (b'{"channel": "C1", "text": "x", "file_ids": [1]}', 400),
        (b"x" * 1_000_001, 413),
    ],
)
def test_a_body_that_makes_no_sense(page: Page, body: bytes, status: int) -> None:
    answer = page.send("POST", "/api/console/say", body, {})
    assert (answer.status, answer.json["ok"], bool(answer.json["message"])) == (status, False, True)


def test_lengths_that_lie(page: Page) -> None:
    assert (
        page.send("POST", "/api/console/upload?name=x", b"x", {"Content-Length": "99999999999"}).status == 413
    )
    assert page.send("POST", "/api/console/say", b"", {"Content-Length": "x"}).status == 400


def test_only_json_is_taken(page: Page) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", None):
        assert page.send("POST", "/api/console/say", SAY, {"Content-Type": kind}).status == 415


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.js",
        "/static/..%2fsecret.js",
        "/static/%2e%2e/secret.js",
        "/static//etc/passwd",
        "/static/",
        "/static/.hidden.js",
        "/static/app.py",
        "/static/missing.js",
        "/api/console/files/../../state",
        "/api/console/files/%2e%2e/%2e%2e/etc/passwd",
        "/api/console/files/F999/x",
        "/api/console/nothing",
        "/api/console/",
        "/archives/C1/x",
        "/archives/C1/p1",
        "/index.html",
        "/%00",
    ],
)
def test_paths_that_lead_nowhere(page: Page, path: str) -> None:
    answer = page.get(path)
    assert answer.status == 404
    assert b"Traceback" not in answer.body


def test_methods_that_are_none(page: Page) -> None:
    assert page.send("DELETE", "/api/console/state", None, {}).status == 405
    assert page.send("OPTIONS", "/api/console/say", None, {"Origin": "http://evil.example"}).status == 405
    assert page.send("POST", "/api/console/state", b"{}", {}).status == 404
    assert page.get("/api/console/say").status == 404
    head = page.send("HEAD", "/", None, {})
    assert (head.status, head.body) == (200, b"")


def test_the_bundle_is_kept_by_its_version(page: Page) -> None:
    assert page.get("/static/app.js").headers["cache-control"] == "no-cache"
    kept = page.get("/static/app.js?v=123")
    assert ("immutable" in kept.headers["cache-control"], kept.headers["content-type"]) == (
        True,
        "text/javascript; charset=utf-8",
    )


def test_a_permalink_leads_to_the_thread(page: Page, bot: SmallBot, slack: SlackServer) -> None:
    first = slack.say("C1", "a", "U1")
    reply = slack.say("C1", "b", "U1", first["ts"])
    for message in (first, reply):
        link = str(bot.client.chat_getPermalink(channel="C1", message_ts=message["ts"])["permalink"])
        answer = page.get(link.removeprefix(page.server.url.rstrip("/")))
        assert (answer.status, answer.headers["location"]) == (302, f"/#/C1/{first['ts']}")


def test_a_failure_of_our_own_is_said_without_a_traceback(
    page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(page.server.api.gets, "state", fail)  # type: ignore[arg-type]
    with caplog.at_level(logging.CRITICAL, "covcheck.console"):
        answer = page.get("/api/console/state")
    assert (answer.status, answer.json["error"]) == (500, "internal_error")
    assert b"secret detail" not in answer.body


def test_a_page_that_was_not_built_says_so(slack: SlackServer, bot: SmallBot, tmp_path: Path) -> None:
    server = ConsoleServer(slack, bot.line, static=tmp_path / "none")
    server.start()
    answer = Page(server).get("/")
    assert (answer.status, "npm ci" in answer.json["message"]) == (503, True)
    server.stop()


def test_a_port_that_is_taken(page: Page, slack: SlackServer, bot: SmallBot) -> None:
    with pytest.raises(SettingsError, match="cannot listen"):
        ConsoleServer(slack, bot.line, port=page.server.port)


def test_the_shipped_manifest_makes_the_app() -> None:
    app = shipped_app()
    assert [command.name for command in app.commands] == ["/covcheck"]
    assert {"app_mention", "message.im"} <= app.events
    assert "chat:write" in app.scopes
    assert {shortcut.callback_id for shortcut in app.shortcuts} >= {"covcheck_save_answer"}
