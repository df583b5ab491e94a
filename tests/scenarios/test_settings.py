"""`/covcheck settings` through the real Bolt app: the form, what is wrong at its fields, what holds then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import StoreError
from bot.jobs.channel_settings import SettingsJobs
from bot.jobs.modes import Modes
from bot.jobs.orders import Live
from bot.jobs.schedule_orders import DigestNow
from bot.localslack.client import SlackClient
from bot.render.blocks import Post
from bot.store.changes import What
from bot.store.channels import ChannelSettings
from handlers.access import Member
from handlers.orders import order_of
from tests.handlers.test_access import Said
from tests.scenarios.conftest import ACCESS, Office, start_bot
from tests.scenarios.factwork import FactWork
from tests.slack.server import SlackServer

NAMED = replace(
    ACCESS,
    admins=("U1", "U2", "SADMINS01"),
    groups=Said(Member.NO),
    namespaces=("e2e", "team-*"),
    repos=("acme/*",),
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    work = FactWork()
    with SlackServer() as slack:
        own: dict[str, Any] = {}
        access = replace(NAMED, own=lambda channel: own["store"].channels.settings(channel))
        modes = Modes().part()
        bot = start_bot(tmp_path_factory.mktemp("bot"), slack, work, access, parts=(SettingsJobs, modes))
        own["store"] = bot.store
        yield Office(slack, bot, work)
        bot.stop()


@pytest.fixture
def here(client: SlackClient, slack: SlackServer) -> str:
    """A channel that no other test used."""
    channel = f"C{slack.number()}9"
    slack.channel(channel)
    return channel


def opened(client: SlackClient, channel: str) -> str:
    before = set(client.slack.views)
    ack = client.command("settings", channel=channel)
    assert (ack.status, ack.body) == (200, "")
    (view_id,) = set(client.slack.views) - before
    return view_id


def errors(ack: Any) -> dict[str, str]:
    return dict(ack.json.get("errors") or {})


def test_what_is_set_is_said_kept_and_audited(client: SlackClient, office: Office, here: str) -> None:
    view = opened(client, here)
    ack = client.submit(
        view,
        repo="acme/other",
        mode="suggest",
        unfurl="on",
        namespace="team-a",
        zone="Europe/Berlin",
        minimum="1.5",
    )
    assert (ack.status, errors(ack)) == (200, {})
    office.settle()
    (said,) = office.slack.by_bot(here)
    shown = json.dumps(said["blocks"])
    for line in (
        "repo: acme/shop (as set up) \\u2192 acme/other",
        "cards under links: off (as set up) \\u2192 on",
        "namespace of live runs: looked for \\u2192 team-a",
        "time zone of new digests: not set \\u2192 Europe/Berlin",
        "questions: mention \\u2192 suggest",
        "1.5 points",
    ):
        assert line in shown
    assert '"user_id": "U1"' in shown
    store = office.bot.store
    kept = store.channels.settings(here)
    assert (kept.repo, kept.unfurl, kept.namespace, kept.zone) == (
        "acme/other",
        True,
        "team-a",
        "Europe/Berlin",
    )
    assert (kept.minimum, kept.version, kept.changed_by) == (1.5, 1, "U1")
    mode = store.channels.mode(here)
    assert mode is not None
    assert (mode.mode, mode.changed_by) == ("suggest", "U1")
    (entry,) = [e for e in store.audit.entries() if e.channel == here]
    assert (entry.what, entry.who, entry.outcome) == (What.SETTINGS_CHANGED, "U1", "done")
    assert "repo: acme/shop (as set up) → acme/other" in entry.about
    assert entry.request == kept.changed_in


def test_the_channels_own_repo_is_meant_from_then_on(client: SlackClient, office: Office, here: str) -> None:
    client.submit(opened(client, here), repo="acme/other")
    office.settle()
    client.command("datastorage", channel=here)
    office.settle()
    assert "datastorage in acme/other" in json.dumps(office.slack.by_bot(here))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("repo", "not a repo", "OWNER/NAME"),
        ("repo", "evil/secret", "may not read evil/secret"),
        ("repo", "<!channel>/*bold*", "OWNER/NAME"),
        ("namespace", "kube-system", "may touch e2e, team-*"),
        ("namespace", "Team A", "no name of a namespace"),
        ("zone", "Europe/Berln", "Did you mean Europe/Berlin?"),
        ("zone", "../../etc/passwd", "no time zone"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    client: SlackClient, office: Office, here: str, field: str, typed: str, said: str
) -> None:
    view = opened(client, here)
    found = errors(client.submit(view, **{field: typed}))
    assert list(found) == [field]
    assert said in found[field]
    assert view in office.slack.views
    assert office.bot.store.channels.settings(here) == ChannelSettings(here)
    client.close(view)


def test_what_is_emptied_is_as_it_was_set_up(client: SlackClient, office: Office, here: str) -> None:
    client.submit(opened(client, here), repo="acme/other", unfurl="off")
    office.settle()
    client.submit(opened(client, here), repo="", unfurl="default")
    office.settle()
    kept = office.bot.store.channels.settings(here)
    assert (kept.repo, kept.unfurl, kept.version) == (None, None, 2)


def test_who_changes_nothing_says_nothing(client: SlackClient, office: Office, here: str) -> None:
    assert errors(client.submit(opened(client, here))) == {}
    office.settle()
    assert office.slack.by_bot(here) == []
    assert office.bot.store.channels.settings(here).version == 0


def test_of_two_the_first_counts_and_the_other_is_told(
    client: SlackClient, office: Office, here: str
) -> None:
    second = SlackClient(office.slack, client.line, user="U2")
    mine, theirs = opened(client, here), opened(second, here)
    client.submit(mine, repo="acme/mine")
    office.settle()
    assert "meanwhile" in errors(second.submit(theirs, repo="acme/theirs"))["repo"]
    assert office.bot.store.channels.settings(here).repo == "acme/mine"
    second.close(theirs)


def test_who_may_not_change_them_sees_them_and_who_may(
    client: SlackClient, office: Office, here: str
) -> None:
    other = SlackClient(office.slack, client.line, user="U7")
    ack = other.command("settings", channel=here)
    assert ack.json["response_type"] == "ephemeral"
    shown = json.dumps(ack.json["blocks"])
    assert "repo: acme/shop (as set up)" in shown
    assert '"usergroup_id": "SADMINS01"' in shown
    other.command("questions off", channel=here)
    office.settle()
    assert office.bot.store.channels.mode(here) is None
    assert "may not change what is set" in office.slack.whispers[-1]["text"]


def test_who_lost_the_right_while_the_form_was_open(client: SlackClient, office: Office, here: str) -> None:
    view = opened(client, here)
    other = SlackClient(office.slack, client.line, user="U7")
    assert "may not change" in errors(other.submit(view, repo="acme/other"))["repo"]
    client.close(view)


def test_where_the_bot_may_not_post_nothing_is_changed(
    client: SlackClient, office: Office, here: str
) -> None:
    office.slack.channel(here).has_bot = False
    client.submit(opened(client, here), repo="acme/other")
    office.settle()
    assert office.bot.store.channels.settings(here).version == 0
    assert "/invite" in json.dumps(office.slack.whispers[-1])
    assert not [e for e in office.bot.store.audit.entries() if e.channel == here]


def test_in_a_direct_message_questions_have_no_field(client: SlackClient, office: Office) -> None:
    view = opened(client, "D1")
    names = [block.get("block_id") for block in office.slack.views[view]["blocks"]]
    assert "mode" not in names
    assert "repo" in names
    client.close(view)


def test_the_namespace_of_the_channel_is_meant_for_live_runs(office: Office, here: str) -> None:
    store = office.bot.store
    store.channels.change(
        ChannelSettings(here, "acme/shop", "team-a", minimum=2.0, version=1, changed_in="j")
    )
    access = replace(NAMED, own=store.channels.settings)
    order = order_of("live datastorage", here, access)
    assert isinstance(order, Live)
    assert order == Live("acme/shop", "datastorage", None, "team-a")
    assert order_of("live datastorage namespace e2e", here, access) == replace(order, namespace="e2e")
    digest = order_of("digest", here, access)
    assert isinstance(digest, DigestNow)
    assert digest.minimum == 2.0


def test_a_store_that_cannot_say_what_is_set_is_told(office: Office) -> None:
    def failing(channel: str) -> ChannelSettings:
        raise StoreError("The store failed: OperationalError.", hint="Ask again in a minute.")

    said = order_of("datastorage", "C1", replace(NAMED, own=failing))
    assert isinstance(said, Post)
    assert "Ask again in a minute." in said.text
