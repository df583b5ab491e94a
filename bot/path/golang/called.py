"""What a suite calls is followed: `exec.Command("make", "docker-build")`, `exec.Command("./deploy.sh")`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.facts.build import Setting
from bot.model import Missing
from bot.path.commands.command import Command
from bot.path.commands.unwrap import unwrap
from bot.path.follow import Context, Run, RunReading
from bot.path.shell.reader import ShellCommand
from bot.repo.base import Snapshot

MAX_CALLS = 25
"""Calls of make and of scripts that one suite may follow."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What a suite inherits from the make or script that runs it: its environment, and the variables
    given on make's command line, which every make below gets as well (GNU make manual, "MAKEFLAGS")."""

    env: tuple[Setting, ...] = ()
    make: tuple[Setting, ...] = ()


class CalledRuns:
    """Follows the makes and scripts that a suite calls."""

    def __init__(self, snapshot: Snapshot, caller: Caller, words: Sequence[str] = ()) -> None:
        self._snapshot = snapshot
        self._caller = caller
        self._words = tuple(words)
        self._calls = 0

    def follow(self, command: Command) -> RunReading | None:
        """What a command line does that calls make or a script of the repo; None for any other."""
        run = Run(self._snapshot, self._words)
        if not any(run.is_call(step) for step in unwrap(command)):
            return None
        self._calls += 1
        if self._calls > MAX_CALLS:
            return _not_followed(command)
        context = Context(
            env=(*self._caller.env, *command.env),
            command={setting.name: setting for setting in self._caller.make},
            guards=command.guards,
            phase=command.phase,
            entry=command.entry,
            cwd=command.cwd,
        )
        run.follow([ShellCommand(replace(command, env=context.env), (), True)], context)
        return run.reading()


def _not_followed(command: Command) -> RunReading:
    reason = f"the suite makes more than {MAX_CALLS} calls of make and scripts"
    gap = Missing(f"the call {command.argv[0]}", reason, needed=False, evidence=command.evidence)
    return RunReading((), (), (gap,), ())
