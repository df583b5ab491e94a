"""What the command line changed, written in the audit log of the settings' store.

A store that fails is told and no more: the command did what it was asked to.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import CovcheckError

if TYPE_CHECKING:
    from bot.cluster.plan import Plan
    from bot.settings import Settings
    from bot.store.changes import What

Tell = Callable[[str], None]


def noted(
    settings: Settings, what: What, about: str, tell: Tell, *, outcome: str = "done", request: str = ""
) -> None:
    """Write an entry: what was changed from this terminal, and how it ended. Never raises CovcheckError."""
    from bot.bootstrap import store_url
    from bot.live_command import asked_by
    from bot.store.answers import Store
    from bot.store.audit import Entry
    from bot.store.changes import By

    request = request or secrets.token_hex(6)
    name = f"{request}-{what.name.lower()}"
    by, who = By.COMMAND_LINE.value, asked_by()
    entry = Entry(name, time.time(), by, what.value, about, outcome, request, who)
    try:
        store = Store(store_url(settings))
        try:
            store.audit.add(entry)
        finally:
            store.close()
    except CovcheckError as error:
        tell(f"It is not in the audit log: {error}")


def noted_with(config: Path | None, what: What, about: str, tell: Tell) -> None:
    """The same for commands that read settings only for this."""
    from bot.settings import load_settings

    try:
        settings = load_settings(config)
    except CovcheckError as error:
        tell(f"It is not in the audit log: {error}")
        return
    noted(settings, what, about, tell)


@dataclass(frozen=True, slots=True)
class LiveAudit:
    """Writes down that a live run was confirmed, before anything is stopped, and how it ended."""

    settings: Settings
    tell: Tell

    def begun(self, plan: Plan, run_id: str) -> None:
        """Somebody let the plan be carried out."""
        from bot.store.changes import What

        self._note(What.LIVE_CONFIRMED, plan, run_id, "begun")

    def ended(self, plan: Plan, run_id: str, how: str) -> None:
        """The run is over."""
        from bot.store.changes import What

        self._note(What.LIVE_ENDED, plan, run_id, how)

    def _note(self, what: What, plan: Plan, run_id: str, how: str) -> None:
        about = f"{plan.service} ({plan.target} in namespace {plan.namespace} on {plan.cluster})"
        noted(self.settings, what, about, self.tell, outcome=how, request=run_id)
