"""`covcheck audit`, and what the command line itself writes into the log."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from bot.__main__ import app
from bot.command_audit import LiveAudit
from bot.errors import ClusterError
from bot.live_command import live_run
from bot.settings import Settings, StoreSettings
from bot.store.answers import Store
from bot.store.audit import Entry
from bot.store.changes import By, What

PLAN: Any = SimpleNamespace(
    service="gateway",
    target="deployment/gateway",
    namespace="e2e",
    cluster="kind",
    lines=lambda: ("Stops deployment/gateway.",),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{home / 'covcheck.sqlite'}")
    yield store
    store.close()


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["audit", *words], catch_exceptions=False)


def test_nothing_was_changed(store: Store) -> None:
    assert run().output == "Nothing was changed.\n"


def test_entries_are_printed_the_newest_first(store: Store) -> None:
    now = time.time()
    store.audit.add(
        Entry("a", now - 86_400 * 3, By.CLOCK, What.FIGURES_THINNED, "", "12 forgotten", "j" * 32)
    )
    said = "questions: [red]answer[/red]\x1b[31m"
    store.audit.add(Entry("b", now, By.PERSON, What.MODE_CHANGED, said, "done", "k" * 32, "U1", "C1"))
    first, second, third, fourth = run().output.splitlines()
    assert first.endswith("UTC  question mode changed by U1 in C1")
    assert second == "  questions: [red]answer[/red]?[31m: done (request kkkkkkkk)"
    assert third.endswith("UTC  figures thinned by clock")
    assert fourth == "  12 forgotten (request jjjjjjjj)"
    assert len(run("--since", "1d").output.splitlines()) == 2
    assert len(run("--who", "clock").output.splitlines()) == 2
    assert run("--who", "U2").output == "Nothing was changed.\n"


def test_as_plain_data(store: Store) -> None:
    store.audit.add(Entry("b", 0.0, By.CI, What.FIGURES_PUSHED, "gateway", "done", "f1"))
    (entry,) = json.loads(run("--json").stdout)
    assert (entry["time"], entry["by"], entry["what"]) == ("1970-01-01 00:00:00 UTC", "ci", "figures pushed")


@pytest.mark.parametrize("day", ["yesterday", "2999-01-01", "0d", "1" * 400 + "d"])
def test_a_day_that_is_none(store: Store, day: str) -> None:
    done = run("--since", day)
    assert done.exit_code == 2
    assert "is no day that has begun" in done.output


class Runs:
    """Live runs that end as they are told to."""

    def __init__(self, end: BaseException | None) -> None:
        self.end = end

    def plan(self, *_: Any) -> Any:
        return PLAN

    def run(self, *_: Any) -> Any:
        if self.end is not None:
            raise self.end
        return SimpleNamespace(diagnosis=SimpleNamespace(status="FOUND"))

    def sweep(self) -> tuple[str, ...]:
        return ()


@pytest.mark.parametrize(
    ("end", "how"),
    [(None, "found"), (ClusterError("It broke."), "failed"), (KeyboardInterrupt(), "interrupted")],
    ids=["found", "failed", "interrupted"],
)
def test_a_live_run_of_the_command_line_is_written_down_before_and_after(
    home: Path, store: Store, end: BaseException | None, how: str
) -> None:
    url = f"sqlite:///{home / 'covcheck.sqlite'}"
    told = LiveAudit(Settings(store=StoreSettings(url=url)), pytest.fail)
    runs: Any = Runs(end)
    try:
        live_run(runs, "gateway", "e2e", None, None, yes=True, err=Console(quiet=True), audit=told)
    except ClusterError:
        assert end is not None
    ended, begun = store.audit.entries()
    assert (begun.what, begun.outcome, begun.by) == (What.LIVE_CONFIRMED, "begun", By.COMMAND_LINE)
    assert (ended.what, ended.outcome) == (What.LIVE_ENDED, how)
    assert ended.about == "gateway (deployment/gateway in namespace e2e on kind)"
    assert begun.request == ended.request
    assert begun.who


def test_a_store_that_fails_is_told_and_no_more(home: Path) -> None:
    said: list[str] = []
    settings = Settings(store=StoreSettings(url="postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"))
    LiveAudit(settings, said.append).begun(PLAN, "r1")
    assert said
    assert said[0].startswith("It is not in the audit log: ")
