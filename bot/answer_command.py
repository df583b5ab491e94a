"""`covcheck answer`: a help request, every question answered. The work is in `bot.answer`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_line import ConfigOption, JsonOption, RefOption, RepoOption, err, errors, out, print_json
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.answer import Cases
    from bot.repo import Snapshot
    from bot.settings import Settings
    from knowledge.answering.model import RequestAnswer

MAX_BYTES = 2_000_000
"""A request of this size is no request: the longest real one has 55 KB."""


def answer(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Markdown or text; - reads stdin.")],
    repo: RepoOption,
    ref: RefOption = None,
    service: Annotated[
        str | None, typer.Option("--service", help="The service that asks, when the request does not tell.")
    ] = None,
    like: Annotated[
        str | None, typer.Option("--like", help="The service that is asked about, likewise.")
    ] = None,
    as_json: JsonOption = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="A reply to commit beside the request, on stdout.")
    ] = False,
    details: Annotated[bool, typer.Option("--details", help="Every patch, fact and place.")] = False,
    config: ConfigOption = None,
) -> None:
    """Answer a help request. Exit 0 answered (`--json` says how far), 2 error."""
    from functools import partial

    from bot.bootstrap import CHECKS_OF_REQUEST, snapshot_opener
    from bot.repo.opened import opened
    from bot.settings import load_settings
    from knowledge.answering.view import request_view

    with errors(as_json):
        if as_json and markdown:
            raise UsageError("--json and --markdown exclude each other.", hint="Give one of them.")
        text = read_text(file)
        settings = load_settings(config)
        opener = partial(snapshot_opener(settings), checks=CHECKS_OF_REQUEST)
        with opened(opener, repo, ref) as snapshot:
            source = "stdin" if file == "-" else Path(file).name
            view = request_view(_answered(snapshot, text, source, settings, service, like))
    if as_json:
        from bot.render.request_json import request_json

        print_json(request_json(view))
    elif markdown:
        from bot.render.request_markdown import request_markdown

        sys.stdout.write(request_markdown(view))
    else:
        from bot.render.request_terminal import show_request

        show_request(out, view, details=details)


def _answered(
    snapshot: Snapshot, text: bytes, source: str, settings: Settings, service: str | None, like: str | None
) -> RequestAnswer:
    from bot.answer import answer_request
    from bot.bootstrap import drafter
    from bot.settings import home
    from knowledge.drafting import drafted_request
    from knowledge.experiments.results import load_known

    answer = answer_request(
        snapshot,
        text,
        source,
        service=service,
        like=like,
        outcomes=load_known(home() / "experiments"),
        cases=_cases(settings),
        owners=settings.answers.owners,
    )
    return drafted_request(answer, drafter(settings))


def _cases(settings: Settings) -> Cases:
    """What finds solved cases, where there is a store; without one, and when it fails, there are none."""
    from bot.settings import home

    if not settings.store.url and not (home() / "covcheck.sqlite").is_file():
        return ()
    from bot.bootstrap import store_url
    from bot.errors import StoreError
    from bot.jobs.cases import known_cases
    from bot.store.answers import Store

    try:
        return known_cases(Store(store_url(settings)))
    except StoreError as error:
        err.print(f"covcheck: solved cases are not named: {error}", style="dim", markup=False)
        return ()


def read_text(file: str) -> bytes:
    """The bytes of a file, `-`: of stdin. Raises UsageError for what is no text, empty or too large."""
    if file == "-":
        data, name = sys.stdin.buffer.read(MAX_BYTES + 1), "What stands on stdin"
    else:
        data, name = _read(Path(file)), file
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} is larger than 2 MB.", hint="Give the request alone, without its logs.")
    if not data.strip():
        raise UsageError(f"{name} is empty.", hint="Give the request, or - and its text on stdin.")
    if b"\x00" in data and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise UsageError(f"{name} is binary, not text.", hint="Give the request as Markdown or plain text.")
    return data


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a directory.", hint="Name the file with the request.")
        with path.open("rb") as opened_file:
            return opened_file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}.", hint="Name the file with the request.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be opened"
        raise UsageError(f"{path} cannot be read: {reason}.") from None
