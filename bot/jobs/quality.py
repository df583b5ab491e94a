"""The weekly quality line: posted once for each week in which somebody asked, and told to whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime

from apscheduler.triggers.cron import CronTrigger

from bot.jobs.clock import Made
from bot.jobs.orders import Order, Place
from bot.jobs.parts import Parts
from bot.jobs.question_orders import Quality
from bot.quality import quality, quality_line
from bot.render.notices import text_post

NAME = "weekly-quality"
"""Part of its jobs' ids: must stay."""


def monday() -> CronTrigger:
    """Mondays at 09:00 UTC."""
    return CronTrigger(day_of_week="mon", hour=9, timezone=UTC)


def weekly(channel: str) -> Made:
    """What is due in a slot: the line of the week that ends there, for a channel (empty: nothing)."""

    def made(slot: datetime) -> tuple[Order, Place] | None:
        return (Quality(slot.timestamp(), post=True), Place(channel)) if channel else None

    return made


class QualityJobs:
    """Tells the quality line; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (Quality,)

    def __init__(self, parts: Parts) -> None:
        self._saying = parts.saying
        self._store = parts.store

    def carry_out(self, job_id: str, order: Quality, place: Place) -> str:
        """Post the line; for a week in which nobody asked anything there is none."""
        asked, line = self._saying.steps.once("line", lambda: self._line(order))
        if not order.post:
            return self._saying.whispered(place, line)
        if not asked:
            return "NOTHING"
        self._saying.reply(job_id, "line", place, text_post(line))
        return "OK"

    def _line(self, order: Quality) -> tuple[int, str]:
        counts = quality(self._store, order.until)
        return counts.asked, quality_line(counts)
