"""Answers each question of a help request from the files of the service that is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.boundary import Clean, cleaner
from bot.model import Evidence, Missing
from knowledge.answering.asking import Ask
from knowledge.answering.model import Answered, KnownCase, OptionAnswer, QuestionAnswer, Side, Statement
from knowledge.answering.proofs import Proofs
from knowledge.answering.topic import Topic, all_topics
from knowledge.answering.wording import places
from knowledge.requests.model import HelpRequest, Question, Subject
from knowledge.requests.topics import question_topics

_COVERAGE = re.compile(r"cover|covdata|covmeta|covcounters", re.IGNORECASE)
_ABOUT_ASKER = re.compile(
    r"\b(?:our|ours|my|mine)\b|\b(?:did|do|are|is|have|can|were) we\b|\bwe(?:'re| are| have)\b", re.IGNORECASE
)
_ABOUT_ASKED = re.compile(r"\byou(?:r|rs)?\b", re.IGNORECASE)
_GENERAL = re.compile(
    r"\W*(?:[^:?\n]{1,60}:\s)?(?:does|do|is|are|can|could|will|would|why|how)\b", re.IGNORECASE
)
_BEYOND_FILES: tuple[tuple[str, str], ...] = (
    (r"(?:^|[.;,?!]\s*|\band )why\b|\b(?:reason|rationale)\b", "files say what is, not why"),
    (r"(?:^|[.;,?!]\s*|\band )when (?:did|will|can)\b|\bhow long\b", "files say what is, not when"),
    (r"(?:^|[.;,?!]\s*|\band )who\b", "files do not name people"),
    (
        r"\b(?:should|shall) (?:we|i)\b(?! know)|\brecommend\b",
        "this asks for advice, which is no fact of files",
    ),
)
_JUDGE = r"\b(?:right|correct|wrong|proper|valid|okay?|fine|problem with)"
_OTHER_LANGUAGE = re.compile(
    r"\b(?:python\d?|uvicorn|gunicorn|asyncio|fastapi|coverage\.py|pytest|jacoco|java|jest|node\.?js|rust|llvm-cov)\b"
    r"|coverage\.Coverage",
    re.IGNORECASE,
)
_OF_CLAIMS = frozenset({Subject.GOCOVERDIR, Subject.COVERAGE_FLAG})


def answer_questions(
    request: HelpRequest,
    ours: Side | None,
    theirs: Side | None,
    proofs: Proofs,
    cases: Sequence[KnownCase] = (),
) -> tuple[QuestionAnswer, ...]:
    """An answer for every question, in order. `ours` is the asker's service, `theirs` the one asked about.

    A question is about `theirs`, unless its words say `our` and not `your`. What no topic tells, and what
    was not read, is a Missing; never a guess. Secrets are taken out of everything in an answer.
    """
    about_coverage = _is_about_coverage(request)
    names = _names(request, ours, theirs)
    clean = cleaner(*(side.path for side in (ours, theirs) if side is not None))
    answers = []
    for question in request.questions:
        turned = _is_about(_ABOUT_ASKER, question) and not _is_about(_ABOUT_ASKED, question)
        side, other = (ours, None) if turned else (theirs, ours)
        topics = tuple(_topics(names, question, about_coverage))
        general = not turned and _is_general(names, question)
        ask = Ask(question, side, other, proofs, cases, general=general)
        answers.append(_clean(_answer(ask, topics, _whose(request, asker=turned)), clean))
    return tuple(answers)


def answer_asks(
    request: HelpRequest,
    ours: Side | None,
    theirs: Side | None,
    proofs: Proofs,
    cases: Sequence[KnownCase] = (),
) -> tuple[OptionAnswer, ...]:
    """What an option of the request asks to be shown (`your Dockerfile build command`), answered as questions
    are. What asks for people (a review, a session) is no question to files and is left out, and so are
    options of which nothing is left."""
    answered = []
    for option in request.options:
        asked = ((n, ask, question_topics(ask.text)) for n, ask in enumerate(option.asks, 1))
        questions = tuple(Question(n, ask.text, ask.line, topics) for n, ask, topics in asked if topics)
        answers = answer_questions(replace(request, questions=questions), ours, theirs, proofs, cases)
        if answers:
            answered.append(OptionAnswer(option, answers))
    return tuple(answered)


def _answer(ask: Ask, topics: tuple[Topic, ...], whose: str) -> QuestionAnswer:
    if not topics:
        gap = Missing("the question", "it asks nothing that a service's coverage path holds")
        return QuestionAnswer(ask.question, Answered.UNANSWERED, (), (gap,))
    statements: list[Statement] = []
    missing: list[Missing] = []
    if ask.side is None:
        missing.append(Missing(whose, "no service of the repo could be told to be it"))
    for place, topic in enumerate(topics):
        for item in topic.tell(replace(ask, leads=place == 0)):
            if isinstance(item, Missing):
                missing.append(item)
            elif item.evidence or item.proofs or item.case is not None:
                statements.append(item)
        missing += _guessed(topic, ask.side)
        judged = _judged(ask, topic)
        statements += judged
        if ask.says(_JUDGE) and not judged:
            missing.append(Missing("whether it is right", "no cause was found in it, which proves nothing"))
    told = tuple(dict.fromkeys(_in_order(ask, statements)))
    settled = topics[0].settles and any(each.proofs for each in told)
    if ask.undecided and not settled and told and not told[0].text.startswith(("Yes", "No")):
        missing.append(Missing("a plain yes or no", "what was read and run does not decide it"))
    missing += [Missing("the rest of the question", reason) for reason in _beyond(ask.question)]
    missing += _below(ask.question, {topic.id for topic in topics})
    if not told and not missing:
        missing.append(Missing("the question", "the files that were read say nothing of it"))
    return QuestionAnswer(ask.question, _status(told, missing), told, tuple(dict.fromkeys(missing)))


def _judged(ask: Ask, topic: Topic) -> list[Statement]:
    """What was found on the topic's links, for a question that asks whether they are right."""
    causes = ask.side.diagnosis.causes if ask.side is not None and ask.says(_JUDGE) else ()
    found = [each for each in causes if each.link in topic.links]
    return [Statement(each.summary, places(*each.evidence)) for each in found[:4]]


def _in_order(ask: Ask, statements: list[Statement]) -> list[Statement]:
    """For a question at large the experiments come first, then how the service does it."""
    if not ask.general or ask.side is None:
        return statements
    proven = [each for each in statements if each.proofs]
    rest = [each for each in statements if not each.proofs]
    if rest:
        rest[0] = replace(rest[0], text=f"How {ask.side.name} does it: {rest[0].text}")
    return [*proven, *rest]


def _status(statements: Sequence[Statement], missing: Sequence[Missing]) -> Answered:
    if not statements:
        return Answered.UNANSWERED
    return Answered.PARTLY if any(gap.needed for gap in missing) else Answered.ANSWERED


def _topics(names: re.Pattern[str], question: Question, about_coverage: bool) -> Iterator[Topic]:
    """The topics of a question that its words still tell without the names of teams and services."""
    if _OTHER_LANGUAGE.search(question.text, 0, 600) is not None:
        return
    text = names.sub(" ", question.text)
    known, told = all_topics(), question_topics(text)
    fits = about_coverage or _COVERAGE.search(text, 0, 600) is not None
    for id in question.topics:
        topic = known.get(id)
        if topic is not None and id in told and (fits or topic.anywhere) and topic.fits(text):
            yield topic


def _is_about_coverage(request: HelpRequest) -> bool:
    """Whether a request is about coverage: its title, a complaint, or what it says of its set-up."""
    title = request.title.text if request.title is not None else ""
    stated = any(claim.subject in _OF_CLAIMS for claim in request.claims)
    return stated or request.symptom is not None or _COVERAGE.search(title, 0, 600) is not None


def _is_about(whom: re.Pattern[str], question: Question) -> bool:
    return whom.search(question.text, 0, 600) is not None


def _is_general(names: re.Pattern[str], question: Question) -> bool:
    """Whether a question is about Go, Docker or Kubernetes at large: it names nobody."""
    named = names.search(question.text, 0, 600) is not None
    return _GENERAL.match(question.text) is not None and not named and not _is_about(_ABOUT_ASKED, question)


def _names(request: HelpRequest, *sides: Side | None) -> re.Pattern[str]:
    """The names of parties and services: a question of a Signal Processing team is about no signal."""
    names = [party.name for party in (request.asker, *request.asked) if party is not None]
    for mention in (request.service, request.other_service):
        names += [mention.name, mention.service or ""] if mention is not None else []
    for side in sides:
        names += [side.name, *side.path.service.aliases] if side is not None else []
    kept = sorted({name[:80] for name in names if len(name) > 2}, key=len, reverse=True)[:20]
    words = [[re.escape(word) for word in re.split(r"[\s_-]+", name) if word] for name in kept]
    spelled = [r"[\s_-]?".join(each) for each in words if each]
    return re.compile("|".join(rf"(?<!\w){each}(?!\w)" for each in spelled) or r"(?!)", re.IGNORECASE)


def _whose(request: HelpRequest, *, asker: bool) -> str:
    mention = request.service if asker else request.other_service
    if mention is not None:
        return f"the files of {mention.name[:80]}"
    return "the files of the asker's service" if asker else "the files of the service that is asked about"


def _guessed(topic: Topic, side: Side | None) -> Iterator[Missing]:
    """Links whose files were taken for their names: what they say may not be what runs."""
    for link in topic.links:
        if side is not None and link in side.path.guessed:
            reason = "nothing in the run is known to use these files: they were taken for their names"
            yield Missing(f"whether the {link} link is read from the right files", reason, link)


def _beyond(question: Question) -> Iterator[str]:
    """Why a part of the question is none that files answer."""
    for pattern, reason in _BEYOND_FILES:
        if re.search(pattern, question.text[:600], re.IGNORECASE):
            yield reason


def _below(question: Question, told: set[str]) -> Iterator[Missing]:
    """Questions that stand below a question and are about something else."""
    for detail in question.details[:20]:
        if "?" in detail.text and not told.intersection(question_topics(detail.text)):
            what = f"“{' '.join(detail.text[:160].split())}”"
            yield Missing(what, "it stands below the question and asks for something else")


def _clean(answer: QuestionAnswer, clean: Clean) -> QuestionAnswer:
    """The answer without secrets."""
    statements = tuple(
        replace(s, text=clean(s.text), evidence=_cleaned(s.evidence, clean)) for s in answer.statements
    )
    missing = tuple(replace(gap, what=clean(gap.what), reason=clean(gap.reason)) for gap in answer.missing)
    return replace(answer, statements=statements, missing=missing)


def _cleaned(evidence: Iterable[Evidence], clean: Clean) -> tuple[Evidence, ...]:
    return tuple(replace(each, excerpt=clean(each.excerpt)) for each in evidence)
