"""What a topic is given: the question, the service that is asked about, the proofs and the resolved cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.facts.path import CoveragePath
from bot.model import Evidence, Link, LinkFact, Missing
from knowledge.answering.model import KnownCase, Side, Statement
from knowledge.answering.proofs import Proofs
from knowledge.answering.wording import sentence
from knowledge.requests.model import Question

_YES_NO = re.compile(
    r"\W*(?:and |so |also |but )?(?:did|do|does|are|is|was|were|have|has|had|any)\b(?!n't)", re.IGNORECASE
)
_NOT_THE_FACT = re.compile(
    r"\b(?:need|require|must|should|have to|lose|lost|break|broke|conflict|affect|interfer|prevent|preserv"
    r"|surviv|keep|work|matter|caus|support|limit|enough|problem|issue|help|able|not\b|right|correct|wrong"
    r"|ok\b|okay|fine|proper|good|valid|same|differ|other\b|else\b)|n't\b",
    re.IGNORECASE,
)
"""Words of questions that a fact of the set-up answers neither with yes nor with no."""
_LOOKED_AT = 600


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to one service. `side` is the service it is about, None when it was not read; `other` is
    the asker's own, for comparison; `leads` says that this topic is the question's first."""

    question: Question
    side: Side | None
    other: Side | None
    proofs: Proofs
    cases: Sequence[KnownCase] = ()
    leads: bool = True
    general: bool = False
    """It asks how things are at large (`Does X preserve Y?`), not how a team does it."""

    @property
    def path(self) -> CoveragePath | None:
        return self.side.path if self.side is not None else None

    def says(self, pattern: str) -> bool:
        """Whether the question's words match, case aside."""
        return re.search(pattern, self.question.text[:_LOOKED_AT], re.IGNORECASE) is not None

    @property
    def yes_or_no(self) -> bool:
        """Whether the question wants a yes or a no: not where it offers alternatives."""
        first = self._first
        if not self.leads or self.general or _YES_NO.match(first) is None:
            return False
        return re.search(r"\bor\b", first) is None or re.match(r"\W*any\b", first, re.IGNORECASE) is not None

    @property
    def _first(self) -> str:
        return self.question.text[:_LOOKED_AT].split("?", 1)[0]

    @property
    def undecided(self) -> bool:
        """Whether it wants a yes or a no on more than a fact of the set-up (`Do we need X?`)."""
        asks = _YES_NO.match(self._first) is not None or (
            self.general and re.search(r"\bwhy\b|\bhow\b", self._first, re.IGNORECASE) is None
        )
        return asks and _NOT_THE_FACT.search(self._first) is not None

    def open(self, holds: bool | None, text: str) -> str:
        """A sentence, begun with Yes or No where just that fact was asked for and is known."""
        if holds is None or not self.yes_or_no or _NOT_THE_FACT.search(self._first) is not None:
            return sentence(text)
        return f"{'Yes' if holds else 'No'}: {text}"

    def proven(self, *experiments: str) -> Iterator[Statement]:
        """What experiments show, in their own words; those that are no proof are left out."""
        for each in experiments:
            proof = self.proofs.proof(each)
            if proof is not None:
                yield Statement(proof.claim, proofs=(proof,))

    def shown(self, what: str, *experiments: str) -> Iterator[Statement | Missing]:
        """The same, and a Missing where the question rests on them and none of them is a proof."""
        found = list(self.proven(*experiments))
        yield from found
        if not found and (self.general or self.says(r"\bhow\b|\bwhy\b|\bensur")):
            yield Missing(what, "no experiment that reproduces shows it")

    def rows(self, link: Link, *names: str) -> tuple[LinkFact, ...]:
        """The rows of a link with these names, in the order of the path."""
        facts = self.path.links.get(link, ()) if self.path is not None else ()
        return tuple(fact for fact in facts if fact.name in names)

    def gap(self, what: str, *links: Link) -> Missing:
        """That something could not be told, with the reason that the path gives, if it gives one."""
        found = self.path.missing if self.path is not None else ()
        told = [gap for gap in found if gap.link in links]
        reason = told[0].reason if told else "the files that were read do not say"
        return Missing(what, reason, links[0] if links else None, True, told[0].evidence if told else None)

    def yours(self, point: Callable[[CoveragePath], Point | None]) -> Iterator[Statement]:
        """What the asker's own service has in the same point, where that differs or is asked for."""
        if self.path is None or self.other is None:
            return
        theirs, ours = point(self.path), point(self.other.path)
        if theirs is None or ours is None:
            return
        evidence = (*ours.evidence, *theirs.evidence)
        if theirs.same != ours.same:
            yield Statement(f"Yours ({self.other.name}): {ours.value}.", evidence)
        elif self.says(r"\b(?:same|differ\w*|compare\w*)\b"):
            yield Statement(f"Yours ({self.other.name}) is the same in this: {ours.value}.", evidence)


@dataclass(frozen=True, slots=True)
class Point:
    """What one side has in a point that both have: a clause without a full stop, and where it stands.

    `key` is what is compared, the clause itself when it is empty."""

    value: str
    evidence: tuple[Evidence, ...]
    key: str = ""

    @property
    def same(self) -> str:
        return self.key or self.value
