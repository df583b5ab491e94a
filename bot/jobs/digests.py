"""Posts digests: of a schedule's slot exactly once, and of whatever somebody asks for now.

The message comes first, the details and the chart follow in its thread. Every step is durable: after a crash
the job goes on where it stood, and what it needs for the chart is gathered and painted again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from bot.digest.gather import Asked
from bot.digest.model import Period
from bot.errors import SlackError, UsageError
from bot.jobs.digest_config import DigestsConfig
from bot.jobs.digest_content import DigestContent, patient
from bot.jobs.digest_slots import DAY, Due, Judged, judge
from bot.jobs.localtimes import zone_named
from bot.jobs.messenger import NotThere
from bot.jobs.orders import Order, Place
from bot.jobs.outcome import unpack_posts
from bot.jobs.parts import Parts
from bot.jobs.schedule_orders import DigestNow, PostDigest
from bot.jobs.schedule_texts import failed_post, skipped_before, skipped_post, unheard_post
from bot.render.blocks import Post
from bot.render.notices import text_post
from bot.store.schedules import Schedule, Slot, SlotStatus

T = TypeVar("T")
LOG = logging.getLogger("covcheck.jobs")

MESSAGE = "digest"
"""The key of a digest's message."""


class DigestJobs:
    """Posts digests; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (PostDigest, DigestNow)

    def __init__(self, config: DigestsConfig, parts: Parts) -> None:
        self._config = config
        self._saying = parts.saying
        self._store = parts.store
        self._content = DigestContent(config, parts.store, parts.slots)

    def carry_out(self, job_id: str, order: PostDigest | DigestNow, place: Place) -> str:
        """Post the digest of a slot, or one that somebody asked for."""
        if isinstance(order, DigestNow):
            return self._asked_for(job_id, order, place)
        return self._of_slot(job_id, order)

    # what somebody asks for

    def _asked_for(self, job_id: str, order: DigestNow, place: Place) -> str:
        steps = self._saying.steps
        until, name = steps.once("now", lambda: (self._config.now(), self._zone(order, place.channel)))
        zone = zone_named(name)
        day = datetime.fromtimestamp(until, zone).date()
        period = Period(until - order.days * DAY, until, day, zone)
        asked = self._content.asked(order, period)
        content = steps.patiently("gather", lambda: self._content.posts(asked))
        if content["unknown"]:
            return self._saying.whispered(place, content["unknown"])
        (message,) = unpack_posts(content["message"])
        ts = self._saying.reply(job_id, MESSAGE, place, message)
        thread = replace(place, thread=place.thread or ts)
        self._saying.parts(job_id, thread, unpack_posts(content["thread"]))
        if "chart" in asked.include:
            why = steps.patiently("chart", lambda: self._chart(job_id, thread, asked))
            if why:
                self._saying.reply(job_id, "no-chart", thread, text_post(why))
        return "OK"

    def _zone(self, order: DigestNow, channel: str) -> str:
        """The name of the zone in which a digest's readers count days; one that is no more counts as UTC."""
        name = order.zone or self._store.channels.settings(channel).zone or "UTC"
        try:
            return zone_named(name).key
        except UsageError:
            return "UTC"

    # what is due

    def _of_slot(self, job_id: str, order: PostDigest) -> str:
        found = self._saying.steps.patiently("due", lambda: self._judged(order, job_id))
        judged = Judged.decode(found)
        schedule = judged.schedule
        if schedule is None:
            LOG.info("job %s: nothing is posted for the slot: %s", job_id, judged.due)
            return judged.due.value
        try:
            return self._posted(job_id, judged, schedule)
        except NotThere as error:
            return self._unheard(job_id, judged, schedule, str(error))
        except SlackError as error:
            return self._failed(job_id, judged, schedule, str(error))

    def _judged(self, order: PostDigest, job_id: str) -> dict[str, Any]:
        now, grace = self._config.now(), self._config.grace
        return patient(lambda: judge(self._store, order, job_id, now=now, grace=grace).encode())

    def _posted(self, job_id: str, judged: Judged, schedule: Schedule) -> str:
        """The message first, then its slot, then the thread."""
        if judged.due is Due.SKIP:
            return self._skipped(job_id, judged, schedule)
        asked = self._content.asked(schedule, judged.period)
        content = self._through("gather", judged, lambda: self._content.posts(asked))
        (message,) = unpack_posts(content["quiet"] or content["message"])
        ts = self._through(MESSAGE, judged, lambda: self._message(job_id, judged, schedule, message))
        if ts is None:
            return self._skipped(job_id, judged, schedule)
        status = SlotStatus.QUIET if content["quiet"] else SlotStatus.POSTED
        self._record(judged, status, ts)
        details = unpack_posts(content["thread"]) if status is SlotStatus.POSTED else ()
        try:
            self._thread(job_id, judged, Place(schedule.channel, ts), details)
            if details and "chart" in asked.include:
                self._chart_of(job_id, judged, Place(schedule.channel, ts), asked)
        except SlackError as error:
            LOG.error("job %s: a digest's thread is not whole: %s", job_id, error)
        return status.value.upper()

    def _thread(self, job_id: str, judged: Judged, thread: Place, details: Sequence[Post]) -> None:
        """Say which slots were missed before, and the details."""
        posts = [(f"part-{number}", post) for number, post in enumerate(details, 1)]
        if judged.missed and judged.schedule is not None:
            posts.insert(0, ("missed", skipped_before(judged.missed, judged.schedule.zone)))
        for key, post in posts:
            self._through(key, judged, partial(self._saying.messenger.post, thread, job_id, key, post))

    def _chart_of(self, job_id: str, judged: Judged, thread: Place, asked: Asked) -> None:
        """Put the chart into the thread, or say there why it is missing."""
        why = self._through("chart", judged, lambda: self._chart(job_id, thread, asked))
        if why:
            said = partial(self._saying.messenger.post, thread, job_id, "no-chart", text_post(why))
            self._through("no-chart", judged, said)

    def _chart(self, job_id: str, thread: Place, asked: Asked) -> str:
        return self._content.chart(self._saying.messenger, thread, job_id, asked)

    def _message(self, job_id: str, judged: Judged, schedule: Schedule, message: Post) -> str | None:
        """Post the digest; None when the grace is over before it stands in Slack. Runs inside a step."""
        place, messenger = Place(schedule.channel), self._saying.messenger
        if self._config.now() > judged.slot + self._config.grace:
            return messenger.find(place, job_id, MESSAGE)
        return messenger.post(place, job_id, MESSAGE, message)

    def _skipped(self, job_id: str, judged: Judged, schedule: Schedule) -> str:
        """Say once which slots were skipped, and why."""
        slots = (*judged.missed, judged.slot)
        now = self._saying.steps.once("skipped-at", self._config.now)
        said = skipped_post(schedule, slots, judged.why, now)
        post = self._saying.messenger.post
        ts = self._through("skipped", judged, lambda: post(Place(schedule.channel), job_id, "skipped", said))
        self._record(judged, SlotStatus.SKIPPED, ts)
        return "SKIPPED"

    def _through(self, name: str, judged: Judged, action: Callable[[], T]) -> T:
        """Take a step, for a day also through an outage of Slack."""
        until = max(judged.slot, judged.now) + DAY
        return self._saying.steps.persistently(name, action, lambda: self._config.now() > until)

    def _unheard(self, job_id: str, judged: Judged, schedule: Schedule, error: str) -> str:
        """The channel is gone, or the bot is no longer in it: pause, and tell whoever made the schedule."""
        LOG.warning("job %s: the digest of a schedule cannot be posted, it is paused: %s", job_id, error)
        self._record(judged, SlotStatus.FAILED, None)
        paused = self._saying.steps.patiently("pause", lambda: self._paused(job_id, schedule))
        self._config.changed()
        if paused:
            self._tell(job_id, schedule, unheard_post(schedule, judged.slot, error))
        return "UNHEARD"

    def _failed(self, job_id: str, judged: Judged, schedule: Schedule, error: str) -> str:
        LOG.error("job %s: the digest of a schedule could not be posted: %s", job_id, error)
        self._record(judged, SlotStatus.FAILED, None)
        self._tell(job_id, schedule, failed_post(schedule, judged.slot, error))
        return "FAILED"

    def _tell(self, job_id: str, schedule: Schedule, post: Post) -> None:
        """A direct message to the schedule's maker."""
        if schedule.created_by is None:
            return
        person = schedule.created_by
        try:
            room = self._saying.steps.patiently("room", lambda: self._saying.messenger.room(person))
            self._saying.reply(job_id, "maker", Place(room), post)
        except Exception as error:
            LOG.warning("job %s: the schedule's maker could not be told: %s", job_id, error)

    def _paused(self, job_id: str, schedule: Schedule) -> bool:
        """Pause the schedule as it stands; False when somebody has changed it meanwhile: then it may work."""
        paused = schedule.switched(True, by=None, at=self._config.now(), job_id=job_id)
        standing = patient(lambda: self._store.schedules.put(paused))
        return standing is not None and standing.changed_in == job_id

    def _record(self, judged: Judged, status: SlotStatus, ts: str | None) -> None:
        """Note what became of the slot, and that those missed before it were skipped."""

        def record() -> None:
            schedule = judged.schedule
            assert schedule is not None
            now = self._config.now()
            for slot in judged.missed:
                self._store.schedules.record(Slot(schedule.id, slot, SlotStatus.SKIPPED, now))
            self._store.schedules.record(Slot(schedule.id, judged.slot, status, now, ts))

        self._saying.steps.patiently("record", lambda: patient(record))
