"""Rectangles whose areas are given numbers, near to squares (Bruls, Huizing and van Wijk, 2000)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float


def squarify(sizes: Sequence[float], box: Box) -> list[Box]:
    """Share a box among positive sizes that fall from first to last; a box each, in the same order."""
    scale = box.width * box.height / sum(sizes) if sizes else 0.0
    areas = [size * scale for size in sizes]
    out: list[Box] = []
    while len(out) < len(areas):
        row = _row(areas, len(out), min(box.width, box.height))
        boxes, box = _laid(row, box)
        out += boxes
    return out


def _row(areas: Sequence[float], first: int, side: float) -> Sequence[float]:
    """The areas that together make the best row along a side: one more would make its worst box longer."""
    total = areas[first]
    best = _worst(total, areas[first], areas[first], side)
    last = first + 1
    while last < len(areas):
        worst = _worst(total + areas[last], areas[first], areas[last], side)
        if worst > best:
            break
        total, best, last = total + areas[last], worst, last + 1
    return areas[first:last]


def _worst(total: float, largest: float, smallest: float, side: float) -> float:
    """The longest shape in a row, as the ratio of its sides."""
    if side <= 0.0 or smallest <= 0.0:
        return 0.0
    across = total / side
    return max(across * across / smallest, largest / (across * across))


def _laid(row: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """A row along the shorter side of a box, and what is left of the box."""
    upright = box.width >= box.height
    side = box.height if upright else box.width
    thick = sum(row) / side if side > 0.0 else 0.0
    boxes, at = [], box.y if upright else box.x
    for area in row:
        length = area / thick if thick > 0.0 else 0.0
        boxes.append(Box(box.x, at, thick, length) if upright else Box(at, box.y, length, thick))
        at += length
    if upright:
        return boxes, Box(box.x + thick, box.y, max(box.width - thick, 0.0), box.height)
    return boxes, Box(box.x, box.y + thick, box.width, max(box.height - thick, 0.0))
