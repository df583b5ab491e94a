"""Words that holders share: values cleaned and cut, conditions, what settles that something is absent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from bot.facts.build import Guard
from bot.facts.events import Rewrite
from bot.facts.lines import line_of
from bot.facts.path import CoveragePath
from bot.facts.words import REPO, clean_path, holes
from bot.facts.workload import Volume, VolumeMount
from bot.model import Certainty, Evidence, Finding
from knowledge.answering.model import Side
from knowledge.requests.model import Claim
from knowledge.requests.subjects import key_subject

MAX_QUOTED = 120
_KEY = re.compile(r"\s*(?:[-*+]\s+)?[`\"'*]{0,2}([A-Za-z][\w ./()-]{0,50}?)[`\"'*]{0,2}\s?:\s+\S")
_WHEN = re.compile(
    r"\b(?:when|if|only with)\b[^)\n]{0,40}?\b([A-Z][A-Z0-9_]{2,60})\s?={1,2}\s?[\"']?([\w-]{1,40})"
)


def quoted(text: str) -> str:
    """A value as it may stand in a sentence: one line, cut."""
    line = " ".join(text.split()).replace(REPO, "(repo)")
    return line if len(line) <= MAX_QUOTED else line[: MAX_QUOTED - 3] + "..."


def bare_value(text: str) -> str:
    """A claimed value without quotes, back ticks and what stands behind it in brackets."""
    return re.sub(r"\s+[(#].*$", "", text.strip(), flags=re.DOTALL).strip(" `\"'").rstrip(".,;")


def when(guards: Iterable[Guard]) -> str:
    """` when E2E_COVERAGE=true`, or "" for what always holds."""
    texts = [_condition(guard) for guard in guards if not guard.error_path]
    return f" when {' and '.join(dict.fromkeys(texts))}" if texts else ""


def _condition(guard: Guard) -> str:
    both = guard.variable and guard.value is not None
    return quoted(f"{guard.variable}={guard.value}" if both else guard.text)


def stated_condition(claim: Claim) -> tuple[str, str] | None:
    """The variable and its value under which a claim says that it holds."""
    match = _WHEN.search(claim.text, 0, 600)
    return (match[1], match[2]) if match else None


def other_condition(claim: Claim, guards: Iterable[Guard]) -> str:
    """Where the claim's condition is not the repo's: what the repo has; else ""."""
    stated, kept = stated_condition(claim), [g for g in guards if not g.error_path]
    if stated is None:
        return ""
    if any(g.variable == stated[0] and (g.value in (None, stated[1])) for g in kept):
        return ""
    return when(kept).strip() or "without that condition"


def keyed(claim: Claim) -> bool:
    """Whether the claim is a keyed line of a set-up (`Dockerfile: x`) whose key means its subject."""
    match = _KEY.match(claim.text)
    return match is not None and key_subject(match[1]) is claim.subject


def certain(side: Side, rule: str) -> Finding | None:
    """The finding of a rule on the asker's path, when it is certain."""
    found = (*side.diagnosis.causes, *side.diagnosis.folded)
    return next((f for f in found if f.rule == rule and f.certainty is Certainty.CERTAIN), None)


def wholly_read(path: CoveragePath) -> bool:
    """Whether the pod's declaration was read to the end and nothing rewrites it on the way."""
    return path.workload is not None and not path.workload.unread and not path.events(Rewrite)


def same_path(left: str, right: str) -> bool:
    """Whether two absolute paths are the same."""
    return clean_path(left) == clean_path(right)


def about_coverage(place: str) -> bool:
    """Whether a path is by its name meant for coverage files."""
    return "cov" in place.lower()


def pinned(path: CoveragePath, near: Evidence, word: str | None) -> Evidence:
    """The one line of a place on which a value stands; the place where there is no such line."""
    if not word or near.line == near.end_line:
        return near
    found = line_of(path, near, word)
    return found if found is not None and near.line <= found.line <= near.end_line else near


Mounted = TypeVar("Mounted", Volume, VolumeMount)


def precise(path: CoveragePath, item: Mounted) -> Mounted:
    """A volume or mount whose place is the line with its path."""
    return replace(item, evidence=pinned(path, item.evidence, item.path))


def unknown_parts(value: str) -> str:
    """The names of what hides a value, for a sentence."""
    return quoted(", ".join(holes(value))) or "a variable"
