"""What tests of digests share: figures of three services, a time that is set, and a bot that posts."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dbos import DBOS

from bot.errors import RepoUnavailable
from bot.history.model import Figure, PackageFigure, Source
from bot.jobs.digest_config import DigestsConfig
from bot.jobs.orders import Order, Place
from bot.jobs.schedule_orders import KeepSchedule, PostDigest
from bot.store.answers import Store
from tests.scenarios.conftest import Bot, start_bot
from tests.scenarios.factwork import FactWork
from tests.slack.server import SlackServer

REPO = "acme/shop"
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""09:00 in Berlin."""
DAY = 86_400.0
WEEKLY = KeepSchedule("C1", REPO, (), (0,), "09:00", "Europe/Berlin")


def percents(store: Store, service: str, percent: int, at: datetime, days: float = 0.0) -> None:
    """A figure of a service, so many days before a time."""
    when = at.timestamp() - days * DAY
    packages = (PackageFigure(f"acme/shop/{service}/pkg", 100, percent),)
    store.history.keep(
        Figure(
            f"{service}-{when}", REPO, service, when, Source.PUSH, 100, percent, "a" * 40, "main", packages
        )
    )


def a_week(store: Store, until: datetime = MONDAY) -> None:
    """gateway rises, cart stays, and queue no longer reports."""
    for days in (13.0, 8.0):
        percents(store, "gateway", 60, until, days)
        percents(store, "cart", 80, until, days)
        percents(store, "queue", 40, until, days)
    percents(store, "gateway", 66, until, 1.0)
    percents(store, "cart", 80, until, 1.0)


@dataclass
class Time:
    """A time that stands until it is set."""

    at: datetime = MONDAY

    def seconds(self) -> float:
        return self.at.timestamp()

    def moment(self) -> datetime:
        return self.at


@dataclass
class Desk:
    """A Slack, a bot that posts digests, and its time."""

    slack: SlackServer
    bot: Bot
    time: Time
    changed: threading.Event
    services: list[str] = field(default_factory=lambda: ["gateway", "cart", "queue"])
    readable: bool = True
    number: int = 0

    def known(self, repo: str) -> Collection[str]:
        assert repo == REPO
        if not self.readable:
            raise RepoUnavailable("The repo cannot be read now.")
        return self.services

    def job(self, order: Order, channel: str = "C1", user: str | None = "U1") -> str:
        """Carry out an order, as somebody in a channel asks for it; gives its status."""
        self.number += 1
        return self.ended(self.bot.jobs.submit(order, Place(channel, user=user), key=f"test {self.number}"))

    def ended(self, job_id: str) -> str:
        """The status of a job, once it has ended."""
        return str(DBOS.retrieve_workflow(job_id).get_result(polling_interval_sec=0.03))

    def schedule(self, order: KeepSchedule = WEEKLY) -> str:
        """Set a schedule up in the week before MONDAY; gives its id."""
        then, self.time.at = self.time.at, datetime(2026, 11, 17, 12, tzinfo=UTC)
        assert self.job(order) == "OK"
        self.time.at = then
        return self.bot.store.schedules.all()[-1].id

    def begin(self, schedule_id: str, slot: datetime, **more: float) -> str:
        """Hand in what is due in a slot; gives the job's id."""
        at = slot.timestamp()
        order = PostDigest(schedule_id, at, **{"handed_in": at, "up": at - DAY, **more})
        return self.bot.jobs.submit(order, Place("C1"), key=f"digest {schedule_id}\0{slot.isoformat()}")

    def due(self, schedule_id: str, slot: datetime, **more: float) -> str:
        """Carry out what is due in a slot; gives its status."""
        return self.ended(self.begin(schedule_id, slot, **more))

    def said(self, channel: str = "C1") -> Sequence[dict[str, Any]]:
        """The bot's messages in a channel that stand in no thread."""
        return [m for m in self.slack.by_bot(channel) if m.get("thread_ts", m["ts"]) == m["ts"]]


@contextmanager
def desk(folder: Path, *, database: str = "", grace: float = 3_600.0) -> Iterator[Desk]:
    """A bot with schedules and its Slack."""
    time, changed = Time(), threading.Event()
    made: list[Desk] = []

    def services(repo: str) -> Collection[str]:
        return made[0].known(repo)

    config = DigestsConfig(services, changed.set, grace, time.seconds)
    with SlackServer() as slack:
        slack.channel("C1")
        bot = start_bot(folder, slack, FactWork(), parts=config.parts(), database=database)
        made.append(Desk(slack, bot, time, changed))
        try:
            yield made[0]
        finally:
            bot.stop()
        assert slack.violations == [], slack.transcript()
