"""The answer to a help request on one screen: request > sides > checks > comparison > every part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.boundary import clean_texts, cleaner
from bot.check import Check, Progress, check
from bot.compare import compare
from bot.errors import UsageError
from bot.model import Certainty, Missing
from bot.path import discover
from bot.repo.base import Snapshot
from knowledge.answering.bundle import make_bundle
from knowledge.answering.claims import check_claims
from knowledge.answering.codeowners import read_codeowners
from knowledge.answering.model import KnownCase, RequestAnswer, Side
from knowledge.answering.owners import Owners
from knowledge.answering.proofs import Proofs
from knowledge.answering.proposal import propose
from knowledge.answering.questions import answer_asks, answer_questions
from knowledge.answering.reviews import review_files
from knowledge.answering.scope import out_of_scope
from knowledge.answering.sides import choose_sides
from knowledge.answering.suspects import rule_on_suspects
from knowledge.experiments.model import Outcome
from knowledge.requests.read import read_request

MAX_CASES = 5

Cases = Sequence[KnownCase] | Callable[[tuple[str, ...], tuple[str, ...]], Sequence[KnownCase]]
"""Resolved cases, or what finds them by names of services and ids of rules (any of either)."""


def answer_request(
    snapshot: Snapshot,
    text: str | bytes,
    source: str,
    *,
    service: str | None = None,
    like: str | None = None,
    outcomes: Iterable[Outcome] = (),
    cases: Cases = (),
    owners: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> RequestAnswer:
    """Answer a help request from the files of a repo at a commit and from experiments that ran.

    `source` says where the text came from. `service` (who asks) and `like` (who is asked) win over what
    the text says; `owners` is the owner map of the settings. A service that cannot be told is a Missing
    in the answer, not an error. Secrets are taken out of everything, also of the request.

    Raises UnknownService or AmbiguousService for `service` and `like`, RepoError when the repo cannot
    be read.
    """
    progress("reading the request")
    names = tuple(each.name for each in discover(snapshot))
    request = read_request(text, source, known=names)
    sides = choose_sides(request, names, service, like)
    foreign = out_of_scope(request)
    missing = [*([foreign] if foreign is not None else ()), *sides.missing]
    left = _checked(snapshot, sides.ours, bool(service), missing, progress)
    right = _checked(snapshot, sides.theirs, bool(like), missing, progress)
    ours, theirs = _side(left), _side(right)
    request = clean_texts(request, cleaner(*(done.path for done in (left, right) if done is not None)))
    rows = compare(left, right).rows if left is not None and right is not None else ()
    known = _cases(cases, ours, theirs)
    proofs = Proofs(outcomes)
    progress("answering the questions")
    questions = answer_questions(request, ours, theirs, proofs, known)
    claims = check_claims(request, ours)
    suspects = rule_on_suspects(request, ours, proofs)
    reviews = review_files(request, ours, snapshot, rows, theirs.name if theirs is not None else "")
    remains = make_bundle(
        request,
        ours,
        theirs,
        Owners(owners or {}, read_codeowners(snapshot)),
        questions=questions,
        claims=claims,
        suspects=suspects,
        reviews=reviews,
        missing=missing,
    )
    return RequestAnswer(
        request=request,
        repo=snapshot.ref.name,
        commit=snapshot.ref.commit,
        ours=ours,
        theirs=theirs,
        questions=questions,
        asks=answer_asks(request, ours, theirs, proofs, known),
        claims=claims,
        suspects=suspects,
        reviews=reviews,
        rows=rows,
        proposal=propose(request, ours, claims) if foreign is None else None,
        bundle=remains,
        missing=tuple(missing),
        cases=_same_cause(known, ours),
        ref=snapshot.ref,
    )


def _checked(
    snapshot: Snapshot, name: str | None, asked_for: bool, missing: list[Missing], progress: Progress
) -> Check | None:
    """The check of a service; one that was only read from the text and cannot be settled is a Missing."""
    if name is None:
        return None
    try:
        return check(snapshot, name, progress)
    except UsageError as error:
        if asked_for:
            raise
        missing.append(Missing(f"the service {name}", str(error)))
        return None


def _side(done: Check | None) -> Side | None:
    return None if done is None else Side(done.path, done.diagnosis)


def _cases(cases: Cases, ours: Side | None, theirs: Side | None) -> tuple[KnownCase, ...]:
    if not callable(cases):
        return tuple(cases)
    services = tuple(side.name for side in (ours, theirs) if side is not None)
    causes = ours.diagnosis.causes if ours is not None else ()
    return tuple(cases(services, tuple(cause.rule for cause in causes)))


def _same_cause(cases: Sequence[KnownCase], ours: Side | None) -> tuple[KnownCase, ...]:
    """Resolved cases whose cause is the asker's first one, when that is more than possible."""
    first = next(iter(ours.diagnosis.causes), None) if ours is not None else None
    if first is None or first.certainty is Certainty.POSSIBLE:
        return ()
    same = [case for case in cases if case.rule == first.rule]
    return tuple(sorted(same, key=lambda case: -case.solved_at))[:MAX_CASES]
