"""What a live run comes to, and the seam between the jobs that order it and what carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.cluster.plan import Plan
from bot.covdata.summary import Summary
from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Diagnosis

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LiveResult:
    """What a live run came to. `path` is the coverage path with the live workload in it (and only that,
    where no repo was read: then `commit` is None); `coverage` the figures where there are any; `folder`
    holds the raw files. `started` in seconds since the epoch, `seconds` the length of the run."""

    run_id: str
    plan: Plan
    live: Live
    path: CoveragePath
    diagnosis: Diagnosis
    coverage: Summary | None
    folder: str | None
    commit: str | None
    started: float
    seconds: float


class LiveWork(Protocol):
    """What Slack's jobs ask of live runs. Each may raise CovcheckError.

    `repo` and `ref` None: no files are read. `namespace` None: it is looked for among the allowed ones.
    """

    def plan(self, repo: str | None, ref: str | None, service: str, namespace: str | None) -> Plan:
        """The dry run: nothing is changed."""
        ...

    def run(
        self, repo: str | None, ref: str | None, plan: Plan, run_id: str, asked_by: str, progress: Progress
    ) -> LiveResult:
        """Carry out a confirmed plan. Raises PlanChanged when the workload is another by now.

        Called again with the `run_id` of a run that died: puts back what that run left and raises
        ClusterError that says so; it never stops the workload a second time.
        """
        ...

    def sweep(self) -> tuple[str, ...]:
        """Put back what expired runs left; a line for each thing."""
        ...
