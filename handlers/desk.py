"""What every Slack surface stands on: where orders are handed in, who may ask, and what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.jobs.engine import Jobs
from bot.jobs.modes import Modes
from bot.store.answers import Store
from handlers.access import Access


@dataclass(frozen=True, slots=True)
class Desk:
    """A surface checks who asks (`access`), may look something up quickly (`store`), and hands orders in."""

    jobs: Jobs
    access: Access
    store: Store
    modes: Modes = field(default_factory=Modes)
    """How questions are treated in channels where people have not said how."""
    reaction: str = "bookmark"
    """The name of the reaction that offers to save a thread as an answer; empty: none."""
