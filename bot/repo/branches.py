"""What a repo knows of its branches: the default one, and where another left it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from bot.errors import CovcheckError, RefNotFound, RepoNotFound, RepoUnavailable
from bot.repo.client import GitHubClient
from bot.repo.git import Git
from bot.repo.limits import Budget
from bot.repo.local import branch_of_head, git_directory
from bot.repo.names import check_ref, is_full_name, is_sha
from bot.repo.transport import Question, Reply

_MOST = 8_000_000
"""A comparison lists up to 300 files with their patches."""
_KNOWN_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class MergeBase:
    """Where a branch left another: the commit, and when it was committed (seconds since the epoch)."""

    commit: str
    at: float


class Branches(Protocol):
    """The branches of one repo. Every method may raise RepoError."""

    def default(self) -> str | None:
        """The name of the default branch; None where there is none (a detached HEAD)."""
        ...

    def merge_base(self, base: str, head: str) -> MergeBase:
        """The merge base of a branch and a commit. Raises RefNotFound when there is none."""
        ...


class GitHubBranches:
    """Those of `owner/name` on GitHub: a request for each question."""

    def __init__(self, client: GitHubClient, repo: str, budget: Budget) -> None:
        self._client = client
        self._repo = repo
        self._budget = budget

    def default(self) -> str | None:
        """The name of the default branch."""
        name = self._asked("", 100_000).json().get("default_branch")
        return name if isinstance(name, str) and name else None

    def merge_base(self, base: str, head: str) -> MergeBase:
        """The merge base, by GitHub's comparison of the two."""
        pair = f"{quote(check_ref(base), safe='')}...{quote(check_ref(head), safe='')}"
        found: Any = self._asked(f"/compare/{pair}?per_page=1", _MOST).json().get("merge_base_commit")
        try:
            commit, when = found["sha"], found["commit"]["committer"]["date"]
            at = datetime.fromisoformat(when).timestamp()
        except (KeyError, TypeError, ValueError):
            raise RepoUnavailable(f"GitHub's comparison in {self._repo} names no merge base.") from None
        if not isinstance(commit, str) or not is_sha(commit):
            raise RepoUnavailable(f"GitHub's comparison in {self._repo} names no merge base.")
        return MergeBase(commit, at)

    def _asked(self, path: str, most: int) -> Reply:
        question = Question(f"/repos/{self._repo}{path}", most_bytes=most)
        reply = self._client.ask(question, repo=self._repo, budget=self._budget)
        if reply.status == 404 and path:
            raise RefNotFound(f"{self._repo} has not both of the commits, or they have nothing in common.")
        if reply.status in (404, 410):
            raise RepoNotFound(f"There is no repo {self._repo} that can be seen.")
        if reply.status != 200:
            raise RepoUnavailable(f"GitHub answered {reply.status} for {self._repo}.")
        return reply


class LocalBranches:
    """Those of a checkout or a bare git directory. Raises RepoNotFound when the folder is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._git = Git(git_directory(folder))

    def default(self) -> str | None:
        """The branch that HEAD stands for."""
        return branch_of_head(self._git, self._folder)

    def merge_base(self, base: str, head: str) -> MergeBase:
        """The merge base; `base` may be known from the remote only."""
        for name in (f"refs/heads/{check_ref(base)}", f"refs/remotes/origin/{base}", base):
            found = self._git.run("merge-base", "--end-of-options", name, check_ref(head))
            commit = (found or b"").decode("ascii", "replace").strip()
            if is_sha(commit):
                return MergeBase(commit, self._committed(commit))
        raise RefNotFound(f"{base[:80]!r} and {head[:80]!r} have nothing in common here, or are not here.")

    def _committed(self, commit: str) -> float:
        """When a commit was committed."""
        held = (self._git.run("cat-file", "commit", commit) or b"").split(b"\n\n", 1)[0]
        for line in held.split(b"\n"):
            if line.startswith(b"committer "):
                stamp = line.rsplit(b" ", 2)[-2:][0]
                return float(stamp) if stamp.isdigit() and len(stamp) < 13 else 0.0
        raise RepoUnavailable(f"git could not read the commit {commit[:12]}.")


class BranchesOf:
    """The branches of repos as people name them: `owner/name` over one client that is made when first needed,
    or a directory where that is `local`. Threads may share it."""

    def __init__(
        self, connect: Callable[[], GitHubClient], budget: Callable[[], Budget], local: Callable[[str], bool]
    ) -> None:
        self._connect = connect
        self._budget = budget
        self._local = local
        self._client: GitHubClient | None = None
        self._defaults: dict[str, tuple[float, str | None]] = {}
        self._lock = threading.Lock()

    def __call__(self, repo: str) -> Branches | None:
        """The branches of a repo; None where it is neither a directory that may be read nor `owner/name`.

        Raises RepoError and SettingsError.
        """
        if self._local(repo) and Path(repo).is_dir():
            return LocalBranches(Path(repo))
        if not is_full_name(repo):
            return None
        with self._lock:
            self._client = self._client or self._connect()
        return GitHubBranches(self._client, repo, self._budget())

    def default(self, repo: str) -> str | None:
        """The default branch's name, known for an hour; None where it cannot be told now."""
        now = time.monotonic()
        held = self._defaults.get(repo)
        if held is not None and held[0] > now:
            return held[1]
        try:
            branches = self(repo)
            name = None if branches is None else branches.default()
        except CovcheckError:
            return None
        self._defaults[repo] = now + _KNOWN_SECONDS, name
        return name

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None
