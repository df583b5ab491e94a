"""Runs experiments with a Go that is at hand and says what came of each."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import CovcheckError
from knowledge.experiments.builds import Builds
from knowledge.experiments.golang import open_go
from knowledge.experiments.judge import differences
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import BuildFailed, ExperimentError, GoVersion, Observed, Outcome
from knowledge.experiments.registry import Experiment, chosen

NO_GO = "Go is not on the PATH"


def find_go() -> Path:
    """The Go on the PATH. Raises ExperimentError when there is none."""
    found = shutil.which("go")
    if found is None:
        raise ExperimentError(f"{NO_GO}.", hint="Install Go, or name it with --go PATH.")
    return Path(found)


def run_experiments(
    go: Path, ids: Iterable[str] | None = None, *, tell: Callable[[Outcome], None] | None = None
) -> tuple[Outcome, ...]:
    """Run experiments (None: all) with a Go command, one after the other, in a temporary directory.

    Never reaches the network. `tell` hears of each outcome as it comes. What cannot be run here has
    `reproduced` None and a reason. Raises ExperimentError for an unknown id or a command that is not Go.
    """
    wanted = chosen(ids)
    opened = open_go(go)
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="covcheck-experiments-", ignore_cleanup_errors=True) as name:
        root = Path(name).resolve()
        root.chmod(0o755)
        builds = Builds(opened, root)
        for each in wanted:
            outcome = run_one(each, builds)
            outcomes.append(outcome)
            if tell is not None:
                tell(outcome)
    return tuple(outcomes)


def run_one(experiment: Experiment, builds: Builds) -> Outcome:
    """Run one experiment in a folder of its own and judge what was seen."""
    begun = time.monotonic()
    folder = builds.root / experiment.id
    folder.mkdir()
    folder.chmod(0o755)
    lab = Lab(builds, folder)
    observed, reason = Observed(), not_here(experiment, builds.go.version)
    found: tuple[str, ...] = ()
    reproduced: bool | None = None
    if not reason:
        try:
            observed = experiment.procedure(lab)
            found = differences(experiment.expected, observed)
            reproduced = not found
        except BuildFailed as error:
            found, reproduced = (lab.clean(str(error)),), False
        except (CovcheckError, OSError) as error:
            reason = lab.clean(str(error))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    seconds = round(time.monotonic() - begun, 2)
    go = builds.go.version
    return Outcome(experiment.id, reproduced, observed, found, reason, go.name, go.platform, now, seconds)


def not_here(experiment: Experiment, go: GoVersion) -> str:
    """Why an experiment cannot be run on this machine with this Go; empty when it can."""
    if go.minor < experiment.since:
        return f"holds from Go 1.{experiment.since} on"
    if experiment.until is not None and go.minor > experiment.until:
        return f"holds up to Go 1.{experiment.until}"
    missing = [name for name in experiment.needs if shutil.which(name) is None]
    if missing:
        return f"{missing[0]} is not installed"
    if experiment.root and os.geteuid() != 0:
        return "needs root"
    return ""
