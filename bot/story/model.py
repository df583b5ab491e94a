"""A service's history as frozen types: what is told of it, for any medium."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.history.model import Delta, Figure


@dataclass(frozen=True, slots=True)
class AskedStory:
    """What is asked. `branch` None: the main one; `base` None: the main one, unless the branch is that one;
    `since` in seconds since the epoch."""

    repo: str
    service: str
    branch: str | None = None
    base: str | None = None
    since: float | None = None
    limit: int = 1_000


class Against(StrEnum):
    """What the last figure is held against."""

    PREVIOUS = "previous"
    BASE = "base"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Compared:
    """The last figure against an earlier one: `delta` None where there is none, and `why` says so; `how` says
    how the other one was chosen where that is not plain."""

    against: Against
    delta: Delta | None
    how: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """The figures of a service on a branch, oldest first, without their packages (of the base branch those
    that the chart draws); `compared` are at most three."""

    repo: str
    service: str
    branch: str | None
    base: str | None
    figures: tuple[Figure, ...]
    base_figures: tuple[Figure, ...]
    compared: tuple[Compared, ...]
    since: float | None = None

    @property
    def last(self) -> Figure:
        """The latest figure."""
        return self.figures[-1]
