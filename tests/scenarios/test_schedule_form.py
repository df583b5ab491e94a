"""`/covcheck schedule` through the real app: the form, errors at its fields, the list, changes, and the
digest that somebody asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.jobs.digest_config import DigestsConfig
from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.world import Fault
from bot.render.slack_schedule import EDIT, LIST, NEW, PAUSE, POST_NOW, REMOVE
from bot.store.schedules import Schedule
from tests.scenarios.conftest import ACCESS, SECRET, Bot, Office, start_bot
from tests.scenarios.digests import a_week
from tests.scenarios.factwork import FactWork
from tests.scenarios.watch import answered, read
from tests.slack.server import SlackServer

Json = dict[str, Any]
SERVICES = ["cart", "gateway", "queue"]
FILLED = {"weekdays": ["0", "3"], "at": "9", "zone": "Europe/Berlin", "minimum": "1.5"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    work = FactWork()
    parts = DigestsConfig(lambda repo: SERVICES).parts()
    with SlackServer() as slack:
        bot = start_bot(
            tmp_path_factory.mktemp("bot"), slack, work, replace(ACCESS, users=frozenset()), parts=parts
        )
        a_week(bot.store, datetime.now(UTC))
        yield Office(slack, bot, work)
        bot.stop()


@pytest.fixture(autouse=True)
def _no_schedules(bot: Bot, slack: SlackServer) -> Iterator[None]:
    slack.channel("C1")
    slack.channel("C7")
    yield
    for schedule in bot.store.schedules.all():
        bot.store.schedules.remove(schedule.id)


def person(slack: SlackServer, bot: Bot, user: str) -> SlackClient:
    return SlackClient(slack, HttpLine(bot.server.port, SECRET), user=user)


def form(slack: SlackServer) -> Json:
    (view,) = [view for view in slack.views.values() if view["type"] == "modal"]
    return view


def shown(view: Json) -> dict[str, Any]:
    """What the fields show."""
    fields: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            chosen = element.get("initial_options")
            first = next((element[name] for name in element if name.startswith("initial_")), None)
            fields[block["block_id"]] = [o["value"] for o in chosen] if chosen else first
    return fields


def scheduled(client: SlackClient, slack: SlackServer, bot: Bot, office: Office, **typed: Any) -> Schedule:
    """A schedule set up through the form."""
    client.command("schedule")
    ack = client.submit(form(slack)["id"], **{**FILLED, **typed})
    assert ack.json == {}
    office.settle()
    return bot.store.schedules.all()[-1]


def listed(client: SlackClient, slack: SlackServer) -> Json:
    """The list that only this person sees."""
    client.command("schedule list")
    return slack.whispers[-1]


class TestTheForm:
    def test_it_opens_before_slack_is_answered_with_what_is_usual(
        self, client: SlackClient, slack: SlackServer
    ) -> None:
        ack = client.command("schedule")
        assert (ack.status, ack.body, slack.by_bot("C1")) == (200, "", [])
        view = form(slack)
        assert view["title"]["text"] == "Schedule a digest"
        assert shown(view) == {
            "channel": "C1",
            "services": None,
            "others": None,
            "weekdays": ["0"],
            "at": "09:00",
            "zone": "UTC",
            "minimum": "0.5",
            "include": ["moved", "no-data", "chart", "stale", "quality"],
        }
        offered = next(b for b in view["blocks"] if b.get("block_id") == "services")["element"]["options"]
        assert [option["value"] for option in offered] == SERVICES

    def test_what_was_filled_in_is_kept_and_said_in_the_channel(
        self, client: SlackClient, slack: SlackServer, bot: Bot, office: Office
    ) -> None:
        made = scheduled(client, slack, bot, office, services=["gateway"], others="queue", channel="C7")
        assert (made.channel, made.repo, made.services) == ("C7", "acme/shop", ("gateway", "queue"))
        assert (made.weekdays, made.at, made.zone, made.minimum) == ((0, 3), "09:00", "Europe/Berlin", 1.5)
        assert (made.created_by, made.version, made.paused) == ("U1", 1, False)
        (told,) = slack.by_bot("C7")
        assert "Digest of acme/shop set up by @U1" in read(told)
        assert "When: Monday and Thursday at 09:00, Europe/Berlin" in read(told)
        assert slack.views == {}
        client.command("schedule")
        assert shown(form(slack))["zone"] == "Europe/Berlin", "the zone of the person's last schedule"

    def test_what_is_wrong_is_said_at_each_field_and_nothing_is_lost(
        self, client: SlackClient, slack: SlackServer, bot: Bot, office: Office
    ) -> None:
        client.command("schedule")
        view = form(slack)
        wrong = {"at": "0 9 * * 1-5", "zone": "Europe/Berln", "minimum": "200", "weekdays": [], "channel": ""}
        ack = client.submit(view["id"], **wrong, others="gatway")
        assert ack.json["response_action"] == "errors"
        assert ack.json["errors"] == {
            "channel": "Choose the channel to post in.",
            "others": 'I know no service gatway. Did you mean gateway? If not, write it in quotes: "name".',
            "weekdays": "Choose at least one weekday.",
            "at": "This is a cron expression. Write 09:00 here, and tick Monday to Friday above.",
            "zone": (
                "'Europe/Berln' is no time zone. Did you mean Europe/Berlin? Write it as in Europe/Berlin."
            ),
            "minimum": "The minimum is a number of percentage points from 0 to 100.",
        }
        assert form(slack) == view, "it stays open"
        assert client.submit(view["id"], **FILLED).json == {}
        office.settle()
        assert len(bot.store.schedules.all()) == 1

    def test_a_service_that_is_not_there_is_told_by_the_job(
        self, client: SlackClient, slack: SlackServer, bot: Bot, office: Office
    ) -> None:
        client.command("schedule")
        assert client.submit(form(slack)["id"], **FILLED, others="toolset").json == {}
        office.settle()
        assert bot.store.schedules.all() == ()
        assert "There is no service toolset in this repo." in slack.whispers[-1]["text"]

    def test_a_channel_without_the_bot_is_told(
        self, client: SlackClient, slack: SlackServer, bot: Bot, office: Office
    ) -> None:
        slack.channel("C7").has_bot = False
        client.command("schedule")
        client.submit(form(slack)["id"], **FILLED, channel="C7")
        office.settle()
        slack.channel("C7").has_bot = True
        assert bot.store.schedules.all() == ()
        assert "/invite @covcheck" in slack.whispers[-1]["text"]

    def test_what_is_set_for_the_channel_is_offered(
        self, client: SlackClient, slack: SlackServer, bot: Bot
    ) -> None:
        known = bot.store.channels.settings("C5")
        bot.store.channels.change(replace(known, zone="Asia/Kolkata", minimum=2.0, version=known.version + 1))
        client.command("schedule", channel="C5")
        assert (shown(form(slack))["zone"], shown(form(slack))["minimum"]) == ("Asia/Kolkata", "2")

    def test_another_repo_is_named(self, client: SlackClient, slack: SlackServer, bot: Bot) -> None:
        client.command("schedule in acme/cellar")
        assert "Repo: acme/cellar" in str(form(slack)["blocks"][0])
        client.close(form(slack)["id"])
        client.command("schedule in secret/repo")
        assert "I may not read secret/repo" in slack.whispers[-1]["text"]
        assert slack.views == {}

    def test_slack_that_does_not_open_it_is_said(self, client: SlackClient, slack: SlackServer) -> None:
        slack.fail("views.open", Fault(error="expired_trigger_id"))
        client.command("schedule")
        assert "Slack did not open the form in time" in slack.whispers[-1]["text"]

    def test_in_a_message_there_is_a_button_for_it(self, client: SlackClient, slack: SlackServer) -> None:
        client.mention("schedule")
        message = answered(slack)
        assert read(message).endswith("[New schedule] [Show schedules]")
        client.press(message, NEW)
        assert shown(form(slack))["channel"] == "C1"
        client.press(message, LIST)
        assert "This channel has no schedule" in slack.whispers[-1]["text"]


class TestTheList:
    def test_schedules_with_their_buttons(
        self, client: SlackClient, slack: SlackServer, bot: Bot, office: Office
    ) -> None:
        made = scheduled(client, slack, bot, office)
        text = read(listed(client, slack))
        assert "This channel has 1 schedule" in text
        assert "Monday and Thursday at 09:00, Europe/Berlin" in text
        assert "acme/shop, all services, moves of 1.5 points or more" in text
        assert "Set up by @U1; next on " in text
        assert "[Edit] [Pause] [Post now] [Remove]" in text
        (row,) = [b for b in slack.whispers[-1]["blocks"] if "Remove" in str(b)]
        sure = row["elements"][-1]["confirm"]
        assert sure["text"]["text"] == (
            "This channel gets no more digests: Monday and Thursday at 09:00, Europe/Berlin. "
            "This is not undone."
        )
        assert made.id in str(row)

    def test_a_zone_that_is_not_known_any_more_hides_no_schedule(
        self, client: SlackClient, slack: SlackServer, bot: Bot, office: Office
    ) -> None:
        made = scheduled(client, slack, bot, office)
        bot.store.schedules.put(replace(made, version=2, zone="Mars/Olympus"))
        assert "Set up by @U1; its time zone is not known any more" in read(listed(client, slack))
        client.press(slack.whispers[-1], EDIT)
        ack = client.submit(form(slack)["id"])
        assert list(ack.json["errors"]) == ["zone"]

    def test_pause_and_resume(
        self, client: SlackClient, slack: SlackServer, bot: Bot, office: Office
    ) -> None:
        made = scheduled(client, slack, bot, office)
        found = listed(client, slack)
        client.press(found, PAUSE)
        assert "[Edit] [Resume] [Post now] [Remove]" in read(found), "the list shows it at once"
        office.settle()
        assert bot.store.schedules.of_channel("C1")[0].paused
        assert "was paused by @U1" in read(slack.by_bot("C1")[-1])
        client.press(found, PAUSE)
        office.settle()
        assert not bot.store.schedules.of_channel("C1")[0].paused
        assert bot.store.schedules.get(made.id) is not None

    def test_removing_anothers_is_said_in_the_channel(
        self, client: SlackClient, slack: SlackServer, bot: Bot, office: Office
    ) -> None:
        scheduled(client, slack, bot, office)
        other = person(slack, bot, "U5")
        found = listed(other, slack)
        other.press(found, REMOVE)
        assert "This channel has no schedule" in read(found)
        office.settle()
        assert bot.store.schedules.all() == ()
        assert "was removed by @U5" in read(slack.by_bot("C1")[-1])
        other.press(slack.by_bot("C1")[-1] | {"blocks": row_of(REMOVE, "gone")}, REMOVE)
        assert "not there any more" in slack.whispers[-1]["text"]

    def test_edit_shows_what_stands_and_a_conflict_is_said(
        self, client: SlackClient, slack: SlackServer, bot: Bot, office: Office
    ) -> None:
        made = scheduled(client, slack, bot, office, services=["gateway"], include=["chart"])
        client.press(listed(client, slack), EDIT)
        view = form(slack)
        assert view["title"]["text"] == "Edit schedule"
        assert shown(view) == {
            "channel": "C1",
            "services": ["gateway"],
            "others": None,
            "weekdays": ["0", "3"],
            "at": "09:00",
            "zone": "Europe/Berlin",
            "minimum": "1.5",
            "include": ["chart"],
        }
        bot.store.schedules.put(replace(made, version=2, at="10:00", changed_in="another"))
        ack = client.submit(view["id"], at="11:00")
        assert ack.json["errors"]["channel"].startswith("Somebody changed this schedule meanwhile")
        assert form(slack) == view, "nothing that was typed is lost"
        client.close(view["id"])
        client.press(listed(client, slack), EDIT)
        assert client.submit(form(slack)["id"], at="11:00", services=[]).json == {}
        office.settle()
        now = bot.store.schedules.get(made.id)
        assert now is not None
        assert (now.at, now.services, now.version) == ("11:00", (), 3)
        assert "Digest of acme/shop changed" in read(slack.by_bot("C1")[-1])

    def test_post_now(self, client: SlackClient, slack: SlackServer, bot: Bot, office: Office) -> None:
        scheduled(client, slack, bot, office, channel="C7", include=["moved", "no-data"])
        client.home = "C7"
        found = listed(client, slack)
        for second in ("1795400001.5", "1795400002.5"):
            client.press(found, POST_NOW, channel="C7", stamp=second)
        office.settle()
        (digest,) = [m for m in slack.by_bot("C7") if "E2E coverage" in read(m)]
        assert "gateway 66.0 (+6.0" in read(digest)
        assert "Each service is in the thread." in read(digest)
        assert not [m for m in slack.thread("C7", digest["ts"]) if m.get("files")], "no chart was wanted"


class TestADigestNow:
    def test_the_command_posts_one(self, client: SlackClient, slack: SlackServer, office: Office) -> None:
        assert client.command("digest days 30").json["response_type"] == "in_channel"
        office.settle()
        (message,) = [m for m in slack.by_bot("C1") if not m.get("thread_ts")]
        assert "E2E coverage, 30 days to" in read(message)
        assert "3 of 3 services reported" in read(message)
        assert "Each service and the chart are in the thread." in read(message)

    def test_in_a_message_it_is_answered_in_the_thread(
        self, client: SlackClient, slack: SlackServer, office: Office
    ) -> None:
        _, asked = client.mention("digest")
        office.settle()
        digest, *rest = slack.thread("C1", asked["ts"])
        assert "E2E coverage, week" in read(digest)
        assert "▲ gateway 66.0 (+6.0" in read(digest)
        assert "Services that reported, branch main" in read(rest[0])
        assert [file["name"] for message in rest for file in message.get("files", ())] == [
            "coverage-trend.png"
        ]

    def test_a_repo_without_figures_and_a_channel_without_the_bot_are_told_to_who_asked(
        self, client: SlackClient, slack: SlackServer, office: Office
    ) -> None:
        client.command("digest in acme/cellar")
        office.settle()
        assert "There is no figure and no run of acme/cellar yet." in slack.whispers[-1]["text"]
        slack.channel("C7").has_bot = False
        client.command("digest", channel="C7")
        office.settle()
        slack.channel("C7").has_bot = True
        assert "/invite @covcheck" in slack.whispers[-1]["text"]
        assert slack.by_bot("C1") == slack.by_bot("C7") == []

    def test_who_may_not_ask_gets_no_form(self, slack: SlackServer, bot: Bot) -> None:
        stranger = SlackClient(slack, HttpLine(bot.server.port, SECRET), user="U9", team="T9")
        stranger.command("schedule")
        assert "You may not use covcheck here" in slack.whispers[-1]["text"]
        assert slack.views == {}


def row_of(action: str, value: str) -> list[Json]:
    label = {"type": "plain_text", "text": "x"}
    return [
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": action, "value": value, "text": label}],
        }
    ]
