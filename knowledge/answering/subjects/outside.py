"""Statements that files cannot settle."""

from __future__ import annotations

from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing
from knowledge.requests.model import Claim, Subject


@holder(Subject.TESTS_PASS, None)
def tests_pass(claim: Claim, side: Side) -> Held:
    return nothing("Files do not tell whether tests pass; a run does.")


@holder(Subject.OTHER, None)
def other(claim: Claim, side: Side) -> Held:
    return nothing("It is about nothing that covcheck reads of the coverage path.")
