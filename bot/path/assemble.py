"""Puts what the readers found together to one CoveragePath."""

from __future__ import annotations

from bot.facts.path import CoveragePath
from bot.model import Service
from bot.repo.base import Snapshot


def read_path(snapshot: Snapshot, service: Service) -> CoveragePath:
    """Read the coverage path of a service."""
    raise NotImplementedError
