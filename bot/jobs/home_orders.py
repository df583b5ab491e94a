"""The orders of home tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.jobs.orders import Order, shown_repo
from bot.store.answers import Store
from bot.store.changes import What


@dataclass(frozen=True, slots=True)
class ShowHome(Order):
    """Publish a person's tab; nothing is done when it shows something newer than `at` (seconds since the
    epoch). `opened`: the person looks at it now. `note` stands on top until the next time; `refused` says
    why the person may not ask."""

    changes = None

    person: str
    at: float
    note: str = ""
    refused: str = ""
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Follow(Order):
    """Follow a service, or (`on` False) no longer; the place's user is who."""

    changes: ClassVar[What | None] = What.SERVICE_FOLLOWED

    repo: str
    service: str
    on: bool
    at: float = 0.0

    def changed(self, status: str) -> What | None:
        """What did not change anything is not written down."""
        if status == "NOTHING":
            return None
        return What.SERVICE_FOLLOWED if self.on else What.SERVICE_UNFOLLOWED

    def about(self, store: Store, job_id: str) -> str:
        """The service and its repo."""
        return f"{self.service} in {shown_repo(self.repo)}"
