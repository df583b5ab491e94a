"""What one job does: say "looking" at once, work, turn that message into the answer, attach, keep."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.errors import CovcheckError, SlackError
from bot.jobs import outcome
from bot.jobs.audit import Audit
from bot.jobs.cases import Cases, same_cause
from bot.jobs.hold import WAITED_OUT
from bot.jobs.kept import GONE, find_answer
from bot.jobs.live import LiveConfig, LiveJobs
from bot.jobs.looks import keep_check
from bot.jobs.messenger import Messenger, NotThere
from bot.jobs.orders import (
    PERSON,
    Check,
    Choose,
    Compare,
    Details,
    Live,
    LiveAgain,
    LiveCancel,
    LiveOf,
    LiveOrder,
    LiveRun,
    Order,
    Place,
    Say,
    Services,
    Whisper,
    encode,
    kind_of,
    shown_repo,
    without_paths,
)
from bot.jobs.outcome import Outcome
from bot.jobs.parts import Part, PartOf, Parts, Watching
from bot.jobs.saying import MAIN, Saying, attempt
from bot.jobs.steps import Steps
from bot.jobs.work import Work
from bot.model import Service
from bot.render.blocks import Post
from bot.render.notices import broken_post, choice_post, error_post, looking_post
from bot.render.slack_live import people_post
from bot.store.answers import Store, StoredAnswer

LOG = logging.getLogger("covcheck.jobs")

_NO_CLUSTER = "No cluster is set up here. Whoever runs covcheck can set `cluster.kubeconfig`."


class Answering:
    """Carries out orders with the parts it is given; every method runs inside a workflow."""

    def __init__(
        self,
        work: Work,
        messenger: Messenger,
        store: Store,
        steps: Steps,
        checks: int,
        live: LiveConfig | None = None,
        parts: Sequence[PartOf] = (),
    ) -> None:
        self._work = work
        self._messenger = messenger
        self._store = store
        self._steps = steps
        self._slots = threading.BoundedSemaphore(checks)
        self._saying = Saying(messenger, steps)
        self._audit = Audit(store, steps)
        self._cases = Cases(self._saying, store)
        self._runs = None if live is None else LiveJobs(live, self._saying, store, self._cases)
        surroundings = Parts(self._saying, store, self._slots, live is not None)
        built = [part_of(surroundings) for part_of in parts]
        self._parts: dict[type[Order], Part] = {kind: part for part in built for kind in part.orders}
        self._watching = [part for part in built if isinstance(part, Watching)]

    def carry_out(self, job_id: str, order: Order, place: Place) -> str:
        """Do what was ordered and give the status that is kept: a Diagnosis status, OK or FAILED.

        Whatever goes wrong is said: in the thread, else to the person who asked, with the job's id.
        """
        place = self._reached(place)
        about = self._audit.before(order, job_id)
        status = self._status(job_id, order, place)
        self._audit.after(job_id, order, place, status, about)
        return status

    def after(self, job_id: str, order: Order, place: Place, status: str) -> list[dict[str, Any]]:
        """What follows from a job that ended, as `encode` gives it: jobs of their own."""
        watching = [part for part in self._watching if part.concerns(order)]

        def told() -> list[dict[str, Any]]:
            try:
                return [
                    encode(*each) for part in watching for each in part.after(job_id, order, place, status)
                ]
            except WAITED_OUT:
                raise
            except Exception:
                LOG.exception("job %s: what follows from it is not done", job_id)
                return []

        return self._steps.once("after", told) if watching else []

    def _reached(self, place: Place) -> Place:
        """The place with a person's id as the direct message with them: only that can be edited and read."""
        if PERSON.fullmatch(place.channel) is None:
            return place
        try:
            room = self._steps.patiently("room", lambda: self._messenger.room(place.channel))
        except SlackError as error:
            LOG.warning("a direct message was not opened: %s", error)
            return place
        return replace(place, channel=room)

    def _status(self, job_id: str, order: Order, place: Place) -> str:
        try:
            return self._dispatch(job_id, order, place)
        except NotThere as error:
            LOG.info("job %s: cannot post: %s", job_id, error)
            post = error_post(error, job_id)
            self._steps.once("whisper", lambda: attempt(self._messenger.whisper, place, post))
            return "UNHEARD"
        except Exception:
            return self._saying.broken(job_id, place)

    def _dispatch(self, job_id: str, order: Order, place: Place) -> str:
        match order:
            case Say():
                post = Post(order.text, tuple(dict(block) for block in order.blocks))
                self._saying.reply(job_id, "say", place, post)
                return "OK"
            case Whisper():
                return self._saying.whispered(place, people_post(order.text, order.people))
            case Details():
                return self._details(job_id, order, place)
            case Choose():
                return self._choose(job_id, order, place)
            case Check() | Compare() | Services():
                return self._answer(job_id, order, place)
            case Live() | LiveOf() | LiveRun() | LiveCancel() | LiveAgain():
                return self._in_cluster(job_id, order, place)
            case _:
                return self._parts[type(order)].carry_out(job_id, order, place)

    def _in_cluster(self, job_id: str, order: LiveOrder, place: Place) -> str:
        if self._runs is None:
            return self._saying.whispered(place, _NO_CLUSTER)
        if not isinstance(order, LiveOf):
            return self._runs.carry_out(job_id, order, place)
        kept = find_answer(self._steps, self._store, order.answer_id)
        if kept is None or kept.service is None:
            return self._saying.whispered(place, GONE)
        usual = self._store.channels.settings(place.channel).namespace
        meant = Live(kept.repo, kept.service, kept.commit or kept.ref, usual)
        return self._runs.carry_out(job_id, meant, place)

    def _answer(self, job_id: str, order: Check | Compare | Services, place: Place) -> str:
        waiting = looking_post(_subject(order))
        ts = self._steps.patiently("looking", lambda: self._messenger.post(place, job_id, MAIN, waiting))
        try:
            done = self._worked_out(job_id, order, place, ts)
        except NotThere:
            raise
        except Exception:
            return self._saying.broken(job_id, place, ts)
        thread = replace(place, thread=place.thread or ts)
        try:
            self._thread(job_id, thread, done)
        except NotThere:
            raise
        except Exception:
            return self._saying.broken(job_id, thread)
        if isinstance(order, Check):
            self._cases.after_check(job_id, order, thread, done)
        return done.status

    def _worked_out(self, job_id: str, order: Check | Compare | Services, place: Place, ts: str) -> Outcome:
        """Do the work, keep what it came to, and turn the message `ts` into the answer.

        An answer that cannot be kept is given all the same; its buttons then say that it is gone.
        """
        tell = self._progress(job_id, order, place, ts)
        done = outcome.decode(self._steps.once("work", lambda: self._guarded(job_id, order, tell).encode()))
        self._steps.once("keep", lambda: self._kept(job_id, order, place, done))
        self._steps.patiently("answer", lambda: self._messenger.edit(place, ts, job_id, MAIN, done.posts[0]))
        return done

    def _kept(self, job_id: str, order: Check | Compare | Services, place: Place, done: Outcome) -> bool:
        if isinstance(order, Check):
            keep_check(self._store, job_id, order, place, done)
        return attempt(self._store.keep, _stored(job_id, order, place, done))

    def _thread(self, job_id: str, thread: Place, done: Outcome) -> None:
        self._saying.parts(job_id, thread, done.posts[1:])
        self._saying.files(job_id, thread, done.files)

    def _guarded(
        self, job_id: str, order: Check | Compare | Services, tell: Callable[[str], None]
    ) -> Outcome:
        """The work's outcome; errors become a message for people, never an exception or a traceback."""
        try:
            with self._slots:
                return self._worked(job_id, order, tell)
        except CovcheckError as error:
            LOG.info("job %s: %s: %s", job_id, type(error).__name__, error)
            said = CovcheckError(
                without_paths(str(error), order.repo), hint=without_paths(error.hint, order.repo)
            )
            return outcome.failed(error_post(said, job_id))
        except Exception:
            LOG.exception("job %s: %s failed", job_id, kind_of(order))
            return outcome.failed(broken_post(job_id))

    def _worked(self, job_id: str, order: Check | Compare | Services, tell: Callable[[str], None]) -> Outcome:
        match order:
            case Check():
                answer = self._work.check(order.repo, order.ref, order.service, tell)
                first = answer.causes[0].finding.rule if answer.causes else None
                same = same_cause(self._cases.known(first), order.repo)
                return outcome.of_check(answer, job_id, live=self._runs is not None, same=same)
            case Compare():
                compared = self._work.compare(order.repo, order.ref, order.first, order.second, tell)
                return outcome.of_comparison(compared, job_id)
            case Services():
                return outcome.of_services(self._work.services(order.repo, order.ref, tell))

    def _progress(
        self, job_id: str, order: Check | Compare | Services, place: Place, ts: str
    ) -> Callable[[str], None]:
        def tell(what: str) -> None:
            self._messenger.progress(place, ts, job_id, MAIN, looking_post(_subject(order), what))

        return tell

    def _details(self, job_id: str, order: Details, place: Place) -> str:
        kept = find_answer(self._steps, self._store, order.answer_id)
        if kept is None:
            return self._saying.whispered(place, GONE)
        mine = self._steps.once("claim", lambda: self._store.claim(order.answer_id, "details", job_id))
        if not mine:
            return self._saying.whispered(place, "The details already stand in this thread.")
        for number, post in enumerate(outcome.unpack_posts(kept.payload["details"]), 1):
            self._saying.reply(job_id, f"details-{number}", place, post)
        return "OK"

    def _choose(self, job_id: str, order: Choose, place: Place) -> str:
        kept = find_answer(self._steps, self._store, order.answer_id)
        if kept is None or kept.service is None:
            return self._saying.whispered(place, GONE)
        ref = kept.commit or kept.ref
        if order.other is not None:
            return self._answer(job_id, Compare(kept.repo, kept.service, order.other, ref), place)
        found = self._steps.once("others", lambda: self._others(job_id, kept))
        if isinstance(found, str):
            return self._saying.whispered(place, found)
        if len(found) == 1:
            return self._answer(job_id, Compare(kept.repo, kept.service, found[0], ref), place)
        self._saying.reply(job_id, "choice", place, choice_post(kept.service, found, order.answer_id))
        return "OK"

    def _others(self, job_id: str, kept: StoredAnswer) -> list[str] | str:
        """The names to choose from, or why there are none."""
        try:
            with self._slots:
                listed = self._work.services(kept.repo, kept.commit or kept.ref, lambda _: None)
        except CovcheckError as error:
            return without_paths(str(error), kept.repo)
        except Exception:
            LOG.exception("job %s: listing services failed", job_id)
            return f"Something went wrong on our side (request {job_id[:8]})."
        names = [service.name for service in listed.services if not _is(service, kept.service)]
        return names or "There is no other service in this repo to compare with."


def _is(service: Service, name: str | None) -> bool:
    return name == service.name or name in service.aliases


def _subject(order: Check | Compare | Services) -> str:
    at = f" @ {order.ref}" if order.ref else ""
    match order:
        case Check():
            return f"{order.service}{at} in {shown_repo(order.repo)}"
        case Compare():
            return f"{order.first} and {order.second}{at} in {shown_repo(order.repo)}"
        case Services():
            return f"the services of {shown_repo(order.repo)}{at}"


def _stored(job_id: str, order: Check | Compare | Services, place: Place, done: Outcome) -> StoredAnswer:
    return StoredAnswer(
        id=job_id,
        kind=kind_of(order),
        channel=place.channel,
        thread=place.thread,
        service=done.service,
        repo=order.repo,
        ref=order.ref,
        commit=done.commit,
        status=done.status,
        payload={"details": outcome.pack_posts(done.details)},
    )
