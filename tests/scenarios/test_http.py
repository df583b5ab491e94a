"""The door: only signed, bounded requests come in, and nothing of the others is logged."""

from __future__ import annotations

import hmac
import time
from urllib.parse import urlencode

import pytest

from bot.localslack.client import HttpLine, SlackClient
from handlers.http import MAX_BODY
from handlers.signature import sign
from tests.scenarios.conftest import SECRET
from tests.scenarios.factwork import FactWork
from tests.slack.server import SlackServer

FORM = "application/x-www-form-urlencoded"
BODY = urlencode({"command": "/covcheck", "text": "topsecret", "user_id": "U1", "channel_id": "C1"}).encode()


@pytest.fixture
def line(client: SlackClient) -> HttpLine:
    assert isinstance(client.line, HttpLine)
    return client.line


def headers(stamp: str | None = None, signature: str | None = None, body: bytes = BODY) -> dict[str, str]:
    stamp = stamp if stamp is not None else str(int(time.time()))
    signed = sign(SECRET, stamp if stamp.isascii() else "0", body)
    return {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signed if signature is None else signature,
    }


@pytest.mark.parametrize(
    "bad",
    [
        {"signature": "v0=" + "0" * 64},
        {"signature": ""},
        {"signature": "v0=\u00e9\u00e8"},
        {"signature": "v1=" + "0" * 64},
        {"stamp": "noon"},
        {"stamp": ""},
        {"stamp": "-1"},
        {"stamp": "1e9"},
        {"stamp": "\u00b2\u00b3"},
        {"stamp": "9" * 40},
    ],
    ids=str,
)
def test_a_request_that_is_not_slacks_is_refused_unlogged(
    line: HttpLine, work: FactWork, caplog: pytest.LogCaptureFixture, bad: dict[str, str]
) -> None:
    caplog.set_level("DEBUG")
    assert line.raw("POST", "/slack/events", BODY, headers(**bad)).status == 401
    assert "topsecret" not in caplog.text
    assert work.checked == []


@pytest.mark.parametrize("off", [-301, 400])
def test_an_old_or_future_request_is_refused(line: HttpLine, off: int) -> None:
    stamp = str(int(time.time()) + off)
    assert line.raw("POST", "/slack/events", BODY, headers(stamp)).status == 401


def test_a_request_without_a_signature_is_refused(line: HttpLine) -> None:
    assert line.raw("POST", "/slack/events", BODY, {"Content-Type": FORM}).status == 401


def test_a_changed_body_is_refused(line: HttpLine) -> None:
    assert line.raw("POST", "/slack/events", BODY + b"x", headers()).status == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"text=\xff\xfe", FORM),
        (b"{not json", "application/json"),
        (b"payload=%7Bnot", FORM),
        (b"[" * 100_000, "application/json"),
    ],
    ids=["not utf-8", "no json", "no json payload", "deep"],
)
def test_a_signed_body_that_cannot_be_read_is_a_bad_request(line: HttpLine, body: bytes, kind: str) -> None:
    assert line.send(body, kind).status == 400


def test_an_unsigned_body_that_is_not_utf8_is_refused(line: HttpLine) -> None:
    assert line.raw("POST", "/slack/events", b"\xff", headers()).status == 401


def test_a_huge_body_is_refused(line: HttpLine) -> None:
    announced = {**headers(), "Content-Length": str(MAX_BODY + 1)}
    assert line.raw("POST", "/slack/events", b"", announced).status == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("POST", "/healthz", 405),
        ("GET", "/slack/events", 405),
        ("GET", "/", 404),
        ("POST", "/slack/eventsx", 404),
    ],
)
def test_paths(line: HttpLine, method: str, path: str, status: int) -> None:
    assert line.raw(method, path, b"", {}).status == status


def test_slack_can_verify_the_address(line: HttpLine) -> None:
    ack = line.event({"type": "url_verification", "challenge": "3eZbrw1aB"}, {})
    assert (ack.status, ack.json) == (200, {"challenge": "3eZbrw1aB"})


def test_what_is_not_for_the_bot_is_acknowledged_and_not_logged(
    line: HttpLine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    event = {
        "type": "event_callback",
        "event": {"type": "reaction_added", "text": "topsecret"},
        "team_id": "T1",
    }
    assert line.event(event, {}).status == 200
    assert line.event({"type": "surprise", "text": "topsecret"}, {}).status == 200
    assert "topsecret" not in caplog.text


def test_the_signature_is_slacks_own() -> None:
    """The example of docs.slack.dev, "Verifying requests from Slack"."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert hmac.compare_digest(sign("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body), expected)


def test_hostile_words_are_only_words(client: SlackClient, slack: SlackServer) -> None:
    ack = client.command("&lt;!channel&gt; `in *x*")
    assert "<!channel>" not in ack.json["text"]
    assert ack.json["response_type"] == "ephemeral"
