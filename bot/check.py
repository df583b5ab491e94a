"""The main job on one screen: snapshot > path > rules > diagnosis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.boundary import clean_check
from bot.diagnosis import diagnose
from bot.facts.path import CoveragePath
from bot.model import Certainty, Diagnosis, Finding, Missing
from bot.path import find_service, read_path
from bot.repo.base import Snapshot
from bot.rules.registry import all_rules

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check: what was read and what it means."""

    path: CoveragePath
    diagnosis: Diagnosis


def check(snapshot: Snapshot, service: str, progress: Progress = lambda _: None) -> Check:
    """Read the coverage path of a service at a commit and diagnose it; secrets are taken out.

    Raises UnknownService or AmbiguousService when the name cannot be settled, RepoError when the
    repo cannot be read. `progress` is told in a few words what is being done.
    """
    progress(f"looking for {service} at {snapshot.ref.short}")
    found = find_service(snapshot, service)
    progress(f"reading the coverage path of {found.name}")
    path = read_path(snapshot, found)
    progress("checking the path against the known causes")
    return Check(*clean_check(path, judge(path)))


def judge(path: CoveragePath) -> Diagnosis:
    """Run every rule on a path and diagnose."""
    findings: list[Finding] = []
    healthy: list[Finding] = []
    missing: list[Missing] = list(path.missing)
    for rule in all_rules():
        for item in rule.run(path):
            if isinstance(item, Missing):
                missing.append(item)
            else:
                (healthy if rule.healthy else findings).append(_as_sure(path, item))
    return diagnose(findings, healthy, missing)


def _as_sure(path: CoveragePath, finding: Finding) -> Finding:
    """A finding is no surer than the choice of the files it was read from."""
    return replace(finding, certainty=Certainty.POSSIBLE) if finding.link in path.guessed else finding
