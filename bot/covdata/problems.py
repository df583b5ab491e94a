"""What is wrong with coverage data, with the ids of causes.md, and the errors that carry it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.errors import CovdataError
from bot.model import Symptom


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the data, in one sentence.

    `rule` is an id of causes.md, or None where no cause is named there (a foreign file, a newer
    format). `symptom` is set where the directory as a whole shows one. `path` is the file or
    directory meant.
    """

    text: str
    rule: str | None = None
    path: Path | None = None
    symptom: Symptom | None = None


class DataError(CovdataError):
    """The data cannot give a figure; `problems` says why, one for each broken file."""

    def __init__(self, *problems: Problem, hint: str = "") -> None:
        self.problems = problems
        super().__init__("; ".join(p.text for p in problems[:5]), hint=hint)


def truncated(path: Path, what: str) -> DataError:
    """A file that ends early or whose parts contradict each other: a partial copy."""
    text = f"{path} is truncated or damaged: {what}"
    return DataError(Problem(text, "counters-truncated", path), hint="Copy the files again, after the exit.")


def foreign(path: Path, what: str) -> DataError:
    """A file that Go's coverage did not write, or wrote in a form that is not known here."""
    return DataError(Problem(f"{path} {what}", None, path))
