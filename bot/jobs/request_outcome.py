"""What a help request came to, as plain values that survive a restart, and as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.jobs import outcome
from bot.jobs.orders import Place, kind_of
from bot.jobs.outcome import Outcome, pack_posts, unpack_posts
from bot.jobs.request_orders import AnswerRequest
from bot.render.blocks import Post
from bot.render.plain import cut
from bot.render.request_view import RequestView
from bot.render.slack_request import request_posts
from bot.store.answers import StoredAnswer
from knowledge.strip import stripped


@dataclass(frozen=True, slots=True)
class Done:
    """What a request came to: what is said, and the comparison that waits behind its button."""

    said: Outcome
    comparison: tuple[Post, ...] = ()

    def encode(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"said": self.said.encode(), "comparison": pack_posts(self.comparison)}

    @staticmethod
    def decode(values: Mapping[str, Any]) -> Done:
        """The same again."""
        return Done(outcome.decode(values["said"]), unpack_posts(values["comparison"]))


def laid_out(view: RequestView, document: str, job_id: str, *, live: bool) -> Done:
    """The answer laid out for the thread; `live` offers a run in the cluster."""
    made = request_posts(view, job_id, live=live, document=document)
    said = Outcome(
        posts=(made.summary, *made.replies),
        files=made.files,
        details=made.details,
        service=view.ours.name if view.ours is not None else None,
        commit=view.repo.commit,
        status=str(view.ours.diagnosis.status) if view.ours is not None else "OK",
        cause=outcome.cause_of(view.ours.answer) if view.ours is not None else None,
        question=_asked(view),
    )
    return Done(said, made.comparison)


def _asked(view: RequestView) -> str:
    """What the request asks, for the history: its title and its questions."""
    lines = [view.asked.title, *(item.title for item in view.questions)]
    return cut(stripped("\n".join(line for line in lines if line)), outcome.MAX_TEXT)


def stored(job_id: str, order: AnswerRequest, place: Place, done: Done) -> StoredAnswer:
    """The answer as it is kept, with what its buttons post."""
    payload = {"details": pack_posts(done.said.details), "comparison": pack_posts(done.comparison)}
    return StoredAnswer(
        id=job_id,
        kind=kind_of(order),
        channel=place.channel,
        thread=place.thread,
        service=done.said.service,
        repo=order.repo,
        ref=order.ref,
        commit=done.said.commit,
        status=done.said.status,
        payload=payload,
    )
