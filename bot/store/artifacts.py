"""Which artifacts of GitHub Actions were looked into, and what came of each: over restarts and replicas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import delete, func, select

from bot.store.artifact_tables import ARTIFACTS
from bot.store.database import Database

_AT_ONCE = 500


class Taking(StrEnum):
    """What came of an artifact. All but FAILED are final: such a one is not fetched again."""

    TAKEN = "taken"
    REFUSED = "refused"
    EMPTY = "empty"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StoredArtifact:
    """An artifact and what came of it; `reason` says why it is no figure, `figure` is the id of the figure
    that it is, `at` when it was last tried, in seconds since the epoch."""

    repo: str
    id: int
    name: str
    service: str
    status: str
    reason: str
    at: float
    figure: str | None = None
    tries: int = 1


class ArtifactStore:
    """Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def settled(self, repo: str, ids: Iterable[int]) -> frozenset[int]:
        """Those of the artifacts that need not be fetched (again)."""
        wanted, found = sorted(set(ids)), set[int]()
        with self._database.transaction() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                query = select(ARTIFACTS.c.id).where(
                    ARTIFACTS.c.repo == repo.lower(),
                    ARTIFACTS.c.id.in_(wanted[start : start + _AT_ONCE]),
                    ARTIFACTS.c.status != Taking.FAILED.value,
                )
                found.update(int(one) for one in connection.execute(query).scalars())
        return frozenset(found)

    def keep(self, artifact: StoredArtifact) -> StoredArtifact:
        """Keep what came of an artifact and give it as it now stands: what is final stays, a failure counts
        one try more."""
        same = (ARTIFACTS.c.repo == artifact.repo.lower(), ARTIFACTS.c.id == artifact.id)
        with self._database.transaction() as connection:
            row = connection.execute(select(ARTIFACTS).where(*same).with_for_update()).one_or_none()
            if row is not None and row.status != Taking.FAILED:
                return StoredArtifact(**row._mapping)
            tries = 1 if row is None else row.tries + (artifact.status == Taking.FAILED)
            values = {**asdict(artifact), "repo": artifact.repo.lower(), "tries": tries}
            self._database.put(connection, ARTIFACTS, values)
        return StoredArtifact(**values)

    def again(self, repo: str) -> int:
        """Forget the artifacts of a repo that were refused, so that they are fetched again; how many."""
        return self._deleted(ARTIFACTS.c.repo == repo.lower(), ARTIFACTS.c.status == Taking.REFUSED.value)

    def latest(self, repo: str, limit: int = 20) -> tuple[StoredArtifact, ...]:
        """The artifacts of a repo that were looked into last, the newest first."""
        query = select(ARTIFACTS).where(ARTIFACTS.c.repo == repo.lower())
        query = query.order_by(ARTIFACTS.c.at.desc(), ARTIFACTS.c.id.desc()).limit(limit)
        with self._database.transaction() as connection:
            return tuple(StoredArtifact(**row._mapping) for row in connection.execute(query))

    def counts(self, repo: str, since: float) -> dict[str, int]:
        """How many artifacts of a repo came to what since a time, by status."""
        query = (
            select(ARTIFACTS.c.status, func.count())
            .where(ARTIFACTS.c.repo == repo.lower(), ARTIFACTS.c.at >= since)
            .group_by(ARTIFACTS.c.status)
        )
        with self._database.transaction() as connection:
            return {str(status): int(number) for status, number in connection.execute(query)}

    def thin(self, before: float) -> int:
        """Forget the artifacts that were looked into before a time; how many."""
        return self._deleted(ARTIFACTS.c.at < before)

    def _deleted(self, *where: object) -> int:
        with self._database.transaction() as connection:
            return connection.execute(delete(ARTIFACTS).where(*where)).rowcount  # type: ignore[arg-type]
