"""`covcheck cov`: the reports of `go tool covdata`, without Go and with a reason where it is silent.

What goes to stdout or into files is what `go tool covdata` would write, byte for byte. Exit status: 0;
1 when data is broken, missing or passed over (what and which cause, on stderr); 2 for a wrong command.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.covdata import Problem

BROKEN, WRONG = 1, 2
TOLERATED = frozenset({"mixed-builds", "mixed-covermode"})
"""Causes that are told but leave exit status 0: every file was read and counted."""

app = typer.Typer(
    help="Coverage from raw covmeta and covcounters files, like `go tool covdata`; no Go needed.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


def _value(text: str) -> str:
    """What Go's flags take for `-i=x`: a short option would keep the equals sign."""
    return text.removeprefix("=")


Input = Annotated[str, typer.Option("-i", parser=_value, metavar="DIR[,DIR]", help="Directories to read.")]
Output = Annotated[str, typer.Option("-o", parser=_value, metavar="PATH", help="Where to write.")]
Packages = Annotated[
    str, typer.Option("-pkg", "--pkg", parser=_value, metavar="PATTERN[,...]", help="Only these packages.")
]


@app.command()
def percent(i: Input, o: Output = "", pkg: Packages = "") -> None:
    """The covered part of each package's statements; with -o also the text profile, as in Go."""
    from bot.covdata import load, matcher, report

    with _told():
        profile = load(_directories(i), match=matcher(pkg), counts=bool(o))
        _print(report.percent(profile))
        if o:
            _write(Path(o), report.textfmt(profile))
        _tell(profile.problems)


@app.command()
def func(i: Input, pkg: Packages = "") -> None:
    """The covered part of each function's statements, and the total."""
    from bot.covdata import load, matcher, report

    with _told():
        profile = load(_directories(i), match=matcher(pkg))
        _print(report.func(profile))
        _tell(profile.problems)


@app.command()
def textfmt(i: Input, o: Output, pkg: Packages = "") -> None:
    """The text profile that `go tool cover` and coverage services read, into the file -o."""
    from bot.covdata import load, matcher, report

    with _told():
        profile = load(_directories(i), match=matcher(pkg), counts=True, one_mode=True)
        _write(Path(o), report.textfmt(profile))
        _tell(profile.problems)


@app.command()
def merge(i: Input, o: Output, pkg: Packages = "") -> None:
    """All runs of each binary in one counter file, into the existing directory -o."""
    from bot.covdata import matcher
    from bot.covdata import merge as run_merge

    with _told():
        _tell(run_merge(_directories(i), Path(o), match=matcher(pkg)))


def _directories(text: str) -> list[Path]:
    names = text.split(",")
    if not all(names):
        _say("-i needs directories, separated by single commas")
        raise typer.Exit(WRONG)
    return [Path(name) for name in names]


def _print(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def _write(path: Path, pieces: Iterable[str]) -> None:
    try:
        with path.open("wb") as file:
            file.writelines(piece.encode("utf-8", "surrogateescape") for piece in pieces)
    except OSError as error:
        _say(f"{path} cannot be written: {error.strerror}")
        raise typer.Exit(WRONG) from None


@contextmanager
def _told() -> Iterator[None]:
    """Say what is wrong with the data, each problem with its cause, and exit with status 1."""
    from bot.covdata import DataError

    try:
        yield
    except DataError as error:
        _tell(error.problems, error.hint)
        raise typer.Exit(BROKEN) from None


def _tell(problems: Iterable[Problem], hint: str = "") -> None:
    """Each problem on stderr; ends with status 1 if one means that data is missing from the figures."""
    missing = False
    for problem in problems:
        rule = f" [{problem.rule}]" if problem.rule else ""
        _say(f"{problem.text}{rule}")
        missing = missing or problem.rule not in TOLERATED
    if hint:
        _say(f"  {hint}")
    if missing:
        raise typer.Exit(BROKEN)


def _say(text: str) -> None:
    shown = "".join(c if c.isprintable() else "?" for c in text)
    sys.stderr.write(f"covcheck: {shown}\n")
