"""`check --json`: the fixed shape of design.md, which other programs parse."""

from __future__ import annotations

from typing import Any

from bot.facts.path import CoveragePath
from bot.model import LINKS, Diagnosis, Evidence, Finding, LinkFact


def check_json(path: CoveragePath, diagnosis: Diagnosis) -> dict[str, Any]:
    """The check as plain data. `path` maps each link to its facts, a list of
    {"name", "value", "condition", "evidence"}."""
    return {
        "service": path.service.name,
        "repo": path.repo.name,
        "commit": path.repo.commit,
        "status": str(diagnosis.status),
        "symptom": None if diagnosis.symptom is None else str(diagnosis.symptom),
        "causes": [_finding(f) for f in diagnosis.causes],
        "not_causes": [_finding(f) for f in diagnosis.not_causes],
        "missing": [{"what": m.what, "reason": m.reason} for m in diagnosis.missing],
        "path": {str(link): [_fact(f) for f in path.links.get(link, ())] for link in LINKS},
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "link": str(finding.link),
        "effect": str(finding.effect),
        "certainty": str(finding.certainty),
        "summary": finding.summary,
        "why": finding.why,
        "evidence": [evidence_json(e) for e in finding.evidence],
        "fix": {"text": finding.fix.text, "patch": finding.fix.patch},
    }


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "path": evidence.path,
        "line": evidence.line,
        "end_line": evidence.end_line,
        "url": evidence.url,
        "excerpt": evidence.excerpt,
    }


def _fact(fact: LinkFact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "value": fact.value,
        "condition": fact.condition,
        "evidence": None if fact.evidence is None else evidence_json(fact.evidence),
    }
