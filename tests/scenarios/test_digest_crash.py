"""A slot with two real processes, one of them killed around it: its digest is posted exactly once."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from bot.store.answers import Store
from bot.store.schedules import Schedule, SlotStatus
from tests.scenarios.digestprocess import Plan, main
from tests.scenarios.digests import DAY, MONDAY, REPO, a_week
from tests.scenarios.watch import read
from tests.slack.server import SlackServer

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.scenarios.digestprocess", "matplotlib.backends.backend_agg"])
SLOT = MONDAY.timestamp()
HOUR = 3_600.0
WEEKLY = Schedule(
    id="weekly",
    channel="C1",
    repo=REPO,
    services=(),
    weekdays=(0,),
    at="09:00",
    zone="Europe/Berlin",
    minimum=0.5,
    include=("moved", "no-data", "chart"),
    created_by="U1",
    created_at=SLOT - 6 * DAY,
    changed_by="U1",
    changed_at=SLOT - 6 * DAY,
)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        server.channel("C1")
        yield server
        assert server.violations == [], server.transcript()


@contextmanager
def processes(*plans: Plan) -> Iterator[list[ForkServerProcess]]:
    """Bot processes that run; those that still do at the end are killed."""
    children, pipes = [], []
    for plan in plans:
        ours, its = FORKS.Pipe()
        child = FORKS.Process(target=main, args=(its, plan))
        child.start()
        its.close()
        children.append(child)
        pipes.append(ours)
    try:
        for pipe in pipes:
            if pipe.poll(60.0):
                try:
                    pipe.recv()
                except EOFError:
                    continue  # it came to its end already
        yield children
    finally:
        for child, pipe in zip(children, pipes, strict=True):
            child.kill()
            child.join()
            child.close()
            pipe.close()


def kept(url: str) -> Store:
    """A store with the schedule and a week of figures."""
    store = Store(url)
    store.schedules.put(WEEKLY)
    a_week(store)
    return store


def whole(slack: SlackServer) -> Callable[[], list[Any] | None]:
    """The digests, once each has its details and its chart."""

    def ready() -> list[Any] | None:
        found = digests(slack)
        return found if found and charts(slack, found[0]) and details(slack, found[0]) else None

    return ready


def digests(slack: SlackServer) -> list[Any]:
    return [m for m in slack.by_bot("C1") if m.get("thread_ts", m["ts"]) == m["ts"]]


def charts(slack: SlackServer, message: Any) -> list[Any]:
    return [m for m in slack.thread("C1", message["ts"]) if m.get("files")]


def details(slack: SlackServer, message: Any) -> list[Any]:
    return [m for m in slack.thread("C1", message["ts"]) if "Services that reported" in read(m)]


@pytest.mark.parametrize("where", ["submit", "claim", "digest", "part-1", "chart"])
def test_two_processes_one_killed_at_the_slot(
    tmp_path: Path, postgres_url: str, slack: SlackServer, where: str
) -> None:
    store = kept(postgres_url)
    plan = Plan(tmp_path, slack.base_url, where, SLOT - (time.time() + 4.0), postgres_url)
    with processes(replace(plan, name="one"), replace(plan, name="two")) as children:
        slack.wait(lambda: any(child.exitcode is not None for child in children), 60.0)
        slack.wait(whole(slack), 60.0)
        slack.wait(lambda: store.schedules.slots("weekly"), 60.0)
        ended = sorted(child.exitcode or 0 for child in children)
        time.sleep(1.0)  # whoever would post twice has the time to
        assert ended == [-signal.SIGKILL, 0]
        (message,) = digests(slack)
        assert "gateway 66.0 (+6.0" in read(message)
        assert (len(charts(slack, message)), len(details(slack, message))) == (1, 1)
    (slot,) = store.schedules.slots("weekly")
    assert (slot.slot, slot.status, slot.ts) == (SLOT, SlotStatus.POSTED, message["ts"])
    store.close()


def test_one_killed_before_the_slot_leaves_it_to_the_other(
    tmp_path: Path, postgres_url: str, slack: SlackServer
) -> None:
    store = kept(postgres_url)
    plan = Plan(tmp_path, slack.base_url, "", SLOT - (time.time() + 4.0), postgres_url)
    with processes(replace(plan, name="one"), replace(plan, name="two")) as children:
        children[0].kill()
        (message,) = slack.wait(whole(slack), 60.0)
        assert store.schedules.slot("weekly", SLOT) is not None
        assert len(charts(slack, message)) == 1
    store.close()


@pytest.mark.parametrize("where", ["digest", "part-1", "chart"])
def test_alone_on_sqlite_the_next_start_goes_on(tmp_path: Path, slack: SlackServer, where: str) -> None:
    store = kept(f"sqlite:///{tmp_path}/store.sqlite")
    plan = Plan(tmp_path, slack.base_url, where, SLOT + 60.0 - time.time())
    with processes(plan) as (child,):
        child.join(60.0)
        assert child.exitcode == -signal.SIGKILL
    with processes(plan):
        (message,) = slack.wait(whole(slack), 60.0)
        slack.wait(lambda: store.schedules.slots("weekly"), 60.0)
        assert (len(charts(slack, message)), len(details(slack, message))) == (1, 1)
    store.close()


def test_a_late_start_says_that_it_was_skipped_and_the_next_one_says_nothing(
    tmp_path: Path, slack: SlackServer
) -> None:
    store = kept(f"sqlite:///{tmp_path}/store.sqlite")
    plan = Plan(tmp_path, slack.base_url, "", SLOT + 3 * HOUR - time.time())
    for _ in range(2):
        with processes(plan) as (child,):
            slack.wait(lambda: store.schedules.slots("weekly"), 60.0)
            child.terminate()
            child.join(30.0)
    (said,) = digests(slack)
    assert "was skipped: covcheck was not running." in read(said)
    store.close()
