"""The digest in a terminal, and as plain data for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.digest.gather import Gathered
from bot.digest.model import NoData, Period, ServiceLine
from bot.digest.words import (
    QUIET,
    bar,
    change,
    figure,
    headline,
    last_figure,
    moved_line,
    no_data_line,
    quality_said,
    sparkline,
    stale_line,
)
from bot.render.plain import one_line


def show_digest(console: Console, gathered: Gathered) -> None:
    """Print a digest: the headline, what moved, each service, and what has no data with its cause."""
    digest = gathered.digest
    console.print(Text(headline(digest), style="bold"))
    console.print(
        Text(f"branch {one_line(gathered.branch)}" if gathered.branch else "no branch", style="dim")
    )
    if digest.quiet:
        console.print(QUIET, markup=False)
    for line in digest.moved if "moved" in gathered.include else ():
        console.print(Text(one_line(moved_line(line)), style="green" if (line.points or 0) > 0 else "red"))
    if digest.lines:
        console.print()
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        table.add_column(overflow="fold")
        table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=True)
        for line in digest.lines:
            table.add_row(*_cells(line))
        console.print(table)
    if digest.no_data and "no-data" in gathered.include:
        console.print()
        console.print(Text("No data", style="bold yellow"))
        for gone in digest.no_data:
            console.print(Text(f"  {_gone(gone, digest.period)}"))
    _show_besides(console, gathered)


def _gone(gone: NoData, period: Period) -> str:
    said = one_line(no_data_line(gone, period.zone))
    why = one_line(gone.blocked.summary) if gone.blocked is not None else ""
    more = " ".join(filter(None, [why, last_figure(gone, period.zone)]))
    return f"{said}: {more}" if more else said


def _show_besides(console: Console, gathered: Gathered) -> None:
    """What is not coverage: stale articles with their reasons, and how questions were answered."""
    if gathered.stale and "stale" in gathered.include:
        console.print()
        console.print(Text("Stale articles", style="bold yellow"))
        for article in gathered.stale:
            owner = f" (owner {one_line(article.owner)})" if article.owner else ""
            console.print(Text(f"  {one_line(article.title)}: {one_line(article.why)}{owner}"))
    none = gathered.stale == () and "stale" in gathered.include
    said = [stale_line(gathered.stale) if none else ""]
    said.append(quality_said(gathered.quality) if "quality" in gathered.include else "")
    if any(said):
        console.print()
    for line in filter(None, said):
        console.print(Text(line))


def _cells(line: ServiceLine) -> tuple[Text, ...]:
    cells = (
        one_line(line.service),
        f"{figure(line.percent)}%",
        bar(line.percent),
        change(line),
        sparkline(line.trend),
    )
    return tuple(Text(cell) for cell in cells)


def digest_json(gathered: Gathered, repo: str) -> dict[str, Any]:
    """The digest as plain JSON values; percents and points are not rounded, None where there is no data."""
    digest = gathered.digest
    return {
        "repo": repo,
        "branch": gathered.branch,
        "since": digest.period.since,
        "until": digest.period.until,
        "headline": headline(digest),
        "quiet": digest.quiet,
        "percent": digest.percent,
        "points": digest.points,
        "moved": [line.service for line in digest.moved],
        "services": [_reported(line) for line in digest.lines],
        "no_data": [_without(gone) for gone in digest.no_data],
        "stale": None if gathered.stale is None else [asdict(article) for article in gathered.stale],
        "quality": None if gathered.quality is None else asdict(gathered.quality),
    }


def _reported(line: ServiceLine) -> dict[str, Any]:
    return {
        "service": line.service,
        "percent": line.percent,
        "points": line.points,
        "statements": line.figure.statements,
        "covered": line.figure.covered,
        "commit": line.figure.commit,
        "at": line.figure.at,
        "trend": list(line.trend),
        "movers": [{"path": m.path, "points": m.points} for m in line.delta.movers] if line.delta else [],
    }


def _without(gone: NoData) -> dict[str, Any]:
    why = gone.blocked
    return {
        "service": gone.service,
        "cause": None
        if why is None
        else {"rule": why.rule, "summary": why.summary, "since": why.since, "url": why.url},
        "last_percent": None if gone.last is None else gone.last.percent,
        "ran": gone.ran,
    }
