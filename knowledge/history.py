"""Solved cases as documents: what was asked, what it was, what mended it, and what proved it."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.render.plain import cut, one_line
from bot.store.cases import StoredCase
from knowledge.strip import stripped

MAX_QUESTION = 3_000


def case_documents(cases: tuple[StoredCase, ...]) -> dict[str, bytes]:
    """The documents of solved cases by id: plain cases without front matter, never templates."""
    return {f"solved-{case.id}": _document(case).encode() for case in cases}


def _document(case: StoredCase) -> str:
    about = stripped(one_line(case.summary)) or "coverage is there again"
    service = one_line(case.service or "a service")
    lines = [f"# {cut(f'{service}: {about}', 180)}", "", "Asked:", ""]
    lines += [f"> {line}".rstrip() for line in cut(stripped(case.question), MAX_QUESTION).split("\n")]
    rule = f" ({case.rule})" if case.rule else ""
    lines += ["", f"Cause: {about}{rule}", ""]
    if case.fix:
        lines += [f"Fix: {stripped(one_line(case.fix))}", ""]
    lines += [f"Proven {_proof(case)}."]
    return "\n".join(lines) + "\n"


def _proof(case: StoredCase) -> str:
    day = datetime.fromtimestamp(case.solved_at or 0.0, UTC).date().isoformat()
    figures = case.proof or {}
    statements, covered = figures.get("statements"), figures.get("covered")
    if case.solved_by == "run" and statements and covered:
        return f"by a run on {day}: {covered:,} of {statements:,} statements covered"
    if case.solved_by == "run":
        return f"by a run on {day}"
    return f"by a check on {day}: nothing on the path stands in the way; no figure was seen"
