"""A live run in a terminal: the figure or the cause, what was seen, what was stopped and put back."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.model import Observation, Status
from bot.render.live_view import CoverageRow, LiveView, ResultLike, live_view
from bot.render.plain import visible
from bot.render.terminal import COLOURS, cause_parts, facts_table, path_picture, tail

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
        for part in cause_parts(cause, number, len(view.answer.causes)):
            console.print(part)
        show_observations(console, cause.finding.observations)
    if view.packages:
        console.print()
        console.print(coverage_table(view, console.width))
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


def coverage_table(view: LiveView, width: int) -> Table:
    """The packages with bars, the largest first, and the files with most statements that never ran."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="ellipsis", no_wrap=True, max_width=max(width - 40, 20))
    table.add_column(justify="right", style="dim", no_wrap=True)
    for row in view.packages[:PACKAGES]:
        table.add_row(*_cells(row, f"{row.statements:,} statements"))
    if len(view.packages) > PACKAGES:
        table.add_row("", "", f"and {len(view.packages) - PACKAGES} more packages", "")
    for row in view.worst:
        table.add_row(*_cells(row, f"{row.uncovered:,} never ran"))
    return table


def _cells(row: CoverageRow, note: str) -> tuple[Text, str, Text, str]:
    return Text(row.bar, style="green"), row.percent, Text(visible(row.path)), note


def _done(console: Console, view: LiveView) -> None:
    console.print()
    for line in view.done:
        console.print(Text(f"  {visible(line)}", style="dim"))
    console.print(Text(f"  The run took {view.duration}.", style="dim"))
