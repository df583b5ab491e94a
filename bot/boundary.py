"""What leaves a check, with every secret taken out: facts, findings, what was not checked.

Rules see the texts as they stand in the repo, so that they judge and patch rightly; people, JSON, Slack
and the store get them from here. A patch must apply as it is, so one that holds a secret is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Diagnosis, Evidence, Finding, Fix, LinkFact, Missing, Observation
from bot.redact import MARK, is_literal, redact, tells_secret

Clean = Callable[[str], str]
T = TypeVar("T")


def clean_check(path: CoveragePath, diagnosis: Diagnosis) -> tuple[CoveragePath, Diagnosis]:
    """The rows of a path and its diagnosis without secrets."""
    clean = _cleaner(_values(path))
    links = {link: tuple(_fact(fact, clean) for fact in facts) for link, facts in path.links.items()}
    switches = tuple(replace(guard, text=clean(guard.text)) for guard in path.switches)
    missing = tuple(_missing(gap, clean) for gap in path.missing)
    shown = replace(
        diagnosis,
        causes=tuple(_finding(each, clean) for each in diagnosis.causes),
        not_causes=tuple(_finding(each, clean) for each in diagnosis.not_causes),
        folded=tuple(_finding(each, clean) for each in diagnosis.folded),
        missing=tuple(dict.fromkeys(_missing(gap, clean) for gap in diagnosis.missing)),
    )
    return replace(path, links=links, switches=switches, missing=missing), shown


def clean_live(live: Live) -> Live:
    """What a run saw without secrets: every text in it, also logs, events and the live object."""
    named = [(e.name, e.value) for c in (live.workload.containers if live.workload else ()) for e in c.env]
    cleaned: Live = _everywhere(live, _cleaner(_secret_values(named)))
    return cleaned


def _everywhere(value: Any, clean: Clean) -> Any:
    """The same value with each text in it cleaned: in dataclasses, tuples and mappings, not in enums."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(_everywhere(each, clean) for each in value)
    if isinstance(value, Mapping):
        return {key: _everywhere(each, clean) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _everywhere(getattr(value, f.name), clean) for f in fields(value)})
    return value


def clean_texts(value: T, clean: Clean = redact) -> T:
    """A value with every text in it cleaned: what others wrote, read into frozen types."""
    cleaned: T = _everywhere(value, clean)
    return cleaned


def cleaner(*paths: CoveragePath) -> Clean:
    """What takes secrets out of texts: by their shape, and values of secret names in these paths."""
    return _cleaner(dict.fromkeys(value for path in paths for value in _values(path)))


def _values(path: CoveragePath) -> tuple[str, ...]:
    """Literal values of variables whose names say that they hold a secret, the longest first."""
    named: list[tuple[str, str | None]] = [
        (arg.name, arg.value) for build in path.image_builds for arg in build.build_args
    ]
    if path.workload is not None:
        named += [(e.name, e.value) for c in path.workload.containers for e in c.env]
    if path.dockerfile is not None:
        named += [(s.name, s.value) for stage in path.dockerfile.stages for s in stage.env]
    return _secret_values(named)


def _secret_values(named: Iterable[tuple[str, str | None]]) -> tuple[str, ...]:
    found = {value for name, value in named if value and tells_secret(name) and is_literal(value)}
    return tuple(sorted((v for v in found if len(v) > 3), key=len, reverse=True))


def _cleaner(values: Iterable[str]) -> Clean:
    secrets = tuple(values)

    def clean(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, MARK)
        return redact(text)

    return clean


def _evidence(evidence: Evidence, clean: Clean) -> Evidence:
    return replace(evidence, excerpt=clean(evidence.excerpt)) if evidence.excerpt else evidence


def _fact(fact: LinkFact, clean: Clean) -> LinkFact:
    name = fact.name.rpartition(" ")[2]
    value = MARK if tells_secret(name) and is_literal(fact.value) else clean(fact.value)
    evidence = None if fact.evidence is None else _evidence(fact.evidence, clean)
    condition = None if fact.condition is None else clean(fact.condition)
    return LinkFact(fact.name, value, evidence, condition)


def _finding(finding: Finding, clean: Clean) -> Finding:
    patch = finding.fix.patch
    kept = patch if patch is not None and clean(patch) == patch else None
    return replace(
        finding,
        summary=clean(finding.summary),
        why=clean(finding.why),
        fix=Fix(clean(finding.fix.text), kept),
        evidence=tuple(_evidence(each, clean) for each in finding.evidence),
        observations=tuple(_observation(each, clean) for each in finding.observations),
    )


def _observation(seen: Observation, clean: Clean) -> Observation:
    return replace(seen, text=clean(seen.text), excerpt=clean(seen.excerpt))


def _missing(gap: Missing, clean: Clean) -> Missing:
    evidence = None if gap.evidence is None else _evidence(gap.evidence, clean)
    return replace(gap, what=clean(gap.what), reason=clean(gap.reason), evidence=evidence)
