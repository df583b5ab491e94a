"""What an answered request comes to: one line for a lead, a few for whoever reads no further."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.covdata.summary import counted
from bot.model import Certainty, Effect, Status
from bot.render.answer import Answer
from bot.render.build import build_answer
from bot.render.plain import cut, one_line
from bot.render.request_view import Said
from knowledge.answering.model import Answered, ClaimVerdict, RequestAnswer, Ruling, Side
from knowledge.answering.wording import listed
from knowledge.requests.model import HelpRequest

MAX_NAMED = 8
MANY_WRONG = 2
"""More wrong statements than this, and than right ones, may be about another commit."""
_SHORT = {
    Ruling.THE_CAUSE: "it, or part of it",
    Ruling.POSSIBLE: "possible",
    Ruling.NOT_A_CAUSE: "not a cause",
    Ruling.NOT_HERE: "in order in your files",
    Ruling.OPEN: "not settled",
}


def headline(answer: RequestAnswer) -> str:
    """The one line that a lead reads: to whom, how many questions, causes and wrong statements."""
    counts = []
    if answer.questions:
        done = sum(each.status is Answered.ANSWERED for each in answer.questions)
        counts.append(f"{done} of {counted(len(answer.questions), 'question')} answered")
    counts.append(_outcome(answer.ours))
    wrong = len(wrong_lines(answer))
    if wrong:
        verb = "differs" if wrong == 1 else "differ"
        counts.append(f"{counted(wrong, 'statement')} {verb} from the repo")
    return f"{_greeting(answer.request)} · {' · '.join(counts)}"


def _greeting(request: HelpRequest) -> str:
    to = f" to {party(request)}" if request.asker is not None else ""
    when = f", request of {date_of(request)}" if request.date is not None else ""
    return f"Answer{to}{when}"


def party(request: HelpRequest) -> str:
    """Who asks, as people say it; "" when it does not stand there."""
    asker = request.asker
    if asker is None:
        return ""
    name = cut(one_line(asker.name), 80)
    return f"the {name} team" if asker.kind == "team" else name


def date_of(request: HelpRequest) -> str:
    """`21 December 2025`, else as it is written; "" without a date."""
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
    return f"{counted(found, 'cause')} found"


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


def in_short(answer: RequestAnswer) -> Iterable[Said]:
    """What people need who read no further: the fix, the suspects, the wrong statements."""
    first = next(iter(answer.ours.diagnosis.causes), None) if answer.ours is not None else None
    if first is not None and first.certainty is not Certainty.POSSIBLE:
        yield Said(f"Cause: {first.summary} Fix: {first.fix.text}")
    clauses = []
    for ruling, words in _SHORT.items():
        titles = [_head(each.suspect.text) for each in answer.suspects if each.ruling is ruling]
        if titles:
            clauses.append(f"{_few(titles)} {'is' if len(titles) == 1 else 'are'} {words}")
    if clauses:
        yield Said(f"Your suspects: {'; '.join(clauses)}.")
    lines = [str(line) for line in dict.fromkeys(wrong_lines(answer))]
    if lines:
        word = "line" if len(lines) == 1 else "lines"
        yield Said(f"What you wrote in {word} {_few(lines)} is not what the repo says.")
    agreeing = sum(each.verdict is ClaimVerdict.CONFIRMED for each in answer.claims)
    if len(lines) > max(agreeing, MANY_WRONG):
        short = f"More of your statements differ from the files at {answer.commit[:7]} than agree with them"
        yield Said(f"{short}: if you mean another commit, ask with that one.")


def _head(text: str) -> str:
    """The name of a suspect: what stands before its question."""
    return cut(one_line(text.partition(": ")[0]), 80)


def wrong_lines(answer: RequestAnswer) -> tuple[int, ...]:
    """Lines of the request with statements that the repo contradicts, each statement once."""
    wrong = [each.claim for each in answer.claims if each.verdict is ClaimVerdict.CONTRADICTED]
    return tuple(line for line, _ in dict.fromkeys((claim.line, claim.text) for claim in wrong))


def _few(words: Sequence[str]) -> str:
    """`a, b and c`, at most MAX_NAMED of them; the rest is counted."""
    more = len(words) - MAX_NAMED
    return listed([*words[:MAX_NAMED], f"{more} more"] if more > 0 else words)
