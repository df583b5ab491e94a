"""Paints the trend: all services together as a strong line, those that moved most with their names.

Lines are told apart by colour, by name at their end and by dash, so no kind of colour vision is needed.
Where no figure came for a while the line has a gap: no data is never drawn as a figure.
"""

from __future__ import annotations

import io

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from bot.digest.trend import CARRIED_DAYS, DAY, Series, Trend
from bot.digest.words import figure as shown
from bot.render.plain import day

WIDTH, HEIGHT, DPI = 1600, 800, 160
INK, FAINT, OTHERS, GRID = "#1f2328", "#57606a", "#c4ccd4", "#e6eaee"
COLOURS = ("#0b4a8f", "#d9660f", "#1b7f5c", "#8a3ffc", "#a2191f")
DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1)))
_LONGEST = 24


def chart_png(trend: Trend, title: str) -> bytes:
    """The picture as PNG, 1600 x 800 pixels."""
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.06, 0.1, 0.74, 0.76))
    figure.text(0.06, 0.93, title.replace("$", r"\$"), fontsize=13, color=INK, weight="bold", va="center")
    ends: list[tuple[float, str, str]] = []
    for series in reversed(trend.services):
        if not series.named:
            _line(axes, series, OTHERS, "-", 0.9)
    named = [series for series in trend.services if series.named]
    for number, series in enumerate(named):
        _line(axes, series, COLOURS[number % 5], DASHES[number % 5], 1.6)
        ends.append((series.points[-1][1], _label(series), COLOURS[number % 5]))
    if trend.empty:
        axes.text(0.5, 0.5, "no data", ha="center", va="center", color=FAINT, transform=axes.transAxes)
    else:
        _line(axes, trend.whole, INK, "-", 3.0)
        ends.append((trend.whole.points[-1][1], _label(trend.whole), INK))
    _frame(axes, trend)
    _names(axes, ends)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()


def _line(axes: Axes, series: Series, colour: str, dash: object, width: float) -> None:
    """A line with gaps where no figure came for longer than figures count."""
    part: list[tuple[float, float]] = []
    for point in [*series.points, None]:
        if part and (point is None or point[0] - part[-1][0] > CARRIED_DAYS * DAY):
            times = [at / DAY for at, _ in part]
            marker = "o" if len(part) == 1 else None
            values = [value for _, value in part]
            axes.plot(times, values, color=colour, linestyle=dash, linewidth=width, marker=marker, ms=3)
            part = []
        if point is not None:
            part.append(point)


def _label(series: Series) -> str:
    name = series.label if len(series.label) <= _LONGEST else f"{series.label[: _LONGEST - 1]}…"
    return f"{name} no data" if series.ended else f"{name} {shown(series.points[-1][1])}%"


def _frame(axes: Axes, trend: Trend) -> None:
    values = [v for series in (*trend.services, trend.whole) for _, v in series.points] or [0.0, 100.0]
    low, high = min(values), max(values)
    room = max((high - low) * 0.08, 2.0)
    axes.set_ylim(max(low - room, -1.0), min(high + room, 101.0))
    axes.set_xlim(trend.since / DAY, trend.until / DAY)
    axes.xaxis.set_major_locator(AutoDateLocator(tz=trend.zone, maxticks=8))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda days, _: day(days * DAY, trend.zone, "%b")))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}%"))
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.tick_params(colors=FAINT, labelsize=9, length=0)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(OTHERS)


def _names(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    """The names at the lines' ends, moved apart so that none covers another."""
    low, high = axes.get_ylim()
    step = (high - low) * 0.062
    places: list[float] = []
    for value, _, _ in sorted(ends):
        places.append(max(value, places[-1] + step) if places else value)
    over = places[-1] - high if places else 0.0
    if over > 0:
        places = [place - over for place in places]
    for place, (value, label, colour) in zip(places, sorted(ends), strict=True):
        weight = "bold" if colour == INK else "normal"
        axes.annotate(
            label.replace("$", r"\$"),
            xy=(1.0, value),
            xytext=(1.02, place),
            xycoords=("axes fraction", "data"),
            textcoords=("axes fraction", "data"),
            va="center",
            fontsize=9.5,
            color=colour,
            weight=weight,
            annotation_clip=False,
        )
