"""`covcheck cov` itself, free of the command line's heavy parts so that it starts as fast as Go's tool.

What goes to stdout or into files is what `go tool covdata` would write, byte for byte. Exit status: 0;
1 when data is broken, missing or passed over (what and which cause, on stderr); 2 for a wrong command.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.covdata import report
from bot.covdata.merge import merge as run_merge
from bot.covdata.pattern import matcher
from bot.covdata.problems import DataError, Problem
from bot.covdata.profile import load
from bot.errors import UsageError

FINE, BROKEN, WRONG = 0, 1, 2
TOLERATED = frozenset({"mixed-builds", "mixed-covermode"})
"""Causes that are told but leave exit status 0: every file was read and counted."""


def percent(directories: str, output: str, packages: str) -> Sequence[Problem]:
    """The covered part of each package's statements; with an output also the text profile, as in Go."""
    profile = load(_split(directories), match=matcher(packages), counts=bool(output))
    _print(report.percent(profile))
    if output:
        _write(Path(output), report.textfmt(profile))
    return profile.problems


def func(directories: str, output: str, packages: str) -> Sequence[Problem]:
    """The covered part of each function's statements, and the total."""
    profile = load(_split(directories), match=matcher(packages))
    _print(report.func(profile))
    return profile.problems


def textfmt(directories: str, output: str, packages: str) -> Sequence[Problem]:
    """The text profile that `go tool cover` and coverage services read, into the file `output`."""
    profile = load(_split(directories), match=matcher(packages), counts=True, one_mode=True)
    _write(Path(output), report.textfmt(profile))
    return profile.problems


def merge(directories: str, output: str, packages: str) -> Sequence[Problem]:
    """All runs of each binary in one counter file, into the existing directory `output`."""
    return run_merge(_split(directories), Path(output), match=matcher(packages))


VERBS: dict[str, Callable[[str, str, str], Sequence[Problem]]] = {
    "percent": percent,
    "func": func,
    "textfmt": textfmt,
    "merge": merge,
}


def run(verb: str, directories: str, output: str, packages: str) -> int:
    """Run one verb of VERBS, say on stderr what is wrong, and return the exit status."""
    try:
        return _tell(VERBS[verb](directories, output, packages))
    except DataError as error:
        return _tell(error.problems, error.hint)
    except UsageError as error:
        _say(str(error))
        return WRONG


def run_words(words: Sequence[str]) -> int | None:
    """Run the words behind `covcheck cov` when they are a plain command; None for help and mistakes,
    which the full command line explains."""
    if not words or words[0] not in VERBS:
        return None
    given = {"-i": "", "-o": "", "-pkg": ""}
    rest = iter(words[1:])
    for word in rest:
        name, equals, value = word.partition("=")
        if name not in given or (name == "-o" and words[0] == "func"):
            return None
        given[name] = value if equals else next(rest, "")
    if not given["-i"] or (words[0] in ("textfmt", "merge") and not given["-o"]):
        return None
    return run(words[0], given["-i"], given["-o"], given["-pkg"])


def _split(text: str) -> list[Path]:
    names = text.split(",")
    if not all(names):
        raise UsageError("-i needs directories, separated by single commas")
    return [Path(name) for name in names]


def _print(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def _write(path: Path, pieces: Iterable[str]) -> None:
    try:
        with path.open("wb") as file:
            file.writelines(piece.encode("utf-8", "surrogateescape") for piece in pieces)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _tell(problems: Iterable[Problem], hint: str = "") -> int:
    """Each problem on stderr; the status says whether one means that data is missing from the figures."""
    status = FINE
    for problem in problems:
        rule = f" [{problem.rule}]" if problem.rule else ""
        _say(f"{problem.text}{rule}")
        if problem.rule not in TOLERATED:
            status = BROKEN
    if hint:
        _say(f"  {hint}")
    return status


def _say(text: str) -> None:
    shown = "".join(c if c.isprintable() else "?" for c in text)
    sys.stderr.write(f"covcheck: {shown}\n")
