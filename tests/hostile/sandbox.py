"""Runs the whole check on a repo in a process of its own, with limits on memory and time.

The limits are a safety net that ends a runaway check, not something that is measured.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import resource
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.check import Check, check
from bot.compare import compare
from bot.errors import CovcheckError
from bot.model import Service
from bot.path import discover
from bot.render.build import build_answer
from bot.render.json import check_json
from bot.render.side_by_side import show_comparison
from bot.render.terminal import show_answer, show_services
from bot.repo.local import open_local

MEMORY = 600_000_000
SECONDS = 20

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Outcome:
    """How a check ended: `error` names a CovcheckError, `crash` is the traceback of anything else.

    `shown` is all that a person or a program would have been given: terminal views and JSON.
    """

    data: dict[str, Any] | None = None
    services: tuple[str, ...] = ()
    error: str = ""
    crash: str = ""
    shown: str = ""

    @property
    def missing(self) -> str:
        """Everything that was said not to be checked, one a line."""
        gaps = self.data["missing"] if self.data else []
        return "\n".join(f"{gap['what']}: {gap['reason']}" for gap in gaps)

    @property
    def rules(self) -> list[str]:
        """The rules of the causes, the answer first."""
        return [cause["rule"] for cause in self.data["causes"]] if self.data else []


def run_check(repo: Path, service: str = "shop", *, show: bool = False, seconds: float = SECONDS) -> Outcome:
    """`check` and `services` of a repo; with `show` also `compare` and what they all print."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_work, args=(theirs, str(repo), service, show))
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            return Outcome(crash=f"did not end within {seconds:g} s")
        return Outcome(**ours.recv())
    except EOFError:
        process.join()
        return Outcome(crash=f"the process ended with {process.exitcode}")
    finally:
        process.kill()
        process.join()
        ours.close()


def _work(pipe: Connection, repo: str, service: str, show: bool) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        result = _everything(repo, service, show)
    except CovcheckError as error:
        result = {"error": f"{type(error).__name__}: {error} {error.hint}"}
    except BaseException:
        result = {"crash": traceback.format_exc()}
    pipe.send(result)


def _everything(repo: str, service: str, show: bool) -> dict[str, Any]:
    with open_local(repo) as snapshot:
        done = check(snapshot, service)
        services = discover(snapshot)
        screen = Console(width=110, record=True, file=io.StringIO())
        if show:
            _show(screen, done, services)
    data = check_json(done.path, done.diagnosis)
    shown = screen.export_text(styles=True) + json.dumps(data, ensure_ascii=False)
    return {"data": data, "services": tuple(service.name for service in services), "shown": shown}


def _show(screen: Console, done: Check, services: tuple[Service, ...]) -> None:
    answer = build_answer(done.path, done.diagnosis)
    show_answer(screen, answer)
    show_answer(screen, answer, details=True)
    show_services(screen, services)
    other = compare(done, done)
    show_comparison(screen, "one", "other", ("", ""), other.rows, all_rows=True)
