"""Why a service has no figure, as far as runs and open cases say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from bot.digest.model import Blocked
from bot.model import Effect
from bot.store.cases import StoredCase
from bot.store.live import RunOutcome

NO_CAUSE = "no cause found"
FAILED = "run failed"


def blocked(runs: Sequence[RunOutcome], cases: Sequence[StoredCase], figure_at: float) -> Blocked | None:
    """What stands in the way of a service since its last figure (`figure_at`, 0: it never had one); `runs`
    are the service's, the newest first, `cases` its open ones.

    A cause that a run saw comes before one that was only read. It is so since the first of the unbroken row
    of runs that end with it. A run that failed says nothing of coverage: it is passed over if another is
    there. What only degrades a figure does not block it. `url` are lines that show the cause, where any do.
    """
    after = list(takewhile(lambda run: run.started_at > figure_at and not run.covered, runs))
    looked = [run for run in after if run.status != "FAILED"]
    cause = _cause(looked[0]) if looked else None
    case = _first_case(cases, figure_at)
    if cause is None and case is not None:
        return Blocked(case.rule or "", case.summary, case.opened_at, _lines(case))
    row = looked or after
    if not row:
        return None
    same = list(takewhile(lambda run: _rule(run) == _rule(row[0]), row))
    if cause is None:
        return Blocked(_rule(row[0]), "", same[-1].started_at)
    rule, url = str(cause["rule"]), cause.get("url") or _elsewhere(cases, str(cause["rule"]))
    return Blocked(rule, str(cause.get("summary", "")), same[-1].started_at, url)


def _lines(case: StoredCase) -> str | None:
    """The address of the first lines that a case cites."""
    return next((str(url) for *_, url in case.evidence if url), None)


def _elsewhere(cases: Sequence[StoredCase], rule: str) -> str | None:
    """The lines that an open case of the same cause cites, where the run that saw it read no files."""
    return next((url for case in cases if case.rule == rule and (url := _lines(case))), None)


def _first_case(cases: Sequence[StoredCase], figure_at: float) -> StoredCase | None:
    open_ones = (
        case
        for case in cases
        if case.rule and case.effect != Effect.DEGRADES.value and case.opened_at > figure_at
    )
    return min(open_ones, key=lambda case: (case.opened_at, case.id), default=None)


def _cause(run: RunOutcome) -> dict[str, Any] | None:
    """The first cause that alone leaves no figure."""
    causes = (cause for cause in run.causes if isinstance(cause, dict) and cause.get("rule"))
    return next((cause for cause in causes if cause.get("effect") != Effect.DEGRADES.value), None)


def _rule(run: RunOutcome) -> str:
    cause = _cause(run)
    return str(cause["rule"]) if cause is not None else FAILED if run.status == "FAILED" else NO_CAUSE
