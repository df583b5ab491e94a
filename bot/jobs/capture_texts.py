"""A captured article's texts on their way: into the modal, to reviewers, from one state to another."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.jobs.cases import proven
from bot.render.blocks import Post
from bot.render.slack_capture import Review
from bot.render.slack_live import people_post
from bot.store.captures import CaptureState, StoredCapture
from bot.store.cases import CaseState, StoredCase
from knowledge.articles import ArticleStatus
from knowledge.captured import LINKS, Captured, markdown

_CHANGED = "It was changed a moment ago; look at it as it now stands. By"


def shown_texts(fields: Captured) -> dict[str, str]:
    """The texts of the modal's fields."""
    texts = {"title": fields.title, "question": fields.question, "cause": fields.cause, "fix": fields.fix}
    return {**texts, LINKS: "\n".join(fields.links)}


def of_case(case: StoredCase | None, now: float) -> dict[str, Any]:
    """What the case says of the article: rules, symptoms, and how it was proven."""
    saved = f"captured from a thread on {datetime.fromtimestamp(now, UTC):%Y-%m-%d}"
    if case is None:
        return {"provenance": f"{saved}; nothing has proven it"}
    solved = case.state == CaseState.SOLVED
    how = f"proven by {proven(case, now=0.0)}" if solved else "its case is not proven solved yet"
    return {
        "rules": (case.rule,) if case.rule else (),
        "symptoms": (case.symptom,) if case.symptom else (),
        "provenance": f"{saved}; {how}",
    }


def in_state(old: StoredCapture, fields: Captured, state: CaptureState, person: str | None) -> StoredCapture:
    """The capture with these fields in a state, brought there by a person now."""
    confirmed = state is CaptureState.CONFIRMED
    status = ArticleStatus.CONFIRMED if confirmed else ArticleStatus.DRAFT
    return replace(
        old,
        fields=fields.plain(),
        data=markdown(fields, old.article, status, (person or "") if confirmed else ""),
        state=state.value,
        changed_by=person,
        changed_at=time.time(),
    )


def review(made: StoredCapture, notes: Sequence[str]) -> Review:
    fields: Mapping[str, Any] = made.fields
    return Review(
        capture_id=made.id,
        version=made.version,
        article=made.article,
        texts={name: str(fields[name]) for name in ("title", "question", "cause", "fix")},
        links=tuple(fields["links"]),
        state=made.state,
        by=made.changed_by,
        notes=notes,
    )


def too_late(made: StoredCapture) -> Post:
    """Why a decision does not count, for the person who made it."""
    said = {
        CaptureState.CONFIRMED: f"The article `{made.article}` was confirmed a moment ago by",
        CaptureState.REJECTED: f"The article `{made.article}` was taken out by",
    }
    people = (made.changed_by,) if made.changed_by else ()
    return people_post(said.get(CaptureState(made.state), _CHANGED), people)
