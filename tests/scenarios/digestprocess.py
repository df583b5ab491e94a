"""The bot as a process of its own that follows schedules at a shifted time, to be killed around a slot."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from multiprocessing.connection import Connection
from pathlib import Path

import apscheduler.schedulers.base

from bot.jobs.clock import Clock
from bot.jobs.digest_config import DigestsConfig
from bot.jobs.engine import JobsConfig
from bot.jobs.orders import Order, Place
from bot.jobs.schedule_clock import ScheduleClock
from bot.localslack.world import BOT_TOKEN
from bot.store.answers import Store
from handlers.serve import SlackConfig, build_jobs
from tests.scenarios.conftest import SECRET
from tests.scenarios.factwork import FactWork


class Bomb:
    """Kills the process that first comes to a moment; a file says that it went off, for all processes."""

    def __init__(self, folder: Path, where: str) -> None:
        self._marker = folder / "went-off"
        self._where = where

    def at(self, where: str) -> None:
        if where != self._where:
            return
        try:
            self._marker.touch(exist_ok=False)
        except FileExistsError:
            return
        self._marker.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGKILL)


class FragileStore(Store):
    """A store whose process may die right after a slot was claimed, or Slack took a message or a file."""

    bomb: Bomb

    def posted(self, job_id: str, key: str, ts: str) -> None:
        self.bomb.at(key)
        super().posted(job_id, key, ts)

    def claim(self, answer_id: str, what: str, job_id: str) -> bool:
        mine = super().claim(answer_id, what, job_id)
        self.bomb.at("claim")
        return mine


@dataclass(frozen=True)
class Plan:
    """How a process runs: with a name of its own on a shared database or alone in a folder, at a time that is
    shifted by `shift` seconds, to die at `where`."""

    folder: Path
    slack_url: str
    where: str = ""
    shift: float = 0.0
    database: str = ""
    name: str = "local"


def main(ready: Connection, plan: Plan) -> None:
    """Say that it runs, then run until SIGTERM."""
    shift = timedelta(seconds=plan.shift)

    def now() -> datetime:
        return datetime.now(UTC) + shift

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + shift

    apscheduler.schedulers.base.datetime = Shifted  # type: ignore[attr-defined]
    bomb, changed = Bomb(plan.folder, plan.where), threading.Event()
    store = FragileStore(plan.database or f"sqlite:///{plan.folder}/store.sqlite")
    store.bomb = bomb

    def services(repo: str) -> Collection[str]:
        return ("gateway", "cart", "queue")

    config = DigestsConfig(services, changed.set, now=lambda: now().timestamp())
    url = plan.database or f"sqlite:///{plan.folder}/jobs.sqlite"
    shared = bool(plan.database)
    made = JobsConfig(url, executor=plan.name, poll=0.05, retry=0.1, shared=shared, beat=0.2, dead=1.5)
    slack = SlackConfig(BOT_TOKEN, SECRET, None, plan.slack_url)
    jobs = build_jobs(made, slack=slack, work=FactWork(), store=store, parts=config.parts())

    def submit(order: Order, place: Place, *, key: str) -> str:
        job_id = jobs.submit(order, place, key=key)
        bomb.at("submit")
        return job_id

    jobs.start()
    clock = ScheduleClock(Clock(submit, now=now), store.schedules, changed, poll=0.5, now=now)
    clock.start()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ready.send(os.getpid())
    ended.wait()
    clock.stop()
    jobs.close(10.0)
    store.close()
