"""A schedule as people see it in the list and on the Home tab."""

from __future__ import annotations

from bot.errors import UsageError
from bot.jobs.orders import shown_repo
from bot.jobs.schedule_times import moment, next_slot
from bot.render.slack_schedule import Shown
from bot.store.schedules import Schedule, Slot, SlotStatus

_BECAME = {
    SlotStatus.POSTED: "last posted",
    SlotStatus.QUIET: "last posted (quiet)",
    SlotStatus.SKIPPED: "last skipped",
    SlotStatus.FAILED: "last failed",
}


def shown_schedule(schedule: Schedule, now: float, last: Slot | None = None) -> Shown:
    """A schedule with its next slot after a time (seconds since the epoch) and what became of the `last`."""
    next_at = told = ""
    try:
        due = next_slot(schedule, now)
        next_at = "" if due is None else moment(due, schedule.zone)
        told = "" if last is None else f"{_BECAME[last.status]} on {moment(last.slot, schedule.zone)}"
    except (UsageError, ValueError):  # a zone that this machine does not know any more
        told = "its time zone is not known any more"
    return Shown(
        repo=shown_repo(schedule.repo),
        channel=schedule.channel,
        services=schedule.services,
        weekdays=schedule.weekdays,
        at=schedule.at,
        zone=schedule.zone,
        minimum=schedule.minimum,
        include=schedule.include,
        id=schedule.id,
        by=schedule.created_by,
        paused=schedule.paused,
        next_at=next_at,
        last=told,
    )
