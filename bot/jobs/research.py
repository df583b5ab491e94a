"""What a question comes to: the knowledge base asked, with the facts of the service that it names."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.check import Check, check
from bot.errors import CovcheckError
from bot.jobs.orders import shown_repo, without_paths
from bot.model import Service, Status
from bot.path import discover
from bot.path.names import plain
from bot.render.build import headline
from bot.render.plain import one_line
from bot.render.slack_question import OTHERS, QuestionView
from bot.repo.opened import OpenSnapshot, opened
from bot.store.answers import Store
from bot.store.feedback import Tally
from knowledge.ask import Asked, ask
from knowledge.base import KnowledgeBase
from knowledge.search.question import key, read_question
from knowledge.search.signals import Votes
from knowledge.template_facts import template_facts
from knowledge.templates import filler

LOG = logging.getLogger("covcheck.jobs")

Progress = Callable[[str], None]

MAX_TOKENS = 400
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")
_TOO_COMMON = frozenset(
    ("api", "app", "cmd", "collector", "data", "main", "node", "proxy", "server", "service", "test", "web")
)
"""A question that says one of these need not mean the service that is named so."""
_SOLVED_CASES = 2_000

_FIELD = re.compile(r"(?i)cov(?:er|data|meta|counter)|instrument")
"""What every question about our own field has in it somewhere: coverage, covdata, GOCOVERDIR, ..."""
UNASKED = 0.7
"""From this confidence on an article answers a message that was not to the bot: a wrong answer that nobody
asked for costs more than none."""
STRONG = 0.8
"""From this confidence on a case answers a message that was not to the bot."""
STRONG_WORDS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a question. `article` is the id of the source, None when nothing answers; `others` ids of
    further documents as they stand in the view; `service`, `commit` and `rule` those of the checked path."""

    view: QuestionView
    key: str
    answered: bool
    sure: float
    article: str | None
    others: tuple[str, ...]
    service: str | None = None
    commit: str | None = None
    rule: str | None = None
    field: bool = True
    """Whether the question speaks of coverage in its own words."""


class Research:
    """Asks the base; may be used by several threads. `slots` bound how many repos are read at once;
    `open_snapshot` None: none is ever read; `live`: live runs are set up."""

    def __init__(
        self,
        base: KnowledgeBase,
        store: Store,
        slots: threading.BoundedSemaphore,
        open_snapshot: OpenSnapshot | None = None,
        *,
        live: bool = False,
    ) -> None:
        self._base = base
        self._store = store
        self._slots = slots
        self._open = open_snapshot
        self._live = live
        self._lock = threading.Lock()

    def answer(
        self,
        question: str,
        repo: str | None,
        progress: Progress,
        *,
        exclude: Collection[str] = (),
        overheard: bool = False,
        instead: bool = False,
    ) -> Found:
        """Answer a question, or not. A repo is read when there is one, for a service that the question names;
        `overheard`: only when the base has an answer that fits a message which was not to the bot. `exclude`
        are documents not to answer with; `instead` marks an answer that is given in place of another.

        Raises KnowledgeError and StoreError; a repo that cannot be read is named among what was looked at.
        """
        known = key(question)
        without = {*exclude, *self._store.feedback.unhelpful(known)}
        votes = article_votes(self._store)
        first = self._ask(question, without, votes)
        if overheard and first.answered and not speaks_to_us(question, first):
            first = replace(first, answered=False, article=None, status="")
        if overheard and not first.answered:
            return self._found(question, first, None, (), instead)
        done, notes = self._checked(question, repo, progress)
        asked = first if done is None else self._ask(question, without, votes, done)
        return self._found(question, asked, done, notes, instead)

    def document(self, id: str) -> tuple[str, str, str]:
        """Title, text and status of a document. Raises KnowledgeError when there is none."""
        from knowledge.templates import plain as without_facts

        article = self._base.library.read(id)
        return article.title, without_facts(article), "case" if article.is_case else str(article.status)

    def _ask(
        self, question: str, without: Collection[str], votes: Mapping[str, Votes], done: Check | None = None
    ) -> Asked:
        fill = None
        rules: Sequence[str] = ()
        if done is not None:
            facts = template_facts(done.path, done.diagnosis)
            fill = filler(facts, done.path.repo, done.diagnosis)
            rules = [cause.rule for cause in done.diagnosis.causes]
        with self._lock:
            return ask(self._base, question, fill=fill, exclude=without, votes=votes, rules=rules)

    def _checked(
        self, question: str, repo: str | None, progress: Progress
    ) -> tuple[Check | None, tuple[str, ...]]:
        """The check of the one service that the question names, and what is said of it."""
        if repo is None or self._open is None:
            return None, ()
        try:
            with self._slots, opened(self._open, repo, None) as snapshot:
                progress("looking for the service that you name")
                named = services_named(question, discover(snapshot))
                if len(named) != 1:
                    return None, ()
                return check(snapshot, named[0].name, progress), ()
        except CovcheckError as error:
            LOG.info("a question is answered without facts: %s", error)
            return None, (f"not {shown_repo(repo)}: {without_paths(one_line(str(error)), repo)}".rstrip("."),)

    def _found(
        self, question: str, asked: Asked, done: Check | None, notes: tuple[str, ...], instead: bool
    ) -> Found:
        others = asked.alternatives[: len(OTHERS)]
        looked = [_looked(asked)]
        if done is not None:
            looked.append(f"the coverage path of {done.path.service.name} @ {done.path.repo.short}")
        view = QuestionView(
            title=asked.article.title if asked.article is not None else "",
            text=asked.answer.rpartition("\n\nSource: ")[0] or asked.answer,
            status=asked.status,
            source=asked.article.id if asked.article is not None else "",
            looked=(*looked, *notes),
            others=tuple(hit.title for hit in others),
            also="" if done is None else _also(done, live=self._live),
            links=() if done is None else tuple(_places(done).items()),
            instead=instead,
        )
        first = next(iter(done.diagnosis.causes), None) if done is not None else None
        return Found(
            view,
            key(question),
            asked.answered,
            asked.confidence,
            view.source or None,
            tuple(hit.id for hit in others),
            None if done is None else done.path.service.name,
            None if done is None else done.path.repo.commit,
            None if first is None else first.rule,
            _FIELD.search(question) is not None,
        )


def speaks_to_us(question: str, asked: Asked) -> bool:
    """Whether an answer is good enough to be given to a message that was not to the bot.

    The question quotes a message of the document; or says a word of our field and the answer is rather sure;
    or is long enough, and a document that people have put into the base fits it very well. "Is the cluster
    down again?" is none of it.
    """
    if asked.article is None:
        return False
    if asked.article.exact or (_FIELD.search(question) and asked.confidence >= UNASKED):
        return True
    long = len(read_question(question).words) >= STRONG_WORDS
    return asked.status == "case" and asked.confidence >= STRONG and long


def article_votes(store: Store) -> dict[str, Votes]:
    """What people and proofs say for and against each article. Raises StoreError."""
    proven: dict[str, int] = {}
    for case in store.cases.solved(limit=_SOLVED_CASES):
        if case.article is not None:
            proven[case.article] = proven.get(case.article, 0) + 1
    said = store.feedback.votes()
    votes = {}
    for id in said.keys() | proven.keys():
        tally = said.get(id, Tally())
        votes[id] = Votes(tally.solved, tally.not_helpful, proven.get(id, 0))
    return votes


def services_named(question: str, services: Sequence[Service]) -> tuple[Service, ...]:
    """The services that a question names, by name or alias, as one word or as two; names that are common
    words are not taken for services."""
    words = [plain(token) for token in _TOKEN.findall(question)[:MAX_TOKENS]]
    said = {*words, *(first + second for first, second in pairwise(words))}
    return tuple(
        service
        for service in services
        if any(
            plain(name) in said and plain(name) not in _TOO_COMMON and len(plain(name)) > 2
            for name in (service.name, *service.aliases)
        )
    )


def _places(done: Check) -> dict[str, str]:
    """The lines that an answer filled with a service's facts may name, with their permalinks."""
    lines = [fact.evidence for fact in template_facts(done.path, done.diagnosis).values()]
    lines += [line for cause in done.diagnosis.causes for line in cause.evidence]
    return {line.place: line.url for line in lines if line is not None and line.url}


def _looked(asked: Asked) -> str:
    number = "1 document" if asked.looked_at == 1 else f"{asked.looked_at:,} documents"
    best = f"{asked.confidence:.2f}".removeprefix("0")
    return f"{number} (best match {best})"


def _also(done: Check, *, live: bool) -> str:
    """One sentence on the service's own path, and how to get the rest."""
    name = done.path.service.name
    said = headline(name, done.path.repo.short, done.diagnosis)
    if done.diagnosis.status is Status.CLEAR:
        hint = f" A run in the cluster shows what files cannot: `/covcheck live {name}`." if live else ""
        return f"{said}.{hint}"
    return f"{said}. The lines and the fix: `/covcheck {name}`."
