"""`covcheck live` at a terminal, up to the cluster: plan, confirmation, signals, history, files."""

from __future__ import annotations

import io
import os
import signal
from pathlib import Path

import pytest
from rich.console import Console

from bot.errors import ClusterError, UsageError
from bot.live import LiveResult
from bot.live_command import confirm, keep_files, keep_run, live_run, stopped_by_signals
from bot.settings import Settings, StoreSettings
from bot.store.answers import Store
from tests.scenarios.livework import PLAN, PlayedWork


@pytest.fixture
def played(tmp_path: Path) -> PlayedWork:
    return PlayedWork(tmp_path / "runs")


@pytest.fixture
def err() -> Console:
    return Console(file=io.StringIO(), width=100)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def done(played: PlayedWork, err: Console) -> LiveResult:
    return live_run(played, "datastorage", "team-a", "acme/shop", "main", yes=True, err=err)


def test_the_plan_and_the_progress_come_before_the_result(played: PlayedWork, err: Console) -> None:
    played.before_run = lambda _id, tell: tell("stopping it")
    result = done(played, err)
    assert result.plan.namespace == "team-a"
    assert said(err).index("Stops deployment/datastorage") < said(err).index("· stopping it")


def test_nobody_there_to_confirm_stops_nothing(
    played: PlayedWork, err: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(UsageError, match="nobody is here to confirm"):
        live_run(played, "datastorage", None, None, None, yes=False, err=err)
    assert played.ran == []


class Terminal(io.StringIO):
    """A person at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "goes_on"), [("y", True), ("YES", True), ("", False), ("yeah", False)])
def test_only_yes_is_yes(err: Console, monkeypatch: pytest.MonkeyPatch, answer: str, goes_on: bool) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
    if goes_on:
        confirm(PLAN, err)
    else:
        with pytest.raises(UsageError, match=r"Nothing was stopped\."):
            confirm(PLAN, err)
    assert f"Stop {PLAN.target} in namespace {PLAN.namespace}? [y/N]" in said(err)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_end_a_run_as_ctrl_c_does(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), stopped_by_signals():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_an_interrupted_run_says_what_became_of_the_workload(played: PlayedWork, err: Console) -> None:
    played.before_run = lambda _id, _tell: os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(ClusterError, match="interrupted; deployment/datastorage is put back"):
        done(played, err)


def test_the_run_is_in_the_history_with_its_commit(played: PlayedWork, err: Console, tmp_path: Path) -> None:
    settings = Settings(store=StoreSettings(url=f"sqlite:///{tmp_path / 'store.sqlite'}"))
    result = done(played, err)
    keep_run(settings, result, "main", err)
    store = Store(settings.store.url)
    [run] = store.runs(service="datastorage", limit=5)
    store.close()
    assert (run.repo, run.ref, run.commit) == ("acme/shop", "main", result.commit)
    assert (run.covered, run.statements, run.symptom) == (110, 280, "BOTH")


def test_a_store_that_fails_is_told_and_no_more(played: PlayedWork, err: Console, tmp_path: Path) -> None:
    settings = Settings(store=StoreSettings(url=f"sqlite:///{tmp_path}/nowhere/deeper/store.sqlite"))
    (tmp_path / "nowhere").write_text("a file")
    keep_run(settings, done(played, err), None, err)
    assert "The run is not in the history:" in said(err)


def test_raw_files_are_copied_where_people_want_them(
    played: PlayedWork, err: Console, tmp_path: Path
) -> None:
    keep_files(done(played, err), tmp_path / "mine" / "cov")
    names = sorted(path.name.partition(".")[0] for path in (tmp_path / "mine" / "cov").iterdir())
    assert names == ["covcounters", "covmeta"]
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(UsageError, match="cannot be copied"):
        keep_files(done(played, err), tmp_path / "taken")


def test_a_run_without_files_copies_nothing(played: PlayedWork, err: Console, tmp_path: Path) -> None:
    played.packages = None
    keep_files(done(played, err), tmp_path / "mine")
    assert not (tmp_path / "mine").exists()
