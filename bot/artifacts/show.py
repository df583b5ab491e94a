"""What came of artifacts, in a terminal and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.artifacts.taking import Pass
from bot.render.plain import one_line
from bot.store.artifacts import StoredArtifact, Taking

_STYLES = {Taking.TAKEN: "green", Taking.REFUSED: "red", Taking.EMPTY: "yellow", Taking.FAILED: "red"}


def show_pass(console: Console, repo: str, done: Pass, latest: Sequence[StoredArtifact]) -> None:
    """Print what a look came to, and the latest artifacts with why they gave no figure."""
    taken = ", ".join(f"{number} {status}" for status in Taking if (number := done.count(status)))
    console.print(Text(f"{one_line(repo)}: {taken or 'nothing new'}", style="bold"))
    if done.error:
        console.print(Text(f"  It ended early: {one_line(done.error)}", style="red"))
    elif done.more:
        console.print(Text("  More are left for the next look.", style="dim"))
    table = Table(box=None, padding=(0, 2, 0, 2), show_header=False)
    for _ in range(4):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in latest:
        when = f"{datetime.fromtimestamp(each.at, UTC):%Y-%m-%d %H:%M}"
        table.add_row(
            Text(each.status, style=_STYLES[Taking(each.status)]),
            Text(when, style="dim"),
            Text(str(each.id), style="dim"),
            Text(one_line(each.name)),
            Text(one_line(each.reason)),
        )
    if latest:
        console.print(table)


def pass_json(repo: str, done: Pass, latest: Sequence[StoredArtifact]) -> dict[str, Any]:
    """The same as plain JSON values."""
    return {
        "repo": repo,
        "new": [asdict(each) for each in done.artifacts],
        "more": done.more,
        "error": done.error,
        "latest": [asdict(each) for each in latest],
    }
