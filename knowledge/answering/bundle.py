"""What remains when all was answered that could be: a dozen lines for the people who own it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model import Missing
from bot.render.plain import cut, one_line
from knowledge.answering.model import (
    Answered,
    Bundle,
    ClaimCheck,
    ClaimVerdict,
    FileReview,
    QuestionAnswer,
    Ruling,
    Side,
    SuspectRuling,
)
from knowledge.answering.owners import Owners, grouped
from knowledge.answering.proposal import SEEN_LIVE
from knowledge.requests.model import HelpRequest, Subject

MAX_LINES = 12
MAX_CHARS = 240
_NO_MATTER = frozenset((Subject.TESTS_PASS, Subject.CLUSTER, Subject.OTHER))
"""Statements on which no link of the coverage path rests."""


def make_bundle(
    request: HelpRequest,
    ours: Side | None,
    theirs: Side | None,
    owners: Owners,
    *,
    questions: Sequence[QuestionAnswer] = (),
    claims: Sequence[ClaimCheck] = (),
    suspects: Sequence[SuspectRuling] = (),
    reviews: Sequence[FileReview] = (),
    missing: Sequence[Missing] = (),
) -> Bundle | None:
    """What remains with who can tell; None when nothing does and nobody is known to own the fix.

    The owners of the asked side come first when a question is open, those of the files that the first
    cause cites always.
    """
    open_ = tuple(each.question.n for each in questions if each.status is not Answered.ANSWERED)
    found = [
        *_missing(missing),
        *_questions(questions),
        *_suspects(suspects),
        *_gaps(ours),
        *_claims(claims),
        *_files(reviews),
    ]
    lines = _cut(tuple(dict.fromkeys(found)))
    people = [*(owners.of_side(theirs, request.asked) if open_ else ())]
    if ours is not None and ours.diagnosis.causes:
        people += owners.of_paths(each.path for each in ours.diagnosis.causes[0].evidence)
    if not lines and not people:
        return None
    return Bundle(grouped(people), lines, open_)


def _missing(missing: Sequence[Missing]) -> Iterator[str]:
    for gap in missing:
        yield _line(f"{gap.what}: {gap.reason}")


def _questions(questions: Sequence[QuestionAnswer]) -> Iterator[str]:
    """One line for all questions that miss the same."""
    numbers: dict[tuple[bool, str], list[str]] = {}
    for each in questions:
        if each.status is not Answered.ANSWERED:
            why = "; ".join(f"{gap.what} ({gap.reason})" for gap in each.missing[:2])
            key = each.status is Answered.PARTLY, why or each.question.text
            numbers.setdefault(key, []).append(str(each.question.n))
    for (partly, why), which in numbers.items():
        subject = f"Question {which[0]} is" if len(which) == 1 else f"Questions {', '.join(which)} are"
        yield _line(f"{subject} {'answered in part' if partly else 'not answered'}: {why}")


def _suspects(suspects: Sequence[SuspectRuling]) -> Iterator[str]:
    for each in suspects:
        if each.ruling is Ruling.OPEN:
            yield _line(f'Suspect "{each.suspect.text}" is open. {each.text}')


def _gaps(ours: Side | None) -> Iterator[str]:
    for gap in ours.diagnosis.missing if ours is not None else ():
        if gap.needed:
            yield _line(f"Not checked: {gap.what}: {gap.reason}")


def _claims(claims: Sequence[ClaimCheck]) -> Iterator[str]:
    for each in claims:
        matters = each.claim.subject in SEEN_LIVE or not each.evidence
        if each.verdict is ClaimVerdict.UNVERIFIABLE and each.claim.subject not in _NO_MATTER and matters:
            yield _line(f'You wrote "{each.claim.text}". {each.text}')


def _files(reviews: Sequence[FileReview]) -> Iterator[str]:
    for each in reviews:
        if each.path is None:
            yield _line(f"Key file {each.key_file.path}: {each.text}")


def _line(text: str) -> str:
    return cut(one_line(text), MAX_CHARS)


def _cut(lines: tuple[str, ...]) -> tuple[str, ...]:
    if len(lines) <= MAX_LINES:
        return lines
    return (*lines[: MAX_LINES - 1], f"and {len(lines) - MAX_LINES + 1} more")
