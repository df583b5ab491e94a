"""`covcheck cov`: the reports of `go tool covdata`, without Go and with a reason where it is silent.

The work is in `bot.covdata.command`; this is its face in the command line, with help.
"""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    help="Coverage from raw covmeta and covcounters files, like `go tool covdata`; no Go needed.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


def _value(text: str) -> str:
    """What Go's flags take for `-i=x`: a short option would keep the equals sign."""
    return text.removeprefix("=")


Input = Annotated[str, typer.Option("-i", parser=_value, metavar="DIR[,DIR]", help="Directories to read.")]
Output = Annotated[str, typer.Option("-o", parser=_value, metavar="PATH", help="Where to write.")]
Packages = Annotated[
    str, typer.Option("-pkg", "--pkg", parser=_value, metavar="PATTERN[,...]", help="Only these packages.")
]


Source = Annotated[
    str,
    typer.Option("--source", metavar="DIR", help="The module's folder (with go.mod), to show its sources."),
]
Combine = Annotated[bool, typer.Option("-pcombine", "--pcombine", help="All binaries as one, as in Go.")]


@app.command()
def percent(i: Input, o: Output = "", pkg: Packages = "") -> None:
    """The covered part of each package's statements; with -o also the text profile, as in Go."""
    _run("percent", i, o, pkg)


@app.command()
def func(i: Input, pkg: Packages = "") -> None:
    """The covered part of each function's statements, and the total."""
    _run("func", i, "", pkg)


@app.command()
def textfmt(i: Input, o: Output, pkg: Packages = "") -> None:
    """The text profile that `go tool cover` and coverage services read, into the file -o."""
    _run("textfmt", i, o, pkg)


@app.command()
def merge(i: Input, o: Output, pkg: Packages = "", pcombine: Combine = False) -> None:
    """All runs of each binary in one counter file, into the existing directory -o."""
    _run("merge", i, o, pkg, combine=pcombine)


@app.command()
def html(i: Input, o: Output, pkg: Packages = "", source: Source = "") -> None:
    """One page that needs no network: packages, files, functions, and with --source the lines, into -o."""
    _run("html", i, o, pkg, source=source)


@app.command()
def treemap(i: Input, o: Output, pkg: Packages = "") -> None:
    """A picture (PNG) of packages and files, as large as their statements, coloured by percent, into -o."""
    _run("treemap", i, o, pkg)


@app.command()
def push(
    i: Annotated[
        str,
        typer.Option("-i", parser=_value, metavar="DIR[,DIR]|FILE", help="Raw data, a profile or a zip."),
    ],
    service: Annotated[str, typer.Option("--service", help="The service that was measured.")],
    repo: Annotated[str, typer.Option("--repo", metavar="OWNER/NAME", help="Else GITHUB_REPOSITORY.")] = "",
    commit: Annotated[str, typer.Option("--commit", metavar="SHA", help="Else GITHUB_SHA.")] = "",
    branch: Annotated[
        str, typer.Option("--branch", help="Else GITHUB_HEAD_REF, or GITHUB_REF_NAME of a branch.")
    ] = "",
    run: Annotated[
        str, typer.Option("--run", metavar="ID", help="Tells measurements of one commit apart.")
    ] = "",
    url: Annotated[str, typer.Option("--url", help="covcheck's server; else COVCHECK_PUSH_URL.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the JSON; nothing is sent.")] = False,
) -> None:
    """Post a service's figure to covcheck's history; the token is COVCHECK_PUSH_TOKEN. Exit 0 taken,
    1 the data is broken or missing, 2 a wrong command, refused, or no server."""
    from bot.covdata.command import Options, reported
    from bot.history.origin import Named
    from bot.history.push import push as push_figure

    named = Named(service, repo, commit, branch, run)
    raise typer.Exit(reported(lambda: push_figure(Options(i).paths, named, url, dry_run=dry_run)))


def _run(
    verb: str, directories: str, output: str, packages: str, *, combine: bool = False, source: str = ""
) -> None:
    from bot.covdata.command import Options, run

    raise typer.Exit(run(verb, Options(directories, output, packages, combine, source)))
