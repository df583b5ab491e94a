"""Further jobs: each part carries out its own orders, built by whoever composes the bot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from bot.jobs.orders import Order, Place
from bot.jobs.saying import Saying
from bot.store.answers import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """What every part is given: how to speak (with durable steps, `saying.steps`), the store, the slots that
    bound how many repos are read at once, and whether live runs are set up."""

    saying: Saying
    store: Store
    slots: threading.BoundedSemaphore
    live: bool


class Part(Protocol):
    """Carries out the orders it names; every call runs inside a workflow."""

    @property
    def orders(self) -> tuple[type[Order], ...]:
        """The orders of this part; no other part has them."""
        ...

    def carry_out(self, job_id: str, order: Any, place: Place) -> str:
        """Do what was ordered and give the status that is kept (at most 16 characters).

        What it raises is told as a fault of ours; NotThere as a place where nothing can be posted.
        """
        ...


@runtime_checkable
class Watching(Protocol):
    """A part that has more to do after jobs, also of other parts."""

    def concerns(self, order: Order) -> bool:
        """Whether something may follow from an order; costs nothing."""
        ...

    def after(self, job_id: str, order: Order, place: Place, status: str) -> Sequence[tuple[Order, Place]]:
        """What is to be done now that a job has ended in a status: orders that become jobs of their own."""
        ...


PartOf = Callable[[Parts], Part]
