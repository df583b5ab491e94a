"""What is known beside the words of a question: votes, the asker's own causes, symptoms, an article's status.

Each moves a document's score by a bounded factor, all of them together by at most `MOST`: the words of the
question decide, the rest tells between documents that the words hardly tell apart. A document of which
nothing is known keeps its score.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import Symptom
from knowledge.articles import ArticleStatus
from knowledge.search.index import CASE, Listed

PROVEN = 3
"""A case proven solved counts as so many "Solved it" pressed: the coverage was seen, not said."""

PRIOR = 4.0
"""Votes of each kind that every document starts with, so that the first ones move it little."""

VOTED = 0.15
"""The most that votes alone raise or lower a score by, as a part of it."""

CAUSE = 1.3
"""For an article of a rule that was found on the asker's own path."""

EXPLAINS = 1.05
"""An article of the asker's own first cause that brings about the symptom which the question tells of scores
so much above what fits the words best: what was found in the asker's files is the answer then."""

SHOWN = 1.15
"""For an article that names the symptom which the question tells of."""

STANDING: Mapping[str, float] = {ArticleStatus.DRAFT.value: 0.95, ArticleStatus.STALE.value: 0.85}
"""For an article that nobody confirmed, and one that cites what has changed; others keep their score."""

LEAST, MOST = 0.7, 1.5
"""Bounds of all factors together."""


@dataclass(frozen=True, slots=True)
class Votes:
    """What people said of a document as an answer: `solved` and `not_helpful` are buttons pressed, `proven`
    counts cases that a later check or run showed to be solved. None is below 0."""

    solved: int = 0
    not_helpful: int = 0
    proven: int = 0

    @property
    def factor(self) -> float:
        """1 without votes, above it when more solved than not, within 1 - VOTED and 1 + VOTED."""
        good = max(self.solved, 0) + PROVEN * max(self.proven, 0) + PRIOR
        bad = max(self.not_helpful, 0) + PRIOR
        return 1 + VOTED * (good - bad) / (good + bad)


@dataclass(frozen=True, slots=True)
class Signals:
    """What the asker's side knows. `votes` by document id; `rules` are ids of causes found on the asker's own
    path; `stale` are ids of articles that are stale beyond what they say of themselves."""

    votes: Mapping[str, Votes] = field(default_factory=dict)
    rules: Sequence[str] = ()
    stale: Collection[str] = ()

    def status(self, id: str, listed: Listed) -> str:
        """The status of a document as it is now."""
        return ArticleStatus.STALE.value if id in self.stale and listed.status != CASE else listed.status

    def factor(self, id: str, listed: Listed, symptom: Symptom | None) -> float:
        """What a document's score is multiplied with."""
        found = STANDING.get(self.status(id, listed), 1.0)
        if id in self.votes:
            found *= self.votes[id].factor
        if listed.rules and not set(listed.rules).isdisjoint(self.rules):
            found *= CAUSE
        if symptom is not None and symptom.value in listed.symptoms:
            found *= SHOWN
        return min(max(found, LEAST), MOST)

    def explains(self, listed: Listed, symptom: Symptom | None) -> str | None:
        """The asker's cause that an article is of, when the symptom is one that it brings about."""
        if symptom is None or symptom.value not in listed.symptoms:
            return None
        return next((rule for rule in self.rules if rule in listed.rules), None)

    def discredit(self, id: str) -> float:
        """The factor of votes that speak against a document, else 1: the part that lowers how sure an answer
        with it is. Votes for it do not make it fit a question better."""
        return min(self.votes[id].factor, 1.0) if id in self.votes else 1.0


NONE = Signals()
