"""The `covcheck` command line: the same services as Slack, for a terminal.

Exit status of `check`: 0 CLEAR, 1 FOUND, 3 INCONCLUSIVE, 2 error. Heavy parts are imported by the
command that needs them, so that a check starts fast.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.answer_command import answer
from bot.audit_command import audit
from bot.command_line import (
    ConfigOption,
    JsonOption,
    RefOption,
    RepoOption,
    err,
    errors,
    opened,
    out,
    print_json,
)
from bot.cov_command import app as cov_app
from bot.digest_command import digest
from bot.experiments_command import app as experiments_app
from bot.history_command import app as history_app
from bot.kb_command import app as kb_app
from bot.kb_command import ask
from bot.model import Status

EXIT = {Status.CLEAR: 0, Status.FOUND: 1, Status.INCONCLUSIVE: 3}

app = typer.Typer(
    help="Why is our Go end-to-end coverage empty? Answers with evidence, from the repo's files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(cov_app, name="cov")
app.add_typer(experiments_app, name="experiments")
app.add_typer(history_app, name="history")
app.add_typer(kb_app, name="kb")
app.command()(ask)
app.command()(answer)
app.command()(digest)
app.command()(audit)


@app.command()
def check(
    service: str,
    repo: RepoOption,
    ref: RefOption = None,
    as_json: JsonOption = False,
    details: Annotated[bool, typer.Option("--details", help="Every fact with its line.")] = False,
    config: ConfigOption = None,
) -> None:
    """Diagnose the coverage path of one service. Exit 0 CLEAR, 1 FOUND, 3 INCONCLUSIVE, 2 error."""
    from bot.check import check as run_check
    from bot.render.build import build_answer

    with errors(as_json), opened(repo, ref, config) as snapshot:
        result = run_check(snapshot, service)
    if as_json:
        from bot.render.json import check_json

        print_json(check_json(result.path, result.diagnosis))
    else:
        from bot.render.terminal import show_answer

        show_answer(out, build_answer(result.path, result.diagnosis), details=details)
    raise typer.Exit(EXIT[result.diagnosis.status])


@app.command()
def compare(
    first: str,
    second: str,
    repo: RepoOption,
    ref: RefOption = None,
    as_json: JsonOption = False,
    all_rows: Annotated[bool, typer.Option("--all", help="Also what is the same.")] = False,
    config: ConfigOption = None,
) -> None:
    """Put the paths of two services side by side and mark what differs and what matters."""
    from bot.check import check as run_check
    from bot.compare import compare as run_compare
    from bot.render.build import verdict
    from bot.render.side_by_side import comparison_json, show_comparison

    with errors(as_json), opened(repo, ref, config, checks=2) as snapshot:
        left, right = run_check(snapshot, first), run_check(snapshot, second)
    result = run_compare(left, right)
    names = left.path.service.name, right.path.service.name
    if as_json:
        print_json(comparison_json(*names, result.rows))
    else:
        verdicts = verdict(left.diagnosis), verdict(right.diagnosis)
        show_comparison(out, *names, verdicts, result.rows, all_rows=all_rows)


@app.command()
def services(
    repo: RepoOption, ref: RefOption = None, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """List the services that were discovered, and from which files."""
    from bot.path import discover
    from bot.render.terminal import show_services

    with errors(as_json), opened(repo, ref, config) as snapshot:
        found = discover(snapshot)
    if as_json:
        print_json(
            {
                "repo": snapshot.ref.name,
                "commit": snapshot.ref.commit,
                "services": [
                    {
                        "name": s.name,
                        "aliases": list(s.aliases),
                        "files": dict(s.files),
                        "reasons": dict(s.reasons),
                    }
                    for s in found
                ],
            }
        )
    else:
        show_services(out, found)


@app.command()
def live(
    service: str,
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", help="Where the service runs.")
    ] = None,
    context: Annotated[str, typer.Option("--context", help="Context of the kubeconfig.")] = "",
    repo: Annotated[
        str | None, typer.Option("--repo", help="Also read the files: a directory or OWNER/NAME.")
    ] = None,
    ref: RefOption = None,
    container: Annotated[str | None, typer.Option("--container", help="The service's container.")] = None,
    as_json: JsonOption = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Stop the workload without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be stopped.")] = False,
    keep: Annotated[Path | None, typer.Option("--keep", help="Copy the raw coverage files here.")] = None,
    details: Annotated[bool, typer.Option("--details", help="Every fact and observation.")] = False,
    config: ConfigOption = None,
) -> None:
    """Stop the service in the cluster, look at what it writes, and put it back. Exit as `check`."""
    from bot.bootstrap import live_runs
    from bot.command_audit import LiveAudit
    from bot.live_command import keep_files, keep_run, live_run, show_plan, tell
    from bot.settings import load_settings

    with errors(as_json):
        settings = load_settings(config)
        runs = live_runs(settings, context=context, container=container, restricted=False)
        if dry_run:
            plan = runs.plan(repo, ref, service, namespace)
            if as_json:
                print_json(plan.encode())
            else:
                show_plan(out, plan)
            return
        told = LiveAudit(settings, lambda text: tell(err, text))
        result = live_run(runs, service, namespace, repo, ref, yes=yes, err=err, audit=told)
        if keep is not None:
            keep_files(result, keep)
    if as_json:
        from bot.render.live_json import live_json

        print_json(live_json(result))
    else:
        from bot.render.live_terminal import show_live

        show_live(out, result, details=details)
    keep_run(settings, result, ref, err)
    raise typer.Exit(EXIT[result.diagnosis.status])


@app.command()
def serve(
    config: ConfigOption = None,
    example: Annotated[
        bool, typer.Option("--example", help="Print the answer about the example that ships, and end.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="Port of the console's page; 0: a free one."),
    ] = None,
    opened: Annotated[bool, typer.Option("--open", help="Open the console's page in a browser.")] = False,
) -> None:
    """Serve Slack: Socket Mode with an app token, else HTTP. Without tokens: the local console, a small Slack
    in the browser."""
    from bot.serve import serve as run_serve
    from bot.serve import show_example
    from bot.settings import load_settings

    with errors(False):
        settings = load_settings(config)
        if example:
            show_example(settings, out)
        else:
            run_serve(settings, out, port=port, opened=opened)


@app.command()
def doctor(config: ConfigOption = None) -> None:
    """Say for each part (Slack, GitHub, store, cluster) whether it works and what to do."""
    from bot.doctor import examine, show_report

    report = examine(config)
    show_report(out, report)
    raise typer.Exit(0 if all(part.works is not False for part in report) else 1)


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
