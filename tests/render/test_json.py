"""`check --json`: the shape that other programs parse."""

from __future__ import annotations

import json
from typing import Any

from bot.facts.path import CoveragePath
from bot.model import (
    LINKS,
    Certainty,
    Diagnosis,
    Effect,
    Evidence,
    Finding,
    Fix,
    Link,
    LinkFact,
    Missing,
    RepoRef,
    Service,
    Status,
    Symptom,
)
from bot.render.json import check_json

PLACE = Evidence("hack/kind.yaml", 3, 5, "- role: worker", "https://example.org/x")
PLACE_JSON = {
    "path": "hack/kind.yaml",
    "line": 3,
    "end_line": 5,
    "url": "https://example.org/x",
    "excerpt": "- role: worker",
}


def finding(rule: str, patch: str | None = None) -> Finding:
    return Finding(
        rule,
        Link.NODE,
        Effect.BLOCKS,
        Certainty.LIKELY,
        "It fails.",
        "Because.",
        Fix("Mend it.", patch),
        (PLACE,),
    )


def path(**more: Any) -> CoveragePath:
    return CoveragePath(Service("shop", {}), RepoRef("acme/shop", "a" * 40), **more)


def diagnosis(status: Status = Status.CLEAR, **more: Any) -> Diagnosis:
    parts: dict[str, Any] = {"causes": (), "not_causes": (), "missing": (), **more}
    return Diagnosis(status, **parts)


def test_a_clear_check_has_every_key_and_every_link() -> None:
    assert check_json(path(), diagnosis()) == {
        "service": "shop",
        "repo": "acme/shop",
        "commit": "a" * 40,
        "status": "CLEAR",
        "symptom": None,
        "causes": [],
        "not_causes": [],
        "missing": [],
        "path": {str(link): [] for link in LINKS},
    }


def test_causes_keep_their_order_and_folded_ones_are_left_out() -> None:
    found = diagnosis(
        Status.FOUND,
        causes=(finding("a", "--- a\n+++ b\n"), finding("b")),
        not_causes=(finding("c"),),
        folded=(finding("d"),),
        symptom=Symptom.META_ONLY,
    )
    data = check_json(path(), found)
    assert (data["status"], data["symptom"]) == ("FOUND", "META_ONLY")
    assert [each["rule"] for each in data["causes"]] == ["a", "b"]
    assert [each["rule"] for each in data["not_causes"]] == ["c"]
    assert data["causes"][0] == {
        "rule": "a",
        "link": "node",
        "effect": "blocks",
        "certainty": "likely",
        "summary": "It fails.",
        "why": "Because.",
        "evidence": [PLACE_JSON],
        "fix": {"text": "Mend it.", "patch": "--- a\n+++ b\n"},
    }
    assert data["causes"][1]["fix"]["patch"] is None


def test_what_is_missing_and_facts_with_and_without_a_place() -> None:
    facts = (LinkFact("replicas", "1", PLACE, "E2E=true"), LinkFact("cluster", "kind"))
    gap = Missing("the Kind config", "nothing names it", Link.NODE, evidence=PLACE)
    data = check_json(path(links={Link.RUN: facts}), diagnosis(Status.INCONCLUSIVE, missing=(gap,)))
    assert data["missing"] == [{"what": "the Kind config", "reason": "nothing names it"}]
    assert data["path"]["run"] == [
        {"name": "replicas", "value": "1", "condition": "E2E=true", "evidence": PLACE_JSON},
        {"name": "cluster", "value": "kind", "condition": None, "evidence": None},
    ]


def test_it_is_plain_data() -> None:
    """Enums become plain words, and any text of a repo survives being written and read."""
    odd = LinkFact("copy", 'a "b" \u2028 \udc80 <!channel>')
    data = check_json(path(links={Link.COLLECT: (odd,)}), diagnosis(causes=(finding("a"),)))
    assert json.loads(json.dumps(data)) == data
    assert type(data["causes"][0]["link"]) is str
