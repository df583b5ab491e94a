"""The reports of `go tool covdata`, byte for byte: percent, func and textfmt."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bot.covdata.meta import Ints
from bot.covdata.profile import PackageProfile, Profile

TAB = 8


def percent(profile: Profile) -> str:
    """A line a package: import path and the part of its statements that ran. A package without
    statements has no figure and, as in Go, no line end."""
    return "".join(f"\t{package.path}\t\t{_percent(package)}" for package in profile.packages.values())


def _percent(package: PackageProfile) -> str:
    total = package.statements
    return f"coverage: {100.0 * package.covered / total:.1f}% of statements\n" if total else ""


def textfmt(profile: Profile) -> Iterator[str]:
    """The text profile that `go tool cover` reads, in pieces: the mode, then a line a unit."""
    yield f"mode: {profile.mode}\n"
    for package in profile.packages.values():
        order = _order(package)
        file = [f.file for f in package.functions]
        owner, unit, counts = package.owner[order], package.unit[order], package.counts[order]
        yield "".join(
            f"{file[o]}:{u[0]}.{u[1]},{u[2]}.{u[3]} {u[4]} {n}\n"
            for o, u, n in zip(owner.tolist(), unit.tolist(), counts.tolist(), strict=True)
        )


def func(profile: Profile) -> str:
    """A line a named function: place, name and the part of its statements that ran; then the total."""
    rows: list[tuple[str, str, str]] = []
    covered = total = 0
    for package in profile.packages.values():
        if package.owner.size:
            rows += _functions(package)
            covered, total = covered + package.covered, total + package.statements
    rows.append(("total", "(statements)", f"{100.0 * covered / max(total, 1):.1f}%"))
    return _table(rows)


def _functions(package: PackageProfile) -> Iterator[tuple[str, str, str]]:
    """Units in source order; wherever the name changes, a function ends. Literals are left out."""
    order = _order(package)
    keys, owner = package.functions, package.owner[order]
    unit, ran = package.unit[order].astype(np.int64), package.counts[order] != 0
    names = _ranks([key.name for key in keys])[owner]
    first = np.flatnonzero(np.diff(names, prepend=-1))
    totals = np.add.reduceat(unit[:, 4], first)
    covered = np.add.reduceat(np.where(ran, unit[:, 4], 0), first)
    columns = (owner[first], unit[first, 0], covered, totals)
    for number, line, some, all_ in zip(*(c.tolist() for c in columns), strict=True):
        key = keys[number]
        if not key.literal:
            yield f"{key.file}:{line}:", key.name, f"{100.0 * some / max(all_, 1):.1f}%"


def _order(package: PackageProfile) -> NDArray[np.intp]:
    """The order of the source: file, first and last line, first and last column, statements."""
    files = _ranks([key.file for key in package.functions])[package.owner]
    line, column, end_line, end_column, statements = package.unit.T
    return np.lexsort((statements, end_column, column, end_line, line, files))


def _ranks(texts: list[str]) -> Ints:
    """Each text's place among all, equal texts alike, by bytes."""
    coded = [text.encode("utf-8", "surrogateescape") for text in texts]
    rank = {text: number for number, text in enumerate(sorted(set(coded)))}
    return np.array([rank[text] for text in coded], np.int64)


def _table(rows: list[tuple[str, str, str]]) -> str:
    """Columns padded with tabs of eight, as Go's text/tabwriter does it."""
    widths = [-(-(max(len(row[column]) for row in rows) + 1) // TAB) * TAB for column in (0, 1)]
    return "".join(f"{_cell(a, widths[0])}{_cell(b, widths[1])}{c}\n" for a, b, c in rows)


def _cell(text: str, width: int) -> str:
    return text + "\t" * -(-(width - len(text)) // TAB)
