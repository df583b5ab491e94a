"""Whom what concerns: the services that people follow, those they asked about, and whose home tab is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select, update

from bot.store.database import Database
from bot.store.home_tables import ASKED, FOLLOWING, HOMES

MOST_FOLLOWED = 200
"""A person follows at most so many services."""


@dataclass(frozen=True, slots=True)
class About:
    """A service of a repo: `owner/name` in small letters, or a directory of this machine."""

    repo: str
    service: str


def about(repo: str, service: str) -> About:
    """The service of a repo as it is kept: GitHub's names are the same in any case, directories are not."""
    return About(repo if PurePath(repo).is_absolute() else repo.lower(), service)


class Following:
    """Every method is one transaction and may raise StoreError. Times in seconds since the epoch."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def follow(self, person: str, what: About, since: float) -> bool:
        """Follow a service, once; False where the person follows as many as one may."""
        mine = FOLLOWING.c.person == person
        with self._database.transaction() as connection:
            known = select(FOLLOWING.c.since).where(mine, *_is(FOLLOWING, what))
            if connection.execute(known).first() is not None:
                return True
            count = connection.execute(select(func.count()).select_from(FOLLOWING).where(mine)).scalar_one()
            if count >= MOST_FOLLOWED:
                return False
            values = {"person": person, "repo": what.repo, "service": what.service, "since": since}
            self._database.insert_once(connection, FOLLOWING, values)
        return True

    def unfollow(self, person: str, what: About) -> bool:
        """Follow a service no more; whether it was followed."""
        with self._database.transaction() as connection:
            gone = delete(FOLLOWING).where(FOLLOWING.c.person == person, *_is(FOLLOWING, what))
            return connection.execute(gone.returning(FOLLOWING.c.person)).first() is not None

    def of(self, person: str) -> tuple[About, ...]:
        """What a person follows, by name."""
        query = select(FOLLOWING.c.repo, FOLLOWING.c.service).where(FOLLOWING.c.person == person)
        with self._database.transaction() as connection:
            rows = connection.execute(query.order_by(FOLLOWING.c.service, FOLLOWING.c.repo))
            return tuple(About(*row) for row in rows)

    def followers(self, what: About) -> tuple[str, ...]:
        """Who follows a service."""
        query = select(FOLLOWING.c.person).where(*_is(FOLLOWING, what)).order_by(FOLLOWING.c.person)
        with self._database.transaction() as connection:
            return tuple(connection.execute(query).scalars())

    def asked(self, person: str, what: About, channel: str, at: float, named: str = "") -> None:
        """Note that a person asked about a service. Who follows it by another name (`named`: as it was asked)
        follows it by its own from now on."""
        values = {"person": person, "repo": what.repo, "service": what.service, "channel": channel, "at": at}
        with self._database.transaction() as connection:
            self._database.put(connection, ASKED, values, newer="at")
            if named and named != what.service:
                self._renamed(connection, About(what.repo, named), what.service)

    def asked_lately(self, person: str, limit: int = 5) -> tuple[About, ...]:
        """The services that a person asked about, the latest first."""
        query = select(ASKED.c.repo, ASKED.c.service).where(ASKED.c.person == person)
        with self._database.transaction() as connection:
            rows = connection.execute(query.order_by(ASKED.c.at.desc(), ASKED.c.service).limit(limit))
            return tuple(About(*row) for row in rows)

    def channels(self, person: str) -> tuple[str, ...]:
        """Where a person asked."""
        query = select(ASKED.c.channel).where(ASKED.c.person == person).distinct()
        with self._database.transaction() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def opened(self, person: str, at: float) -> None:
        """Note that a person looks at the home tab."""
        values = {"person": person, "opened_at": at, "shown_at": 0.0}
        with self._database.transaction() as connection:
            if not self._database.insert_once(connection, HOMES, values):
                later = (HOMES.c.person == person, HOMES.c.opened_at < at)
                connection.execute(update(HOMES).where(*later).values(opened_at=at))

    def open_homes(self, people: Iterable[str], since: float) -> tuple[str, ...]:
        """Those of some people who opened their home tab since a time, the latest first."""
        query = select(HOMES.c.person).where(HOMES.c.person.in_(sorted(set(people))))
        query = query.where(HOMES.c.opened_at >= since).order_by(HOMES.c.opened_at.desc(), HOMES.c.person)
        with self._database.transaction() as connection:
            return tuple(connection.execute(query).scalars())

    def shown(self, person: str) -> float:
        """Of when the content of a person's home tab is; 0 when nothing was shown yet."""
        with self._database.transaction() as connection:
            query = select(HOMES.c.shown_at).where(HOMES.c.person == person)
            return float(connection.execute(query).scalar_one_or_none() or 0.0)

    def show(self, person: str, at: float) -> bool:
        """Note that content of a time is shown; False when newer content is there."""
        older = and_(HOMES.c.person == person, HOMES.c.shown_at <= at)
        with self._database.transaction() as connection:
            self._database.insert_once(
                connection, HOMES, {"person": person, "opened_at": 0.0, "shown_at": 0.0}
            )
            done = update(HOMES).where(older).values(shown_at=at).returning(HOMES.c.person)
            return connection.execute(done).first() is not None

    def _renamed(self, connection: Connection, old: About, service: str) -> None:
        query = select(FOLLOWING.c.person, FOLLOWING.c.since).where(*_is(FOLLOWING, old))
        for person, since in connection.execute(query).all():
            values = {"person": person, "repo": old.repo, "service": service, "since": since}
            self._database.insert_once(connection, FOLLOWING, values)
        connection.execute(delete(FOLLOWING).where(*_is(FOLLOWING, old)))


def _is(table: Table, what: About) -> tuple[ColumnElement[bool], ...]:
    return table.c.repo == what.repo, table.c.service == what.service
