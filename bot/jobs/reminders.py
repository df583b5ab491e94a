"""The monthly reminder: owners are asked whether articles that may no longer be true still are.

The clock hands it in once a month; the job's id is the month, so that it is sent once however many processes
keep the time. A month in which nothing is stale is quiet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apscheduler.triggers.cron import CronTrigger

from bot.jobs.clock import Made
from bot.jobs.orders import Order, Place
from bot.jobs.parts import Part, PartOf, Parts
from bot.redact import redact
from bot.render.blocks import Post
from bot.render.slack_reminder import AskedItem, AskedOwner, reminder_posts
from knowledge.reminders import STILL_TRUE, question_to, reminder_head
from knowledge.staleness import Look

NAME = "stale"
"""Part of its jobs' ids: must stay."""

GRACE = 6 * 86_400.0
"""A bot that did not run on the first of the month makes up for it until the seventh."""


@dataclass(frozen=True, slots=True)
class Remind(Order):
    """Ask owners about stale articles; `month` is `2026-12`."""

    changes = None

    month: str


def first_of_month() -> CronTrigger:
    """The first of each month at 09:00 UTC."""
    return CronTrigger(day=1, hour=9, timezone=UTC)


def monthly(channel: str) -> Made:
    """What is due in a slot: the reminder of its month, for a channel or a person (empty: nothing)."""

    def made(slot: datetime) -> tuple[Order, Place] | None:
        return (Remind(f"{slot:%Y-%m}"), Place(channel)) if channel else None

    return made


@dataclass(frozen=True, slots=True)
class RemindersConfig:
    """`look` finds what is stale now and marks it; `people` maps owners as they are named to Slack ids."""

    look: Callable[[], Look]
    people: Mapping[str, str]

    def part(self) -> PartOf:
        """The part of the jobs that sends reminders."""

        def build(parts: Parts) -> Part:
            return ReminderJobs(parts, self)

        return build


class ReminderJobs:
    """Sends reminders; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (Remind,)

    def __init__(self, parts: Parts, config: RemindersConfig) -> None:
        self._saying = parts.saying
        self._slots = parts.slots
        self._config = config

    def carry_out(self, job_id: str, order: Remind, place: Place) -> str:
        """Look once, then post; nothing is said when nothing is stale."""
        found = self._saying.steps.once("look", lambda: self._look(order.month))
        if not found["head"]:
            return "NOTHING"
        posts = _posts(found, self._config.people)
        ts = self._saying.reply(job_id, "reminder", place, posts[0])
        self._saying.parts(job_id, Place(place.channel, ts), posts[1:])
        return "OK"

    def _look(self, month: str) -> dict[str, Any]:
        """What is stale, as plain values that a restart finds again."""
        with self._slots:
            look = self._config.look()
        shown = f"{datetime.strptime(month, '%Y-%m'):%B %Y}"
        owners = [
            {
                "owner": each.owner,
                "items": [(i.id, i.title, list(i.reasons), list(i.was)) for i in each.items],
            }
            for each in look.report
        ]
        return {"head": reminder_head(look.report, shown), "owners": owners, "unread": list(look.unread)}


def _posts(found: Mapping[str, Any], people: Mapping[str, str]) -> tuple[Post, ...]:
    owners = [
        AskedOwner(
            redact(each["owner"]),
            people.get(each["owner"], ""),
            question_to(each["owner"]),
            tuple(
                AskedItem(id, redact(title), tuple(map(redact, reasons)), tuple(was))
                for id, title, reasons, was in each["items"]
            ),
        )
        for each in found["owners"]
    ]
    return reminder_posts(found["head"], owners, STILL_TRUE, [redact(text) for text in found["unread"]])
