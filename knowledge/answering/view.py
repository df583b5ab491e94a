"""An answered request > what people read of it, for any medium."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.model import Certainty, Effect, RepoRef, Status
from bot.render.answer import Answer, Mark
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
from knowledge.requests.model import HelpRequest

MAX_TITLE = 300
MANY_WRONG = 2
"""More wrong statements than this, and than right ones, may be about another commit."""
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

_SHORT = {
    Ruling.THE_CAUSE: "it, or part of it",
    Ruling.POSSIBLE: "possible",
    Ruling.NOT_A_CAUSE: "not a cause",
    Ruling.NOT_HERE: "in order in your files",
    Ruling.OPEN: "not settled",
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
        in_short=tuple(_in_short(answer)),
        options=tuple(map(_option, answer.asks)),
        cases=tuple(Said(case.summary, basis=(_case(case),), url=case.url) for case in answer.cases),
    )


def headline(answer: RequestAnswer) -> str:
    """The one line that a lead reads: to whom, how many questions, causes and wrong statements."""
    counts = []
    if answer.questions:
        done = sum(each.status is Answered.ANSWERED for each in answer.questions)
        counts.append(f"{done} of {_count(len(answer.questions), 'question')} answered")
    counts.append(_outcome(answer.ours))
    wrong = len(wrong_lines(answer))
    if wrong:
        verb = "differs" if wrong == 1 else "differ"
        counts.append(f"{_count(wrong, 'statement')} {verb} from the repo")
    return f"{_greeting(answer.request)} · {' · '.join(counts)}"


def _greeting(request: HelpRequest) -> str:
    to = f" to {_party(request)}" if request.asker is not None else ""
    when = f", request of {_date(request)}" if request.date is not None else ""
    return f"Answer{to}{when}"


def _party(request: HelpRequest) -> str:
    asker = request.asker
    if asker is None:
        return ""
    name = cut(one_line(asker.name), 80)
    return f"the {name} team" if asker.kind == "team" else name


def _date(request: HelpRequest) -> str:
    date = request.date
    if date is None:
        return ""
    return f"{date.day.day} {date.day:%B %Y}" if date.day is not None else cut(one_line(date.text), 40)


def _outcome(ours: Side | None) -> str:
    """`1 cause found`, counted without those that rest on the lines of another."""
    if ours is None:
        return "no service to check"
    if ours.diagnosis.status is Status.CLEAR:
        return "no cause in the files"
    found = separate_causes(build_answer(ours.path, ours.diagnosis))
    if ours.diagnosis.status is Status.INCONCLUSIVE or not found:
        return "no cause is certain"
    return f"{_count(found, 'cause')} found"


def separate_causes(answer: Answer) -> int:
    """How many sure causes there are that empty the figure, else that make it wrong; two faces of one
    mistake count once."""
    sure = [
        view
        for view in answer.causes
        if view.finding.certainty is not Certainty.POSSIBLE and view.same_lines_as is None
    ]
    blocking = [view for view in sure if view.finding.effect is Effect.BLOCKS]
    return len(blocking or sure)


def _in_short(answer: RequestAnswer) -> Iterable[Said]:
    """What people need who read no further: the fix, the suspects, the wrong statements."""
    first = next(iter(answer.ours.diagnosis.causes), None) if answer.ours is not None else None
    if first is not None and first.certainty is not Certainty.POSSIBLE:
        yield Said(f"Cause: {first.summary} Fix: {first.fix.text}")
    clauses = []
    for ruling, words in _SHORT.items():
        titles = [_head(each.suspect.text) for each in answer.suspects if each.ruling is ruling]
        if titles:
            clauses.append(f"{_and(titles)} {'is' if len(titles) == 1 else 'are'} {words}")
    if clauses:
        yield Said(f"Your suspects: {'; '.join(clauses)}.")
    lines = [str(line) for line in dict.fromkeys(wrong_lines(answer))]
    if lines:
        word = "line" if len(lines) == 1 else "lines"
        yield Said(f"What you wrote in {word} {_and(lines)} is not what the repo says.")
    agreeing = sum(each.verdict is ClaimVerdict.CONFIRMED for each in answer.claims)
    if len(lines) > max(agreeing, MANY_WRONG):
        short = f"More of your statements differ from the files at {answer.commit[:7]} than agree with them"
        yield Said(f"{short}: if you mean another commit, ask with that one.")


def _head(text: str) -> str:
    """The name of a suspect: what stands before its question."""
    return cut(one_line(text.partition(": ")[0]), 80)


def _side(side: Side | None) -> SideView | None:
    if side is None:
        return None
    return SideView(side.path, side.diagnosis, build_answer(side.path, side.diagnosis))


def _asked(request: HelpRequest) -> AskedView:
    return AskedView(
        source=request.source,
        title=cut(one_line(request.title.text), MAX_TITLE) if request.title is not None else "",
        date=_date(request),
        asker=_party(request),
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


def wrong_lines(answer: RequestAnswer) -> tuple[int, ...]:
    """Lines of the request with statements that the repo contradicts, each statement once."""
    wrong = [each.claim for each in answer.claims if each.verdict is ClaimVerdict.CONTRADICTED]
    return tuple(line for line, _ in dict.fromkeys((claim.line, claim.text) for claim in wrong))


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
    label = "not found" if each.path is None else _count(len(each.findings), "finding")
    return Item(
        title=_title(each.key_file.path),
        label=label,
        mark=_review_mark(each, ours),
        line=each.key_file.line,
        said=tuple(Said(text, where) for text, where in zip(points, here, strict=True)),
        fixes=each.fixes,
        path=each.path,
        findings=each.findings,
    )


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
        f"{'experiment' if len(names) == 1 else 'experiments'} {_and(names)}, Go {go}, {date}"
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


def _and(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
