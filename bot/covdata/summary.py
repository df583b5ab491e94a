"""The figures of a profile as plain numbers: in all, package by package, file by file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.covdata.profile import PackageProfile, Profile


@dataclass(frozen=True, slots=True)
class Row:
    """A package or a file: its path (as Go writes it in profiles), its statements, and those that ran."""

    path: str
    statements: int
    covered: int

    @property
    def uncovered(self) -> int:
        """The statements that never ran."""
        return self.statements - self.covered

    @property
    def percent(self) -> float | None:
        """The covered part, 0 to 100; None where there are no statements."""
        return percent(self.covered, self.statements)


@dataclass(frozen=True, slots=True)
class PackageRow(Row):
    """A package with its files, by path; a file that no function stands in is not there."""

    files: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """All statements of a profile and those that ran; its packages by import path, its files by path."""

    mode: str
    statements: int
    covered: int
    packages: tuple[PackageRow, ...]
    files: tuple[Row, ...]

    @property
    def percent(self) -> float | None:
        """The covered part, 0 to 100; None where there are no statements."""
        return percent(self.covered, self.statements)


def percent(covered: int, statements: int) -> float | None:
    """Hundredths of a whole; None where the whole is nothing."""
    return 100.0 * covered / statements if statements else None


def shown_percent(value: float | None) -> str:
    """One digit as in Go's reports, but 100.0% and 0.0% only where nothing, or all, is left."""
    if value is None:
        return "no statements"
    if 0.0 < value < 100.0:
        value = min(max(value, 0.1), 99.9)
    return f"{value:.1f}%"


def counted(number: int, what: str) -> str:
    """`1 file`, `2,000 files`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def summarize(profile: Profile) -> Summary:
    """The figures of a profile. Raises DataError where the meta-data gives a function no name."""
    packages = tuple(_package(package) for package in profile.packages.values())
    return Summary(
        profile.mode,
        sum(p.statements for p in packages),
        sum(p.covered for p in packages),
        packages,
        tuple(sorted((file for p in packages for file in p.files), key=lambda row: row.path)),
    )


def worst_files(summary: Summary, most: int) -> tuple[Row, ...]:
    """The files with the most statements that never ran, the worst first; others are left out."""
    missing = [row for row in summary.files if row.uncovered]
    return tuple(sorted(missing, key=lambda row: (-row.uncovered, row.path))[:most])


def largest_packages(summary: Summary, most: int) -> tuple[PackageRow, ...]:
    """The packages with the most statements, the largest first."""
    return tuple(sorted(summary.packages, key=lambda row: (-row.statements, row.path))[:most])


def worst_packages(summary: Summary, most: int) -> tuple[PackageRow, ...]:
    """The packages with the most statements that never ran, the worst first."""
    missing = [row for row in summary.packages if row.uncovered]
    return tuple(sorted(missing, key=lambda row: (-row.uncovered, row.path))[:most])


def _package(package: PackageProfile) -> PackageRow:
    names = [key.file for key in package.functions]
    number = {name: place for place, name in enumerate(sorted(set(names)))}
    file = np.array([number[name] for name in names], np.int64)[package.owner]
    statements = package.unit[:, 4].astype(np.float64)
    all_ = np.bincount(file, statements, minlength=len(number)).astype(np.int64).tolist()
    ran = (
        np.bincount(file, statements * (package.counts != 0), minlength=len(number)).astype(np.int64).tolist()
    )
    rows = tuple(Row(name, all_[place], ran[place]) for name, place in number.items())
    return PackageRow(package.path, package.statements, package.covered, rows)
