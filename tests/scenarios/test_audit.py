"""What jobs change stands in the audit log once, also after a crash; one person is told it on request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.history.model import Figure, Source
from bot.jobs.audit import figure_taken
from bot.jobs.audit_orders import AuditJobs, ThinAudit
from bot.jobs.live import LiveConfig
from bot.jobs.modes import Modes
from bot.jobs.orders import Place
from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.world import Json
from bot.render.slack import LIVE_CANCEL, LIVE_RUN
from bot.store.answers import Store
from bot.store.audit import AuditLog, Entry
from bot.store.changes import By, What
from tests.scenarios.conftest import SECRET, Office, start_bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.livework import PlayedWork
from tests.scenarios.test_crash import ended, process
from tests.scenarios.watch import answered
from tests.slack.server import SlackServer


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> PlayedWork:
    return PlayedWork(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, cluster: PlayedWork) -> Iterator[Office]:
    work = FactWork()
    with SlackServer() as slack:
        live = LiveConfig(cluster, cluster.folder)
        parts = (AuditJobs, Modes().part())
        bot = start_bot(tmp_path_factory.mktemp("bot"), slack, work, live=live, parts=parts)
        yield Office(slack, bot, work)
        bot.stop()


@pytest.fixture(autouse=True)
def _fresh(slack: SlackServer, office: Office, cluster: PlayedWork) -> Iterator[None]:
    """Every test begins with an empty log and a cluster as new."""
    office.bot.store.audit.forget(float("inf"))
    yield
    office.settle()
    cluster.forget()


def log(office: Office) -> list[tuple[str, str, str]]:
    """What was changed, by whom, and how it ended, the oldest first."""
    office.settle()
    return [(e.what, e.person, e.outcome) for e in reversed(office.bot.store.audit.entries())]


def planned(client: SlackClient, slack: SlackServer) -> Json:
    client.command("live datastorage")
    return deepcopy(answered(slack))


def planned_after(client: SlackClient, slack: SlackServer) -> Json:
    """A plan beside earlier messages."""
    before = {message["ts"] for message in slack.by_bot("C1")}
    client.command("live datastorage")

    def ready() -> Json | None:
        return next(
            (m for m in slack.by_bot("C1") if m["ts"] not in before and m["text"].startswith("Plan of")), None
        )

    return deepcopy(slack.wait(ready))


def test_a_live_run_from_the_plan_to_its_end(client: SlackClient, slack: SlackServer, office: Office) -> None:
    client.press(planned(client, slack), LIVE_RUN)
    what = log(office)
    assert what[0] == (What.LIVE_PLANNED, "U1", "planned")
    assert what[1] == (What.LIVE_CONFIRMED, "U1", "begun")
    assert what[2][:2] == (What.LIVE_ENDED, "U1")
    entries = office.bot.store.audit.entries()
    where = "datastorage (deployment/datastorage in namespace team-a on kind-dev)"
    assert {entry.about for entry in entries} == {where}
    assert {entry.channel for entry in entries} == {"C1"}
    confirmed, over = (e for e in entries if e.what in (What.LIVE_CONFIRMED, What.LIVE_ENDED))
    assert confirmed.request == over.request


def test_a_case_that_a_run_proves_solved(client: SlackClient, slack: SlackServer, office: Office) -> None:
    client.command("datastorage")
    office.settle()
    client.press(planned_after(client, slack), LIVE_RUN)
    assert (What.CASE_SOLVED, "U1", "by a run") in log(office)
    (entry,) = [e for e in office.bot.store.audit.entries() if e.what == What.CASE_SOLVED]
    assert entry.about.startswith("datastorage in acme/shop: The pod writes to /tmp/coverage")


def test_of_two_who_press_only_one_changed_something(
    client: SlackClient, slack: SlackServer, office: Office
) -> None:
    message = planned(client, slack)
    client.press(message, LIVE_CANCEL)
    office.settle()
    SlackClient(slack, client.line, user="U3").press(message, LIVE_RUN)
    assert log(office)[1:] == [(What.LIVE_CANCELLED, "U1", "cancelled")]


def test_who_only_asks_changes_nothing(client: SlackClient, slack: SlackServer, office: Office) -> None:
    for words in ("gateway", "services", "questions", "help", "audit"):
        client.command(words)
    client.direct("questions off")
    assert log(office) == []


def test_an_entry_is_tried_again_when_the_store_fails(
    client: SlackClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing, real = [1, 1], AuditLog.add

    def add(self: AuditLog, entry: Entry) -> bool:
        if failing:
            failing.pop()
            raise StoreError("The store failed: OperationalError.")
        return real(self, entry)

    monkeypatch.setattr(AuditLog, "add", add)
    client.command("questions suggest")
    assert log(office) == [(What.MODE_CHANGED, "U1", "done")]


def test_an_entry_that_cannot_be_written_is_in_the_process_log_and_harms_nothing(
    client: SlackClient, office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def add(self: AuditLog, entry: Entry) -> bool:
        raise ValueError("no")

    monkeypatch.setattr(AuditLog, "add", add)
    client.command("questions answer")
    assert log(office) == []
    kept = office.bot.store.channels.mode("C1")
    assert kept is not None
    assert kept.mode == "answer"
    (told,) = (
        r.getMessage() for r in caplog.records if r.name == "covcheck.audit" and r.levelname == "ERROR"
    )
    assert "'about': 'questions: answer'" in told


def test_figures_from_ci_are_one_entry_however_often_they_come(office: Office) -> None:
    figure = Figure("f1", "acme/shop", "gateway", 1.0, Source.PUSH, 1_000, 420, "4f2c1e7" + "0" * 33, "main")
    for _ in range(2):
        figure_taken(office.bot.store, figure)
    (entry,) = office.bot.store.audit.entries()
    assert (entry.by, entry.person, entry.what) == (By.CI, "ci", What.FIGURES_PUSHED)
    assert entry.about == "gateway in acme/shop, main at 4f2c1e700000: 420 of 1,000 statements"


class TestTold:
    def test_the_last_entries_to_one_person(
        self, client: SlackClient, slack: SlackServer, office: Office
    ) -> None:
        client.command("questions off")
        office.settle()
        ack = client.command("audit")
        assert ack.body == ""
        office.settle()
        shown = json.dumps(slack.whispers[-1]["blocks"])
        assert "question mode changed" in shown
        assert '"user_id": "U1"' in shown
        assert "That is all there is." in shown
        assert len(slack.by_bot("C1")) == 1

    def test_more_comes_as_a_file_in_the_direct_message(
        self, client: SlackClient, slack: SlackServer, office: Office
    ) -> None:
        entry = Entry("x", 0.0, By.PERSON, What.MODE_CHANGED, "<!channel> *x*", "done", "j" * 32, "U2", "C1")
        for number in range(30):
            office.bot.store.audit.add(replace(entry, id=f"x{number}", at=float(number)))
        client.command("audit")
        office.settle()
        shown = json.dumps(slack.whispers[-1]["blocks"])
        assert shown.count("question mode changed") == 20
        (file,) = [f for f in slack.files.values() if str(f["name"]).endswith(".jsonl")]
        lines = [json.loads(line) for line in str(file["content"]).splitlines()]
        assert [line["at"] for line in lines] == [float(n) for n in range(29, -1, -1)]
        assert not slack.by_bot("C1")

    def test_only_those_who_may_confirm_live_runs(
        self, client: SlackClient, slack: SlackServer, office: Office
    ) -> None:
        client.command("questions off")
        SlackClient(slack, client.line, user="U7").command("audit")
        office.settle()
        assert "question mode changed" not in json.dumps(slack.whispers)
        assert "those who may confirm live runs" in slack.whispers[-1]["text"]


def test_old_entries_are_forgotten_and_that_is_an_entry(office: Office) -> None:
    entry = Entry("x", 0.0, By.PERSON, What.MODE_CHANGED, "", "done", "j", "U2")
    office.bot.store.audit.add(entry)
    jobs, day = office.bot.jobs, 86_400.0
    jobs.wait(jobs.submit(ThinAudit(100 * day, 30), Place(""), key="t"))
    jobs.wait(jobs.submit(ThinAudit(101 * day, 30), Place(""), key="u"))
    assert log(office) == [(What.AUDIT_THINNED, "clock", "1 forgotten")]


def test_a_killed_job_writes_its_entry_once(tmp_path: Path) -> None:
    with SlackServer() as slack:
        with process(tmp_path, slack, "audit") as (first, port):
            SlackClient(slack, HttpLine(port, SECRET)).command("questions suggest")
            assert ended(first) == -9
        with process(tmp_path, slack, "audit") as (second, port):
            SlackClient(slack, HttpLine(port, SECRET)).command("questions answer")
            store = Store(f"sqlite:///{tmp_path}/store.sqlite")
            slack.wait(lambda: len(store.audit.entries()) >= 2)
            second.terminate()
            assert ended(second) == 0
            entries = store.audit.entries()
            store.close()
    assert sorted(entry.about for entry in entries) == ["questions: answer", "questions: suggest"]
    assert {(e.what, e.who, e.outcome) for e in entries} == {(What.MODE_CHANGED, "U1", "done")}
