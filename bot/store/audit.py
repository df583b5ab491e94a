"""The audit log: an entry for everything that changed something. Entries are put in and never changed.

The database itself refuses an update. Only `forget` removes entries, by their age.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import delete, func, or_, select

from bot.redact import redact
from bot.store.audit_tables import AUDIT
from bot.store.changes import By
from bot.store.database import Database

MAX_ABOUT = 500
"""Characters that are kept of what an entry is about."""
_LOOKED_AT = 4_000
_NAMES = ("id", "who", "channel", "what", "outcome", "request")
_WIDTHS: dict[str, int | None] = {name: getattr(AUDIT.c[name].type, "length", None) for name in _NAMES}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was changed: `what` (a `bot.store.changes.What`) `about` which thing, by whom (`by` is a
    `By`, `who` a Slack id or the name at a terminal), in which channel, and how it ended.

    `request` is the id of the job or run; `id` tells apart what one request changed. `at` in seconds since
    the epoch.
    """

    id: str
    at: float
    by: str
    what: str
    about: str
    outcome: str
    request: str
    who: str | None = None
    channel: str | None = None

    @property
    def person(self) -> str:
        """Who it was in one word: the id or name where there is one, else what it was."""
        return self.who or self.by


class AuditLog:
    """The audit log of one installation. Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: Entry) -> bool:
        """Put an entry in, without secrets and cut to its bounds; the same id again changes nothing.

        Gives whether it is new.
        """
        with self._database.transaction() as connection:
            return self._database.insert_once(connection, AUDIT, asdict(cleaned(entry)))

    def entries(
        self, *, since: float = 0.0, until: float | None = None, who: str = "", limit: int = 1_000
    ) -> tuple[Entry, ...]:
        """Entries in [since, until), the newest first. `who` is an id, a name, or a `By`."""
        query = select(AUDIT).where(AUDIT.c.at >= since)
        if until is not None:
            query = query.where(AUDIT.c.at < until)
        if who in set(By):
            query = query.where(AUDIT.c.by == who)
        elif who:
            query = query.where(or_(AUDIT.c.who == who, func.lower(AUDIT.c.who) == who.lower()))
        query = query.order_by(AUDIT.c.at.desc(), AUDIT.c.id).limit(limit)
        with self._database.transaction() as connection:
            return tuple(Entry(**row._mapping) for row in connection.execute(query))

    def forget(self, before: float) -> int:
        """Remove the entries before a time (seconds since the epoch); how many that were."""
        with self._database.transaction() as connection:
            return int(connection.execute(delete(AUDIT).where(AUDIT.c.at < before)).rowcount)


def cleaned(entry: Entry) -> Entry:
    """An entry as it is kept: one line each, without secrets, within the bounds of the table."""
    texts: dict[str, Any] = {name: _text(getattr(entry, name), most) for name, most in _WIDTHS.items()}
    return replace(entry, **texts, about=_text(entry.about, MAX_ABOUT) or "")


def _text(text: str | None, most: int | None) -> str | None:
    """Text on one line, secrets taken out before it is cut; what cannot be shown is a question mark."""
    if text is None:
        return None
    line = " ".join(redact(text[:_LOOKED_AT]).split())
    shown = "".join(char if char.isprintable() else "?" for char in line)
    return shown if most is None or len(shown) <= most else f"{shown[: most - 1]}…"
