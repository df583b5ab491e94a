"""The words of experiments as frozen types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.errors import CovcheckError
from bot.model import Symptom

Fact = str | int | bool


class ExperimentError(CovcheckError):
    """An experiment cannot be run: no Go, an unknown id, a program that does not end."""


class BuildFailed(ExperimentError):
    """`go build` refused; `said` is what it wrote to stderr."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(
            f"go build failed: {said.strip().splitlines()[-1] if said.strip() else 'it said nothing'}"
        )


class NotHere(ExperimentError):
    """This machine lacks what the experiment needs; the message is the reason of the skip."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be seen for the claim to hold. What is not named is not judged.

    `exits` are the exit statuses that fit (128 + n for signal n), `says` texts that must all stand in
    stderr, `silent` that nothing may stand there; `facts` are compared by value.
    """

    symptom: Symptom | None = None
    exits: tuple[int, ...] = ()
    says: tuple[str, ...] = ()
    silent: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen: the symptom of the coverage directory, exit status and stderr of the program that the
    claim is about (paths of this machine taken out, a few lines), and named facts."""

    symptom: Symptom | None = None
    exit: int | None = None
    stderr: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoVersion:
    """`name` as `go version` says it (go1.26.8), `minor` its second number, `platform` linux/amd64."""

    name: str
    minor: int
    platform: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of an experiment. `reproduced` is None when it could not be run; `reason` then says why.
    `differences` say what was not as claimed. `date` is ISO 8601 (UTC), `seconds` wall time."""

    id: str
    reproduced: bool | None
    observed: Observed
    differences: tuple[str, ...]
    reason: str
    go: str
    platform: str
    date: str
    seconds: float
