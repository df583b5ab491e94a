"""Which lines and pieces of a source file ran."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Piece = tuple[int, int]
BRACES = b" \t\r{}()[];,"
"""What a unit may hold on a line without a word of code: the end of a block."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of code without branches: first line and column, last line and the column behind it (columns
    count bytes from 1), its statements, and how often it ran."""

    line: int
    column: int
    end_line: int
    end_column: int
    statements: int
    count: int


@dataclass(slots=True)
class Line:
    """What is known of a line: how often its units ran (the most), the pieces (from byte, to byte) that
    ran and those that did not; none of both where no code stands."""

    count: int = 0
    ran: list[Piece] = field(default_factory=list)
    missed: list[Piece] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """`hit`, `miss`, `part` or nothing."""
        if self.ran and self.missed:
            return "part"
        return "hit" if self.ran else "miss" if self.missed else ""


def fits(source: Sequence[bytes], units: Sequence[Unit]) -> bool:
    """Whether all units lie within a source, as they do in the version that was built."""
    return all(
        1 <= u.line <= u.end_line <= len(source)
        and 1 <= u.column <= len(source[u.line - 1]) + 1
        and 1 <= u.end_column <= len(source[u.end_line - 1]) + 1
        for u in units
    )


def mark(source: Sequence[bytes], units: Sequence[Unit]) -> list[Line]:
    """What ran, line by line, of a source that fits its units. Bounded by lines and units: units that
    overlap each other for long stretches are cut short."""
    lines = [Line() for _ in source]
    left = 4 * len(source) + 16 * len(units)
    for unit in units:
        for number in range(unit.line, unit.end_line + 1):
            left -= 1
            if left < 0:
                return lines
            _note(lines[number - 1], source[number - 1], unit, number)
    return lines


def _note(line: Line, text: bytes, unit: Unit, number: int) -> None:
    low = unit.column - 1 if number == unit.line else 0
    high = unit.end_column - 1 if number == unit.end_line else len(text)
    if not text[low:high].strip(BRACES):
        return
    low += len(text[low:high]) - len(text[low:high].lstrip())
    line.count = max(line.count, unit.count)
    (line.ran if unit.count else line.missed).append((low, high))


def missed_ranges(units: Sequence[Unit]) -> list[tuple[int, int]]:
    """The lines (first, last) of units that never ran, those that touch or follow each other as one, unless
    a unit that ran stands between."""
    ordered = sorted(units, key=lambda u: (u.line, u.column))
    ranges: list[tuple[int, int]] = []
    for before, unit in pairwise([None, *ordered]):
        if unit is None or unit.count:
            continue
        joined = before is not None and not before.count and ranges and unit.line <= ranges[-1][1] + 1
        if joined:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], unit.end_line))
        else:
            ranges.append((unit.line, unit.end_line))
    return ranges
