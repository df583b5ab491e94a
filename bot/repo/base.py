"""A repo at one commit: the interface, its value types and what a reader may rely on.

Implementations: `bot.repo.local` (a checkout or a bare git directory) and `bot.repo.github` (REST).
Both list every path at the commit at once and read files one by one, cached for ever by SHA.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.model import Evidence, RepoRef
from bot.redact import hidden_lines

MAX_TEXT_BYTES = 1_000_000
"""Files of this size or larger are skipped with a reason: no person writes such config or Go code."""

MAX_EXCERPT_LINES = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A path in the tree. `kind` is `file`, `symlink` or `submodule`; `size` in bytes (None: unknown)."""

    path: str
    kind: str
    sha: str
    size: int | None
    executable: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A text file at the commit. `text` has LF line ends; invalid UTF-8 is replaced.

    `lines` is the text split at LF, so line N is `lines[N - 1]`.
    """

    path: str
    text: str
    sha: str
    repo: RepoRef
    lines: tuple[str, ...]
    hidden: Mapping[int, str] = field(default_factory=dict, repr=False, compare=False)
    """Index of each line that holds a secret -> the line as it may be shown."""

    def at(self, line: int, end_line: int | None = None) -> Evidence:
        """Evidence for 1-based lines of this file, with excerpt (redacted, cut to a few lines) and permalink.

        Lines outside the file are moved to its nearest line.
        """
        first = min(max(line, 1), max(len(self.lines), 1))
        last = min(max(end_line or first, first), max(len(self.lines), 1))
        end = min(last, first - 1 + MAX_EXCERPT_LINES)
        shown = self.lines[first - 1 : end]
        if self.hidden:
            shown = tuple(self.hidden.get(index, self.lines[index]) for index in range(first - 1, end))
        excerpt = "\n".join(text[:300].rstrip() for text in shown)
        return Evidence(self.path, first, last, excerpt, self.repo.permalink(self.path, first, last))


@dataclass(frozen=True, slots=True)
class Skip:
    """A path that was not read, and why, in one clause (`is a Git LFS pointer`)."""

    path: str
    reason: str


class Snapshot(Protocol):
    """A repo at a commit."""

    @property
    def ref(self) -> RepoRef:
        """Name, commit and web address."""
        ...

    @property
    def entries(self) -> Mapping[str, Entry]:
        """path -> Entry for everything at the commit that could be listed."""
        ...

    @property
    def gaps(self) -> tuple[Skip, ...]:
        """Parts of the tree that could not be listed (a truncated tree)."""
        ...

    def read(self, path: str) -> File | Skip:
        """The file's text, or why not (absent, submodule, binary, LFS pointer, too large, budget).

        Symlinks inside the repo are followed, at most 8 deep, and `File.path` is where they lead to,
        so that evidence names the lines' own file; those that lead out are skipped.
        Raises RepoError only for failures that end the check (rate limit, network, access).
        """
        ...

    def prefetch(self, paths: Iterable[str]) -> None:
        """A hint that these will be read: an implementation may fetch them in parallel."""
        ...


def text_file(path: str, text: str, sha: str, repo: RepoRef) -> File:
    """A File from raw text: CRLF becomes LF, the lines are split once."""
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = tuple(normal.split("\n"))
    return File(path, normal, sha, repo, lines, hidden_lines(normal, lines))
