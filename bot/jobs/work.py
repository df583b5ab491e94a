"""What jobs ask of the main job: the seam between Slack's durable jobs and reading repos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from bot.check import Progress, check
from bot.compare import compare
from bot.model import RepoRef, Service
from bot.path import discover
from bot.render.answer import Answer
from bot.render.build import build_answer
from bot.render.side_by_side import RowLike
from bot.repo.base import Snapshot
from bot.repo.opened import OpenSnapshot, opened


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two answers at one commit and the facts side by side."""

    left: Answer
    right: Answer
    rows: Sequence[RowLike]


@dataclass(frozen=True, slots=True)
class ServiceList:
    """The services found in a repo at a commit."""

    repo: RepoRef
    services: tuple[Service, ...]


class Work(Protocol):
    """The questions that jobs answer. Each may raise CovcheckError."""

    def check(self, repo: str, ref: str | None, service: str, progress: Progress) -> Answer:
        """The answer to `check SERVICE`."""
        ...

    def compare(self, repo: str, ref: str | None, first: str, second: str, progress: Progress) -> Comparison:
        """The answer to `compare FIRST SECOND`."""
        ...

    def services(self, repo: str, ref: str | None, progress: Progress) -> ServiceList:
        """The answer to `services`."""
        ...


class RepoWork:
    """The real one: opens a snapshot and reads it. `open_for_two` opens one with the requests of two checks;
    None: as for one."""

    def __init__(self, open_snapshot: OpenSnapshot, open_for_two: OpenSnapshot | None = None) -> None:
        self._open = open_snapshot
        self._open_for_two = open_for_two or open_snapshot

    def check(self, repo: str, ref: str | None, service: str, progress: Progress) -> Answer:
        """The answer to `check SERVICE`."""
        with self._opened(repo, ref, progress) as snapshot:
            done = check(snapshot, service, progress)
        return build_answer(done.path, done.diagnosis)

    def compare(self, repo: str, ref: str | None, first: str, second: str, progress: Progress) -> Comparison:
        """The answer to `compare FIRST SECOND`: both are read at the same commit."""
        progress("opening the repo")
        with opened(self._open_for_two, repo, ref) as snapshot:
            left, right = (check(snapshot, name, progress) for name in (first, second))
        return Comparison(
            build_answer(left.path, left.diagnosis),
            build_answer(right.path, right.diagnosis),
            compare(left, right).rows,
        )

    def services(self, repo: str, ref: str | None, progress: Progress) -> ServiceList:
        """The answer to `services`."""
        with self._opened(repo, ref, progress) as snapshot:
            progress("looking for services")
            return ServiceList(snapshot.ref, discover(snapshot))

    @contextmanager
    def _opened(self, repo: str, ref: str | None, progress: Progress) -> Iterator[Snapshot]:
        progress("opening the repo")
        with opened(self._open, repo, ref) as snapshot:
            yield snapshot
