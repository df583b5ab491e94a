"""`live --json`: the shape of `check --json`, with the symptom filled in, observations and coverage."""

from __future__ import annotations

from typing import Any

from bot.covdata.summary import Row, Summary
from bot.model import Finding, Observation
from bot.render.json import check_json
from bot.render.live_view import ResultLike


def live_json(result: ResultLike) -> dict[str, Any]:
    """The run as plain data. Causes carry the observations they rest on under "observations"; "coverage" is
    None where there is no figure. "stop" has an entry a pod; times in seconds."""
    live = result.live
    data = check_json(result.path, result.diagnosis)
    for shape, finding in zip(data["causes"], result.diagnosis.causes, strict=True):
        shape["observations"] = _observations(finding)
    return {
        **data,
        "commit": result.commit,
        "repo": data["repo"] if result.commit else None,
        "observations": [_observation(each) for each in live.observations],
        "coverage": None if result.coverage is None else coverage_json(result.coverage),
        "run": {
            "id": result.run_id,
            "cluster": live.cluster,
            "namespace": live.namespace,
            "target": live.target,
            "started": result.started,
            "seconds": round(result.seconds, 3),
            "stopped": live.stopped,
            "restored": list(live.restored),
            "folder": result.folder,
        },
        "stop": [
            {
                "pod": pod.name,
                "node": pod.node,
                "seconds": round(pod.stop.seconds, 3),
                "grace": pod.stop.grace,
                "exit_code": pod.stop.ended.exit_code if pod.stop.ended else None,
                "reason": pod.stop.ended.reason if pod.stop.ended else None,
            }
            for pod in live.pods
            if pod.stop is not None
        ],
    }


def coverage_json(summary: Summary) -> dict[str, Any]:
    """The figures as plain data; "percent" is None where there are no statements."""
    return {
        "mode": summary.mode,
        **_row(summary.percent, summary.statements, summary.covered),
        "packages": [_named(row) for row in summary.packages],
        "files": [_named(row) for row in summary.files],
    }


def _named(row: Row) -> dict[str, Any]:
    return {"path": row.path, **_row(row.percent, row.statements, row.covered)}


def _row(percent: float | None, statements: int, covered: int) -> dict[str, Any]:
    shown = None if percent is None else round(percent, 2)
    return {"percent": shown, "statements": statements, "covered": covered}


def _observations(finding: Finding) -> list[dict[str, str]]:
    return [_observation(each) for each in finding.observations]


def _observation(seen: Observation) -> dict[str, str]:
    return {
        "probe": seen.probe,
        "about": seen.about,
        "text": seen.text,
        "at": seen.at,
        "excerpt": seen.excerpt,
    }
