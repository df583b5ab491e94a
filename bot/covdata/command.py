"""`covcheck cov` itself, free of the command line's heavy parts so that it starts as fast as Go's tool.

What goes to stdout or into files is what `go tool covdata` would write, byte for byte; `html` and
`treemap` are our own. Exit status: 0;
1 when data is broken, missing or passed over (what and which cause, on stderr); 2 for a wrong command.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.covdata import report
from bot.covdata.merge import merge as run_merge
from bot.covdata.pattern import matcher
from bot.covdata.problems import DataError, Problem
from bot.covdata.profile import load
from bot.errors import PushError, UsageError

FINE, BROKEN, WRONG = 0, 1, 2
TOLERATED = frozenset({"mixed-builds", "mixed-covermode"})
"""Causes that are told but leave exit status 0: every file was read and counted."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the verbs take: directories and patterns separated by commas, a file or directory to write,
    `combine` for a merge into one program, `source` the folder of the module for pages with sources."""

    directories: str
    output: str = ""
    packages: str = ""
    combine: bool = False
    source: str = ""

    @property
    def paths(self) -> list[Path]:
        """The directories. Raises UsageError where one has no name."""
        names = self.directories.split(",")
        if not all(names):
            raise UsageError("-i needs directories, separated by single commas")
        return [Path(name) for name in names]


def percent(options: Options) -> Sequence[Problem]:
    """The covered part of each package's statements; with an output also the text profile, as in Go."""
    profile = load(options.paths, match=matcher(options.packages), counts=bool(options.output))
    _print(report.percent(profile))
    if options.output:
        _write(options.output, report.textfmt(profile))
    return profile.problems


def func(options: Options) -> Sequence[Problem]:
    """The covered part of each function's statements, and the total."""
    profile = load(options.paths, match=matcher(options.packages))
    _print(report.func(profile))
    return profile.problems


def textfmt(options: Options) -> Sequence[Problem]:
    """The text profile that `go tool cover` and coverage services read, into the file `output`."""
    profile = load(options.paths, match=matcher(options.packages), counts=True, one_mode=True)
    _write(options.output, report.textfmt(profile))
    return profile.problems


def merge(options: Options) -> Sequence[Problem]:
    """All runs of each binary in one counter file, into the existing directory `output`."""
    match = matcher(options.packages)
    return run_merge(options.paths, Path(options.output), match=match, combine=options.combine)


def html(options: Options) -> Sequence[Problem]:
    """One page with the figures and, with `source`, the sources, into the file `output`."""
    from bot.covdata.html import page

    profile = load(options.paths, match=matcher(options.packages), counts=True)
    source = Path(options.source) if options.source else None
    _write(options.output, page(profile, _title(options), source))
    return profile.problems


def treemap(options: Options) -> Sequence[Problem]:
    """A picture of packages and files, into the file `output`; what it shows, in words, on stdout."""
    from bot.covdata.treemap import alt_text, treemap_png

    profile = load(options.paths, match=matcher(options.packages))
    _write_bytes(options.output, (treemap_png(profile, _title(options)),))
    _print(f"{alt_text(profile)}\n")
    return profile.problems


VERBS: dict[str, Callable[[Options], Sequence[Problem]]] = {
    "percent": percent,
    "func": func,
    "textfmt": textfmt,
    "merge": merge,
    "html": html,
    "treemap": treemap,
}
QUICK = {
    "percent": ("-i", "-o", "-pkg"),
    "func": ("-i", "-pkg"),
    "textfmt": ("-i", "-o", "-pkg"),
    "merge": ("-i", "-o", "-pkg"),
}
"""The verbs and flags that `run_words` knows."""


def run(verb: str, options: Options) -> int:
    """Run one verb of VERBS, say on stderr what is wrong, and return the exit status."""
    return reported(lambda: VERBS[verb](options))


def reported(work: Callable[[], Iterable[Problem]]) -> int:
    """Do some work, say on stderr what is wrong, and return the exit status."""
    try:
        return _tell(work())
    except DataError as error:
        return _tell(error.problems, error.hint)
    except (UsageError, PushError) as error:
        _say(str(error))
        if error.hint:
            _say(f"  {error.hint}")
        return WRONG


def run_words(words: Sequence[str]) -> int | None:
    """Run the words behind `covcheck cov` when they are a plain command; None for help and mistakes,
    which the full command line explains."""
    if not words or words[0] not in QUICK:
        return None
    given = {"-i": "", "-o": "", "-pkg": ""}
    rest = iter(words[1:])
    for word in rest:
        name, equals, value = word.partition("=")
        if name not in QUICK[words[0]]:
            return None
        given[name] = value if equals else next(rest, "")
    if not given["-i"] or (words[0] in ("textfmt", "merge") and not given["-o"]):
        return None
    return run(words[0], Options(given["-i"], given["-o"], given["-pkg"]))


def _title(options: Options) -> str:
    """The directories by their last names."""
    return "Coverage of " + ", ".join(path.resolve().name or str(path) for path in options.paths)


def _print(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def _write(path: str, pieces: Iterable[str]) -> None:
    _write_bytes(path, (piece.encode("utf-8", "surrogateescape") for piece in pieces))


def _write_bytes(path: str, pieces: Iterable[bytes]) -> None:
    try:
        with Path(path).open("wb") as file:
            file.writelines(pieces)
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
