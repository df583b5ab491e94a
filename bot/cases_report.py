"""The cases of an installation and their resolution rate, for `covcheck kb cases`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.jobs.cases import day, proven
from bot.jobs.orders import shown_repo
from bot.store.answers import Store
from bot.store.cases import StoredCase


def report(store: Store, since: float, now: float, limit: int = 50) -> dict[str, Any]:
    """The latest cases and what became of those opened since a time, as plain JSON values; `resolution_rate`
    is proven by opened, None when none was opened. Raises StoreError."""
    counts = store.cases.counts(since, now)
    listed = [case for case in store.cases.cases(limit=limit) if case.opened_at >= since]
    return {
        **asdict(counts),
        "resolution_rate": counts.rate,
        "cases": [_plain(case) for case in listed],
    }


def _plain(case: StoredCase) -> dict[str, Any]:
    names = ("id", "kind", "state", "service", "commit", "rule", "summary", "fix", "opened_at", "solved_at")
    held = {name: getattr(case, name) for name in names}
    solved = case.state == "solved"
    return {
        **held,
        "repo": shown_repo(case.repo) if case.repo else "",
        "solved_by": case.solved_by,
        "proof": proven(case, figures=True) if solved else None,
    }


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The report for people: a line a case, then the count."""
    for case in found["cases"]:
        about = " ".join(filter(None, (case["service"], f"in {case['repo']}" if case["repo"] else "")))
        cause = case["rule"] or "no cause named"
        end = f"; {case['proof']}" if case["proof"] else ""
        yield f"{case['state']:7} {day(case['opened_at'])}: {about or 'a question'}: {cause}{end}"
    rate = found["resolution_rate"]
    shown = "none was opened" if rate is None else f"{rate:.0%} proven solved"
    yield (
        f"{found['opened']} opened: {found['by_run']} solved by a run, {found['by_check']} by a check, "
        f"{found['open']} still open, {found['closed']} closed without a proof; {shown}."
    )
