"""Paints a treemap. Orange and blue differ for every kind of colour vision; what never ran is hatched."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache

from matplotlib import get_data_path
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patches import Rectangle
from matplotlib.typing import ColorType

from bot.covdata.squarify import Box
from bot.covdata.summary import Row, Summary, counted, shown_percent
from bot.covdata.treemap import HEIGHT, MAP, WIDTH, Group, Tile

DPI = 160
INK, FAINT, EDGE, GROUND = "#1f2328", "#57606a", "#ffffff", "#ffffff"
HEADER_FILL = "#eaeef2"
STEPS = ("#8f3b00", "#d9660f", "#f5b26b", "#e8e6e1", "#9cc3e6", "#3f85c6", "#0b4a8f")
"""From nothing covered to all covered."""
COLOURS = LinearSegmentedColormap.from_list("coverage", STEPS)
MOST = 400
"""Letters of a text that are looked at."""


def paint(title: str, summary: Summary, groups: Sequence[Group], notes: Sequence[str]) -> bytes:
    """The PNG of a laid out treemap, with its title, its total and a legend."""
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=GROUND)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    axes.set_axis_off()
    _heading(axes, title, summary, notes)
    for group in groups:
        _group(axes, group)
    if not groups:
        _text(axes, ("no statements",), Box(MAP.x, MAP.y, MAP.width, 40), 14, FAINT)
    _legend(axes)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()


def _heading(axes: Axes, title: str, summary: Summary, notes: Sequence[str]) -> None:
    _text(axes, (_cut(title, 17, True, 1130),), Box(MAP.x, 14, 1130, 44), 17, INK, bold=True)
    _text(axes, (shown_percent(summary.percent),), Box(1180, 14, 400, 44), 20, INK, bold=True, right=True)
    packages = len([p for p in summary.packages if p.statements])
    files = len([f for f in summary.files if f.statements])
    what = f"{summary.covered:,} of {summary.statements:,} statements ran · "
    what += f"{counted(packages, 'package')}, {counted(files, 'file')}"
    _text(axes, (what,), Box(MAP.x, 62, 860, 28), 10.5, FAINT)
    if notes:
        more = f" (and {len(notes) - 1} more)" if len(notes) > 1 else ""
        note = _cut(f"Note: {notes[0]}", 10.5, False, 690 - 100 * bool(more)) + more
        _text(axes, (note,), Box(890, 62, 690, 28), 10.5, STEPS[0], right=True)


def _group(axes: Axes, group: Group) -> None:
    for tile in group.tiles:
        _tile(axes, tile)
    x, y, width, height = group.box
    if group.named:
        _box(axes, Box(x + 2, y + 2, width - 4, 24), HEADER_FILL)
        percent = shown_percent(group.row.percent)
        room = width - 24 - _width(percent, 10, False)
        names = _shorter(group.label)
        if _fitting(names, 10, True, room):
            _text(axes, (percent,), Box(x + 8, y + 2, width - 16, 25), 10, INK, right=True)
        else:
            room = width - 12
        names = (*names, _cut(names[-1], 10, True, room))
        _text(axes, names, Box(x + 7, y + 2, room, 25), 10, INK, bold=True)
    axes.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=EDGE, linewidth=1.6))


def _tile(axes: Axes, tile: Tile) -> None:
    x, y, width, height = tile.box
    never = tile.row.covered == 0 and tile.row.statements > 0
    _box(axes, tile.box, COLOURS((tile.row.percent or 0.0) / 100.0), hatched=never)
    if width < 34 or height < 20:
        return
    ink = _ink(tile.row)
    name = tile.label.removesuffix(".go")
    _text(
        axes,
        (tile.label, name, _cut(name, 8.5, False, width - 8)),
        Box(x + 5, y + 2, width - 8, 20),
        8.5,
        ink,
    )
    if height > 42:
        _text(axes, (shown_percent(tile.row.percent),), Box(x + 5, y + 21, width - 8, 20), 8.5, ink)


def _legend(axes: Axes) -> None:
    x, y, width, steps = 1010.0, 946.0, 520.0, 104
    for step in range(steps):
        place = Box(x + width * step / steps, y, width / steps + 0.6, 18)
        axes.add_patch(Rectangle(place[:2], *place[2:], facecolor=COLOURS(step / (steps - 1)), linewidth=0))
    for percent in (0, 25, 50, 75, 100):
        place = Box(x + width * percent / 100 - 30, y + 20, 60, 24)
        _text(axes, (f"{percent}%",), place, 9, INK, middle=True)
    _box(axes, Box(MAP.x, y, 30, 18), COLOURS(0.0), hatched=True)
    _text(axes, ("never ran",), Box(MAP.x + 40, y - 4, 130, 26), 9.5, INK)
    what = "area: statements · colour: the part of them that ran"
    _text(axes, (what,), Box(MAP.x + 160, y - 4, 740, 26), 9.5, FAINT)


def _box(axes: Axes, box: Box, colour: ColorType, *, hatched: bool = False) -> None:
    hatch = "//" if hatched else None
    patch = Rectangle(box[:2], *box[2:], facecolor=colour, edgecolor=EDGE, linewidth=0.5, hatch=hatch)
    patch.set_hatch_linewidth(0.35)
    axes.add_patch(patch)


def _ink(row: Row) -> str:
    """Dark or white letters, whichever contrasts more with a box (WCAG's relative luminance)."""
    parts = COLOURS((row.percent or 0.0) / 100.0)[:3]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return INK if (light + 0.05) / (0.016 + 0.05) > 1.05 / (light + 0.05) else "#ffffff"


def _text(
    axes: Axes,
    texts: Sequence[str],
    box: Box,
    size: float,
    ink: str,
    *,
    bold: bool = False,
    right: bool = False,
    middle: bool = False,
) -> None:
    """One line in a box: the first of some texts that fits, or nothing."""
    shown = _fitting([_known(text) for text in texts], size, bold, box.width)
    side = "right" if right else "center" if middle else "left"
    place = box.x + box.width * {"left": 0.0, "center": 0.5, "right": 1.0}[side]
    if shown:
        font = _font(size, bold)
        where = (place, box.y + box.height / 2 + 1)
        axes.text(
            *where, shown, color=ink, ha=side, va="center_baseline", fontproperties=font, parse_math=False
        )


def _fitting(texts: Sequence[str], size: float, bold: bool, room: float) -> str:
    return next((text for text in texts if _width(text, size, bold) <= room), "")


def _shorter(path: str) -> tuple[str, ...]:
    """A path, and what is left when its first names go one by one."""
    names = path.split("/")
    return (path, *(f"…/{'/'.join(names[n:])}" for n in range(1, len(names))), names[-1])


def _cut(text: str, size: float, bold: bool, room: float) -> str:
    """The beginning of a text that fits with an ellipsis; nothing when under three letters would be left."""
    shown = _known(text)
    if _width(shown, size, bold) <= room:
        return shown
    keep = bisect_right(range(len(shown)), room, key=lambda n: _width(shown[:n] + "…", size, bold)) - 1
    return shown[:keep].rstrip() + "…" if keep >= 3 else ""


def _known(text: str) -> str:
    """Text in letters that the fonts have; others become `?`."""
    have = _letters()
    return "".join(c if ord(c) in have and c.isprintable() else "?" for c in text[:MOST])


@cache
def _letters() -> frozenset[int]:
    plain, bold = (FT2Font(_file(heavy)).get_charmap() for heavy in (False, True))
    return frozenset(plain.keys() & bold.keys())


def _width(text: str, size: float, bold: bool) -> float:
    """Pixels across."""
    return sum(_advance(letter, bold) for letter in text) * size * DPI / 72


@lru_cache(4096)
def _advance(letter: str, bold: bool) -> float:
    """The width of a letter, in heights of the font."""
    font = FT2Font(_file(bold))
    letter = _known(letter)
    return float(font.load_char(ord(letter), LoadFlags.NO_SCALE).horiAdvance) / font.units_per_EM


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(fname=_file(bold), size=size)


def _file(bold: bool) -> str:
    """The font that comes with matplotlib, whatever the machine has."""
    return f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"
