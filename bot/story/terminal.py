"""A service's history in a terminal, and as plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.digest.words import bar
from bot.digest.words import figure as shown
from bot.history.model import Delta, Figure
from bot.render.plain import one_line
from bot.story.model import Compared, Story
from bot.story.words import SOURCES, change, comparison, headline, moment, movers, title


def show_story(console: Console, story: Story, rows: int = 20) -> None:
    """Print a history: the headline, the comparisons with the packages that moved, the last figures."""
    console.print(Text(one_line(headline(story)), style="bold"))
    console.print(Text(one_line(story.repo), style="dim"))
    console.print()
    width = max(len(title(each, story)) for each in story.compared)
    for each in story.compared:
        points = each.delta.points if each.delta is not None else None
        style = "green" if (points or 0.0) > 0 else "red" if (points or 0.0) < 0 else ""
        console.print(
            Text(f"{one_line(title(each, story)).ljust(width)}  "),
            Text(one_line(comparison(each)), style=style),
        )
        for line in (*movers(each), *([each.how] if each.how else [])):
            console.print(Text(f"{' ' * width}  {one_line(line)}", style="dim" if line == each.how else ""))
    console.print()
    console.print(_table(story, rows))
    if len(story.figures) > rows:
        console.print(Text(f"{len(story.figures) - rows} older ones: --limit shows more.", style="dim"))


def latest(story: Story, rows: int) -> Iterator[tuple[Figure, Figure | None]]:
    """The last figures, the newest first, each with the one before it."""
    for place in range(len(story.figures) - 1, max(len(story.figures) - 1 - rows, -1), -1):
        yield story.figures[place], story.figures[place - 1] if place else None


def _table(story: Story, rows: int) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("when (UTC)", "commit", "source"):
        table.add_column(name, no_wrap=True)
    for name in ("percent", "change"):
        table.add_column(name, no_wrap=True, justify="right")
    table.add_column("", no_wrap=True)
    table.add_column("covered", no_wrap=True, justify="right")
    for figure, before in latest(story, rows):
        cells = (
            moment(figure.at),
            (figure.commit or "")[:7],
            SOURCES[figure.source],
            f"{shown(figure.percent or 0.0)}%",
            change(figure, before),
            bar(figure.percent or 0.0),
            f"{figure.covered:,} of {figure.statements:,}",
        )
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    return table


def story_json(story: Story) -> dict[str, Any]:
    """The history as plain JSON values, the figures oldest first; percents and points are not rounded."""
    return {
        "repo": story.repo,
        "service": story.service,
        "branch": story.branch,
        "base": story.base,
        "figures": [_figure(figure) for figure in story.figures],
        "deltas": {str(each.against): _compared(each) for each in story.compared},
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "at": figure.at,
        "commit": figure.commit,
        "branch": figure.branch,
        "source": figure.source.value,
        "percent": figure.percent,
        "statements": figure.statements,
        "covered": figure.covered,
    }


def _compared(compared: Compared) -> dict[str, Any]:
    found = {"how": compared.how, "why_not": compared.why}
    return found if compared.delta is None else {**found, **_delta(compared.delta)}


def _delta(delta: Delta) -> dict[str, Any]:
    return {
        "points": delta.points,
        "before": _figure(delta.before),
        "after": _figure(delta.after),
        "movers": [
            {
                "path": mover.path,
                "points": mover.points,
                "before": None if mover.before is None else [mover.before.statements, mover.before.covered],
                "after": None if mover.after is None else [mover.after.statements, mover.after.covered],
            }
            for mover in delta.movers
        ],
    }
