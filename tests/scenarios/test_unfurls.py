"""Cards under links through the real Bolt app: what is shown, where nothing is, and the button."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.history.model import Figure, Source
from bot.jobs.unfurls import UnfurlConfig
from bot.localslack.app import App
from bot.localslack.client import SlackClient
from bot.localslack.world import BOT_TOKEN, Fault, Json
from bot.render.slack_unfurl import CHECK
from bot.store.channels import ChannelSettings
from handlers.unfurls import EVENTS, SlackUnfurls
from tests.scenarios.conftest import ACCESS, Office, start_bot
from tests.scenarios.factwork import REPO, FactWork
from tests.slack.server import SlackServer

SITE = "https://github.com/acme/shop"
APP = App(domains=("github.com",), events=frozenset(EVENTS))
CONFIG = f"{SITE}/blob/main/deploy/datastorage.yaml"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    work = FactWork()
    with SlackServer() as slack:
        slack.app = APP
        own: dict[str, Any] = {}
        access = replace(ACCESS, own=lambda channel: own["store"].channels.settings(channel))
        part = UnfurlConfig(SlackUnfurls(BOT_TOKEN, base_url=slack.base_url), access.github, access.allows)
        bot = start_bot(tmp_path_factory.mktemp("bot"), slack, work, access, parts=(part.part(),))
        own["store"] = bot.store
        yield Office(slack, bot, work)
        bot.stop()


@pytest.fixture
def here(client: SlackClient, office: Office) -> str:
    """A channel where cards are on and that no other test used; datastorage and gateway were checked."""
    office.slack.app = APP
    channel = f"C{office.slack.number()}9"
    office.slack.channel(channel)
    office.bot.store.channels.change(ChannelSettings(channel, unfurl=True, version=1, changed_in="j"))
    for name in ("datastorage", "gateway"):
        client.command(f"{name} main", channel="C1")
    office.settle()
    return channel


def shared(client: SlackClient, office: Office, channel: str, url: str, **more: Any) -> Json:
    """Somebody shares a link; gives their message when every job has ended."""
    said = office.slack.say(channel, f"look at <{url}>", "U1")
    client.share(said, url, channel=channel, **more)
    office.settle()
    return said


def card(said: Json) -> str:
    """Everything that stands under a message."""
    return json.dumps([each["blocks"] for each in said.get("attachments") or ()], ensure_ascii=False)


def test_a_link_to_a_file_of_a_service_gets_a_card(client: SlackClient, office: Office, here: str) -> None:
    history = office.bot.store.history
    for number, covered in enumerate((40, 48)):
        at = 1_700_000_000.0 + number * 86_400
        figure = Figure(f"f{number}", "acme/shop", "datastorage", at, Source.PUSH, 100, covered)
        history.keep(replace(figure, branch="main"))
    said = shared(client, office, here, CONFIG)
    shown = card(said)
    assert '"datastorage"' in shown
    assert "✗ FOUND: The pod writes to /tmp/coverage on the node, Kind mounts /coverdata." in shown
    assert f"Checked at {REPO.short} (main)" in shown
    assert "Coverage: 48.0% (+8.0)" in shown
    assert "gateway" not in shown
    assert len(office.work.checked) == 2


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/tree/main",
        "/tree/main/datastorage",
        "/blob/main/datastorage/node.yaml#L12",
        "/blob/feature/x/deploy/datastorage.yaml",
        f"/commit/{REPO.commit[:10]}",
        "/",
    ],
)
def test_places_that_something_is_known_of(client: SlackClient, office: Office, here: str, path: str) -> None:
    shown = card(shared(client, office, here, SITE + path))
    assert "datastorage" in shown


@pytest.mark.parametrize(
    "url",
    [
        f"{SITE}/blob/main/README.md",
        f"{SITE}/tree/other",
        f"{SITE}/commit/{'e' * 40}",
        f"{SITE}/pull/12",
        f"{SITE}/wiki",
        "https://github.com/acme/unknown",
        "https://github.com/evil/shop/blob/main/deploy/datastorage.yaml",
        "https://github.com.evil.example/acme/shop",
        "https://me@github.com/acme/shop",
        "http://github.com/acme/shop",
        f"{SITE}/blob/main/../../etc/passwd",
        f"{SITE}/blob/main/{'x' * 3_000}",
    ],
)
def test_of_others_nothing_is_shown_or_said(client: SlackClient, office: Office, here: str, url: str) -> None:
    said = shared(client, office, here, url)
    assert card(said) == "[]"
    assert office.slack.by_bot(here) == []
    assert office.slack.whispers == []


def test_it_is_off_where_nobody_switched_it_on(client: SlackClient, office: Office, here: str) -> None:
    assert card(shared(client, office, "C1", CONFIG)) == "[]"
    store = office.bot.store.channels
    store.change(ChannelSettings(here, unfurl=False, version=2, changed_in="j2"))
    assert card(shared(client, office, here, CONFIG)) == "[]"


@pytest.mark.parametrize(
    "more",
    [
        {"envelope": {"is_ext_shared_channel": True}},
        {"source": "composer", "message_ts": "COMPOSER"},
        {"bot_id": "B7"},
        {"user": "UBOT"},
        {"user_team": "T9"},
        {"is_bot_user_member": False},
    ],
    ids=["shared", "composer", "bot", "ours", "stranger", "not-in"],
)
def test_where_no_card_is_shown(client: SlackClient, office: Office, here: str, more: Any) -> None:
    assert card(shared(client, office, here, CONFIG, **more)) == "[]"
    assert office.slack.called("chat.unfurl") == []


def test_what_a_program_wrote_gets_no_card(client: SlackClient, office: Office, here: str) -> None:
    """Slack tells of links in messages of other apps as if a person wrote them."""
    said = office.slack.say(here, f"build failed: <{CONFIG}>", "U8")
    said["bot_id"] = "B8"
    client.share(said, CONFIG, channel=here)
    office.settle()
    assert card(said) == "[]"


def test_the_same_event_again_is_the_same_card(client: SlackClient, office: Office, here: str) -> None:
    said = shared(client, office, here, CONFIG, event_id="EvTwice")
    client.share(said, CONFIG, channel=here, event_id="EvTwice")
    office.settle()
    assert len(said["attachments"]) == 1
    assert len(office.slack.called("chat.unfurl")) == 1


def test_when_slack_is_busy_the_card_comes_later(client: SlackClient, office: Office, here: str) -> None:
    office.slack.fail("chat.unfurl", Fault(status=429, retry_after=0))
    office.slack.fail("chat.unfurl", Fault(status=503))
    assert "datastorage" in card(shared(client, office, here, CONFIG))


@pytest.mark.parametrize("error", ["cannot_unfurl_url", "missing_scope", "invalid_blocks"])
def test_when_slack_refuses_nobody_is_told(
    client: SlackClient, office: Office, here: str, error: str
) -> None:
    office.slack.fail("chat.unfurl", Fault(error=error))
    assert card(shared(client, office, here, CONFIG)) == "[]"
    assert (office.slack.by_bot(here), office.slack.whispers) == ([], [])


def test_the_button_checks_what_the_link_names(client: SlackClient, office: Office, here: str) -> None:
    said = shared(client, office, here, CONFIG)
    client.press_card(said, CHECK, channel=here)
    office.settle()
    assert office.work.checked[-1] == ("acme/shop", "main", "datastorage")
    (answer, *_) = office.slack.thread(here, said["ts"])
    assert answer["user"] == "UBOT"
