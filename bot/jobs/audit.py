"""What jobs changed, written in the audit log: one entry for each job of an order that changes something.

The entry is the last step of its job, kept by the job's id: a job that goes on after a crash writes it once.
An entry that cannot be written is tried again, and then told to the log of this process in full.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict

from bot.errors import StoreError
from bot.history.model import Figure
from bot.jobs.messenger import TryAgain
from bot.jobs.orders import Order, Place, kind_of
from bot.jobs.steps import Steps
from bot.store.answers import Store
from bot.store.audit import Entry, cleaned
from bot.store.changes import By, What

LOG = logging.getLogger("covcheck.audit")

NOTHING = "NOTHING"
"""The status of a job that changed nothing, whatever its order says."""
_OUTCOMES = {"OK": "done", "UNHEARD": "could not be told"}


class Audit:
    """Writes the audit log for jobs."""

    def __init__(self, store: Store, steps: Steps) -> None:
        self._store = store
        self._steps = steps

    def before(self, order: Order, job_id: str) -> str:
        """What an order is about, as long as it is there to be named; empty where that cannot be told. Never
        raises."""
        try:
            return order.about(self._store, job_id) if order.changed("") is not None else ""
        except Exception as error:
            LOG.info("what job %s is about is not known yet: %s", job_id, error)
            return ""

    def after(self, job_id: str, order: Order, place: Place, status: str, about: str) -> None:
        """Write down what the order changed, if it did; runs inside a workflow and never raises."""
        what = None if status == NOTHING else order.changed(status)
        if what is None:
            return

        def write() -> bool:
            try:
                told = order.about(self._store, job_id) or about
                return self._store.audit.add(_entry(job_id, what, place, told, status))
            except StoreError as error:
                raise TryAgain(str(error)) from error

        try:
            self._steps.patiently("audit", write)
        except Exception as error:
            entry = _entry(job_id, what, place, about, status)
            LOG.error("%s was not written in the audit log: %s: %s", kind_of(order), error, shown(entry))


def note(store: Store, entry: Entry) -> None:
    """Write an entry now; one that cannot be written is told to the log. For steps of a job (which are the
    same when taken twice) and for what is no job."""
    try:
        store.audit.add(entry)
    except StoreError as error:
        LOG.error("not written in the audit log: %s: %s", error, shown(entry))


def entry_of(job_id: str, what: What, place: Place, about: str, outcome: str, part: str = "") -> Entry:
    """An entry of what a job changed besides what its order says; `part` tells several of a kind apart."""
    name = "-".join(text for text in (job_id, what.name.lower(), part) if text)
    return Entry(
        id=name,
        at=time.time(),
        by=By.PERSON if place.user else By.CLOCK,
        who=place.user,
        channel=place.channel or None,
        what=what,
        about=about,
        outcome=outcome,
        request=job_id,
    )


def figure_taken(store: Store, figure: Figure) -> None:
    """That CI pushed a figure; the same figure again is the same entry."""
    where = f"{figure.branch or 'no branch'} at {(figure.commit or 'no commit')[:12]}"
    count = f"{figure.covered:,} of {figure.statements:,} statements"
    note(
        store,
        Entry(
            id=f"figure-{figure.id}",
            at=time.time(),
            by=By.CI,
            what=What.FIGURES_PUSHED,
            about=f"{figure.service} in {figure.repo}, {where}: {count}",
            outcome="done",
            request=figure.id,
        ),
    )


def shown(entry: Entry) -> dict[str, object]:
    """An entry as it would have been kept, for a log."""
    return asdict(cleaned(entry))


def _entry(job_id: str, what: What, place: Place, about: str, status: str) -> Entry:
    return entry_of(job_id, what, place, about, _OUTCOMES.get(status, status.lower()))
