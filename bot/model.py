"""The words of covcheck as frozen types. Imports nothing of ours.

Coverage data travels build > image > run > volume > node > stop > collect > report; every word
below is about one link of that path, or about how sure we are of what we say of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Link(StrEnum):
    """One link of the coverage path, in the order in which the data travels."""

    BUILD = "build"
    IMAGE = "image"
    RUN = "run"
    VOLUME = "volume"
    NODE = "node"
    STOP = "stop"
    COLLECT = "collect"
    REPORT = "report"


LINKS: tuple[Link, ...] = tuple(Link)


class Effect(StrEnum):
    """What a cause does: no figure at all, or a figure that is wrong or partial."""

    BLOCKS = "blocks"
    DEGRADES = "degrades"


class Certainty(StrEnum):
    """How sure a finding is. CERTAIN needs both sides of the mismatch as evidence."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Status(StrEnum):
    """What a diagnosis says. INCONCLUSIVE is an honest answer, never a softer CLEAR."""

    FOUND = "FOUND"
    CLEAR = "CLEAR"
    INCONCLUSIVE = "INCONCLUSIVE"


class Symptom(StrEnum):
    """What is in the coverage directory after the stop (causes.md, "What the files say")."""

    NOTHING = "NOTHING"
    META_ONLY = "META_ONLY"
    COUNTERS_ONLY = "COUNTERS_ONLY"
    BOTH = "BOTH"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Lines of a file at the snapshot's commit.

    `path` is repo-relative with forward slashes, `line` and `end_line` are 1-based and inclusive,
    `excerpt` is the text of those lines (redacted and cut to a few lines), `url` a permalink at the
    commit or None when the repo has no known web address.
    """

    path: str
    line: int
    end_line: int
    excerpt: str = ""
    url: str | None = None

    @property
    def place(self) -> str:
        """`path:line`, the way a person writes it."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Observation:
    """What a probe saw in the cluster: `text` is one clause, `excerpt` the raw lines (redacted, a few).

    `probe` is the probe's name (`process`, `stop`, ...), `about` the object (`pod NAME`, `node NAME`),
    `at` the time as ISO 8601 in UTC.
    """

    probe: str
    about: str
    text: str
    at: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that could not be read or checked, and why.

    `needed` says that a rule could not be decided without it: such a Missing forbids CLEAR.
    """

    what: str
    reason: str
    link: Link | None = None
    needed: bool = True
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """The smallest change that mends a cause; `patch` is a unified diff for `git apply`, or None."""

    text: str
    patch: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: one sentence, evidence on both sides, why, and the smallest fix."""

    rule: str
    link: Link
    effect: Effect
    certainty: Certainty
    summary: str
    why: str
    fix: Fix
    evidence: tuple[Evidence, ...]
    explains: tuple[str, ...] = ()
    """Ids of rules whose findings are mere consequences of this one and are folded into it."""
    observations: tuple[Observation, ...] = ()
    """What was seen in the cluster, for findings of a live run."""


@dataclass(frozen=True, slots=True)
class RepoRef:
    """A repo at one commit: `name` is `owner/name` or the directory's name; `commit` 40 hex digits."""

    name: str
    commit: str
    ref: str | None = None
    web_url: str | None = None
    """`https://host/owner/name` for permalinks; None when unknown."""

    @property
    def short(self) -> str:
        return self.commit[:7]

    def permalink(self, path: str, line: int, end_line: int) -> str | None:
        """The web address of lines of a file at the commit, as GitHub writes them."""
        if self.web_url is None:
            return None
        lines = f"#L{line}" if line == end_line else f"#L{line}-L{end_line}"
        return f"{self.web_url}/blob/{self.commit}/{_quoted(path)}{lines}"

    def page(self, path: str) -> str | None:
        """The web address of a file or a folder at the commit."""
        return None if self.web_url is None else f"{self.web_url}/tree/{self.commit}/{_quoted(path)}"


def _quoted(path: str) -> str:
    """A path for an address; bytes that are not UTF-8 (git gives them as surrogates) as they are."""
    from urllib.parse import quote

    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return quote(path.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Service:
    """A Go service found in a repo, with the files that make it and why each was taken.

    `files` maps a role (`main`, `dockerfile`, `kind`, `manifest`, `infrastructure`, `suite`,
    `build`) to repo-relative paths. `aliases` are other names people use for it.
    """

    name: str
    files: Mapping[str, tuple[str, ...]]
    aliases: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    """path -> why it belongs to the service, in one clause."""


@dataclass(frozen=True, slots=True)
class LinkFact:
    """A fact as people and other programs read it: one row under a link of the path.

    `condition` is the switch the fact hides behind (`E2E_COVERAGE=true`), or None.
    """

    name: str
    value: str
    evidence: Evidence | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Ranked causes and the status. The first cause is the answer."""

    status: Status
    causes: tuple[Finding, ...]
    not_causes: tuple[Finding, ...]
    missing: tuple[Missing, ...]
    symptom: Symptom | None = None
    folded: tuple[Finding, ...] = ()
    """Consequences of a cause above, kept for details, not counted as causes."""
