"""Experiments as proofs: what ran, with which Go versions, and when."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.answering.model import Proof
from knowledge.experiments.model import Outcome
from knowledge.experiments.registry import all_experiments
from knowledge.experiments.results import latest_outcomes, version_key


class Proofs:
    """The experiments by id with their kept outcomes. Only those that reproduced with every version whose
    latest run could be made are proofs: a claim that stopped reproducing proves nothing."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self._by_id: dict[str, list[Outcome]] = {}
        for outcome in latest_outcomes(outcomes):
            self._by_id.setdefault(outcome.id, []).append(outcome)
        self._known = {each.id: each for each in all_experiments()}

    def proof(self, experiment: str) -> Proof | None:
        """The proof of that id; None when it is unknown, was never run or did not reproduce."""
        ran = self._by_id.get(experiment, [])
        if experiment not in self._known or not ran or not all(each.reproduced for each in ran):
            return None
        versions = sorted((each.go for each in ran), key=version_key)
        return Proof(experiment, self._known[experiment].claim, tuple(versions), max(e.date for e in ran))

    def supporting(self, article: str) -> tuple[Proof, ...]:
        """The proofs of the experiments that support an article or a rule, by id."""
        ids = [each.id for each in self._known.values() if article in each.supports]
        return tuple(proof for id in sorted(ids) if (proof := self.proof(id)) is not None)
