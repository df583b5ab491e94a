"""One answer, ready for any medium: what people read, in the order in which they read it.

A lead reads `headline`, an engineer the first cause, the rest is folded. Media (terminal, Slack,
Markdown) only lay this out; none of them decides what is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.model import Diagnosis, Evidence, Finding, Link, LinkFact, Missing, RepoRef


class Mark(StrEnum):
    """How a link of the path stands in the picture."""

    OK = "ok"
    BROKEN = "broken"
    WEAK = "weak"
    """A finding that only degrades, or one that is only possible."""
    UNKNOWN = "unknown"
    """Something needed was not read."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link of the path picture with the facts read for it."""

    link: Link
    mark: Mark
    facts: tuple[LinkFact, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One line of evidence: where it is and what it says."""

    place: str
    excerpt: str
    url: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class CauseView:
    """A cause as people read it, with its consequences folded in as one-line summaries.

    `same_lines_as` is the number (from 1) of an earlier cause that rests on mostly the same lines:
    two faces of one mistake, for which one fix may do.
    """

    finding: Finding
    rows: tuple[EvidenceRow, ...]
    consequences: tuple[str, ...]
    same_lines_as: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to `check`: verdict, path picture, causes, what is not it, what was not checked.

    `conditions` are the switches coverage hides behind (`E2E_COVERAGE=true`).
    """

    service: str
    repo: RepoRef
    headline: str
    links: tuple[LinkView, ...]
    causes: tuple[CauseView, ...]
    not_causes: tuple[Finding, ...]
    missing: tuple[Missing, ...]
    conditions: tuple[str, ...]
    diagnosis: Diagnosis
    files: tuple[str, ...] = ()
    """The files and directories of the repo that make the service."""
