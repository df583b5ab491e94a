"""`covcheck audit`: who changed what, for a terminal. The log is in `bot.store.audit`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_line import ConfigOption, JsonOption, errors, out, print_json

if TYPE_CHECKING:
    from bot.store.audit import Entry


def audit(
    since: Annotated[
        str, typer.Option("--since", metavar="DAY", help="2026-11-01, or 14d for 14 days ago.")
    ] = "",
    who: Annotated[
        str, typer.Option("--who", help="A Slack id, a name, or person, ci, clock, command line.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many entries, the latest.")] = 1_000,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """What was changed, the newest first: when, by whom, where, what, and how it ended. Exit 0, 2 error."""
    from bot.bootstrap import store_url
    from bot.settings import load_settings
    from bot.store.answers import Store
    from bot.story.words import date_of

    with errors(as_json):
        begin = date_of(since, time.time()) if since else 0.0
        store = Store(store_url(load_settings(config)))
        try:
            entries = store.audit.entries(since=begin, who=who, limit=limit)
        finally:
            store.close()
    if as_json:
        from bot.jobs.audit_texts import audit_json

        print_json([audit_json(entry) for entry in entries])
    else:
        show(entries)


def show(entries: Sequence[Entry]) -> None:
    """Print entries, one a line and what it was about below."""
    from rich.text import Text

    from bot.jobs.audit_texts import time_of
    from bot.render.plain import one_line

    if not entries:
        out.print("Nothing was changed.", markup=False)
    for entry in entries:
        where = f" in {one_line(entry.channel)}" if entry.channel else ""
        what, who = one_line(entry.what), one_line(entry.person)
        said = Text.assemble((f"{time_of(entry.at)}  ", "dim"), (what, "bold"), f" by {who}{where}")
        out.print(said, soft_wrap=True)
        about = f"{one_line(entry.about)}: " if entry.about else ""
        tail = f"  {about}{one_line(entry.outcome)} (request {one_line(entry.request[:8])})"
        out.print(tail, markup=False, soft_wrap=True)
