"""Jobs about the audit log itself: to tell it to one person, and to forget what is too old."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from apscheduler.triggers.cron import CronTrigger

from bot.errors import SlackError, StoreError
from bot.jobs.audit_texts import SHOWN, audit_file, audit_post
from bot.jobs.messenger import TryAgain
from bot.jobs.orders import Order, Place
from bot.jobs.parts import Parts
from bot.render.notices import text_post
from bot.render.slack import Snippet
from bot.store.audit import Entry
from bot.store.changes import What

LOG = logging.getLogger("covcheck.jobs")

NAME = "thin-audit"
"""Part of its jobs' ids: must stay."""
GRACE = 86_400.0
DAY = 86_400.0
MOST = 2_000
"""So many entries are put into the file."""


@dataclass(frozen=True, slots=True)
class TellAudit(Order):
    """Tell who asks what was changed last; whether they may is checked before."""

    changes = None


@dataclass(frozen=True, slots=True)
class ThinAudit(Order):
    """Forget entries older than `days` at a time (seconds since the epoch)."""

    changes = What.AUDIT_THINNED

    at: float
    days: int

    def about(self, store: object, job_id: str) -> str:
        """What is forgotten."""
        return f"entries older than {self.days} days"


def nightly() -> CronTrigger:
    """Each night at 03:40 UTC."""
    return CronTrigger(hour=3, minute=40, timezone="UTC")


def due(days: int, slot: datetime) -> tuple[Order, Place] | None:
    """What is due in a slot; nothing where the log is kept for ever (0)."""
    return (ThinAudit(slot.timestamp(), days), Place("")) if days else None


class AuditJobs:
    """Tells the audit log and thins it; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (TellAudit, ThinAudit)

    def __init__(self, parts: Parts) -> None:
        self._saying = parts.saying
        self._steps = parts.saying.steps
        self._log = parts.store.audit

    def carry_out(self, job_id: str, order: TellAudit | ThinAudit, place: Place) -> str:
        """Do what was ordered and give the status that is kept."""
        if isinstance(order, TellAudit):
            return self._tell(job_id, place)
        gone = self._steps.patiently("forget", partial(self._forgotten, order.at - order.days * DAY))
        return f"{gone} FORGOTTEN" if gone else "NOTHING"

    def _forgotten(self, before: float) -> int:
        try:
            return self._log.forget(before)
        except StoreError as error:
            raise TryAgain(str(error)) from error

    def _tell(self, job_id: str, place: Place) -> str:
        """The last entries to the person alone, and a file with more into their direct message."""
        held = self._steps.once("entries", lambda: [asdict(entry) for entry in self._log.entries(limit=MOST)])
        entries = tuple(Entry(**each) for each in held)
        more = len(entries) > SHOWN and place.user is not None
        self._saying.whispered(place, audit_post(entries, more))
        if more and place.user is not None:
            self._send(job_id, place, place.user, entries)
        return "OK"

    def _send(self, job_id: str, place: Place, person: str, entries: Sequence[Entry]) -> None:
        kept = "" if len(entries) < MOST else f" (the last {MOST:,} entries)"
        file = Snippet(f"audit-{job_id[:8]}.jsonl", f"Audit log{kept}", audit_file(entries))
        try:
            room = self._steps.patiently("room", lambda: self._saying.messenger.room(person))
            self._saying.files(job_id, Place(room, user=person), [file])
        except SlackError as error:
            LOG.warning("job %s: the audit log was not sent: %s", job_id, error)
            said = "I could not send you the file. `covcheck audit` prints all of it."
            tell = partial(self._saying.messenger.whisper, place, text_post(said))
            self._steps.patiently("unsent", tell)
