"""What the commands share: a repo that is opened and closed, errors as one sentence, plain data."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.errors import CovcheckError

if TYPE_CHECKING:
    from bot.repo import Snapshot

ERROR = 2

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)

RepoOption = Annotated[str, typer.Option("--repo", help="A directory (checkout or bare) or OWNER/NAME.")]
RefOption = Annotated[str | None, typer.Option("--ref", help="Branch, tag or commit; default: HEAD.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Plain data on stdout, for programs.")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="covcheck.toml to read.")]


@contextmanager
def opened(repo: str, ref: str | None, config: Path | None, checks: int = 1) -> Iterator[Snapshot]:
    """The snapshot that --repo and --ref name, with the requests of so many checks; closed afterwards."""
    from functools import partial

    from bot.bootstrap import snapshot_opener
    from bot.repo.opened import opened
    from bot.settings import load_settings

    opener = partial(snapshot_opener(load_settings(config)), checks=checks)
    with opened(opener, repo, ref) as snapshot:
        yield snapshot


@contextmanager
def errors(as_json: bool) -> Iterator[None]:
    """Turn what goes wrong into one clear sentence on stderr and exit status 2."""
    from bot.render.plain import visible

    try:
        yield
    except CovcheckError as error:
        if as_json:
            print_json({"error": type(error).__name__, "message": str(error), "hint": error.hint})
        err.print(visible(f"covcheck: {error}"), style="red", markup=False)
        if error.hint:
            err.print(visible(f"  {error.hint}"), markup=False)
        raise typer.Exit(ERROR) from None
    except Exception as error:  # a defect of ours: never a traceback on the screen, never lost either
        request, place = _kept(error)
        if as_json:
            print_json({"error": "internal", "message": "covcheck failed", "request": request})
        err.print(f"covcheck: failed on our side, request {request}; nothing was changed.", markup=False)
        err.print(f"  Please report it with {place}.", markup=False)
        raise typer.Exit(ERROR) from None


def _kept(error: Exception) -> tuple[str, str]:
    """Keep the traceback of a defect in the state folder; its request id and where it is."""
    import secrets
    import traceback

    from bot.settings import home

    request = secrets.token_hex(4)
    text = "".join(traceback.format_exception(error))
    try:
        folder = home() / "errors"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{request}.txt"
        file.write_text(text, "utf-8")
    except OSError:
        return request, f"the words {type(error).__name__}"
    return request, str(file)


def print_json(data: object) -> None:
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
