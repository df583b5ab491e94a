"""Questions that were typed into a form: they have no message yet, so the bot posts it and answers below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.jobs.orders import Order, Place
from bot.jobs.parts import Parts
from bot.jobs.question_orders import AskQuestion
from bot.render.slack_question import posed_post

_KEY = "question"


@dataclass(frozen=True, slots=True)
class Pose(Order):
    """Post a question that was typed into a form; the job that answers it, in the thread of that message,
    follows. Fields as in AskQuestion."""

    changes = None

    text: str
    heard: str
    repo: str | None
    at: float


class PosedQuestions:
    """Posts questions; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (Pose,)

    def __init__(self, parts: Parts) -> None:
        self._saying = parts.saying
        self._store = parts.store

    def carry_out(self, job_id: str, order: Any, place: Place) -> str:
        """Post the question with its author."""
        self._saying.reply(job_id, _KEY, place, posed_post(order.text, place.user))
        return "OK"

    def concerns(self, order: Order) -> bool:
        """Whether it is such a question."""
        return isinstance(order, Pose)

    def after(self, job_id: str, order: Order, place: Place, status: str) -> Sequence[tuple[Order, Place]]:
        """The job that answers it, where it was posted."""
        _, ts = self._store.intend(job_id, _KEY)
        if not isinstance(order, Pose) or ts is None:
            return ()
        question = AskQuestion(order.text, ts, order.heard, order.repo, order.at)
        return ((question, Place(place.channel, ts, place.user)),)
