"""Cases through Slack: an answer opens one, and only figures or a clear check of the branch close it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.jobs.live import LiveConfig
from bot.localslack.client import HttpLine, SlackClient
from bot.model import Effect, Finding
from bot.render.slack import LIVE_RUN
from bot.store.cases import CaseState, CaseStore, StoredCase
from tests.scenarios.conftest import SECRET, Bot, Office, start_bot
from tests.scenarios.factwork import MISMATCH, FactWork
from tests.scenarios.livework import PlayedWork
from tests.scenarios.watch import answered, read
from tests.slack.server import SlackServer

LATER = "9c1fbeef" * 5


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> PlayedWork:
    return PlayedWork(tmp_path_factory.mktemp("runs"))


@pytest.fixture
def office(played: PlayedWork, tmp_path: Path) -> Iterator[Office]:
    played.forget()
    work = FactWork()
    with SlackServer() as slack:
        bot = start_bot(tmp_path, slack, work, live=LiveConfig(played, played.folder))
        yield Office(slack, bot, work)
        bot.stop()


def run(client: SlackClient, slack: SlackServer, words: str = "live datastorage") -> None:
    """Plan a run, confirm it, wait for its end."""
    number = len([m for m in slack.by_bot("C1") if "files" not in m])
    client.command(words)
    message = slack.wait(lambda: planned(slack, number))
    client.press(message, LIVE_RUN)
    slack.wait(lambda: "Done in the cluster" in read(message))


def planned(slack: SlackServer, number: int) -> dict[str, object] | None:
    posted = [m for m in slack.by_bot("C1") if "files" not in m][number:]
    return posted[0] if posted and "Stop and run it" in read(posted[0]) else None


def said(slack: SlackServer, words: str) -> dict[str, object]:
    """The bot's message that begins so."""
    found = slack.wait(lambda: [m for m in slack.by_bot("C1") if read(m).startswith(words)])
    return dict(found[0])


def cases(bot: Bot, state: CaseState | None = None) -> tuple[StoredCase, ...]:
    return bot.store.cases.cases(state)


def test_a_run_with_figures_closes_the_case_and_tells_its_thread_once(
    client: SlackClient, slack: SlackServer, bot: Bot, office: Office
) -> None:
    client.command("datastorage")
    first = answered(slack)
    office.settle()
    (case,) = cases(bot)
    assert (case.kind, case.repo, case.service, case.rule) == (
        "check", "acme/shop", "datastorage", "mount-mismatch"
    )  # fmt: skip
    assert case.thread == first["ts"]
    assert [row[:2] for row in case.evidence] == [
        ["deploy/datastorage.yaml", 61],
        ["test/kind-config.yaml", 14],
    ]
    run(client, slack)
    told = said(slack, "Solved: a run on ")
    assert told["thread_ts"] == first["ts"]
    assert "shows 39.3% of 280 statements." in read(told)
    assert "The cause was: The pod writes to /tmp/coverage on the node" in read(told)
    assert "The fix: Use /tmp/coverage in both places (1 line)." in read(told)
    assert read(told).endswith("[Save as answer]")
    run(client, slack)
    office.settle()
    assert len([m for m in slack.by_bot("C1") if read(m).startswith("Solved:")]) == 1
    (solved,) = cases(bot, CaseState.SOLVED)
    assert (solved.solved_by, solved.proof["covered"] if solved.proof else 0) == ("run", 110)


def test_the_next_service_with_that_cause_is_told_of_the_solved_case(
    client: SlackClient, slack: SlackServer, work: FactWork, office: Office
) -> None:
    work.findings = {"datastorage": (MISMATCH,), "gateway": (MISMATCH,)}
    client.command("datastorage")
    assert "Same cause" not in read(answered(slack))
    run(client, slack)
    said(slack, "Solved:")
    client.command("gateway in acme/other")
    message = slack.wait(lambda: [m for m in slack.by_bot("C1") if read(m).startswith("gateway @")])[0]
    assert "Same cause, 1 solved case: datastorage in acme/shop (" in read(message)


def test_asking_again_about_the_same_trouble_is_the_same_case(
    client: SlackClient, slack: SlackServer, bot: Bot, office: Office
) -> None:
    for _ in range(3):
        client.command("datastorage")
    client.command("datastorage in acme/other")
    office.settle()
    assert [case.repo for case in cases(bot)] in (["acme/other", "acme/shop"], ["acme/shop", "acme/other"])


def test_a_clear_check_of_the_branch_at_another_commit_is_the_weaker_proof(
    client: SlackClient, slack: SlackServer, work: FactWork, bot: Bot, office: Office
) -> None:
    client.command("datastorage")
    office.settle()
    work.findings = {}
    client.command("datastorage")
    office.settle()
    assert [case.state for case in cases(bot)] == ["open"], "the same commit, read otherwise, proves nothing"
    work.commit = LATER
    client.command("datastorage feature/x")
    client.command(f"datastorage {LATER[:12]}")
    office.settle()
    assert [case.state for case in cases(bot)] == ["open"], "another branch says nothing of this one"
    client.command("datastorage")
    told = read(said(slack, "Solved: a check on "))
    assert "at 9c1fbee finds nothing on the path that stands in the way; no figure was seen yet." in told


def test_a_run_without_figures_opens_a_case_and_joins_one_that_is_open(
    client: SlackClient, slack: SlackServer, played: PlayedWork, bot: Bot, office: Office
) -> None:
    played.packages = None
    run(client, slack)
    office.settle()
    (case,) = cases(bot)
    assert (case.kind, case.rule, case.symptom, case.service) == ("live", None, "NOTHING", "datastorage")
    run(client, slack)
    office.settle()
    assert len(cases(bot)) == 1
    played.packages = {"example.com/shop/cart": (80, 0)}
    run(client, slack)
    office.settle()
    assert [each.state for each in cases(bot)] == ["open"], "no statement ran"


def test_what_is_still_found_is_not_solved(
    client: SlackClient, slack: SlackServer, played: PlayedWork, work: FactWork, bot: Bot, office: Office
) -> None:
    partial: Finding = replace(MISMATCH, rule="coverpkg-misses-modules", effect=Effect.DEGRADES)
    work.findings = {"datastorage": (partial,)}
    client.command("datastorage")
    office.settle()
    played.findings = (partial,)
    run(client, slack)
    office.settle()
    assert [case.state for case in cases(bot)] == ["open"]
    played.findings = ()
    run(client, slack)
    said(slack, "Solved:")


def test_another_name_of_the_service_is_the_same_service(
    client: SlackClient, slack: SlackServer, played: PlayedWork, office: Office
) -> None:
    client.command("datastorage")
    office.settle()
    played.named = "datastorage"
    run(client, slack, "live data-storage")
    said(slack, "Solved:")


def test_a_store_that_fails_harms_no_answer(
    client: SlackClient, slack: SlackServer, bot: Bot, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StoreError("The store failed.")

    for name in ("open", "prove", "solved"):
        monkeypatch.setattr(CaseStore, name, fails)
    client.command("datastorage")
    client.command("signalprocessing")
    office.settle()
    first, second = (read(m) for m in slack.by_bot("C1"))
    assert "will come out EMPTY" in first + second
    assert "nothing on the path stands in the way" in first + second
    assert slack.whispers == []


def test_a_case_of_a_channel_that_is_gone_is_solved_without_a_word(
    client: SlackClient, slack: SlackServer, bot: Bot, office: Office
) -> None:
    client.command("datastorage", channel=slack.channel("C2").id)
    client.command("datastorage in acme/shop", channel="C2")
    office.settle()
    slack.channel("C2").archived = True
    run(client, slack)
    office.settle()
    states = {case.repo: case.state for case in cases(bot)}
    assert states == {"acme/shop": "solved", "acme/other": "open"}


@pytest.fixture
def client(slack: SlackServer, bot: Bot) -> SlackClient:
    return SlackClient(slack, HttpLine(bot.server.port, SECRET))
