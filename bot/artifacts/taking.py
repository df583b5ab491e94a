"""Takes the artifacts of a repo that are new, the oldest first: each is fetched, read and kept once.

What comes out of CI is anybody's who may push to the repo: a zip is read within bounds
(`bot.history.artifacts`), and one that ended covcheck while it was read is refused after some tries.
Artifacts of forks' runs are passed over: whoever opens a pull request could name services with them.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.artifacts.names import Names
from bot.covdata import DataError
from bot.errors import CovcheckError, RepoNotFound, RequestBudgetSpent, StoreError, UsageError
from bot.history.artifacts import NothingInside
from bot.history.model import Figure, Source
from bot.history.pushed import decode, encode
from bot.history.reading import read_coverage
from bot.redact import redact
from bot.repo.actions import Artifact, Artifacts
from bot.repo.download import StorageFailed, TooLarge
from bot.store.answers import Store
from bot.store.artifacts import StoredArtifact, Taking

LOG = logging.getLogger("covcheck.artifacts")

PAGES = 20
"""So many pages of 100 are looked through when nothing on them is known."""
TRIES = 5
_REASON = 300
"""Characters of a reason that are kept."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest zip in bytes, and the days that are looked back when nothing is known yet."""

    zip: int = 100_000_000
    days: float = 14.0


@dataclass(frozen=True, slots=True)
class Pass:
    """One look at a repo's artifacts: those it came to an end with; `more`: some are left for the next look;
    `error`: why it ended early."""

    artifacts: tuple[StoredArtifact, ...] = ()
    more: bool = False
    error: str = ""

    def count(self, status: Taking) -> int:
        """How many artifacts came to this."""
        return sum(artifact.status == status for artifact in self.artifacts)


class Taker:
    """Takes the artifacts of the repos that are named; threads may share it."""

    def __init__(
        self,
        store: Store,
        opened: Callable[[str], Artifacts],
        repos: Mapping[str, Names],
        limits: Limits = Limits(),
        clock: Callable[[], float] = time.time,
        closing: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._opened = opened
        self.repos = {repo.lower(): names for repo, names in repos.items()}
        self._limits = limits
        self._clock = clock
        self.close = closing
        """Gives the connections back."""
        self._busy: dict[str, threading.Lock] = {repo: threading.Lock() for repo in self.repos}

    def take(self, repo: str) -> Pass:
        """Look once. Never raises for what GitHub, an artifact or the store is at fault of: it is in `error`.

        Raises UsageError for a repo that is not named in the settings.
        """
        names = self.repos.get(repo.lower())
        if names is None:
            raise UsageError(
                f"No artifacts of {repo} are taken.",
                hint="Name them in [history] artifacts (docs/history.md).",
            )
        if not self._busy[repo.lower()].acquire(blocking=False):
            return Pass(more=True, error="another look at it is under way")
        done: list[StoredArtifact] = []
        try:
            more, error = self._look(repo.lower(), names, done)
        except CovcheckError as failed:
            more, error = True, f"{failed} {failed.hint}".strip()
        finally:
            self._busy[repo.lower()].release()
        if error:
            LOG.warning("artifacts of %s: %s", repo, error)
        return Pass(tuple(done), more, error)

    def _look(self, repo: str, names: Names, done: list[StoredArtifact]) -> tuple[bool, str]:
        """(whether some are left, why it ended early)."""
        asked = self._opened(repo)
        for artifact, service in self._new(asked, repo, names):
            try:
                came = self._one(asked, artifact, service)
            except RequestBudgetSpent:
                return True, ""
            except StorageFailed as error:
                came = self._failed(asked.repo, artifact, service, str(error))
                if came.status == Taking.FAILED:
                    return True, f"{artifact.name}: {error}"
            done.append(came)
            say = LOG.info if came.status == Taking.TAKEN else LOG.warning
            say("artifact %s %r of %s: %s. %s", came.id, came.name, repo, came.status, came.reason)
        return False, ""

    def _new(self, asked: Artifacts, repo: str, names: Names) -> list[tuple[Artifact, str]]:
        """Artifacts with their services that were not looked into yet, the oldest first.

        Whatever is older than one that is settled is settled, too: they are taken in this order.
        """
        oldest = self._clock() - self._limits.days * 86_400.0
        found: dict[int, tuple[Artifact, str]] = {}
        for number in range(1, PAGES + 1):
            listed, more = asked.page(number)
            mine = [(each, service) for each in listed if (service := names.service(each.name)) is not None]
            settled = self._store.artifacts.settled(repo, (each.id for each, _ in mine))
            for each, service in mine:
                if each.id not in settled and each.made >= oldest and not each.fork:
                    found[each.id] = each, service
            if settled or not more or any(each.made < oldest for each in listed):
                break
        else:
            LOG.warning("artifacts of %s: only the latest %d pages were looked through", repo, PAGES)
        return [found[number] for number in sorted(found)]

    def _one(self, asked: Artifacts, artifact: Artifact, service: str) -> StoredArtifact:
        """Fetch and read an artifact and keep what came of it. Raises RepoError and StoreError."""

        def settled(status: Taking, reason: str) -> StoredArtifact:
            return self._settled(asked.repo, artifact, service, status, reason)

        if artifact.expired:
            return settled(Taking.REFUSED, "It had expired before it was taken.")
        if artifact.size > self._limits.zip:
            return settled(Taking.REFUSED, f"It has {artifact.size:,} bytes; at most {self._limits.zip:,}.")
        with _folder() as folder:
            place = Path(folder) / "artifact.zip"
            try:
                asked.fetch(artifact, place, self._limits.zip)
            except (TooLarge, RepoNotFound) as error:
                return settled(Taking.REFUSED, str(error))
            begun = self._failed(asked.repo, artifact, service, "Reading it came to no end.")
            if begun.status != Taking.FAILED:
                return begun
            try:
                figure = self._figure(asked.repo, artifact, service, place)
            except NothingInside as error:
                return settled(Taking.EMPTY, _shown(error, place))
            except (DataError, UsageError) as error:
                return settled(Taking.REFUSED, _shown(error, place))
            except StoreError:
                raise
            except OSError as error:
                raise StoreError(f"The zip cannot be unpacked here: {error.strerror}.") from None
            except Exception:
                LOG.exception("artifact %s of %s could not be read", artifact.id, asked.repo)
                return settled(Taking.REFUSED, "Reading it failed on covcheck's side; the log has more.")
        self._store.history.keep(figure)
        return self._settled(asked.repo, artifact, service, Taking.TAKEN, "", figure.id)

    def _figure(self, repo: str, artifact: Artifact, service: str, place: Path) -> Figure:
        """The figure in a zip, by the rules of pushed ones. Raises DataError, UsageError, StoreError."""
        if artifact.commit is None:
            raise UsageError("GitHub does not say which commit its run was of.")
        body = encode(
            read_coverage([place]).summary,
            repo=repo,
            service=service,
            commit=artifact.commit,
            branch=artifact.branch,
            run=f"{artifact.run or ''} artifact {artifact.id}",
        )
        return replace(decode(body, self._clock(), Source.ACTIONS), at=min(artifact.made, self._clock()))

    def _failed(self, repo: str, artifact: Artifact, service: str, why: str) -> StoredArtifact:
        """Count a try that may come to nothing; after TRIES of them the artifact is refused."""
        kept = self._settled(repo, artifact, service, Taking.FAILED, why)
        if kept.status == Taking.FAILED and kept.tries > TRIES:
            return self._settled(repo, artifact, service, Taking.REFUSED, f"{TRIES} tries failed: {why}")
        return kept

    def _settled(
        self,
        repo: str,
        artifact: Artifact,
        service: str,
        status: Taking,
        reason: str,
        figure: str | None = None,
    ) -> StoredArtifact:
        said = redact(reason)[:_REASON]
        made = StoredArtifact(
            repo, artifact.id, artifact.name[:_REASON], service, status.value, said, self._clock(), figure
        )
        return self._store.artifacts.keep(made)


def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for one artifact. Raises StoreError when there is no room."""
    try:
        return tempfile.TemporaryDirectory(prefix="covcheck-artifact-")
    except OSError as error:
        raise StoreError(f"No temporary folder can be made: {error.strerror}.") from None


def _shown(error: CovcheckError, place: Path) -> str:
    """Why, without the path that it had on this machine."""
    return str(error).replace(f"{place}", "the zip").replace(str(place.parent), "")
