"""`covcheck live`: the diagnosis in the cluster, for a terminal. The work is in `bot.live_runs`."""

from __future__ import annotations

import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bot.errors import ClusterError, CovcheckError, UsageError

if TYPE_CHECKING:
    from bot.cluster.plan import Plan
    from bot.command_audit import LiveAudit
    from bot.live import LiveResult, LiveWork
    from bot.settings import Settings


def live_run(
    runs: LiveWork,
    service: str,
    namespace: str | None,
    repo: str | None,
    ref: str | None,
    *,
    yes: bool,
    err: Console,
    audit: LiveAudit | None = None,
) -> LiveResult:
    """Plan, ask, run. The plan and the progress go to stderr; `audit` is told of what happens.

    Raises UsageError when it is not confirmed, ClusterError when it is interrupted, and what LiveWork does.
    """
    plan = runs.plan(repo, ref, service, namespace)
    show_plan(err, plan)
    if not yes:
        confirm(plan, err)
    run_id, how = secrets.token_hex(6), "failed"
    if audit is not None:
        audit.begun(plan, run_id)
    try:
        with stopped_by_signals():
            result = runs.run(repo, ref, plan, run_id, asked_by(), lambda what: tell(err, what))
        how = str(result.diagnosis.status).lower()
        return result
    except KeyboardInterrupt:
        how = "interrupted"
        raise ClusterError(
            f"The run was interrupted; {plan.target} is put back, or will be within a minute.",
            hint=f"Look with: covcheck live {plan.target} --namespace {plan.namespace} --dry-run",
        ) from None
    finally:
        if audit is not None:
            audit.ended(plan, run_id, how)


def show_plan(err: Console, plan: Plan) -> None:
    """Print the dry run."""
    from bot.render.plain import visible

    for line in plan.lines():
        err.print(visible(line), markup=False)


def confirm(plan: Plan, err: Console) -> None:
    """Ask whoever sits at the terminal. Raises UsageError for any other answer than yes."""
    if not sys.stdin.isatty():
        raise UsageError(
            f"{plan.target} was not stopped: nobody is here to confirm.", hint="Pass --yes to confirm."
        )
    err.print(f"Stop {plan.target} in namespace {plan.namespace}? [y/N] ", end="", markup=False)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("Nothing was stopped.", hint="Answer y to go on, or pass --yes.")


def tell(err: Console, what: str) -> None:
    """One line of progress."""
    from bot.render.plain import visible

    err.print(f"· {visible(what)}", style="dim", markup=False)


def asked_by() -> str:
    """Who runs this, for the lease."""
    try:
        return getuser()
    except (OSError, KeyError):
        return "somebody at a terminal"


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the run as Ctrl-C does, so that everything is put back."""

    def interrupted(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    kept = {each: signal.signal(each, interrupted) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)


def keep_files(result: LiveResult, folder: Path) -> None:
    """Copy the raw files to a folder, which is made. Raises UsageError when it cannot be."""
    import shutil

    if result.folder is None:
        return
    try:
        shutil.copytree(result.folder, folder, dirs_exist_ok=True)
    except OSError as error:
        raise UsageError(f"The files cannot be copied to {folder}: {error.strerror}.") from None


def keep_run(settings: Settings, result: LiveResult, ref: str | None, err: Console) -> None:
    """Keep the run with its commit in the store, for the history. A store that fails is told, no more."""
    from bot.bootstrap import store_url
    from bot.jobs.run_record import figure_of, record
    from bot.render.live_view import live_view
    from bot.store.answers import Store

    asked = {"repo": result.path.repo.name if result.commit else None, "ref": ref}
    try:
        store = Store(store_url(settings))
        try:
            run = record(result, live_view(result), asked, asked_by())
            store.keep_run(run)
            figure = figure_of(run, result.path.repo.ref)
            if figure is not None:
                store.history.keep(figure)
        finally:
            store.close()
    except CovcheckError as error:
        tell(err, f"The run is not in the history: {error}")
