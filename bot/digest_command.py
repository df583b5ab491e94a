"""`covcheck digest`: what a channel would be told, for a terminal. The work is in `bot.digest`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_line import ConfigOption, JsonOption, errors, out, print_json
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.digest.gather import Asked, Gathered
    from bot.settings import Settings

MAX_DAYS = 366


def digest(
    repo: Annotated[
        str, typer.Option("--repo", metavar="OWNER/NAME", help="Else the default of [repos].")
    ] = "",
    service: Annotated[
        list[str] | None, typer.Option("--service", help="Only this service; may be given often.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=MAX_DAYS, help="How long the period is.")] = 7,
    branch: Annotated[str, typer.Option("--branch", help="Whose figures; else the main branch.")] = "",
    minimum: Annotated[
        float, typer.Option("--minimum", min=0.0, max=100.0, help="Percentage points that count as moved.")
    ] = 0.5,
    zone: Annotated[str, typer.Option("--zone", help="Whose days: Europe/Berlin, America/New_York.")] = "UTC",
    include: Annotated[
        list[str] | None,
        typer.Option("--include", help="Only this: moved, no-data, stale, quality; may be given often."),
    ] = None,
    chart: Annotated[
        Path | None, typer.Option("--chart", metavar="FILE.png", help="Also paint the trend.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print it; nothing is posted.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """What moved in the coverage of a repo's services until now, and what has no data and why. Exit 0, 2."""
    from bot.digest.terminal import digest_json, show_digest
    from bot.settings import load_settings

    with errors(as_json):
        if not dry_run:
            raise UsageError(
                "From here a digest is only printed; in Slack `/covcheck digest` posts one.",
                hint="Add --dry-run.",
            )
        settings = load_settings(config)
        asked = _asked(settings, repo, days, zone)
        asked = replace(asked, services=tuple(service or ()), branch=branch or None, minimum=minimum)
        if include:
            asked = replace(asked, include=_parts(include))
        gathered = _gathered(settings, asked)
        if chart is not None:
            write_chart(gathered, chart)
    if as_json:
        print_json(digest_json(gathered, asked.repo))
    else:
        show_digest(out, gathered)


def _asked(settings: Settings, repo: str, days: int, zone: str) -> Asked:
    """A digest of the days until now. Raises UsageError where no repo is named, or no such zone is known."""
    from datetime import datetime

    from bot.digest.gather import Asked
    from bot.digest.model import Period
    from bot.digest_sources import repo_page
    from bot.history.thinning import DAY
    from bot.jobs.localtimes import zone_named
    from bot.jobs.orders import shown_repo

    named = repo or (shown_repo(settings.repos.default) if settings.repos.default else "")
    if not named:
        raise UsageError("No repo is named.", hint="Name it: --repo OWNER/NAME.")
    now = datetime.now(zone_named(zone))
    period = Period(now.timestamp() - days * DAY, now.timestamp(), now.date(), zone_named(zone))
    return Asked(named, period, web=repo_page(settings, named))


def _parts(include: list[str]) -> tuple[str, ...]:
    """What is to be shown. Raises UsageError for a part that no digest has."""
    from bot.store.schedules import INCLUDE

    for name in include:
        if name not in INCLUDE:
            raise UsageError(f"A digest has no part {name!r}.", hint=f"It has {', '.join(INCLUDE)}.")
    return tuple(include)


def _gathered(settings: Settings, asked: Asked) -> Gathered:
    """The digest from the store. Raises StoreError, and UsageError when it knows nothing of the repo."""
    from bot.bootstrap import knowledge_base, store_url
    from bot.digest.gather import gather
    from bot.digest_sources import stale_articles
    from bot.jobs.orders import shown_repo
    from bot.store.answers import Store

    store = Store(store_url(settings))
    try:
        stale = list(stale_articles(knowledge_base(store))) if "stale" in asked.include else None
        gathered = gather(store, asked, shown_repo, stale)
    finally:
        store.close()
    if not gathered.histories:
        raise UsageError(
            f"There is no figure and no run of {asked.repo}.",
            hint="Figures come from live runs and from `covcheck cov push` (docs/history.md).",
        )
    return gathered


def write_chart(gathered: Gathered, file: Path) -> None:
    """Paint the trend into a file. Raises UsageError when it cannot be written."""
    from bot.digest.chart import chart_png
    from bot.digest.trend import trend
    from bot.digest.words import headline

    png = chart_png(trend(gathered.histories, gathered.digest), headline(gathered.digest))
    try:
        file.write_bytes(png)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from None
