"""Results on disk: one JSON file a Go version, `<goversion>.json`, held to the outcomes by round trip."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.model import Symptom
from knowledge.experiments.model import ExperimentError, Observed, Outcome

SHIPPED = Path(__file__).parent / "results"
MAX_BYTES = 4 << 20


def load_results(directory: Path = SHIPPED) -> tuple[Outcome, ...]:
    """Every outcome that is kept in a directory, newest Go first; a directory that is not there holds none.

    Raises ExperimentError for a file that cannot be read.
    """
    files = sorted(directory.glob("go*.json"), key=lambda path: version_key(path.stem), reverse=True)
    return tuple(outcome for path in files for outcome in load_file(path))


def load_known(local: Path) -> tuple[Outcome, ...]:
    """What is shipped and what was kept in a folder of one's own. Raises ExperimentError."""
    return (*load_results(SHIPPED), *load_results(local))


def load_file(path: Path) -> tuple[Outcome, ...]:
    """The outcomes in one file. Raises ExperimentError when it is none of ours."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("too large")
        data = json.loads(path.read_text("utf-8"))
        return tuple(_outcome(each, data["go"], data["platform"]) for each in data["outcomes"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ExperimentError(f"{path} does not hold results of experiments: {error}") from None


def save_results(outcomes: Iterable[Outcome], directory: Path = SHIPPED) -> tuple[Path, ...]:
    """Keep outcomes, each in the file of its Go version; what the file holds of other experiments stays.

    Raises ExperimentError when a file cannot be read or written.
    """
    by_version: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_version.setdefault(outcome.go, []).append(outcome)
    return tuple(_save(directory / f"{go}.json", new) for go, new in by_version.items())


def outcomes_json(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """Outcomes as plain data."""
    return [asdict(outcome) for outcome in outcomes]


def _save(path: Path, new: list[Outcome]) -> Path:
    kept = {outcome.id: outcome for outcome in (load_file(path) if path.exists() else ())}
    kept |= {outcome.id: outcome for outcome in new}
    rows = outcomes_json(kept[id] for id in sorted(kept))
    for row in rows:
        del row["go"], row["platform"]
    data = {"go": new[0].go, "platform": new[0].platform, "outcomes": rows}
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8")
        beside.replace(path)
    except OSError as error:
        raise ExperimentError(f"The results cannot be kept in {path}: {error.strerror}.") from None
    return path


def _outcome(row: Mapping[str, Any], go: str, platform: str) -> Outcome:
    seen = row["observed"]
    symptom = Symptom(seen["symptom"]) if seen["symptom"] is not None else None
    return Outcome(
        id=str(row["id"]),
        reproduced=None if row["reproduced"] is None else bool(row["reproduced"]),
        observed=Observed(symptom, seen["exit"], str(seen["stderr"]), dict(seen["facts"])),
        differences=tuple(map(str, row["differences"])),
        reason=str(row["reason"]),
        go=str(go),
        platform=str(platform),
        date=str(row["date"]),
        seconds=float(row["seconds"]),
    )


def latest_outcomes(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Of several runs of one experiment with one Go version the latest; runs that could not be made
    (`reproduced` None) say nothing and are left out."""
    latest: dict[tuple[str, str], Outcome] = {}
    for outcome in outcomes:
        known = latest.get((outcome.id, outcome.go))
        if outcome.reproduced is not None and (known is None or known.date <= outcome.date):
            latest[outcome.id, outcome.go] = outcome
    return tuple(latest.values())


def version_key(name: str) -> tuple[int, ...]:
    """What Go versions (`go1.27.3`) are put in order by."""
    return tuple(int(part) for part in name.removeprefix("go").split(".") if part.isdigit())
