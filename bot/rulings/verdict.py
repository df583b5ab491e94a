"""Which findings stand: the probes and the symptom rule causes out, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.facts.events import Stop
from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.facts.seen import coverage_files
from bot.model import LINKS, Effect, Finding, Link, Symptom
from bot.rules.live.registry import all_live_rules
from bot.rules.registry import all_rules
from bot.rulings.merge import LIVE
from bot.rulings.proofs import disproved

DOWNSTREAM = frozenset({Link.NODE, Link.COLLECT, Link.REPORT})
OF_THE_TEAM = frozenset({"never-stopped", "emptydir-lost", "restart-discards", "gocoverdir-child-pods"})
"""Causes in how the team's own run stops and collects, or in other pods: this run says nothing of them."""
BEHIND_THE_POD = frozenset(
    {
        "extramount-missing",
        "extramount-wrong-node",
        "path-mismatch",
        "collect-wrong-path",
        "emptydir-lost",
        "stale-data",
    }
)
SHOWS = {
    Link.BUILD: "the binary is instrumented",
    Link.IMAGE: "the instrumented binary runs",
    Link.RUN: "GOCOVERDIR reached the process",
    Link.VOLUME: "the directory could be written to",
    Link.STOP: "the process ended normally",
}
WRITTEN = {
    Symptom.META_ONLY: "covmeta was written",
    Symptom.COUNTERS_ONLY: "covcounters were written",
    Symptom.BOTH: "covmeta and covcounters were written",
}
SEEN = {
    Symptom.NOTHING: "nothing was written",
    Symptom.META_ONLY: "covmeta was written and covcounters not",
    Symptom.COUNTERS_ONLY: "covcounters were written and covmeta not",
    Symptom.BOTH: "both were written",
}


def rule_out(
    findings: Iterable[Finding], live: Live, overlay: CoveragePath
) -> tuple[list[Finding], list[Finding]]:
    """The findings that stand, and those that do not, each with the reason in its summary."""
    kept: list[Finding] = []
    out: list[Finding] = []
    for finding in findings:
        reason = _reason(finding, live, overlay)
        if reason is None:
            kept.append(finding)
        elif _partial(finding, live):
            kept.append(replace(finding, effect=Effect.DEGRADES))
        elif not _only_seen(finding):
            out.append(replace(finding, summary=f"{reason}: {finding.summary}"))
    return kept, out


def _only_seen(finding: Finding) -> bool:
    """Whether only the run suggests a cause, which the run also rules out: nobody asked about it."""
    return bool(finding.observations) and all(e.path.startswith(LIVE) for e in finding.evidence)


def after_the_pod(finding: Finding) -> bool:
    """Whether a cause lies behind the pod's own directory (how files reach the host, how a team collects):
    it does not explain what is missing in that directory. Asked before observations are shared out."""
    if finding.observations:
        return finding.rule in BEHIND_THE_POD
    return finding.link in DOWNSTREAM or finding.rule in OF_THE_TEAM


def _reason(finding: Finding, live: Live, overlay: CoveragePath) -> str | None:
    if not finding.observations:
        clause = disproved(finding.rule, live)
        if clause is not None:
            return f"Ruled out, {clause}"
    if live.files is None or _untouched(finding, overlay):
        return None
    symptom = live.files.symptom
    can_show = _symptoms(finding)
    if not can_show or symptom in can_show or (not live.files.sure and Symptom.META_ONLY in can_show):
        return None
    if symptom is Symptom.NOTHING or Symptom.BOTH in can_show:
        return f"Does not explain that {SEEN[symptom]} (it may matter next)"
    return f"Ruled out, {WRITTEN[symptom]}, so {SHOWS.get(finding.link, 'it did no harm')}"


def _symptoms(finding: Finding) -> tuple[Symptom, ...]:
    """The symptoms that the cause can show; () when the symptom says nothing about it."""
    if finding.observations:
        return next((r.symptoms for r in all_live_rules() if r.id == finding.rule), ())
    shown = next((rule.symptom for rule in all_rules() if rule.id == finding.rule), None)
    return (shown,) if shown is not None else ()


def _untouched(finding: Finding, overlay: CoveragePath) -> bool:
    """Whether a finding of the files is about what this run did in its own way, not in the team's."""
    if finding.observations:
        return False
    if finding.rule in OF_THE_TEAM or finding.link in DOWNSTREAM:
        return True
    if finding.link is not Link.STOP:
        return False
    stops = {event.evidence for event in overlay.events(Stop, error_paths=True)}
    return any(place in stops for place in finding.evidence)


def _partial(finding: Finding, live: Live) -> bool:
    """Whether it was seen in some of the pods only, while others wrote both files."""
    if live.files is None or live.files.symptom is not Symptom.BOTH or len(live.pods) < 2:
        return False
    about = {seen.about for seen in finding.observations}
    pods = [pod for pod in live.pods if f"pod {pod.name}" in about or f"pod/{pod.name}" in about]
    if not pods or len(pods) == len(live.pods):
        return False
    counters = [f for f in coverage_files(live.files.new) if f.name.startswith("covcounters.")]
    stopped_short = LINKS.index(finding.link) >= LINKS.index(Link.STOP)
    return not stopped_short or len(counters) < len(live.pods)
