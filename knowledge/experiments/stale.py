"""Which articles lose their ground when a claim stops reproducing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.experiments.model import Outcome
from knowledge.experiments.results import latest_outcomes


class Cites(Protocol):
    """An article, as far as it matters here."""

    @property
    def id(self) -> str: ...

    @property
    def experiments(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class StaleArticle:
    """An article whose experiment did not reproduce; `why` is one sentence with the Go version and date."""

    article: str
    experiment: str
    why: str


def stale_by_experiments(articles: Iterable[Cites], outcomes: Iterable[Outcome]) -> tuple[StaleArticle, ...]:
    """The articles that cite a claim which stopped reproducing, by article and experiment.

    Of several runs of one experiment with one Go version the latest counts. A run that could not be made
    (`reproduced` None) says nothing.
    """
    failed = sorted((o for o in latest_outcomes(outcomes) if not o.reproduced), key=lambda o: (o.id, o.go))
    return tuple(
        StaleArticle(article.id, outcome.id, why_stale(outcome))
        for article in sorted(articles, key=lambda a: a.id)
        for outcome in failed
        if outcome.id in article.experiments
    )


def why_stale(outcome: Outcome) -> str:
    """What an owner is told about a claim that stopped reproducing."""
    what = "; ".join(outcome.differences) or "it came out otherwise"
    return f"{outcome.id} did not reproduce with {outcome.go} on {outcome.date[:10]}: {what}"
