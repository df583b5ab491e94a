"""Feedback on answers: a vote is kept, and what it asks for is done.

"Solved it" is a thumb, not a proof: a case is closed by a check or a run that shows the coverage.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from bot.errors import CovcheckError
from bot.jobs import outcome
from bot.jobs.orders import Place
from bot.jobs.owners import Owners
from bot.jobs.question_orders import GiveFeedback
from bot.jobs.research import Found, Research
from bot.jobs.saying import Saying, attempt
from bot.render.blocks import Post
from bot.render.slack_question import nothing_more_post, question_posts
from bot.store.answers import Store, StoredAnswer
from bot.store.feedback import StoredVote, Vote

LOG = logging.getLogger("covcheck.jobs")

_NOTED = "Noted."


class FeedbackJobs:
    """Carries out presses of the feedback buttons; every method runs inside a workflow."""

    def __init__(self, saying: Saying, store: Store, research: Research, owners: Owners, live: bool) -> None:
        self._saying = saying
        self._steps = saying.steps
        self._store = store
        self._research = research
        self._owners = owners
        self._live = live

    def given(self, job_id: str, order: GiveFeedback, kept: StoredAnswer | None, place: Place) -> str:
        """Keep the vote, the person's last on this answer, and do what it asks for."""
        vote = Vote(order.vote)
        payload = kept.payload if kept is not None else {}
        stored = StoredVote(
            order.answer_id,
            place.user or "",
            vote,
            payload.get("article"),
            payload.get("key"),
            order.at,
        )
        self._steps.once("vote", lambda: self._store.feedback.vote(stored))
        match vote:
            case Vote.SOLVED:
                return self._saying.whispered(place, self._thanks(kept))
            case Vote.HUMAN:
                return self._owners.ask(job_id, kept, place)
            case Vote.NOT_HELPFUL:
                return self._not_helpful(job_id, kept, place)

    def _thanks(self, kept: StoredAnswer | None) -> str:
        """Thanks, and how the thumb becomes a proof."""
        service = kept.service if kept is not None and kept.kind != "compare" else None
        name = service or "SERVICE"
        run = f"a run (`/covcheck live {name}`) or " if self._live else ""
        return (
            "Thanks, noted. That is a thumb and not yet a proof: a case stays open until "
            f"{run}a later check (`/covcheck {name}`) shows that it is mended."
        )

    def _not_helpful(self, job_id: str, kept: StoredAnswer | None, place: Place) -> str:
        """Offer the next best answer once, else people."""
        if kept is None or not kept.payload.get("article") or not kept.payload.get("question"):
            return self._no_other(kept, place, job_id)
        if not self._steps.once("claim", lambda: self._store.claim(kept.id, "instead", job_id)):
            return self._saying.whispered(place, _NOTED)
        made = None
        if not kept.payload.get("instead"):
            made = self._steps.once("next", lambda: self._next(job_id, kept))
        if made is None:
            return self._no_other(kept, place, job_id)
        answer = StoredAnswer(**made["answer"])
        self._steps.once("keep", lambda: attempt(self._store.keep, answer))
        return self._offer(job_id, kept, outcome.unpack_posts(made["posts"]), place)

    def _offer(self, job_id: str, kept: StoredAnswer, posts: tuple[Post, ...], place: Place) -> str:
        if kept.payload.get("alone"):
            for number, post in enumerate(posts[:2], 1):
                tell = partial(self._saying.messenger.whisper, place, post)
                self._steps.patiently(f"suggest-{number}", tell)
        else:
            self._saying.parts(job_id, replace(place, thread=kept.thread or place.thread), posts)
        return "OK"

    def _no_other(self, kept: StoredAnswer | None, place: Place, job_id: str) -> str:
        """To who pressed alone: nobody else needs to read that there is nothing more."""
        if kept is None:
            return self._saying.whispered(place, _NOTED)
        again = bool(kept.payload.get("article"))
        post = nothing_more_post(kept.id, owners=bool(self._owners.asked), again=again)
        return self._saying.whispered(place, post)

    def _next(self, job_id: str, kept: StoredAnswer) -> dict[str, Any] | None:
        """The answer to the same question without the documents that did not help, laid out; None when
        nothing else answers it."""
        given = {str(kept.payload["article"])}
        try:
            found = self._research.answer(
                str(kept.payload["question"]),
                kept.repo or None,
                lambda _: None,
                exclude=given,
                instead=True,
            )
        except CovcheckError as error:
            LOG.info("job %s: no other answer: %s", job_id, error)
            return None
        if not found.answered:
            return None
        return {
            "posts": outcome.pack_posts(question_posts(found.view, job_id)),
            "answer": asdict(_instead(job_id, kept, found)),
        }


def _instead(job_id: str, kept: StoredAnswer, found: Found) -> StoredAnswer:
    """The alternative as it is kept: nothing is offered in its place again."""
    payload = {
        **kept.payload,
        "article": found.article,
        "others": list(found.others),
        "looked": list(found.view.looked),
        "instead": True,
    }
    return replace(kept, id=job_id, payload=payload)
