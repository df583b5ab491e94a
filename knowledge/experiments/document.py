"""Writes docs/experiments.md from the experiments and the results that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.experiments.model import Expected, Outcome
from knowledge.experiments.registry import Experiment, all_experiments
from knowledge.experiments.results import load_results

INTRO = """\
# Experiments

Made from `knowledge/experiments/` by `make docs`; change the cases or run them again, not this file.

Each claim is a small program of ours, built and run without network. `covcheck experiments run` repeats them
with the Go on the PATH or the one that `--go` names; `--write knowledge/experiments/results` keeps what was
seen. A claim that stops reproducing makes the articles that cite it stale.
"""


def document(
    experiments: Sequence[Experiment] | None = None, outcomes: Iterable[Outcome] | None = None
) -> str:
    """The whole document: what was run when, then a section for every experiment (None: all shipped)."""
    kept = tuple(load_results() if outcomes is None else outcomes)
    by_id: dict[str, list[Outcome]] = {}
    for outcome in kept:
        by_id.setdefault(outcome.id, []).append(outcome)
    sections = [_section(e, by_id.get(e.id, [])) for e in experiments or all_experiments()]
    return "\n".join([INTRO, _runs(kept), *sections])


def _runs(outcomes: Iterable[Outcome]) -> str:
    """One row a Go version."""
    by_go: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        by_go.setdefault((outcome.go, outcome.platform), []).append(outcome)
    rows = ["| Go | platform | date | reproduced | not | skipped |", "| --- | --- | --- | --- | --- | --- |"]
    for (go, platform), found in by_go.items():
        counts = [sum(o.reproduced is value for o in found) for value in (True, False, None)]
        date = max(o.date for o in found)[:10]
        rows.append(f"| {go} | {platform} | {date} | {counts[0]} | {counts[1]} | {counts[2]} |")
    return "\n".join([*rows, ""])


def _section(experiment: Experiment, outcomes: Sequence[Outcome]) -> str:
    rows = [
        f"## {experiment.id}",
        "",
        f"**{experiment.claim}** {experiment.how}",
        "",
        f"- Expected: {_expected(experiment.expected)}",
        f"- Supports: {', '.join(experiment.supports)}",
        *(f"- {line}" for line in _outcomes(outcomes)),
        "",
    ]
    return "\n".join(rows)


def _expected(expected: Expected) -> str:
    """The expectation in words."""
    parts = [str(expected.symptom)] if expected.symptom is not None else []
    if expected.exits:
        parts.append("exit status " + " or ".join(map(str, expected.exits)))
    parts += [f"stderr says `{text}`" for text in expected.says]
    if expected.silent:
        parts.append("nothing on stderr")
    parts += [f"{name}: {_value(value)}" for name, value in expected.facts.items()]
    return "; ".join(parts)


def _value(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"`{value}`"


def _outcomes(outcomes: Sequence[Outcome]) -> list[str]:
    """Which Go versions reproduced it, and each one that did not with its reason."""
    good: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.reproduced:
            good.setdefault(outcome.date[:10], []).append(outcome.go)
    lines = [f"Reproduced with {', '.join(gos)} ({date})" for date, gos in good.items()]
    lines += [
        f"Not reproduced with {o.go} ({o.date[:10]}): {'; '.join(o.differences)}"
        for o in outcomes
        if o.reproduced is False
    ]
    reasons: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.reproduced is None:
            reasons.setdefault(outcome.reason, []).append(outcome.go)
    lines += [f"Skipped with {', '.join(gos)}: {reason}" for reason, gos in reasons.items()]
    return lines or ["Not run yet"]
