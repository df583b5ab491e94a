"""An answered request > what people read of it, for any medium."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.covdata.summary import counted
from bot.model import Certainty, Effect, RepoRef
from bot.render.answer import Mark
from bot.render.build import build_answer
from bot.render.plain import cut, one_line
from bot.render.request_view import (
    AskedView,
    BundleView,
    Item,
    OptionView,
    OwnerView,
    ProposalView,
    RequestView,
    Said,
    SideView,
)
from knowledge.answering.headline import date_of, headline, in_short, party
from knowledge.answering.model import (
    Answered,
    ClaimCheck,
    ClaimVerdict,
    FileReview,
    KnownCase,
    OptionAnswer,
    Proof,
    QuestionAnswer,
    RequestAnswer,
    Ruling,
    Side,
    Statement,
    SuspectRuling,
)
from knowledge.answering.wording import listed
from knowledge.requests.model import HelpRequest

MAX_TITLE = 300
_ANSWERED = {
    Answered.ANSWERED: Mark.OK,
    Answered.PARTLY: Mark.WEAK,
    Answered.UNANSWERED: Mark.UNKNOWN,
}
_VERDICTS = {
    ClaimVerdict.CONFIRMED: Mark.OK,
    ClaimVerdict.CONTRADICTED: Mark.BROKEN,
    ClaimVerdict.UNVERIFIABLE: Mark.UNKNOWN,
}
_RULINGS = {
    Ruling.NOT_A_CAUSE: Mark.OK,
    Ruling.NOT_HERE: Mark.OK,
    Ruling.THE_CAUSE: Mark.BROKEN,
    Ruling.POSSIBLE: Mark.WEAK,
    Ruling.OPEN: Mark.UNKNOWN,
}


def request_view(answer: RequestAnswer) -> RequestView:
    """The view of an answered request."""
    ours, theirs = _side(answer.ours), _side(answer.theirs)
    return RequestView(
        headline=headline(answer),
        asked=replace(_asked(answer.request), taken=tuple(_taken(answer))),
        repo=answer.ref or RepoRef(answer.repo, answer.commit),
        ours=ours,
        theirs=theirs,
        suspects=tuple(map(_suspect, answer.suspects)),
        claims=_claims(answer.claims),
        questions=tuple(map(_question, answer.questions)),
        reviews=tuple(_review(each, answer.ours) for each in answer.reviews),
        rows=answer.rows,
        proposal=_proposal(answer),
        bundle=_bundle(answer),
        missing=answer.missing,
        in_short=tuple(in_short(answer)),
        options=tuple(map(_option, answer.asks)),
        cases=tuple(Said(case.summary, basis=(_case(case),), url=case.url) for case in answer.cases),
    )


def _side(side: Side | None) -> SideView | None:
    if side is None:
        return None
    return SideView(side.path, side.diagnosis, build_answer(side.path, side.diagnosis))


def _asked(request: HelpRequest) -> AskedView:
    return AskedView(
        source=request.source,
        title=cut(one_line(request.title.text), MAX_TITLE) if request.title is not None else "",
        date=date_of(request),
        asker=party(request),
        asked=tuple(cut(one_line(party.name), 80) for party in request.asked),
        symptom=None if request.symptom is None else str(request.symptom),
        options=tuple((option.n, cut(one_line(option.title), 120)) for option in request.options),
        unread=tuple((span.line, span.end_line, span.text) for span in request.not_understood),
    )


def _taken(answer: RequestAnswer) -> Iterable[str]:
    """What names were taken for, where they are not the service's own."""
    request = answer.request
    for mention, side in ((request.service, answer.ours), (request.other_service, answer.theirs)):
        if mention is None or side is None or mention.service != side.name:
            continue
        if mention.certainty is not Certainty.CERTAIN:
            yield f'"{cut(one_line(mention.name), 80)}" was taken for {side.name}: {mention.how}.'


def _suspect(each: SuspectRuling) -> Item:
    others = [proof for proof in each.proofs if f"experiment {proof.experiment}" not in each.text]
    said = Said(each.text, each.evidence, _proofs(others))
    suspect = each.suspect
    return Item(_title(suspect.text), str(each.ruling), _RULINGS[each.ruling], suspect.line, (said,))


def _claims(claims: Iterable[ClaimCheck]) -> tuple[Item, ...]:
    """One item a statement and verdict: what it claims in several points is said together."""
    said: dict[tuple[int, str, ClaimVerdict], list[Said]] = {}
    for each in claims:
        said.setdefault((each.claim.line, each.claim.text, each.verdict), []).append(
            Said(each.text, each.evidence)
        )
    return tuple(
        Item(_title(text), str(verdict), _VERDICTS[verdict], line, tuple(dict.fromkeys(parts)))
        for (line, text, verdict), parts in said.items()
    )


def _question(each: QuestionAnswer) -> Item:
    question = each.question
    return Item(
        title=_title(question.text),
        label=str(each.status),
        mark=_ANSWERED[each.status],
        line=question.line,
        said=tuple(map(_statement, each.statements)),
        missing=each.missing,
        n=question.n,
    )


def _option(each: OptionAnswer) -> OptionView:
    number = f"Option {each.option.n}: " if each.option.n else ""
    return OptionView(f"{number}{_title(each.option.title)}", tuple(map(_question, each.answers)))


def _statement(each: Statement) -> Said:
    basis = [*_proofs(each.proofs), *((_case(each.case),) if each.case is not None else ())]
    return Said(each.text, each.evidence, tuple(basis), each.case.url if each.case is not None else None)


def _review(each: FileReview, ours: Side | None) -> Item:
    points = each.points or (each.text,)
    here = [each.evidence if n == 0 else () for n in range(len(points))]
    mark = _review_mark(each, ours)
    return Item(
        title=_title(each.key_file.path),
        label=_review_label(each, mark),
        mark=mark,
        line=each.key_file.line,
        said=tuple(Said(text, where) for text, where in zip(points, here, strict=True)),
        fixes=each.fixes,
        path=each.path,
        findings=each.findings,
    )


def _review_label(each: FileReview, mark: Mark) -> str:
    if each.path is None:
        return "not found"
    if each.findings:
        return counted(len(each.findings), "finding")
    return "no finding" if mark is Mark.OK else "not judged"


def _review_mark(each: FileReview, ours: Side | None) -> Mark:
    """Broken where a sure cause that empties the figure rests on the file; ok only where it was judged."""
    if each.path is None or ours is None:
        return Mark.UNKNOWN
    causes = [cause for cause in ours.diagnosis.causes if cause.rule in each.findings]
    sure = [cause for cause in causes if cause.certainty is not Certainty.POSSIBLE]
    if any(cause.effect is Effect.BLOCKS for cause in sure):
        return Mark.BROKEN
    if causes:
        return Mark.WEAK
    return Mark.OK if each.evidence else Mark.UNKNOWN


def _proposal(answer: RequestAnswer) -> ProposalView | None:
    each = answer.proposal
    return None if each is None else ProposalView(each.command, each.settles, each.text)


def _bundle(answer: RequestAnswer) -> BundleView | None:
    each = answer.bundle
    if each is None:
        return None
    owners = tuple(OwnerView(owner.names, owner.of, owner.why) for owner in each.owners)
    return BundleView(owners, each.lines, each.open)


def _proofs(proofs: Iterable[Proof]) -> tuple[str, ...]:
    """`experiments scratch and static, Go 1.20.14 to 1.27.3, 2026-11-02`: one clause for all with the same
    versions and date."""
    ids: dict[tuple[str, str], list[str]] = {}
    for proof in proofs:
        ids.setdefault((_versions(proof), proof.date[:10]), []).append(proof.experiment)
    return tuple(
        f"{'experiment' if len(names) == 1 else 'experiments'} {listed(names)}, Go {go}, {date}"
        for (go, date), names in ids.items()
    )


def _versions(proof: Proof) -> str:
    names = [version.removeprefix("go") for version in proof.versions]
    if len(names) > 2:
        return f"{names[0]} to {names[-1]}"
    return " and ".join(names)


def _case(case: KnownCase) -> str:
    return f"resolved case of {case.service}, proven by {case.proven} [{case.id}]"


def _title(text: str) -> str:
    return cut(" ".join(text.split()), MAX_TITLE)
