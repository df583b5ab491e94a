"""Reads how people run things: a make target, a script or a workflow, and all that they call.

Calls are followed among make, scripts and `$(MAKE)`; a `go test` stays an event, for the Go reader to
put the suite in its place.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from bot.facts.build import Setting
from bot.model import Evidence
from bot.path.entries import EntryPoint, entry_points
from bot.path.follow import Context, Run, RunReading
from bot.repo.base import Snapshot

__all__ = ["EntryPoint", "RunReader", "RunReading", "entry_points"]


class RunReader:
    """Reads entry points of a snapshot. `words` (names of the service) choose among the values of a
    workflow's matrix where nothing else does."""

    def __init__(self, snapshot: Snapshot, words: Iterable[str] = ()) -> None:
        self.snapshot = snapshot
        self.words = tuple(words)

    def make(
        self,
        path: str,
        target: str,
        overrides: Mapping[str, str] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> RunReading:
        """What `make -f PATH TARGET NAME=VALUE...` runs; `overrides` win over the Makefile's own."""
        run = Run(self.snapshot, self.words)
        caller = Evidence(path, 1, 1)
        context = Context(
            env=_settings(env, caller),
            command={s.name: s for s in _settings(overrides, caller)},
            entry=f"make {target}".strip(),
            cwd=posixpath.dirname(path),
        )
        run.make(path, (target,) if target else (), context)
        return run.reading()

    def script(self, path: str, args: Sequence[str] = (), env: Mapping[str, str] | None = None) -> RunReading:
        """What a script does, called from the repo's root."""
        run = Run(self.snapshot, self.words)
        context = Context(env=_settings(env, Evidence(path, 1, 1)), entry=path)
        run.script(path, tuple(args), context)
        return run.reading()

    def workflow(self, path: str, job: str | None = None) -> RunReading:
        """What a workflow's job does, after the jobs it needs; without `job` the one about coverage."""
        run = Run(self.snapshot, self.words)
        run.workflow(path, job)
        return run.reading()


def _settings(values: Mapping[str, str] | None, place: Evidence) -> tuple[Setting, ...]:
    return tuple(Setting(name, value, place) for name, value in (values or {}).items())
