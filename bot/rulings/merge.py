"""Findings of one id become one: what was observed leads, what the files say backs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.model import Certainty, Effect, Evidence, Finding, Fix, Observation

LIVE = "cluster:"
"""Evidence in the live object has a path that begins so; it cannot be patched with git."""


def merge(judged: Sequence[Finding], observed: Sequence[Finding]) -> list[Finding]:
    """The findings of both sides, one for each id that was observed, the surer word of the two."""
    seen = {finding.rule for finding in observed}
    merged = [_join(finding, [f for f in judged if f.rule == finding.rule]) for finding in observed]
    return [*merged, *(_below(f, observed) for f in judged if f.rule not in seen)]


def observed_too(kept: Sequence[Finding], files: Observation | None) -> list[Finding]:
    """Causes that only the files tell, with what the run saw of their consequences: the observations of
    what they explain, else the files that this run left."""
    made = []
    for finding in kept:
        told = [seen for f in kept if f.rule in finding.explains for seen in f.observations]
        seen = tuple(dict.fromkeys(told)) or ((files,) if files is not None else ())
        made.append(finding if finding.observations else replace(finding, observations=seen))
    return made


def _below(finding: Finding, observed: Sequence[Finding]) -> Finding:
    """A finding of the files does not explain what was seen and explains it."""
    above = {each.rule for each in observed if finding.rule in each.explains}
    return replace(finding, explains=tuple(rule for rule in finding.explains if rule not in above))


def with_repo(found: Sequence[Finding], in_repo: Sequence[Finding]) -> list[Finding]:
    """Findings on the live workload, backed by the same finding on the repo's, whose patch applies."""
    backed = []
    for finding in found:
        twin = next((each for each in in_repo if each.rule == finding.rule), None)
        evidence = _unique([*finding.evidence, *(twin.evidence if twin else ())])
        backed.append(replace(finding, evidence=evidence, fix=_fix(finding.fix, [twin] if twin else [])))
    return backed


def _join(observed: Finding, judged: Sequence[Finding]) -> Finding:
    evidence = _unique([*observed.evidence, *(place for each in judged for place in each.evidence)])
    certainty = min([observed.certainty, *(f.certainty for f in judged)], key=list(Certainty).index)
    effect = min([observed.effect, *(f.effect for f in judged)], key=list(Effect).index)
    explains = dict.fromkeys([*observed.explains, *(rule for each in judged for rule in each.explains)])
    return replace(
        observed,
        evidence=evidence,
        certainty=certainty,
        effect=effect,
        explains=tuple(explains),
        fix=_fix(observed.fix, judged),
    )


def _fix(own: Fix, others: Sequence[Finding]) -> Fix:
    """The fix of the repo's finding where it comes as a patch, else the own one without a patch."""
    if own.patch is not None and LIVE not in own.patch:
        return own
    patched = [f.fix for f in others if f.fix.patch is not None and LIVE not in f.fix.patch]
    return patched[0] if patched else Fix(own.text)


def _unique(places: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(places))
