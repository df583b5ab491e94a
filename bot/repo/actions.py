"""The artifacts of a repo's workflow runs (GitHub's REST API, "List artifacts for a repository").

Reading them needs `actions: read`; GitHub wants a token for the zips of public repos, too.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from bot.errors import AccessDenied, RepoNotFound, RepoUnavailable, UsageError
from bot.repo.client import GitHubClient
from bot.repo.download import download
from bot.repo.limits import Budget
from bot.repo.names import is_full_name, is_sha
from bot.repo.transport import Question

PAGE = 100
_MOST_LIST = 4_000_000
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_NEEDED = "The token needs `actions: read` on the repo (a classic one: the scope `repo`)."


@dataclass(frozen=True, slots=True)
class Artifact:
    """An artifact as GitHub lists it. `size` in bytes, `made` in seconds since the epoch; `run`, `branch` and
    `commit` are its workflow run's, None where GitHub does not say; `fork`: the run was of a fork's code;
    `sha256` of the zip, in hex."""

    id: int
    name: str
    size: int
    expired: bool
    made: float
    run: int | None = None
    branch: str | None = None
    commit: str | None = None
    fork: bool = False
    sha256: str | None = None


class Artifacts:
    """The artifacts of one repo, asked for with one budget."""

    def __init__(
        self, client: GitHubClient, repo: str, budget: Budget, *, http: httpx.BaseTransport | None = None
    ) -> None:
        if not is_full_name(repo):
            raise UsageError(
                f"{repo[:80]!r} is not the name of a GitHub repo.", hint="Write it as owner/name."
            )
        self.repo = repo
        self.budget = budget
        self._client = client
        self._http = http
        self._path = f"/repos/{repo}/actions/artifacts"

    def page(self, number: int) -> tuple[tuple[Artifact, ...], bool]:
        """One page (from 1) of at most 100, the newest first, and whether more may follow.

        Raises RepoError.
        """
        params = {"per_page": str(PAGE), "page": str(number)}
        question = Question(self._path, params=params, most_bytes=_MOST_LIST)
        with _explained():
            reply = self._client.ask(question, repo=self.repo, budget=self.budget)
        if reply.status in (404, 410):
            raise RepoNotFound(f"There is no repo {self.repo} that can be seen.", hint=_NEEDED)
        if reply.status != 200:
            raise RepoUnavailable(f"GitHub answered {reply.status} for the artifacts of {self.repo}.")
        self._path = reply.path.split("?")[0]
        listed = reply.json().get("artifacts")
        if not isinstance(listed, list):
            raise RepoUnavailable(f"GitHub's list of the artifacts of {self.repo} is none.")
        read = [_artifact(entry) for entry in listed[:PAGE]]
        return tuple(each for each in read if each is not None), len(listed) >= PAGE

    def fetch(self, artifact: Artifact, into: Path, most_bytes: int) -> int:
        """Fetch an artifact's zip into a file; its size. Raises as `download`."""
        with _explained():
            return download(
                self._client,
                f"{self._path}/{artifact.id}/zip",
                into,
                repo=self.repo,
                budget=self.budget,
                most_bytes=most_bytes,
                sha256=artifact.sha256,
                http=self._http,
            )


class ArtifactsOf:
    """Opens the artifacts of repos over one client, which is made when first needed; threads may share it."""

    def __init__(self, connect: Callable[[], GitHubClient], budget: Callable[[], Budget]) -> None:
        self._connect = connect
        self._budget = budget
        self._client: GitHubClient | None = None
        self._lock = threading.Lock()

    def __call__(self, repo: str) -> Artifacts:
        """Those of a repo. Raises UsageError, SettingsError."""
        with self._lock:
            self._client = self._client or self._connect()
            return Artifacts(self._client, repo, self._budget())

    def __enter__(self) -> ArtifactsOf:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None


@contextmanager
def _explained() -> Iterator[None]:
    """A refusal names the permission that is needed here."""
    try:
        yield
    except AccessDenied as error:
        raise AccessDenied(str(error), hint=_NEEDED) from None


def _artifact(entry: Any) -> Artifact | None:
    """An entry of the list; None when it is none that can be fetched."""
    if not isinstance(entry, dict):
        return None
    number, name, size = entry.get("id"), entry.get("name"), entry.get("size_in_bytes")
    made = _time(entry.get("created_at"))
    if type(number) is not int or not isinstance(name, str) or type(size) is not int or made is None:
        return None
    given = entry.get("workflow_run")
    run: dict[str, Any] = given if isinstance(given, dict) else {}
    head, digest = run.get("head_sha"), entry.get("digest")
    found = _DIGEST.fullmatch(digest) if isinstance(digest, str) else None
    branch = run.get("head_branch")
    return Artifact(
        id=number,
        name=name,
        size=size,
        expired=entry.get("expired") is True,
        made=made,
        run=run["id"] if type(run.get("id")) is int else None,
        branch=branch if isinstance(branch, str) and branch else None,
        commit=head if isinstance(head, str) and is_sha(head) else None,
        fork=run.get("head_repository_id") != run.get("repository_id"),
        sha256=found[1] if found else None,
    )


def _time(text: Any) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
