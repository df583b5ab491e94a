"""What a check or a live run said of its service, kept for home tabs. What fails is logged: the answer
stands."""

from __future__ import annotations

import logging
import time

from bot.errors import StoreError, StoreUnavailable
from bot.jobs.orders import Check, Place
from bot.jobs.outcome import Outcome
from bot.model import Status
from bot.render.plain import brief
from bot.store.answers import Store
from bot.store.following import about
from bot.store.live import StoredRun
from bot.store.looks import CHECK, MAX_SUMMARY, RUN, Look

LOG = logging.getLogger("covcheck.jobs")

LONGEST = 200
"""Characters of a service's name that people can say; longer ones are not kept."""


def keep_check(store: Store, job_id: str, order: Check, place: Place, done: Outcome) -> None:
    """Keep what a check came to, and that the person asked about its service."""
    if done.service is None or len(done.service) > LONGEST or done.status not in set(Status):
        return
    cause = str((done.cause or {}).get("summary") or "")
    look = Look(
        about(order.repo, done.service),
        CHECK,
        job_id,
        done.status,
        time.time(),
        brief(cause, MAX_SUMMARY),
        order.ref,
        done.commit,
    )
    _keep(store, look, place, order.service)
    try:
        store.files.keep(look.about, done.paths, look.at)
    except StoreUnavailable:
        raise
    except StoreError as error:
        LOG.warning("job %s: its files are not shown under links: %s", job_id, error)


def keep_run(store: Store, run: StoredRun, place: Place) -> None:
    """Keep what a live run came to, and that the person asked about its service; a run that failed or that no
    repo was named for says nothing."""
    if run.repo is None or len(run.service) > LONGEST or run.status not in set(Status):
        return
    look = Look(
        about(run.repo, run.service),
        RUN,
        run.id,
        run.status,
        run.started_at,
        brief(str(run.causes[0].get("summary") or ""), MAX_SUMMARY) if run.causes else "",
        run.ref,
        run.commit,
        run.statements,
        run.covered,
    )
    _keep(store, look, place)


def _keep(store: Store, look: Look, place: Place, named: str = "") -> None:
    try:
        store.looks.keep(look)
        if place.user is not None:
            store.following.asked(place.user, look.about, place.channel, time.time(), named)
    except StoreError as error:
        LOG.warning("job %s: what it said is not shown on home tabs: %s", look.job_id, error)
