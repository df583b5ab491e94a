"""Findings to a diagnosis: consequences folded, causes ranked, status decided."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import (
    LINKS,
    Certainty,
    Diagnosis,
    Effect,
    Finding,
    Missing,
    Status,
    Symptom,
)

MAX_GAPS = 100
"""More things that were not read are counted only: a hostile repo could name thousands."""

_EFFECTS = tuple(Effect)
_CERTAINTIES = tuple(Certainty)


def diagnose(
    findings: Iterable[Finding],
    healthy: Iterable[Finding],
    missing: Iterable[Missing],
    symptom: Symptom | None = None,
) -> Diagnosis:
    """Rank causes and decide the status.

    Causes that block come before those that only degrade, the more certain first, then along the
    path: what breaks upstream comes before what it makes break downstream.
    """
    ranked = sorted(findings, key=_rank)
    causes, folded = _fold(ranked)
    gaps = _listed(tuple(dict.fromkeys(missing)))
    return Diagnosis(_status(causes, gaps), causes, tuple(healthy), gaps, symptom, folded)


def _listed(gaps: tuple[Missing, ...]) -> tuple[Missing, ...]:
    """The gaps, cut to MAX_GAPS, those that a rule needed first; the rest is counted."""
    if len(gaps) <= MAX_GAPS:
        return gaps
    ranked = sorted(gaps, key=lambda gap: not gap.needed)
    rest = ranked[MAX_GAPS:]
    more = Missing(
        f"{len(rest)} further parts", "more was not read than is listed here", needed=rest[0].needed
    )
    return (*ranked[:MAX_GAPS], more)


def _rank(finding: Finding) -> tuple[int, int, int, str]:
    return (
        _EFFECTS.index(finding.effect),
        _CERTAINTIES.index(finding.certainty),
        LINKS.index(finding.link),
        finding.rule,
    )


def _fold(ranked: list[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Take out findings that a more certain (or equally certain) one explains."""
    causes: list[Finding] = []
    folded: list[Finding] = []
    for finding in ranked:
        explained = any(
            finding.rule in other.explains and _stronger(other, finding)
            for other in ranked
            if other is not finding
        )
        (folded if explained else causes).append(finding)
    return tuple(causes), tuple(folded)


def _stronger(other: Finding, finding: Finding) -> bool:
    return _CERTAINTIES.index(other.certainty) <= _CERTAINTIES.index(finding.certainty)


def _status(causes: tuple[Finding, ...], missing: tuple[Missing, ...]) -> Status:
    if any(cause.certainty is not Certainty.POSSIBLE for cause in causes):
        return Status.FOUND
    doubtful = any(cause.effect is Effect.BLOCKS for cause in causes)
    if doubtful or any(gap.needed for gap in missing):
        return Status.INCONCLUSIVE
    return Status.CLEAR
