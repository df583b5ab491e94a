"""Which files make a service: found by reading, not by a list."""

from __future__ import annotations

from bot.model import Service
from bot.repo.base import Snapshot


def discover(snapshot: Snapshot) -> tuple[Service, ...]:
    """Every Go service of the repo that is built into an image."""
    raise NotImplementedError


def find_service(snapshot: Snapshot, name: str) -> Service:
    """The service people mean by `name`."""
    raise NotImplementedError
