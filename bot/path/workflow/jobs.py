"""Which jobs of a workflow are read, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

from bot.path.manifest.tree import Tree
from bot.path.shell.state import speaks_of_coverage

MAX_JOBS = 40


def choose_job(tree: Tree, words: Iterable[str] = ()) -> str | None:
    """The job that speaks most of coverage, then of clusters and the service; None for no job."""
    jobs = tree.get("jobs")
    scored = []
    for name, job in ((jobs.fields if jobs is not None else None) or {}).items():
        text = name + "\n" + "\n".join(leaf.scalar for leaf in job.walk() if leaf.scalar)
        scored.append((_job_score(text, words), name))
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None else None


def _job_score(text: str, words: Iterable[str]) -> int:
    lower = text.lower()
    score = 4 * speaks_of_coverage(text) + 2 * ("codecov" in lower) + ("cover" in lower)
    score += 2 * ("e2e" in lower or "end2end" in lower) + ("integration" in lower) + ("kind" in lower)
    return score + 3 * any(word.lower() in lower for word in words if len(word) > 2)


def ordered_jobs(jobs: Tree, job: str | None) -> list[str]:
    """The job after what it needs; all of them without a job."""
    fields = jobs.fields or {}
    done: list[str] = []

    def visit(name: str, depth: int) -> None:
        if name in done or name not in fields or depth > MAX_JOBS or len(done) > MAX_JOBS:
            return
        needs = fields[name].get("needs")
        if needs is not None:
            for need in (needs.scalar,) if needs.scalar else [item.scalar for item in needs.items or ()]:
                visit(need or "", depth + 1)
        if name not in done:
            done.append(name)

    for name in [job] if job else list(fields):
        visit(name, 0)
    return done
