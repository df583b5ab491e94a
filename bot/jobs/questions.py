"""Jobs of questions: once for a thread, from the knowledge base, and silent where nobody asked the bot."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from bot.errors import CovcheckError, KnowledgeError
from bot.jobs import outcome
from bot.jobs.feedback import FeedbackJobs
from bot.jobs.kept import GONE, find_answer
from bot.jobs.messenger import NotThere
from bot.jobs.modes import Modes
from bot.jobs.orders import Order, Place
from bot.jobs.owners import Owners
from bot.jobs.parts import PartOf, Parts
from bot.jobs.question_orders import AnotherAnswer, AskOwners, AskQuestion, GiveFeedback, Heard
from bot.jobs.question_record import case_of, kept_answer, question_record
from bot.jobs.research import Research
from bot.jobs.saying import MAIN, attempt
from bot.modes import Mode
from bot.render.notices import broken_post, error_post, looking_post
from bot.render.slack_question import other_post, question_posts, unknown_post
from bot.repo.opened import OpenSnapshot
from bot.store.answers import StoredAnswer
from bot.store.cases import StoredCase
from bot.store.questions import StoredQuestion
from knowledge.base import KnowledgeBase

LOG = logging.getLogger("covcheck.jobs")

_WAITING = "the knowledge base"
_OFF = (
    "Questions are switched off in this channel; commands work. `/covcheck questions mention` switches "
    "them on, and in a direct message I answer them always."
)


@dataclass(frozen=True, slots=True)
class QuestionsConfig:
    """What questions are answered with: the base, what opens repos (None: none is read), the Slack id of
    who is asked when covcheck does not know (empty: nobody), the modes of the settings, and who
    owns which service."""

    base: KnowledgeBase
    open_snapshot: OpenSnapshot | None = None
    ask: str = ""
    modes: Modes = field(default_factory=Modes)
    owners: Mapping[str, str] = field(default_factory=dict)

    def part(self) -> PartOf:
        """The part that carries out orders of questions and of feedback."""
        return partial(QuestionJobs, self)


class QuestionJobs:
    """Carries out orders of questions and of feedback; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (AskQuestion, AnotherAnswer, GiveFeedback, AskOwners)

    def __init__(self, config: QuestionsConfig, parts: Parts) -> None:
        self._saying = parts.saying
        self._steps = parts.saying.steps
        self._store = parts.store
        self._modes = config.modes
        self._research = Research(
            config.base, parts.store, parts.slots, config.open_snapshot, live=parts.live
        )
        self._owners = Owners(parts.saying, parts.store, config.ask, config.owners)
        self._feedback = FeedbackJobs(parts.saying, parts.store, self._research, self._owners, parts.live)

    def carry_out(self, job_id: str, order: Order, place: Place) -> str:
        """Do what was ordered and give the status that is kept."""
        match order:
            case AskQuestion():
                return self._asked(job_id, order, place)
            case AnotherAnswer():
                return self._another(job_id, order, place)
            case GiveFeedback():
                return self._feedback.given(
                    job_id, order, find_answer(self._steps, self._store, order.answer_id), place
                )
            case AskOwners():
                return self._owners.ask(job_id, find_answer(self._steps, self._store, order.answer_id), place)
        raise TypeError(f"{type(order).__name__} is no order of questions")

    def _asked(self, job_id: str, order: AskQuestion, place: Place) -> str:
        """Answer unless another job has: a message is answered once, whatever Slack sends again."""
        asks = f"{place.channel}:{order.ts}"
        if not self._steps.once("claim", lambda: self._store.claim(asks, "question", job_id)):
            return "DOUBLE"
        if order.heard == Heard.MENTION and self._steps.once("off", lambda: self._is_off(place.channel)):
            return self._saying.whispered(place, _OFF)
        if Heard(order.heard).to_us:
            return self._told(job_id, order, place)
        try:
            return self._overheard(job_id, order, place)
        except Exception as error:
            fault = not isinstance(error, CovcheckError)
            level = logging.ERROR if fault else logging.INFO
            LOG.log(level, "job %s: nothing is said: %s", job_id, error, exc_info=fault)
            return "SILENT"

    def _is_off(self, channel: str) -> bool:
        return self._modes.of(channel, self._store)[0] is Mode.OFF

    def _told(self, job_id: str, order: AskQuestion, place: Place) -> str:
        """Answer whoever asked the bot, also when it does not know."""
        ts = self._saying.reply(job_id, MAIN, place, looking_post(_WAITING))

        def tell(what: str) -> None:
            self._saying.messenger.progress(place, ts, job_id, MAIN, looking_post(_WAITING, what))

        try:
            done = self._steps.once("work", lambda: self._guarded(job_id, order, place, tell))
            self._keep(done)
            posts = outcome.unpack_posts(done["posts"])
            edit = self._saying.messenger.edit
            self._steps.patiently("answer", lambda: edit(place, ts, job_id, MAIN, posts[0]))
            self._saying.parts(job_id, replace(place, thread=place.thread or ts), posts[1:])
        except NotThere:
            raise
        except Exception:
            return self._saying.broken(job_id, place, ts)
        return str(done["status"])

    def _overheard(self, job_id: str, order: AskQuestion, place: Place) -> str:
        """Answer a message that was not to the bot only when the answer is known, else say nothing."""
        done = self._steps.once("work", lambda: self._worked(job_id, order, place, lambda _: None))
        if done["status"] != "ANSWERED" and not done["field"]:
            return "CHAT"
        self._keep(done)
        if done["status"] != "ANSWERED":
            return str(done["status"])
        posts = outcome.unpack_posts(done["posts"])
        if order.heard == Heard.SUGGEST:
            return self._suggest(place, posts)
        self._saying.reply(job_id, MAIN, place, posts[0])
        self._saying.parts(job_id, place, posts[1:])
        return "ANSWERED"

    def _suggest(self, place: Place, posts: tuple[Any, ...]) -> str:
        whisper = self._saying.messenger.whisper
        for number, post in enumerate(posts[:2], 1):
            self._steps.patiently(f"suggest-{number}", partial(whisper, place, post))
        return "ANSWERED"

    def _guarded(
        self, job_id: str, order: AskQuestion, place: Place, tell: Callable[[str], None]
    ) -> dict[str, Any]:
        """The work; errors become a message for people."""
        try:
            return self._worked(job_id, order, place, tell)
        except CovcheckError as error:
            LOG.info("job %s: %s: %s", job_id, type(error).__name__, error)
            post = error_post(error, job_id)
        except Exception:
            LOG.exception("job %s: a question failed", job_id)
            post = broken_post(job_id)
        return {"status": "FAILED", "posts": outcome.pack_posts([post])}

    def _worked(
        self, job_id: str, order: AskQuestion, place: Place, tell: Callable[[str], None]
    ) -> dict[str, Any]:
        """The answer laid out, with what is kept of it, as plain values."""
        to_us = Heard(order.heard).to_us
        found = self._research.answer(order.text, order.repo, tell, overheard=not to_us)
        if found.answered:
            posts = question_posts(found.view, job_id)
        else:
            posts = (unknown_post(found.view, job_id, owners=bool(self._owners.asked)),)
        case = case_of(job_id, order, place, found)
        return {
            "status": "ANSWERED" if found.answered else "ABSTAINED",
            "field": found.field,
            "posts": outcome.pack_posts(posts),
            "answer": asdict(kept_answer(job_id, order, place, found)),
            "question": asdict(question_record(job_id, order, place, found, order.at or time.time())),
            "case": None if case is None else asdict(case),
        }

    def _keep(self, done: dict[str, Any]) -> None:
        """Keep what was asked and answered; an answer that cannot be kept is given all the same."""
        if "answer" not in done:
            return
        keep: list[tuple[str, Callable[[], object]]] = [
            ("keep", partial(self._store.keep, StoredAnswer(**done["answer"]))),
            ("keep-question", partial(self._store.questions.keep, StoredQuestion(**done["question"]))),
        ]
        if done["case"] is not None:
            keep.append(("keep-case", partial(self._store.cases.open, StoredCase(**done["case"]))))
        for name, act in keep:
            self._steps.once(name, partial(attempt, act))

    def _another(self, job_id: str, order: AnotherAnswer, place: Place) -> str:
        """Show an alternative, once; alone to who asked where the answer was for that person alone."""
        kept = find_answer(self._steps, self._store, order.answer_id)
        others = list(kept.payload.get("others") or ()) if kept is not None else []
        if kept is None or not 0 <= order.number < len(others):
            return self._saying.whispered(place, GONE)
        what = f"other-{order.number}"
        alone = bool(kept.payload.get("alone"))
        if not alone and not self._steps.once("claim", lambda: self._store.claim(kept.id, what, job_id)):
            return self._saying.whispered(place, "That one already stands in this thread.")
        made = self._steps.once("other", lambda: self._other(job_id, str(others[order.number]), kept))
        if made["answer"] is None:
            return self._saying.whispered(place, "This document is no longer in the knowledge base.")
        answer = StoredAnswer(**made["answer"])
        self._steps.once("keep", lambda: attempt(self._store.keep, answer))
        posts = outcome.unpack_posts(made["posts"])
        if alone:
            return self._suggest(place, posts)
        self._saying.parts(job_id, place, posts)
        return "OK"

    def _other(self, job_id: str, id: str, kept: StoredAnswer) -> dict[str, Any]:
        try:
            title, text, status = self._research.document(id)
        except KnowledgeError as error:
            LOG.info("job %s: %s", job_id, error)
            return {"posts": [], "answer": None}
        payload = {**kept.payload, "article": id, "others": [], "instead": True}
        answer = replace(kept, id=job_id, payload=payload)
        return {
            "posts": outcome.pack_posts(other_post(title, text, status, id, job_id)),
            "answer": asdict(answer),
        }
