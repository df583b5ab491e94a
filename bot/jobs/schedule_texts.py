"""What is said about schedules and their slots; the digests themselves are `bot.digest`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.covdata.summary import counted
from bot.jobs.orders import shown_repo
from bot.jobs.schedule_times import listed, moment, next_slot, times_said
from bot.render.blocks import Post, Span, bullets, pack, paragraph, styled
from bot.render.plain import brief
from bot.store.schedules import Schedule

NAMED = 5
"""So many services or slots are named in a message."""
NOT_RUNNING = "covcheck was not running"
NO_STORE = "covcheck could not reach its database"
TOO_LATE = "covcheck could not post it in time"
_WHY_UNHEARD = {
    "is_archived": "the channel is archived",
    "not_in_channel": "I am not in the channel any more",
    "channel_not_found": "the channel is gone, or it is private and I was removed from it",
}


def kept_post(schedule: Schedule, *, new: bool, now: float, remarks: Sequence[str] = ()) -> Post:
    """Tells a channel what it will get, from whom, and when next."""
    what = f"Digest of {brief(shown_repo(schedule.repo), 200)} {'set up' if new else 'changed'}"
    rows = [f"Services: {_services(schedule)}", f"When: {times_said(schedule)}"]
    rows.append(f"Moves of {schedule.minimum:g} percentage points or more")
    if schedule.paused:
        rows.append("Paused: nothing is posted until somebody resumes it")
    else:
        rows.append(f"Next: {next_said(schedule, now)}")
    rows += remarks
    head = paragraph(Span(what, bold=True), *_by(schedule.changed_by))
    return pack(f"{what}. {'. '.join(rows)}.", [head, *bullets([[Span(row)] for row in rows])])[0]


def moved_away_post(schedule: Schedule, person: str | None) -> Post:
    """Tells the channel that had the digest before that it goes elsewhere."""
    said = f"The digest of {shown_repo(schedule.repo)} was moved to another channel"
    return pack(f"{said}.", [paragraph(Span(said), *_by(person), Span("."))])[0]


def paused_post(schedule: Schedule, person: str | None, now: float) -> Post:
    """Tells a channel that its digest is paused, or goes on."""
    repo = shown_repo(schedule.repo)
    said = f"The digest of {repo} was {'paused' if schedule.paused else 'resumed'}"
    after = "." if schedule.paused else f". Next: {next_said(schedule, now)}."
    return pack(f"{said}{after}", [paragraph(Span(said), *_by(person), Span(after))])[0]


def removed_post(schedule: Schedule, person: str | None) -> Post:
    """Tells a channel that its digest is no more."""
    said = f"The digest of {shown_repo(schedule.repo)}, {times_said(schedule)}, was removed"
    return pack(f"{said}.", [paragraph(Span(said), *_by(person), Span("."))])[0]


def skipped_post(schedule: Schedule, slots: Sequence[float], why: str, now: float) -> Post:
    """One message for all slots that were missed: which, why, and when the next is due."""
    repo = shown_repo(schedule.repo)
    due = slots_said(slots, schedule.zone)
    if len(slots) == 1:
        said = f"The digest of {repo} due {due}, was skipped: {why}."
    else:
        said = f"{counted(len(slots), 'digest')} of {repo} were skipped: {why}. They were due {due}."
    said += f" Next: {next_said(schedule, now)}; it tells what moved since the last one posted."
    return pack(said, [paragraph(Span(said))])[0]


def skipped_before(slots: Sequence[float], zone: str) -> Post:
    """The note under a digest before which others were missed."""
    said = f"Skipped before this one: due {slots_said(slots, zone)}. This digest covers that time, too."
    return pack(said, [paragraph(Span(said, italic=True))])[0]


def unheard_post(schedule: Schedule, slot: float, error: str) -> Post:
    """Tells a schedule's maker that its channel cannot be posted in, and that it is paused."""
    why = next((said for code, said in _WHY_UNHEARD.items() if f"({code})" in error), error)
    repo = shown_repo(schedule.repo)
    due = f"{moment(slot, schedule.zone)}, {schedule.zone},"
    start = f"I could not post the digest of {repo} due {due} in "
    paused = "I paused it. Nothing is lost: the next digest tells what moved since the last one posted."
    todo = "Invite me there with `/invite @covcheck`, or choose another channel: `/covcheck schedule`."
    todo += " Then resume it."
    said = f"{start}its channel: {why}. {paused} {todo}"
    spans = [Span(start), Span("its channel", person=schedule.channel), Span(f": {why}.\n{paused}\n")]
    return pack(said, [paragraph(*spans, *styled(todo))])[0]


def failed_post(schedule: Schedule, slot: float, error: str) -> Post:
    """Tells a schedule's maker that a digest could not be posted, though the schedule stands."""
    due = f"{moment(slot, schedule.zone)}, {schedule.zone},"
    said = f"The digest of {shown_repo(schedule.repo)} due {due} could not be posted: {brief(error, 300)}"
    said += " The next one tells what moved since the last one posted."
    return pack(said, [paragraph(Span(said))])[0]


def cannot_post(channel: str, error: str) -> Post:
    """Tells who sets a schedule up that its channel cannot be posted in."""
    why = re.sub(r"^I cannot post in this channel", "I cannot post there", error)
    todo = "Nothing was kept. Invite me there with `/invite @covcheck`, then set the digest up again."
    spans = [Span("The digest would go to "), Span("that channel", person=channel), Span(f": {why}\n")]
    return pack(f"{why} {todo}", [paragraph(*spans, *styled(todo))])[0]


def next_said(schedule: Schedule, now: float) -> str:
    """When the next digest is due, in the schedule's zone."""
    due = next_slot(schedule, now)
    return "never" if due is None else f"{moment(due, schedule.zone)}, {schedule.zone}"


def slots_said(slots: Sequence[float], zone: str) -> str:
    """Slots by name, of many the first and the last ones."""
    if len(slots) <= NAMED:
        return f"{listed([moment(slot, zone) for slot in slots])}, {zone}"
    return f"from {moment(slots[0], zone)} to {moment(slots[-1], zone)}, {zone}"


def _services(schedule: Schedule) -> str:
    if not schedule.services:
        return "all"
    names = [brief(name, 60) for name in schedule.services]
    more = len(names) - 2 * NAMED
    return f"{', '.join(names[: 2 * NAMED])} and {more} more" if more > 0 else listed(names)


def _by(person: str | None) -> list[Span]:
    return [Span(" by "), Span(person, person=person)] if person else []
