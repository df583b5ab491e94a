"""The sweep: at the start, again and again, and never the end of the bot."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ClusterUnavailable
from bot.jobs.sweeper import Sweeper
from bot.store.answers import Store
from bot.store.changes import By, What
from tests.scenarios.livework import PlayedWork


class Swept(PlayedWork):
    """A cluster that only sweeps."""

    def __init__(self, sweeping: Callable[[int], tuple[str, ...]]) -> None:
        self.count = 0
        self.enough = threading.Event()
        self.sweeping = sweeping

    def sweep(self) -> tuple[str, ...]:
        self.count += 1
        if self.count >= 3:
            self.enough.set()
        return self.sweeping(self.count)


def test_it_sweeps_at_once_and_goes_on_after_failures(caplog: pytest.LogCaptureFixture) -> None:
    def sweeping(count: int) -> tuple[str, ...]:
        if count == 1:
            raise ClusterUnavailable("The cluster cannot be reached.")
        if count == 2:
            raise ZeroDivisionError
        return ("deployment/datastorage in team-a is back at 1 replica",)

    work = Swept(sweeping)
    sweeper = Sweeper(work, seconds=0.01)
    with caplog.at_level(logging.WARNING, "covcheck.sweep"):
        sweeper.start()
        assert work.enough.wait(10)
        sweeper.stop()
    said = caplog.text
    assert "cannot be put back now: ClusterUnavailable: The cluster cannot be reached." in said
    assert "cannot be put back now: ZeroDivisionError" in said
    assert "put back: deployment/datastorage in team-a is back at 1 replica" in said
    assert "Traceback" not in said


def test_the_same_failure_is_not_told_every_minute(caplog: pytest.LogCaptureFixture) -> None:
    def failing(_: int) -> tuple[str, ...]:
        raise ClusterUnavailable("The cluster cannot be reached.")

    sweeper = Sweeper(Swept(failing))
    with caplog.at_level(logging.WARNING, "covcheck.sweep"):
        for _ in range(5):
            sweeper.sweep()
    assert len(caplog.records) == 1


def test_stopping_one_that_never_began_is_fine() -> None:
    Sweeper(Swept(lambda _: ())).stop()


def test_what_is_put_back_is_in_the_audit_log(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    lines = ("deployment/a in team-a is back at 1 replica", "pod covcheck-x is gone")
    Sweeper(Swept(lambda _: lines), store=store).sweep()
    entries = store.audit.entries()
    store.close()
    assert {entry.about for entry in entries} == set(lines)
    assert {(e.what, e.by, e.outcome) for e in entries} == {(What.LIVE_UNDONE, By.CLOCK, "put back")}
