"""A help request answered: fetched, worked out, posted as a thread. A message has one answer, for good."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any, Protocol

from bot.errors import CovcheckError
from bot.jobs import outcome
from bot.jobs.cases import Cases
from bot.jobs.kept import GONE
from bot.jobs.messenger import NotThere, TryAgain
from bot.jobs.orders import Order, Place, shown_repo, without_paths
from bot.jobs.outcome import Outcome, unpack_posts
from bot.jobs.parts import Part, PartOf, Parts
from bot.jobs.request_orders import AnswerRequest, RequestComparison, ref_of
from bot.jobs.request_outcome import Done, laid_out, stored
from bot.jobs.request_source import Fetched, Source
from bot.jobs.saying import MAIN, attempt
from bot.render.notices import broken_post, error_post, looking_post, text_post
from bot.render.request_view import RequestView

LOG = logging.getLogger("covcheck.jobs")

ALREADY = "This request has its answer already: it stands in the thread of the request."
_COMPARED = "The comparison already stands in this thread."


class RequestWork(Protocol):
    """What the part asks of the rest. Both may raise CovcheckError; `fetch` TryAgain too."""

    def fetch(self, source: Source) -> Fetched:
        """The words of the request."""
        ...

    def answer(
        self, repo: str, ref: str | None, asked: Fetched, progress: Callable[[str], None]
    ) -> tuple[RequestView, str]:
        """The answer as people read it, and the same as a Markdown document."""
        ...


def requests_part(work: RequestWork) -> PartOf:
    """The part for the composition root."""
    return lambda parts: Requests(parts, work)


class Requests(Part):
    """Answers help requests; every method runs inside a workflow."""

    def __init__(self, parts: Parts, work: RequestWork) -> None:
        self._saying = parts.saying
        self._steps = parts.saying.steps
        self._store = parts.store
        self._slots = parts.slots
        self._live = parts.live
        self._cases = Cases(parts.saying, parts.store)
        self._work = work

    @property
    def orders(self) -> tuple[type[Order], ...]:
        """What this part carries out."""
        return (AnswerRequest, RequestComparison)

    def carry_out(self, job_id: str, order: Any, place: Place) -> str:
        """Answer a request, or post a comparison; gives the status that is kept."""
        if isinstance(order, RequestComparison):
            return self._compare(job_id, order, place)
        if self._answered(order):
            return self._tell(job_id, place, ALREADY)
        return self._answer(job_id, order, place)

    def _answer(self, job_id: str, order: AnswerRequest, place: Place) -> str:
        waiting = looking_post(_subject(order))
        messenger = self._saying.messenger
        ts = self._steps.patiently("looking", lambda: messenger.post(place, job_id, MAIN, waiting))
        thread = replace(place, thread=place.thread or ts)
        try:
            done = self._worked_out(job_id, order, place, ts)
            if done.said.status != "FAILED" and not self._claim(job_id, order):
                done = Done(Outcome((text_post(ALREADY),)))
            keep = partial(self._store.keep, stored(job_id, order, place, done))
            self._steps.once("keep", lambda: attempt(keep))
            self._steps.patiently(
                "answer", lambda: messenger.edit(place, ts, job_id, MAIN, done.said.posts[0])
            )
        except NotThere:
            raise
        except Exception:
            self._steps.once("release", lambda: attempt(self._release, job_id, order))
            return self._saying.broken(job_id, place, ts)
        try:
            self._saying.parts(job_id, thread, done.said.posts[1:])
            self._saying.files_or_why(job_id, thread, done.said.files)
        except NotThere:
            raise
        except Exception:
            return self._saying.broken(job_id, thread)
        self._cases.after_request(job_id, order.repo, order.ref, thread, done.said)
        return done.said.status

    def _worked_out(self, job_id: str, order: AnswerRequest, place: Place, ts: str) -> Done:
        """Fetch and work, each a step of its own: what was fetched is not fetched again after a crash."""

        def tell(what: str) -> None:
            post = looking_post(_subject(order), what)
            self._saying.messenger.progress(place, ts, job_id, MAIN, post)

        fetched = self._steps.patiently("fetch", lambda: self._fetched(job_id, order))
        if "failed" in fetched:
            return Done.decode(fetched["failed"])
        asked = Fetched(**fetched)
        done = self._steps.once("work", lambda: self._guarded(job_id, order, asked, tell).encode())
        return Done.decode(done)

    def _fetched(self, job_id: str, order: AnswerRequest) -> dict[str, Any]:
        """The fields of Fetched, or under `failed` what is said in place of an answer."""
        try:
            return asdict(self._work.fetch(order.source))
        except TryAgain:
            raise
        except CovcheckError as error:
            return {"failed": _failed(job_id, order, error).encode()}
        except Exception:
            LOG.exception("job %s: the request could not be fetched", job_id)
            return {"failed": Done(outcome.failed(broken_post(job_id))).encode()}

    def _guarded(
        self, job_id: str, order: AnswerRequest, asked: Fetched, tell: Callable[[str], None]
    ) -> Done:
        """The answer laid out; errors become a message for people, never an exception or a traceback."""
        try:
            with self._slots:
                view, document = self._work.answer(order.repo, ref_of(order, asked), asked, tell)
            return laid_out(view, document, job_id, live=self._live)
        except CovcheckError as error:
            return _failed(job_id, order, error)
        except Exception:
            LOG.exception("job %s: the request could not be answered", job_id)
            return Done(outcome.failed(broken_post(job_id)))

    def _answered(self, order: AnswerRequest) -> bool:
        """Whether another job has answered this message about this repo."""
        if not order.message:
            return False
        return self._steps.once("taken", lambda: self._store.claimed(*_claim_of(order)) is not None)

    def _claim(self, job_id: str, order: AnswerRequest) -> bool:
        """Take the message: only after the work, so that a job that failed leaves it to the next."""
        if not order.message:
            return True
        return self._steps.once("claim", lambda: self._store.claim(*_claim_of(order), job_id))

    def _release(self, job_id: str, order: AnswerRequest) -> None:
        """Leave the message to the next who asks: its answer was not given."""
        if order.message:
            self._store.release(*_claim_of(order), job_id)

    def _compare(self, job_id: str, order: RequestComparison, place: Place) -> str:
        kept = self._steps.once("kept", lambda: self._comparison(order.answer_id))
        if kept is None:
            return self._saying.whispered(place, GONE)
        claim = partial(self._store.claim, order.answer_id, "comparison", job_id)
        if not self._steps.once("claim", claim):
            return self._saying.whispered(place, _COMPARED)
        for number, post in enumerate(unpack_posts(kept), 1):
            self._saying.reply(job_id, f"comparison-{number}", place, post)
        return "OK"

    def _comparison(self, answer_id: str) -> list[Mapping[str, Any]] | None:
        kept = self._store.answer(answer_id)
        return None if kept is None else kept.payload.get("comparison")

    def _tell(self, job_id: str, place: Place, text: str) -> str:
        """Tell the asker alone; in a direct message there is nobody else."""
        if place.channel.startswith("D") and place.response_url is None:
            self._saying.reply(job_id, "told", place, text_post(text))
            return "OK"
        return self._saying.whispered(place, text)


def _claim_of(order: AnswerRequest) -> tuple[str, str]:
    """What is taken: the message, and which repo at which ref it is answered from."""
    message = hashlib.sha256(order.message.encode()).hexdigest()[:40]
    about = hashlib.sha256(f"{order.repo.lower()}\0{order.ref or ''}".encode()).hexdigest()[:20]
    return f"message:{message}", f"request:{about}"


def _subject(order: AnswerRequest) -> str:
    at = f" @ {order.ref}" if order.ref else ""
    return f"the help request, with {shown_repo(order.repo)}{at}"


def _failed(job_id: str, order: AnswerRequest, error: CovcheckError) -> Done:
    LOG.info("job %s: %s: %s", job_id, type(error).__name__, error)
    said, hint = (without_paths(text, order.repo) for text in (str(error), error.hint))
    return Done(outcome.failed(error_post(CovcheckError(said, hint=hint), job_id)))
