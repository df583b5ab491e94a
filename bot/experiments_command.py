"""`covcheck experiments`: run the claims that the articles cite, on any Go.

The work is in `knowledge.experiments`; this is its face in the command line, with help.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from knowledge.experiments.model import Outcome
    from knowledge.experiments.stale import StaleArticle

FAILED, ERROR = 1, 2

app = typer.Typer(
    help="Claims about Go coverage that can be run: small programs, built and run in the suspected ways.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

JsonOption = Annotated[bool, typer.Option("--json", help="Plain data on stdout, for programs.")]


@app.command("list")
def list_them(as_json: JsonOption = False) -> None:
    """List the experiments: what each claims, what it builds and runs, what rests on it."""
    from knowledge.experiments.registry import all_experiments

    if as_json:
        rows = [
            {"id": e.id, "claim": e.claim, "how": e.how, "supports": list(e.supports)}
            for e in all_experiments()
        ]
        _print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    width = max(len(e.id) for e in all_experiments())
    for each in all_experiments():
        _print(f"{each.id:{width}}  {each.claim}")


@app.command()
def run(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Which; none: all.")] = None,
    go: Annotated[Path | None, typer.Option("--go", metavar="PATH", help="The go command to use.")] = None,
    as_json: JsonOption = False,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="DIR", help="Keep the results there; default: in COVCHECK_HOME."),
    ] = None,
) -> None:
    """Run experiments, without network. Exit 0 all reproduced, 1 one did not, 2 error.

    What cannot be run on this machine or with this Go is skipped with the reason. The results are kept, one
    file a Go version; articles that cite what did not reproduce are stale from then on.
    """
    from knowledge.experiments.results import outcomes_json, save_results
    from knowledge.experiments.runner import find_go, run_experiments

    with _errors(as_json):
        outcomes = run_experiments(go or find_go(), ids or None, tell=None if as_json else _tell)
        files = save_results(outcomes, write or _local())
        stale_now = _stale(outcomes)
    if as_json:
        _print(json.dumps(outcomes_json(outcomes), indent=2, ensure_ascii=False))
    else:
        _print(_total(outcomes))
        for each in stale_now:
            _print(f"stale by it: {each.article}")
        for file in files:
            _print(f"kept in {file}")
    raise typer.Exit(FAILED if any(outcome.reproduced is False for outcome in outcomes) else 0)


@app.command()
def stale(as_json: JsonOption = False) -> None:
    """Articles that cite a claim which did not reproduce, here or as shipped. Exit 0 none, 1 some."""
    from dataclasses import asdict

    from knowledge.experiments.results import load_known

    with _errors(as_json):
        found = _stale(load_known(_local()))
    if as_json:
        _print(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
    for each in () if as_json else found:
        _print(f"{each.article}: {each.why}")
    raise typer.Exit(FAILED if found else 0)


def _local() -> Path:
    """Where the results of one's own runs are kept."""
    from bot.settings import home

    return home() / "experiments"


def _stale(outcomes: tuple[Outcome, ...]) -> tuple[StaleArticle, ...]:
    """The articles of the knowledge base that some outcomes make stale."""
    from bot.settings import home
    from knowledge.experiments.stale import stale_by_experiments
    from knowledge.library import Library, shipped_articles

    return stale_by_experiments(Library(home() / "kb", shipped_articles()).articles(), outcomes)


def _tell(outcome: Outcome) -> None:
    word = {True: "reproduced", False: "NOT REPRODUCED", None: "skipped"}[outcome.reproduced]
    why = outcome.reason or "; ".join(outcome.differences)
    _print(f"{word:14}  {outcome.id}  {outcome.seconds:.1f} s" + (f"  {why}" if why else ""))


def _total(outcomes: tuple[Outcome, ...]) -> str:
    """The last line: how many came out how, with which Go."""
    counts = [sum(o.reproduced is value for o in outcomes) for value in (True, False, None)]
    with_go = f" with {outcomes[0].go} on {outcomes[0].platform}" if outcomes else ""
    return f"{counts[0]} reproduced, {counts[1]} not, {counts[2]} skipped{with_go}"


@contextmanager
def _errors(as_json: bool) -> Iterator[None]:
    """What people can mend is one sentence on stderr and exit status 2."""
    from bot.errors import CovcheckError
    from bot.render.plain import visible

    try:
        yield
    except CovcheckError as error:
        if as_json:
            _print(json.dumps({"error": type(error).__name__, "message": str(error), "hint": error.hint}))
        sys.stderr.write(visible(f"covcheck: {error}") + "\n")
        if error.hint:
            sys.stderr.write(visible(f"  {error.hint}") + "\n")
        raise typer.Exit(ERROR) from None


def _print(text: str) -> None:
    from bot.render.plain import visible

    sys.stdout.write(visible(text) + "\n")
    sys.stdout.flush()
