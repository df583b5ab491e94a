"""A picture of a profile: packages and in them files, as large as their statements, coloured by percent.

Here is where each box stands and what it says; `bot.covdata.paint` paints it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.covdata.profile import Profile
from bot.covdata.squarify import Box, squarify
from bot.covdata.summary import (
    PackageRow,
    Row,
    Summary,
    counted,
    largest_packages,
    shown_percent,
    summarize,
    worst_packages,
)

WIDTH, HEIGHT = 1600, 1000
MAP = Box(20, 104, 1560, 826)
HEADER = 25
MAX_PACKAGES = 120
MAX_FILES = 60
LEAST = 1 / 4_000
"""Smaller parts of the whole are put together: they would be specks."""
NAMED = 3
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Tile:
    """A file (or the smaller ones together) in its place."""

    label: str
    row: Row
    box: Box


@dataclass(frozen=True, slots=True)
class Group:
    """A package (or the smaller ones together) in its place; `named` where there is room for its label."""

    label: str
    row: Row
    box: Box
    named: bool
    tiles: tuple[Tile, ...]


def treemap_png(profile: Profile, title: str) -> bytes:
    """The picture as PNG, 1600 x 1000 pixels, with a legend. Raises DataError on damaged meta-data."""
    from bot.covdata.paint import paint

    summary = summarize(profile)
    notes = [problem.text for problem in profile.problems]
    return paint(title, summary, layout(summary), notes)


def alt_text(profile: Profile) -> str:
    """The picture in words: the total, the largest packages, and those with most that never ran."""
    summary = summarize(profile)
    if not summary.statements:
        return "Coverage by package: no statements."
    count = len([p for p in summary.packages if p.statements])
    text = f"Coverage by package: {shown_percent(summary.percent)} of {summary.statements:,} statements in "
    text += f"{counted(count, 'package')}."
    text += f" Largest: {_listed(largest_packages(summary, NAMED), summary)}."
    worst = worst_packages(summary, NAMED)
    return text + (f" Most that never ran: {_listed(worst, summary)}." if worst else "")


def _listed(rows: Sequence[PackageRow], summary: Summary) -> str:
    short = short_names([p.path for p in summary.packages])
    return ", ".join(
        f"{_brief(short[row.path])} {shown_percent(row.percent)}"
        f" ({row.uncovered:,} of {row.statements:,} uncovered)"
        for row in rows
        if row.statements
    )


def _brief(name: str) -> str:
    """A name that can be read aloud: its end, without what cannot be printed."""
    shown = "".join(c if c.isprintable() else "?" for c in name[-LONGEST:])
    return shown if len(name) <= LONGEST else f"…{shown}"


def short_names(paths: Sequence[str]) -> dict[str, str]:
    """Import paths without the part that all of them begin with; a path that is nothing else keeps its
    last name."""
    split = [path.split("/") for path in paths]
    shared = 0
    while len(split) > 1 and all(len(p) > shared and p[shared] == split[0][shared] for p in split):
        shared += 1
    return {path: "/".join(parts[shared:] or parts[-1:]) for path, parts in zip(paths, split, strict=True)}


def layout(summary: Summary) -> tuple[Group, ...]:
    """Where everything stands; packages without statements have no place."""
    rows = _largest(summary.packages, MAX_PACKAGES, "packages", summary.statements * LEAST)
    names = short_names([p.path for p in summary.packages])
    boxes = squarify([row.statements for row in rows], MAP)
    return tuple(
        _group(row, names.get(row.path, row.path), box, summary.statements)
        for row, box in zip(rows, boxes, strict=True)
    )


def _group(row: Row, label: str, box: Box, whole: int) -> Group:
    named = box.height > 2.2 * HEADER and box.width > 80
    top = HEADER if named else 0
    inner = Box(box.x + 2, box.y + 2 + top, max(box.width - 4, 0.5), max(box.height - 4 - top, 0.5))
    files = _largest(row.files, MAX_FILES, "files", whole * LEAST) if isinstance(row, PackageRow) else [row]
    places = squarify([file.statements for file in files], inner)
    tiles = [
        Tile(file.path.rpartition("/")[2] if isinstance(row, PackageRow) else label, file, place)
        for file, place in zip(files, places, strict=True)
    ]
    return Group(label, row, box, named, tuple(tiles))


def _largest(rows: Sequence[Row], most: int, what: str, least: float) -> list[Row]:
    """The largest with statements, falling; those too many or too small as one, in its place."""
    ordered = sorted((r for r in rows if r.statements), key=lambda row: (-row.statements, row.path))
    kept = [row for row in ordered[:most] if row.statements >= least]
    rest = ordered[len(kept) :]
    if len(rest) == 1:
        return [*kept, *rest]
    if rest:
        label = f"{len(rest):,} smaller {what}"
        kept.append(Row(label, sum(r.statements for r in rest), sum(r.covered for r in rest)))
    return sorted(kept, key=lambda row: -row.statements)
