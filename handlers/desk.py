"""What every Slack surface stands on: where orders are handed in, who may ask, and what is kept."""

from __future__ import annotations

from dataclasses import dataclass

from bot.jobs.engine import Jobs
from bot.store.answers import Store
from handlers.access import Access


@dataclass(frozen=True, slots=True)
class Desk:
    """A surface checks who asks (`access`), may look something up quickly (`store`), and hands orders in."""

    jobs: Jobs
    access: Access
    store: Store
