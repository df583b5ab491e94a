"""What is kept of a question and its answer, as the store takes it."""

from __future__ import annotations

from typing import Any

from bot.jobs.orders import Place, kind_of
from bot.jobs.question_orders import AskQuestion, Heard
from bot.jobs.research import Found
from bot.render.plain import cut, visible
from bot.store.answers import StoredAnswer
from bot.store.cases import StoredCase
from bot.store.questions import ABSTAINED, ANSWERED, StoredQuestion

MAX_TEXT = 2_000


def kept_answer(job_id: str, order: AskQuestion, place: Place, found: Found) -> StoredAnswer:
    """What the buttons under the answer need."""
    payload: dict[str, Any] = {
        "question": _text(order),
        "key": found.key,
        "article": found.article,
        "others": list(found.others),
        "looked": list(found.view.looked),
        "asked_by": place.user,
        "alone": order.heard == Heard.SUGGEST,
        "instead": found.view.instead,
        "details": [],
    }
    status = ANSWERED if found.answered else ABSTAINED
    return StoredAnswer(
        id=job_id,
        kind=kind_of(order),
        channel=place.channel,
        thread=place.thread or order.ts,
        service=found.service,
        repo=order.repo or "",
        ref=None,
        commit=found.commit,
        status=status,
        payload=payload,
    )


def question_record(job_id: str, order: AskQuestion, place: Place, found: Found, at: float) -> StoredQuestion:
    """The question for the counts and the history."""
    return StoredQuestion(
        id=job_id,
        channel=place.channel,
        thread=place.thread,
        asked_by=place.user,
        heard=order.heard,
        text=_text(order),
        key=found.key,
        status=ANSWERED if found.answered else ABSTAINED,
        article=found.article,
        service=found.service,
        sure=found.sure,
        at=at,
    )


def case_of(job_id: str, order: AskQuestion, place: Place, found: Found) -> StoredCase | None:
    """The case that a question opens: only where a service is known, whose coverage can prove it solved."""
    if not found.answered or found.service is None or order.repo is None:
        return None
    return StoredCase(
        id=job_id,
        kind="question",
        channel=place.channel,
        thread=place.thread or order.ts,
        repo=order.repo,
        service=found.service,
        opened_at=order.at,
        commit=found.commit,
        rule=found.rule,
        question=_text(order),
        asked_by=place.user,
        article=found.article,
    )


def _text(order: AskQuestion) -> str:
    return cut(visible(order.text), MAX_TEXT)
