"""A live run from the words to the result: plan, confirmation by an allowed person, progress, figures."""

from __future__ import annotations

import io
import tarfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace

import pytest

from bot.check import Progress
from bot.errors import (
    ClusterForbidden,
    ClusterUnavailable,
    CovcheckError,
    LeaseHeld,
    NotStoppable,
    PlanChanged,
)
from bot.jobs.live import LiveConfig
from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.reading import runs
from bot.localslack.world import Fault
from bot.model import Missing, Observation
from bot.render.slack import DETAILS, LIVE, LIVE_AGAIN, LIVE_CANCEL, LIVE_RUN
from tests.scenarios.conftest import SECRET, Bot, Office, start_bot
from tests.scenarios.factwork import MISMATCH, FactWork
from tests.scenarios.livework import PLAN, SEEN, PlayedWork
from tests.scenarios.watch import Json, answered, read, replies
from tests.slack.server import SlackServer

EVIL = "<!channel> <@U123> <http://evil.example|here> *b* `c` \u202e"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> PlayedWork:
    return PlayedWork(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, cluster: PlayedWork) -> Iterator[Office]:
    work = FactWork()
    with SlackServer() as slack:
        live = LiveConfig(
            cluster, cluster.folder, confirm_minutes=15, default_branch={"acme/shop": "trunk"}.get
        )
        bot = start_bot(tmp_path_factory.mktemp("bot"), slack, work, live=live)
        yield Office(slack, bot, work)
        bot.stop()


@pytest.fixture
def played(slack: SlackServer, office: Office, cluster: PlayedWork) -> Iterator[PlayedWork]:
    yield cluster
    office.settle()
    cluster.forget()


@pytest.fixture(autouse=True)
def _fresh(played: PlayedWork) -> None:
    """Every test begins with a cluster as new."""


def person(slack: SlackServer, bot: Bot, user: str) -> SlackClient:
    return SlackClient(slack, HttpLine(bot.server.port, SECRET), user=user)


def labels(message: Json) -> list[str]:
    blocks = message["blocks"]
    return [e["text"]["text"] for b in blocks if b["type"] == "actions" for e in b["elements"]]


def planned(client: SlackClient, slack: SlackServer, words: str = "live datastorage") -> Json:
    """Ask for a plan and give its message as it stands now."""
    client.command(words)
    return deepcopy(answered(slack))


def done(slack: SlackServer, message: Json) -> Json:
    """The plan's message once the run is over."""

    def over() -> Json | None:
        found = slack.channel("C1").find(message["ts"])
        assert found is not None
        waits = found["text"].startswith(("Running", "Plan of", "Looking"))
        return None if waits else found

    found: Json = slack.wait(over)
    return found


class TestPlan:
    def test_the_plan_says_what_will_be_stopped(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork
    ) -> None:
        message = planned(client, slack, "live datastorage main in acme/other namespace team-b")
        assert played.planned == [("acme/other", "main", "datastorage", "team-b")]
        assert played.ran == []
        said = read(message)
        first = "Plan of a live run: datastorage (deployment/datastorage in namespace team-b on kind-dev)"
        assert said.startswith(first)
        assert "Stops deployment/datastorage (1 replica)" in said
        assert "Note: An autoscaler may scale it up again." in said
        assert "The plan holds for 15 minutes." in said
        assert labels(message) == ["Stop and run it", "Cancel"]

    def test_the_button_asks_before_it_counts(self, client: SlackClient, slack: SlackServer) -> None:
        button = planned(client, slack)["blocks"][-1]["elements"][0]
        assert button["style"] == button["confirm"]["style"] == "danger"
        assert (
            "deployment/datastorage in namespace team-a on kind-dev: 1 pod will be stopped for up to 60 s"
            in (button["confirm"]["text"]["text"])
        )

    def test_a_plan_in_a_thread_and_in_a_direct_message(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork
    ) -> None:
        _, said = client.mention("live datastorage")
        assert labels(answered(slack)) == ["Stop and run it", "Cancel"]
        assert slack.by_bot("C1")[0]["thread_ts"] == said["ts"]
        client.direct("live datastorage namespace team-b")
        assert labels(answered(slack, "D1")) == ["Stop and run it", "Cancel"]
        assert [asked[3] for asked in played.planned] == [None, "team-b"]

    def test_the_button_under_a_check_plans_its_service_at_its_commit(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork
    ) -> None:
        client.command("datastorage")
        message = answered(slack)
        assert labels(message)[:3] == ["Details", "Compare", "Run it in the cluster"]
        client.press(message, LIVE)
        plan = slack.wait(lambda: [m for m in slack.thread("C1", message["ts"]) if "Plan of" in m["text"]])[0]
        assert labels(plan) == ["Stop and run it", "Cancel"]
        assert played.planned == [("acme/shop", "4f2c1e7" + "0" * 33, "datastorage", None)]

    @pytest.mark.parametrize(
        "error",
        [
            NotStoppable("daemonset/datastorage cannot be stopped: DaemonSets have no replicas."),
            ClusterForbidden("The account may not list pods in team-a."),
            ClusterUnavailable("The cluster cannot be reached."),
        ],
    )
    def test_what_cannot_be_planned_is_one_sentence(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork, error: CovcheckError
    ) -> None:
        def fail() -> None:
            raise error

        played.before_plan = fail
        message = planned(client, slack)
        assert read(message).startswith(str(error))
        assert labels(message) == []

    def test_a_blocked_plan_cannot_be_confirmed(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork
    ) -> None:
        lack = "patch deployments/scale in team-a"
        played.plan_made = replace(PLAN, lacks=(lack,), blockers=(lack,))
        message = planned(client, slack)
        assert "It cannot be carried out as things are." in read(message)
        assert labels(message) == ["Plan anew"]

    def test_a_very_long_plan_goes_on_in_the_thread(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork
    ) -> None:
        played.plan_made = replace(PLAN, warnings=tuple(f"{n} {'w' * 490}" for n in range(60)))
        message = planned(client, slack)
        assert labels(message) == ["Stop and run it", "Cancel"]
        assert slack.wait(lambda: replies(slack, message, 1))


class TestRun:
    def test_plan_confirm_progress_result(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork, bot: Bot, office: Office
    ) -> None:
        go = threading.Event()

        def slowly(_: str, tell: Progress) -> None:
            time.sleep(0.4)
            tell("waiting for pod datastorage-7f to end")
            assert go.wait(10)

        played.before_run = slowly
        message = planned(client, slack)
        assert client.press(message, LIVE_RUN).status == 200
        running = slack.wait(lambda: m if "waiting for pod" in (m := slack.by_bot("C1")[0])["text"] else None)
        assert "Confirmed by @U1" in read(running)
        assert labels(running) == []
        go.set()
        result = done(slack, message)
        said = read(result)
        assert said.startswith("datastorage @ 4f2c1e7 · coverage 39.3% of 280 statements\nbuild")
        assert "There are covmeta and covcounters" in said
        assert "██▌░░░░░░░  25.0%    200  example.com/shop/store" in said
        assert "example.com/shop/store/store.go  150 of 200 never ran" in said
        assert (
            "datastorage-7f was stopped: ended after 1.5 s of 30 s grace, with exit code 0 (Completed)."
            in said
        )
        assert "deployment/datastorage is back at 1 replica." in said
        assert labels(result)[:2] == ["Details", "Run it again"]
        office.settle()
        assert len(slack.by_bot("C1")) == 1 + 2
        (ran,) = played.ran
        assert (ran[0], ran[1], ran[3]) == ("acme/shop", None, "U1")
        kept = bot.store.run(ran[2])
        assert kept is not None
        assert (kept.status, kept.symptom, kept.statements, kept.covered) == ("CLEAR", "BOTH", 280, 110)
        assert kept.packages[0] == ["example.com/shop/store", 200, 50]
        (figure,) = bot.store.history.figures("acme/shop", "datastorage")
        assert (figure.id, figure.statements, figure.covered, figure.source) == (ran[2], 280, 110, "run")
        assert figure.branch == "trunk"
        assert (kept.commit, kept.target, kept.asked_by) == (
            "4f2c1e7" + "0" * 33,
            "deployment/datastorage",
            "U1",
        )

    def test_the_picture_has_words_and_the_raw_files_are_whole(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork, office: Office
    ) -> None:
        message = planned(client, slack)
        client.press(message, LIVE_RUN)
        done(slack, message)
        office.settle()
        run_id = played.ran[0][2]
        files = {file["name"]: file for file in slack.files.values()}
        assert set(files) == {f"coverage.{run_id[:8]}.png", f"covdata.{run_id[:8]}.tar.gz"}
        picture = files[f"coverage.{run_id[:8]}.png"]
        assert picture["raw"].startswith(b"\x89PNG")
        assert picture["alt_txt"].startswith("Coverage by package: 39.3% of 280 statements in 2 packages.")
        with tarfile.open(fileobj=io.BytesIO(files[f"covdata.{run_id[:8]}.tar.gz"]["raw"])) as archive:
            names = archive.getnames()
            assert all(member.isfile() and member.uid == 0 for member in archive)
        assert sorted(name.partition(".")[0] for name in names) == ["covcounters", "covmeta"]
        assert all(m.get("thread_ts") == message["ts"] for m in slack.by_bot("C1") if "files" in m)

    def test_a_cause_stands_before_the_figures_with_what_was_seen(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork
    ) -> None:
        seen = replace(SEEN, excerpt="error: coverage meta-data emit failed: permission denied")
        played.findings, played.packages = (replace(MISMATCH, observations=(seen,)),), None
        message = planned(client, slack)
        client.press(message, LIVE_RUN)
        result = done(slack, message)
        said = read(result)
        assert said.startswith("datastorage @ 4f2c1e7 · coverage came out EMPTY: no file was written")
        assert "pod datastorage-7f: ended with exit code 0 after 1.5 s\n" in said
        assert "coverage meta-data emit failed" in said
        assert slack.files == {}
        client.press(result, DETAILS)
        details = slack.wait(lambda: [m for m in slack.thread("C1", message["ts"]) if "Details" in m["text"]])
        assert "What was seen in the cluster" in read(details[0])

    def test_two_hundred_packages_are_all_told(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork, office: Office, bot: Bot
    ) -> None:
        played.packages = {f"example.com/shop/internal/p{n:04d}": (n + 1, n // 2) for n in range(200)}
        message = planned(client, slack)
        client.press(message, LIVE_RUN)
        done(slack, message)
        office.settle()
        said = "\n".join(read(m) for m in slack.by_bot("C1"))
        assert all(f"internal/p{n:04d}\n" in f"{said}\n" for n in range(200))
        kept = bot.store.run(played.ran[0][2])
        assert kept is not None
        assert len(kept.packages) == 200

    def test_quoted_text_never_acts(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork, office: Office
    ) -> None:
        evil = Observation("process", EVIL, EVIL * 40, EVIL, "\x00\ud800" + EVIL * 400)
        played.observations = (evil,) * 90
        played.findings = (replace(MISMATCH, summary=EVIL, why=EVIL * 60, observations=(evil,) * 9),)
        played.missing = (Missing(EVIL, EVIL, needed=False),) * 40
        played.restored = (EVIL * 30,) * 60
        played.packages = {f"{EVIL.replace(' ', '')}{n}": (9, 4) for n in range(30)}
        played.plan_made = replace(PLAN, warnings=(EVIL,), owners=(EVIL,), cluster=EVIL)
        message = planned(client, slack)
        client.press(message, LIVE_RUN)
        client.press(done(slack, message), DETAILS)
        office.settle()
        people = [r for m in slack.by_bot("C1") for r in runs(m.get("blocks") or []) if r["type"] == "user"]
        links = [r for m in slack.by_bot("C1") for r in runs(m.get("blocks") or []) if r["type"] == "link"]
        assert people == []
        assert all(link["url"].startswith("https://git.example/") for link in links)
        assert not any("<!channel>" in m["text"] or "<@U123>" in m["text"] for m in slack.by_bot("C1"))


class TestWhoAndWhen:
    def test_who_may_only_ask_is_told_who_may_confirm(
        self, client: SlackClient, slack: SlackServer, bot: Bot, played: PlayedWork
    ) -> None:
        message = planned(client, slack)
        assert person(slack, bot, "U2").press(message, LIVE_RUN).status == 200
        told = slack.wait(lambda: slack.whispers)[0]
        assert read(told) == "You may plan a live run, and not confirm one. Those who may: @U1 @U3"
        assert played.ran == []
        assert labels(slack.by_bot("C1")[0]) == ["Stop and run it", "Cancel"]

    def test_of_two_people_at_once_one_runs_it(
        self, client: SlackClient, slack: SlackServer, bot: Bot, played: PlayedWork
    ) -> None:
        message = planned(client, slack)
        people = [client, person(slack, bot, "U3")] * 3
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda who: who.press(message, LIVE_RUN), people))
        done(slack, message)
        slack.wait(lambda: len(slack.whispers) == 5)
        assert len(played.ran) == 1
        winner = played.ran[0][3]
        assert all(f"confirmed a moment ago by @{winner}" in read(told) for told in slack.whispers)
        assert all(labels(told) == ["Plan anew"] for told in slack.whispers)

    def test_cancelled_by_anybody_and_then_for_good(
        self, client: SlackClient, slack: SlackServer, bot: Bot, played: PlayedWork
    ) -> None:
        message = planned(client, slack)
        person(slack, bot, "U2").press(message, LIVE_CANCEL)
        over = done(slack, message)
        assert read(over).startswith("Cancelled; nothing was stopped.\nBy @U2")
        assert labels(over) == ["Plan anew"]
        client.press(message, LIVE_RUN)
        assert "This plan was cancelled" in read(slack.wait(lambda: slack.whispers)[0])
        assert played.ran == []

    def test_an_expired_plan_is_made_anew(
        self, client: SlackClient, slack: SlackServer, bot: Bot, played: PlayedWork
    ) -> None:
        message = planned(client, slack, "live datastorage namespace team-b")
        expire(bot, message)
        client.press(message, LIVE_RUN)
        over = done(slack, message)
        assert "was not confirmed within 15 minutes and holds no more; nothing was stopped." in read(over)
        assert labels(over) == ["Plan anew"]
        client.press(over, LIVE_AGAIN)
        again = slack.wait(lambda: [m for m in slack.thread("C1", message["ts"]) if "Plan of" in m["text"]])[
            0
        ]
        assert labels(again) == ["Stop and run it", "Cancel"]
        assert played.planned == [("acme/shop", None, "datastorage", "team-b")] * 2
        assert played.ran == []

    def test_the_button_in_a_private_word_works(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork
    ) -> None:
        message = planned(client, slack)
        client.press(message, LIVE_CANCEL)
        done(slack, message)
        client.press(message, LIVE_CANCEL)
        told = slack.wait(lambda: slack.whispers)[0]
        client.press({**told, "ts": "1.0", "only_for": "U1"}, LIVE_AGAIN)
        slack.wait(lambda: [m for m in slack.by_bot("C1") if m["text"].startswith("Plan of")])

    @pytest.mark.parametrize(
        ("error", "says"),
        [
            (PlanChanged("deployment/datastorage is no longer as it was; nothing was stopped."), "no longer"),
            (LeaseHeld("U9 runs deployment/datastorage now.", holder="U9", hint="Wait."), "U9 runs"),
            (NotStoppable("An operator scales it back at once."), "An operator scales"),
            (ClusterForbidden("The namespace kube-system is not allowed."), "is not allowed"),
        ],
    )
    def test_what_went_wrong_in_a_run_is_one_sentence_and_a_new_plan(
        self,
        client: SlackClient,
        slack: SlackServer,
        played: PlayedWork,
        bot: Bot,
        error: CovcheckError,
        says: str,
    ) -> None:
        def fail(_: str, __: Progress) -> None:
            raise error

        played.before_run = fail
        message = planned(client, slack)
        client.press(message, LIVE_RUN)
        over = done(slack, message)
        assert says in read(over).split("\n")[0]
        assert labels(over) == ["Plan anew"]
        kept = bot.store.run(played.ran[0][2])
        assert kept is not None
        assert (kept.status, kept.result["error"]) == ("FAILED", type(error).__name__)

    def test_a_fault_of_ours_shows_no_traceback(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork
    ) -> None:
        def broken(_: str, __: Progress) -> None:
            raise ZeroDivisionError("/secret/path.py")

        played.before_run = broken
        message = planned(client, slack)
        client.press(message, LIVE_RUN)
        assert read(done(slack, message)).startswith("Something went wrong on our side")
        assert "/secret" not in slack.transcript()

    def test_a_forgotten_plan_says_so(self, client: SlackClient, slack: SlackServer) -> None:
        message = planned(client, slack)
        for element in message["blocks"][-1]["elements"]:
            element["value"] = "0" * 32
        client.press(message, LIVE_RUN)
        assert "I no longer have this plan" in slack.wait(lambda: slack.whispers)[0]["text"]


class TestFiles:
    def test_an_upload_that_slack_refuses_is_said_and_the_rest_goes_on(
        self, client: SlackClient, slack: SlackServer, office: Office
    ) -> None:
        slack.fail("files.getUploadURLExternal", Fault(error="file_uploads_disabled"))
        message = planned(client, slack)
        client.press(message, LIVE_RUN)
        done(slack, message)
        office.settle()
        said = [read(m) for m in slack.thread("C1", message["ts"])]
        assert any(
            "coverage map could not be attached: Slack refused a call: file_uploads_disabled" in s
            for s in said
        )
        assert len(slack.files) == 1

    def test_an_upload_during_an_outage_is_tried_again(
        self, client: SlackClient, slack: SlackServer, office: Office
    ) -> None:
        slack.fail("files.getUploadURLExternal", Fault(status=503))
        message = planned(client, slack)
        client.press(message, LIVE_RUN)
        done(slack, message)
        office.settle()
        assert [file["posted"] for file in slack.files.values()] == [True, True]
        assert len([m for m in slack.by_bot("C1") if "files" in m]) == 2

    def test_too_much_raw_data_is_said(
        self, client: SlackClient, slack: SlackServer, played: PlayedWork, office: Office
    ) -> None:
        played.pad = 60_000_000
        message = planned(client, slack)
        client.press(message, LIVE_RUN)
        done(slack, message)
        office.settle()
        said = "\n".join(read(m) for m in slack.thread("C1", message["ts"]))
        assert "The archive of the raw files could not be made: 3 files of 60 MB" in said


def expire(bot: Bot, message: Json) -> None:
    """Let the time of a message's plan be over."""
    from sqlalchemy import update

    from bot.store.tables import PLANS

    plan_id = message["blocks"][-1]["elements"][0]["value"]
    with bot.store._database.transaction() as connection:
        connection.execute(update(PLANS).where(PLANS.c.id == plan_id).values(expires_at=time.time() - 1))
