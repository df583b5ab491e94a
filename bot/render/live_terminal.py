"""A live run in a terminal: the figure or the cause, what was seen, what was stopped and put back."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.model import Observation, Status
from bot.render.live_view import CoverageRow, LiveView, ResultLike, live_view
from bot.render.plain import visible
from bot.render.terminal import COLOURS, cause_parts, facts_table, path_picture, print_part, tail

PACKAGES = 12


def show_live(console: Console, result: ResultLike, *, details: bool = False) -> None:
    """Print a run. `details` adds every observation and every fact of the path."""
    view = live_view(result)
    console.print()
    console.print(Text(visible(view.headline), style=_colour(result)))
    console.print(Text(visible(view.where), style="dim"))
    console.print()
    console.print(path_picture(view.answer.links))
    if view.symptom:
        console.print(Text(visible(view.symptom)))
    for number, cause in enumerate(view.answer.causes, 1):
        console.print()
        title, *parts = cause_parts(cause, number, len(view.answer.causes))
        console.print(title)
        show_observations(console, cause.finding.observations)
        for part in parts:
            print_part(console, part)
    if view.packages:
        show_coverage(console, view)
    _done(console, view)
    if details:
        console.print()
        show_observations(console, view.observations)
        console.print(facts_table(view.answer, console.width))
    tail(console, view.answer, details)
    console.print()


def _colour(result: ResultLike) -> str:
    return COLOURS[result.diagnosis.status] if result.diagnosis.symptom else COLOURS[Status.INCONCLUSIVE]


def show_observations(console: Console, seen: tuple[Observation, ...]) -> None:
    """What was seen in the cluster, a line each, with the raw lines below."""
    for each in dict.fromkeys(seen):
        line = Text.assemble(
            "  seen  ", (visible(each.about), "cyan"), "  ", visible(each.text), (f"  [{each.probe}]", "dim")
        )
        console.print(line)
        for raw in each.excerpt.splitlines()[:4]:
            console.print(
                Padding(Text(visible(raw), style="dim", overflow="ellipsis", no_wrap=True), (0, 0, 0, 8))
            )


def show_coverage(console: Console, view: LiveView) -> None:
    """The packages with bars, the largest first, then the files with most statements that never ran."""
    console.print()
    shown = view.packages[:PACKAGES]
    more = len(view.packages) - len(shown)
    console.print(_table(shown, [f"{row.statements:,} statements" for row in shown], console.width))
    if more:
        console.print(Text(f"and {more} more package{'s' * (more != 1)}", style="dim"))
    if view.worst:
        console.print(Text("\nMost statements that never ran:", style="bold"))
        console.print(_table(view.worst, [f"{row.uncovered:,}" for row in view.worst], console.width))


def _table(rows: Sequence[CoverageRow], notes: Sequence[str], width: int) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for justify in ("left", "right", "left", "right"):
        table.add_column(justify=justify, no_wrap=True)
    room = max(width - 26 - max(map(len, notes), default=0), 20)
    for row, note in zip(rows, notes, strict=True):
        path = visible(row.path)
        shown = path if len(path) <= room else "…" + path[1 - room :]
        table.add_row(Text(row.bar, style="green"), row.percent, Text(shown), Text(note, style="dim"))
    return table


def _done(console: Console, view: LiveView) -> None:
    console.print()
    for line in view.done:
        console.print(Text(f"  {visible(line)}", style="dim"))
    console.print(Text(f"  The run took {view.duration}.", style="dim"))
