"""A live run as the store keeps it: bounded, plain, with nothing in it that a database refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.cluster.plan import Plan
from bot.covdata.summary import largest_packages
from bot.history.model import Figure, PackageFigure, Source
from bot.jobs.orders import shown_repo
from bot.live import LiveResult
from bot.model import Finding, Missing, Observation
from bot.render.live_view import LiveView
from bot.render.plain import cut, visible
from bot.store.live import StoredRun

MAX_PACKAGES = 2_000
_MOST = 50
_TEXT = 500


def record(result: LiveResult, view: LiveView, asked: Mapping[str, Any], asked_by: str | None) -> StoredRun:
    """The run with its figures, causes and what was done; `asked` is what the plan was asked for."""
    summary = result.coverage
    rows = largest_packages(summary, MAX_PACKAGES) if summary else ()
    return StoredRun(
        id=result.run_id,
        **_about(result.plan, asked),
        commit=result.commit,
        started_at=result.started,
        seconds=result.seconds,
        status=str(result.diagnosis.status),
        symptom=str(result.diagnosis.symptom) if result.diagnosis.symptom else None,
        statements=summary.statements if summary else None,
        covered=summary.covered if summary else None,
        packages=[[_said(row.path), row.statements, row.covered] for row in rows],
        causes=[_cause(finding) for finding in result.diagnosis.causes[:_MOST]],
        result={
            "headline": _said(view.headline),
            "done": [_said(line) for line in view.done[:_MOST]],
            "observations": _observations(view.observations),
            "missing": [_gap(gap) for gap in result.diagnosis.missing[:_MOST]],
        },
        asked_by=asked_by,
    )


def figure_of(run: StoredRun, branch: str | None = None) -> Figure | None:
    """The run's figure for the history; None without statements, and for a run that no repo was named for.

    `branch` is the one that was measured where the run named no ref: the repo's default one, if known.
    """
    if not run.statements or run.covered is None or run.repo is None:
        return None
    packages = tuple(PackageFigure(*package) for package in run.packages)
    return Figure(
        id=run.id,
        repo=shown_repo(run.repo).lower(),
        service=run.service,
        at=run.started_at,
        source=Source.RUN,
        statements=run.statements,
        covered=run.covered,
        commit=run.commit,
        branch=run.ref or branch,
        packages=packages,
    )


def failed_record(
    run_id: str,
    plan: Plan,
    asked: Mapping[str, Any],
    asked_by: str | None,
    why: tuple[str, str],
    started: float,
    seconds: float,
) -> StoredRun:
    """A run that came to nothing; `why` is the error's kind and what people were told."""
    return StoredRun(
        id=run_id,
        **_about(plan, asked),
        commit=None,
        started_at=started,
        seconds=seconds,
        status="FAILED",
        result={"error": why[0], "headline": _said(why[1])},
        asked_by=asked_by,
    )


def _about(plan: Plan, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "service": _said(plan.service),
        "repo": asked["repo"],
        "ref": asked["ref"],
        "cluster": _said(plan.cluster),
        "namespace": plan.namespace,
        "target": plan.target,
    }


def _cause(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "link": str(finding.link),
        "effect": str(finding.effect),
        "certainty": str(finding.certainty),
        "summary": _said(finding.summary),
        "url": next((each.url for each in finding.evidence if each.url), None),
        "observations": _observations(finding.observations[:5]),
    }


def _observations(seen: Iterable[Observation]) -> list[dict[str, str]]:
    found = list(seen)
    return [
        {
            "probe": _said(each.probe),
            "about": _said(each.about),
            "text": _said(each.text),
            "at": _said(each.at),
        }
        for each in found[:_MOST]
    ]


def _gap(gap: Missing) -> dict[str, Any]:
    return {"what": _said(gap.what), "reason": _said(gap.reason), "needed": gap.needed}


def _said(text: str) -> str:
    return cut(visible(text), _TEXT)
