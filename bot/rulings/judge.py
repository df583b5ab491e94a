"""The diagnosis of a live run on one screen: overlay > rules > merged > ruled out > gaps > diagnosis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.boundary import clean_check
from bot.diagnosis import diagnose
from bot.facts.live import Live
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.model import Certainty, Diagnosis, Effect, Finding, Link, Missing, Symptom
from bot.path.summary import link_facts
from bot.rules.live.registry import all_live_rules
from bot.rules.registry import all_rules
from bot.rulings.gaps import open_ends
from bot.rulings.merge import merge, observed_too, with_repo
from bot.rulings.verdict import after_the_pod, rule_out

OF_THE_WORKLOAD = frozenset({Link.RUN, Link.VOLUME})
"""Links that the rules of the files can judge by the live workload alone, without a repo."""


def judge_live(path: CoveragePath | None, live: Live) -> tuple[CoveragePath, Diagnosis]:
    """The path as it ran and its diagnosis, secrets taken out; `path` None: no repo was read.

    Every rule of the files judges the live workload, live rules add what the run saw, findings of one id
    become one, and the symptom and the probes rule causes out (those go to `not_causes`).
    """
    overlay = with_live(path, live)
    judged, healthy, gaps = _by_files(path, overlay)
    observed, more = _by_run(path, live)
    findings = merge(judged, observed)
    kept, out = rule_out(findings, live, overlay)
    symptom = live.files.symptom if live.files is not None else None
    later = {each.rule for each in kept if after_the_pod(each)}
    near = [each for each in kept if each.rule not in later]
    whole = symptom in (None, Symptom.BOTH)
    missing = open_ends([*gaps, *more], kept if whole else near, live, with_files=path is not None)
    kept = observed_too(kept, live.files.seen if live.files is not None else None)
    diagnosis = diagnose(kept, [*healthy, *out], missing, symptom)
    if not whole:  # what explains the empty directory comes before what would lose the files after it
        diagnosis = replace(diagnosis, causes=_first(diagnosis.causes, later))
    return clean_check(replace(overlay, links=link_facts(overlay)), diagnosis)


def _first(causes: tuple[Finding, ...], later: set[str]) -> tuple[Finding, ...]:
    """The causes with those of the pod's own directory that block in front, else in their order."""
    return tuple(sorted(causes, key=lambda each: each.effect is Effect.DEGRADES or each.rule in later))


def _by_files(
    path: CoveragePath | None, overlay: CoveragePath
) -> tuple[list[Finding], list[Finding], list[Missing]]:
    """Findings, healthy findings and gaps of the rules of the files, on the path with the live workload."""
    if path is None:
        found = [f for f in _findings(overlay, healthy=False) if f.link in OF_THE_WORKLOAD]
        return with_repo(found, ()), [], []
    found = [_as_sure(overlay, each) for each in _findings(overlay, healthy=False)]
    in_repo = [_as_sure(path, each) for each in _findings(path, healthy=False)]
    gaps = [*overlay.missing, *_gaps(overlay)]
    return with_repo(found, in_repo), list(_findings(overlay, healthy=True)), gaps


def _findings(path: CoveragePath, *, healthy: bool) -> Iterator[Finding]:
    for rule in all_rules():
        if rule.healthy is healthy:
            yield from (item for item in rule.run(path) if isinstance(item, Finding))


def _gaps(path: CoveragePath) -> Iterator[Missing]:
    for rule in all_rules():
        yield from (item for item in rule.run(path) if isinstance(item, Missing))


def _by_run(path: CoveragePath | None, live: Live) -> tuple[list[Finding], list[Missing]]:
    items: Iterable[Finding | Missing] = (item for rule in all_live_rules() for item in rule.run(live, path))
    findings: list[Finding] = []
    gaps = list(live.missing)
    for item in items:
        if isinstance(item, Missing):
            gaps.append(item)
        else:
            findings.append(item)
    return findings, gaps


def _as_sure(path: CoveragePath, finding: Finding) -> Finding:
    """A finding is no surer than the choice of the files it was read from."""
    return replace(finding, certainty=Certainty.POSSIBLE) if finding.link in path.guessed else finding
