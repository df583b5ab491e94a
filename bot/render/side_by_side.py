"""Two paths side by side, for a terminal and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.model import Link, LinkFact
from bot.render.plain import visible
from bot.render.terminal import fact_cell


class RowLike(Protocol):
    """One row of a comparison, as `bot.compare.Row` has it."""

    @property
    def link(self) -> Link: ...
    @property
    def name(self) -> str: ...
    @property
    def left(self) -> tuple[LinkFact, ...]: ...
    @property
    def right(self) -> tuple[LinkFact, ...]: ...
    @property
    def differs(self) -> bool: ...
    @property
    def matters(self) -> tuple[str, ...]: ...


def show_comparison(
    console: Console,
    left: str,
    right: str,
    verdicts: tuple[str, str],
    rows: Sequence[RowLike],
    *,
    all_rows: bool,
) -> None:
    """Print two paths side by side. `all_rows` also shows what is the same."""
    differing = [row for row in rows if row.differs]
    mattering = [row for row in rows if row.matters]
    console.print()
    console.print(Text(visible(summary_line(left, right, rows)), style="bold"))
    for name, verdict in zip((left, right), verdicts, strict=True):
        console.print(Text(visible(f"  {name}: {verdict}")))
    console.print()
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title, style in (("", "bold"), ("", ""), ("", "dim"), (left, ""), (right, "")):
        table.add_column(Text(visible(title)), style=style, no_wrap=True)
    width = (console.width - 12 - max((len(row.name) for row in rows), default=0) - 6) // 2
    last: Link | None = None
    for row in rows if all_rows else differing:
        sign = Text("✗", style="bold red") if row.matters else Text("≠" if row.differs else "=", style="dim")
        table.add_row(
            str(row.link) if row.link != last else "",
            sign,
            Text(visible(row.name)),
            cell(row.left, width),
            cell(row.right, width),
        )
        last = row.link
    console.print(table)
    for row in mattering:
        console.print(Text(visible(f"✗ {row.link}, {row.name}: {', '.join(row.matters)}"), style="red"))
    console.print()


def summary_line(left: str, right: str, rows: Sequence[RowLike]) -> str:
    """`datastorage against signalprocessing: 9 of 31 facts differ, 3 of them matter`."""
    differing = sum(row.differs for row in rows)
    mattering = sum(bool(row.matters) for row in rows)
    return f"{left} against {right}: {differing} of {len(rows)} facts differ, {mattering} of them matter"


def cell(facts: Sequence[LinkFact], width: int) -> Text:
    """The values of one side with their places; a dash where the path has none."""
    if not facts:
        return Text("—", style="dim")
    return Text("\n").join(fact_cell(replace(fact, condition=None), width) for fact in facts)


def comparison_json(left: str, right: str, rows: Sequence[RowLike]) -> dict[str, Any]:
    """The comparison as plain data: one row a fact."""
    return {"left": left, "right": right, "rows": [_row_json(row) for row in rows]}


def _row_json(row: RowLike) -> dict[str, Any]:
    return {
        "link": str(row.link),
        "name": row.name,
        "left": [_fact_json(f) for f in row.left],
        "right": [_fact_json(f) for f in row.right],
        "differs": row.differs,
        "matters": list(row.matters),
    }


def _fact_json(fact: LinkFact) -> dict[str, Any]:
    place = fact.evidence
    return {
        "value": fact.value,
        "condition": fact.condition,
        "path": place.path if place else None,
        "line": place.line if place else None,
        "url": place.url if place else None,
    }
