"""What every event takes over from the command line it was read from."""

from __future__ import annotations

from typing import TypedDict

from bot.facts.build import Guard, Setting
from bot.model import Evidence
from bot.path.commands.command import Command


class Place(TypedDict):
    """The fields that all events share, ready for `Event(**place_of(command))`."""

    evidence: Evidence
    guards: tuple[Guard, ...]
    phase: str
    cwd: str | None
    entry: str


def place_of(command: Command, *, evidence: Evidence | None = None, phase: str | None = None) -> Place:
    """Place, conditions, phase and working directory of a command line, `evidence` or `phase` replaced."""
    return Place(
        evidence=evidence or command.evidence,
        guards=command.guards,
        phase=phase or command.phase,
        cwd=command.cwd,
        entry=command.entry,
    )


def env_value(command: Command, name: str) -> str | None:
    """The value of an environment variable as the command gets it, or None."""
    for setting in reversed(command.env):
        if setting.name == name:
            return setting.value
    return None


def env_setting(command: Command, name: str) -> Setting | None:
    """The setting that gives the command an environment variable, or None."""
    return next((setting for setting in reversed(command.env) if setting.name == name), None)
