"""`covcheck history`: a service's coverage over time, and the artifacts that it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from bot.command_line import ConfigOption, JsonOption, err, errors, out, print_json
from bot.errors import UsageError

if TYPE_CHECKING:
    from typer._click.core import Context

    from bot.settings import Settings
    from bot.story.model import Story

_HELP = ("--help", "-h")


class _ShowFirst(TyperGroup):
    """`history SERVICE` is `history show SERVICE`."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in _HELP:
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_ShowFirst,
    help="A service's coverage over time (`history SERVICE`); `history fetch` takes artifacts now.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

RepoOption = Annotated[
    str, typer.Option("--repo", metavar="DIR|OWNER/NAME", help="Else the default of [repos].")
]


@app.command()
def show(
    service: str,
    repo: RepoOption = "",
    branch: Annotated[str, typer.Option("--branch", help="Whose figures; else the default branch.")] = "",
    base: Annotated[
        str, typer.Option("--base", help="The branch it is held against; else the default branch.")
    ] = "",
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="Also against that day: 2026-11-01, or 14d.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="So many figures.")] = 20,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """A service's figures on a branch, and the last against the previous one, the branch's base and a day,
    with the packages that moved. `history SERVICE` says the same. Exit 0, 2."""
    from bot.settings import load_settings
    from bot.story.terminal import show_story, story_json

    with errors(as_json):
        story = _story(load_settings(config), service, repo, branch, base, since, limit if as_json else 1_000)
    if as_json:
        print_json(story_json(story))
    else:
        show_story(out, story, limit)


def _story(
    settings: Settings, service: str, repo: str, branch: str, base: str, since: str, limit: int
) -> Story:
    import time

    from bot.bootstrap import repo_branches, store_url
    from bot.jobs.orders import shown_repo
    from bot.store.answers import Store
    from bot.story.gather import gather
    from bot.story.model import AskedStory
    from bot.story.words import date_of

    meant = repo or settings.repos.default
    if not meant:
        raise UsageError("No repo is named.", hint="Name it: --repo OWNER/NAME.")
    at = date_of(since, time.time()) if since else None
    asked = AskedStory(shown_repo(meant), service, branch or None, base or None, at, limit)
    branches, store = repo_branches(settings), Store(store_url(settings))
    try:
        return gather(store, asked, branches(meant))
    finally:
        store.close()
        branches.close()


@app.command()
def fetch(
    repo: RepoOption = "",
    again: Annotated[bool, typer.Option("--again", help="Also those that were refused before.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Take the new artifacts of GitHub Actions now, and say what came of the latest ones. Exit 0, 2."""
    from bot.artifacts.show import pass_json, show_pass
    from bot.bootstrap import artifact_taker, store_url
    from bot.command_audit import noted
    from bot.settings import load_settings
    from bot.store.answers import Store
    from bot.store.artifacts import Taking
    from bot.store.changes import What

    with errors(as_json):
        settings = load_settings(config)
        if not settings.history.artifacts:
            raise UsageError(
                "No artifacts are named.", hint="Set [history] artifacts; docs/history.md has the forms."
            )
        store = Store(store_url(settings))
        taker = artifact_taker(settings, store)
        try:
            found = []
            for name in [repo] if repo else sorted(taker.repos):
                if again:
                    store.artifacts.again(name)
                found.append((name, taker.take(name), store.artifacts.latest(name)))
        finally:
            taker.close()
            store.close()
        for name, done, _ in found:
            taken = done.count(Taking.TAKEN)
            if taken:
                noted(settings, What.FIGURES_FETCHED, f"artifacts of {name}: {taken} taken", _tell)
    if as_json:
        print_json([pass_json(*each) for each in found])
    else:
        for each in found:
            show_pass(out, *each)
    if any(done.error for _, done, _ in found):
        raise typer.Exit(2)


def _tell(text: str) -> None:
    err.print(text, style="dim", markup=False)
