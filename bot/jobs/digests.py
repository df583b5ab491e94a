"""Posts digests: of a schedule's slot exactly once, and of whatever somebody asks for now.

The message comes first, the details and the chart follow in its thread. Every step is durable: after a crash
the job goes on where it stood, and what it needs for the chart is gathered and painted again.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.digest.gather import Asked, Gathered, gather
from bot.digest.model import Digest, Period, StaleArticle
from bot.digest.slack import digest_chart, digest_messages
from bot.digest.words import QUIET, headline
from bot.errors import SlackError, StoreError, StoreUnavailable, TokenRefused, UsageError
from bot.jobs.digest_config import DigestsConfig
from bot.jobs.digest_slots import DAY, Due, Judged, judge
from bot.jobs.localtimes import zone_named
from bot.jobs.messenger import NotThere, TryAgain
from bot.jobs.orders import Order, Place, shown_repo
from bot.jobs.outcome import pack_posts, unpack_posts
from bot.jobs.parts import Parts
from bot.jobs.saying import attempt
from bot.jobs.schedule_check import unknown_services
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
        self._slots = parts.slots

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
        asked = self._about(order, period)
        content = steps.patiently("gather", lambda: self._content(asked))
        if content["unknown"]:
            return self._saying.whispered(place, content["unknown"])
        (message,) = unpack_posts(content["message"])
        ts = self._saying.reply(job_id, MESSAGE, place, message)
        thread = replace(place, thread=place.thread or ts)
        self._saying.parts(job_id, thread, unpack_posts(content["thread"]))
        self._chart(job_id, thread, asked, until)
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
        return _patient(lambda: judge(self._store, order, job_id, now=now, grace=grace).encode())

    def _posted(self, job_id: str, judged: Judged, schedule: Schedule) -> str:
        """The message first, then its slot, then the thread."""
        if judged.due is Due.SKIP:
            return self._skipped(job_id, judged, schedule)
        asked = self._about(schedule, judged.period)
        content = self._through("gather", judged, lambda: self._content(asked))
        (message,) = unpack_posts(content["quiet"] or content["message"])
        ts = self._through(MESSAGE, judged, lambda: self._message(job_id, judged, schedule, message))
        if ts is None:
            return self._skipped(job_id, judged, schedule)
        status = SlotStatus.QUIET if content["quiet"] else SlotStatus.POSTED
        self._record(judged, status, ts)
        thread = Place(schedule.channel, ts)
        if judged.missed:
            self._saying.reply(job_id, "missed", thread, skipped_before(judged.missed, schedule.zone))
        if status is SlotStatus.POSTED:
            self._saying.parts(job_id, thread, unpack_posts(content["thread"]))
            self._chart(job_id, thread, asked, judged.slot)
        return status.value.upper()

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
        self._saying.steps.once("pause", lambda: self._paused(job_id, schedule))
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
        """Pause the schedule as it stands, unless somebody has changed it meanwhile: then it may work."""
        now = self._config.now()
        paused = replace(
            schedule,
            paused=True,
            version=schedule.version + 1,
            changed_by=None,
            changed_at=now,
            changed_in=job_id,
        )
        done = attempt(lambda: self._store.schedules.put(paused))
        self._config.changed()
        return done

    def _record(self, judged: Judged, status: SlotStatus, ts: str | None) -> None:
        """Note what became of the slot, and that those missed before it were skipped."""

        def record() -> None:
            schedule = judged.schedule
            assert schedule is not None
            now = self._config.now()
            for slot in judged.missed:
                self._store.schedules.record(Slot(schedule.id, slot, SlotStatus.SKIPPED, now))
            self._store.schedules.record(Slot(schedule.id, judged.slot, status, now, ts))

        self._saying.steps.patiently("record", lambda: _patient(record))

    # what both post

    def _about(self, what: Schedule | DigestNow, period: Period) -> Asked:
        repo = shown_repo(what.repo)
        return Asked(
            repo,
            period,
            what.services,
            minimum=what.minimum,
            include=what.include,
            web=self._config.web(what.repo),
        )

    def _content(self, asked: Asked) -> dict[str, Any]:
        """The digest's posts as plain values: `message`, `thread`, `quiet` (one line, empty when it is not),
        `unknown` (why there is nothing to tell)."""
        gathered = _patient(lambda: self._gathered(asked))
        message, thread = digest_messages(gathered)
        quiet = gathered.digest.quiet or not gathered.histories
        return {
            "message": pack_posts([message]),
            "thread": pack_posts(thread),
            "quiet": pack_posts([quiet_post(gathered, asked.repo)]) if quiet else [],
            "unknown": self._unknown(asked, gathered),
        }

    def _gathered(self, asked: Asked) -> Gathered:
        with self._slots:
            return gather(self._store, asked, shown_repo, self._stale(asked))

    def _stale(self, asked: Asked) -> Iterable[StaleArticle] | None:
        """The articles that may no longer be true; a knowledge base that cannot be read is not held against
        the figures."""
        if "stale" not in asked.include or self._config.stale is None:
            return None
        try:
            return tuple(self._config.stale())
        except Exception as error:
            LOG.warning("a digest says nothing of stale articles: %s", error)
            return None

    def _unknown(self, asked: Asked, gathered: Gathered) -> str:
        if not gathered.histories:
            return _nothing(asked.repo)
        seen = [history.service for history in gathered.histories if history.seen]
        wrong, _ = unknown_services(
            asked.services, [*seen, *self._store.history.services(asked.repo)], sure=True
        )
        return " ".join(wrong)

    def _chart(self, job_id: str, thread: Place, asked: Asked, slot: float) -> None:
        """Paint the chart and put it into the thread, or say there why it is missing."""
        if "chart" not in asked.include:
            return
        over = slot + self._config.grace
        why = self._saying.steps.persistently(
            "chart", lambda: self._painted(job_id, thread, asked), lambda: self._config.now() > over
        )
        if why:
            self._saying.reply(job_id, "no-chart", thread, text_post(why))

    def _painted(self, job_id: str, thread: Place, asked: Asked) -> str:
        """Empty when the chart stands in the thread, else why it does not."""
        gathered = _patient(lambda: self._gathered(asked))
        try:
            with self._slots, tempfile.TemporaryDirectory(prefix="covcheck-digest-") as folder:
                file = digest_chart(gathered, Path(folder))
                self._saying.messenger.attach(thread, job_id, "chart", file)
        except (TryAgain, NotThere, TokenRefused):
            raise
        except SlackError as error:
            return f"The chart could not be attached: {error}"
        except OSError as error:
            LOG.warning("job %s: the chart was not painted: %s", job_id, error)
            return f"The chart could not be painted: {(error.strerror or 'no place for it').lower()}."
        except Exception:
            LOG.exception("job %s: the chart was not painted", job_id)
            return "The chart could not be painted; whoever runs covcheck finds the reason in the log."
        return ""


def quiet_post(gathered: Gathered, repo: str) -> Post:
    """The one line of a digest in which nothing moved."""
    digest: Digest = gathered.digest
    said = QUIET if gathered.histories else _nothing(repo)
    return text_post(f"{headline(digest)}. {said}")


def _nothing(repo: str) -> str:
    return f"There is no figure and no run of {repo} yet."


def _patient(action: Callable[[], T]) -> T:
    """A store that fails may do so for a moment only."""
    try:
        return action()
    except StoreUnavailable:
        raise
    except StoreError as error:
        raise TryAgain(str(error)) from error
