"""`covcheck kb` and `covcheck ask`: the knowledge base for a terminal. The work is in `knowledge`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import CovcheckError, UsageError

if TYPE_CHECKING:
    from knowledge.articles import Article
    from knowledge.ask import Asked
    from knowledge.base import KnowledgeBase
    from knowledge.search.engine import Hit
    from knowledge.templates import Filler

ERROR = 2

app = typer.Typer(
    help="The knowledge base: shipped articles, imported and captured cases, and search over them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

ConfigOption = Annotated[Path | None, typer.Option("--config", help="covcheck.toml to read.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Plain data on stdout, for programs.")]


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of Markdown files.")],
    prune: Annotated[
        bool, typer.Option("--prune", help="Forget what came from DIR before and is there no more.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take the Markdown files below a folder as they are, and index them. Exit 0, 2 error."""
    from bot.command_audit import noted_with
    from bot.store.changes import What

    with _errors(as_json):
        base = _base()
        done = base.library.import_folder(folder, prune=prune)
        total = len(base.engine().index.listed)
        warnings = _template_warnings(base, (*done.added, *done.updated))
        if done.added or done.updated or done.removed:
            counts = f"{len(done.added)} added, {len(done.updated)} updated, {len(done.removed)} removed"
            about = f"{folder.name}: {counts}"
            noted_with(None, What.DOCUMENTS_IMPORTED, about, lambda text: _say(text, error=True))
    if as_json:
        kinds = ("added", "updated", "unchanged", "removed", "problems")
        _print_json(
            {kind: list(getattr(done, kind)) for kind in kinds} | {"warnings": warnings, "documents": total}
        )
        return
    for problem in done.problems:
        _say(f"not taken: {problem}", error=True)
    for warning in warnings:
        _say(f"taken, but its template has a fault: {warning}", error=True)
    counts = f"{len(done.added)} added, {len(done.updated)} updated, {len(done.unchanged)} unchanged"
    _say(f"{counts}, {len(done.removed)} removed; the knowledge base has {total:,} documents.")


def _template_warnings(base: KnowledgeBase, ids: Iterable[str]) -> list[str]:
    from knowledge.templates import template_problems

    return [text for id in ids for text in template_problems(base.library.read(id))]


@app.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List every document with its status: draft, confirmed or stale for articles, `case` for the others."""
    problems: list[str] = []
    with _errors(as_json):
        rows = [
            {"id": each.id, "status": each.status or "case", "title": each.title}
            for each in _base().library.articles(problems)
        ]
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        _say(f"{row['status']:9}  {row['id']}  {row['title']}")
    for problem in problems:
        _say(f"not read: {problem}", error=True)


@app.command()
def search(
    query: str,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")] = 10,
) -> None:
    """Find documents, best first, with a score in 0..1. Quoted messages match exactly and come first."""
    with _errors(as_json):
        hits = _base().engine().search(query, limit=limit)
    if as_json:
        _print_json([_hit(hit, hit.score) for hit in hits])
        return
    for hit in hits:
        _say(f"{hit.score:.2f}{'*' if hit.exact else ' '} {hit.id}  {hit.title}")


@app.command()
def show(id: str) -> None:
    """Print a document as it is kept."""
    with _errors(False):
        article = _base().library.read(id)
    status = "case" if article.status is None else f"{article.status} article"
    _say(f"{article.id} · {status} · {article.title}")
    for label, value in _said_of(article):
        if value:
            _say(f"{label}: {value}")
    _say("")
    _say(article.body)


def _said_of(article: Article) -> tuple[tuple[str, str], ...]:
    return (
        ("stale because", article.stale_because),
        ("owner", article.owner),
        ("provenance", article.provenance),
    )


@app.command()
def export(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="The folder to write to.")] = None,
    pull_request: Annotated[
        bool, typer.Option("--pull-request", help="Propose the documents to a repo on GitHub instead.")
    ] = False,
    repo: Annotated[str, typer.Option("--repo", help="OWNER/NAME that the pull request goes to.")] = "",
    base: Annotated[str | None, typer.Option("--base", help="Its branch; default: the repo's own.")] = None,
    path: Annotated[str, typer.Option("--path", help="The folder in the repo.")] = "docs/covcheck",
    branch: Annotated[
        str, typer.Option("--branch", help="The branch that is proposed.")
    ] = "covcheck/knowledge",
    only: Annotated[
        str | None, typer.Option("--only", help="confirmed, draft, stale, case, or own (not shipped).")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Propose without asking.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the documents into a folder as they are kept, or propose them to a repo as one pull request,
    without secrets. The same content is never proposed twice. Exit 0, 2 error."""
    from bot.kb_export import ExportWords, to_folder, to_pull_request

    with _errors(as_json):
        library = _base().library
        if pull_request:
            words = ExportWords(repo, base, path, branch, only)
            done = to_pull_request(library, words, config, yes=yes, say=_say)
        elif folder is None or repo:
            raise UsageError("Name a folder, or say --pull-request --repo OWNER/NAME.")
        else:
            done = to_folder(library, folder, only)
    if as_json:
        _print_json(done.json())
    else:
        _say(done.sentence)


@app.command()
def stale(
    repo: Annotated[
        str,
        typer.Option("--repo", help="A directory (checkout or bare) or OWNER/NAME; none: experiments only."),
    ] = "",
    ref: Annotated[str | None, typer.Option("--ref", help="Branch, tag or commit; default: HEAD.")] = None,
    name: Annotated[
        str, typer.Option("--name", help="The OWNER/NAME that articles cite it by; default: as --repo says.")
    ] = "",
    write: Annotated[
        bool, typer.Option("--write", help="Write into the articles that they are stale, and why.")
    ] = False,
    by_owner: Annotated[
        bool, typer.Option("--by-owner", help="As the monthly reminder asks each owner.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Articles that may no longer be true: a cited file changed, an experiment did not reproduce, or they are
    marked so. Exit 0 none, 1 some, 2 error."""
    from bot.kb_stale import look, reminder, show, stale_json
    from knowledge.staleness import mark

    with _errors(as_json):
        library = _base().library
        seen = look(library, repo, ref, name, config)
        marked = mark(library, seen.report) if write else ()
    if as_json:
        _print_json(stale_json(seen, marked))
    elif by_owner:
        _say(reminder(seen))
    else:
        show(seen, marked, _say)
    raise typer.Exit(1 if seen.report else 0)


@app.command()
def confirm(
    id: str,
    repo: Annotated[
        str, typer.Option("--repo", help="Its cited files are true as they are now in this repo.")
    ] = "",
    ref: Annotated[str | None, typer.Option("--ref", help="Branch, tag or commit; default: HEAD.")] = None,
    name: Annotated[
        str, typer.Option("--name", help="The OWNER/NAME that articles cite it by; default: as --repo says.")
    ] = "",
    config: ConfigOption = None,
) -> None:
    """Write into an article that it is (still) true, and cite its files as they are now. Exit 0, 2 error."""
    from bot.command_audit import noted_with
    from bot.kb_stale import newer_blobs
    from bot.store.changes import What

    with _errors(False):
        library = _base().library
        blobs = newer_blobs(library.read(id), repo, ref, name, config) if repo else {}
        changed = library.mark_confirmed(id, blobs)
        if changed:
            noted_with(config, What.ARTICLE_CONFIRMED, id, lambda text: _say(text, error=True))
    files = f", {len(blobs)} cited files as they are now" if blobs else ""
    _say(f"{id} is confirmed{files}." if changed else f"{id} was confirmed already.")


@app.command()
def quality(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """How questions in Slack were answered in the last seven days, and what was proven solved. Exit 0, 2."""
    import time
    from dataclasses import asdict

    from bot.bootstrap import store_url
    from bot.quality import quality as count
    from bot.quality import quality_line
    from bot.settings import load_settings
    from bot.store.answers import Store

    with _errors(as_json):
        store = Store(store_url(load_settings(config)))
        try:
            counts = count(store, time.time())
        finally:
            store.close()
    if as_json:
        _print_json({**asdict(counts), "resolution_rate": counts.rate})
    else:
        _say(quality_line(counts))


@app.command()
def cases(
    days: Annotated[int, typer.Option("--days", min=1, help="How far back: cases opened since.")] = 365,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cases, and how many of them a later run or check proved solved. Exit 0, 2 error."""
    import time

    from bot.bootstrap import store_url
    from bot.cases_report import lines, report
    from bot.settings import load_settings
    from bot.store.answers import Store

    with _errors(as_json):
        store, now = Store(store_url(load_settings(config))), time.time()
        try:
            found = report(store, now - days * 86_400, now)
        finally:
            store.close()
    if as_json:
        _print_json(found)
    else:
        for line in lines(found):
            _say(line)


def ask(
    question: str,
    service: Annotated[str, typer.Option("--service", help="Whose facts to answer with; needs --repo.")] = "",
    repo: Annotated[
        str, typer.Option("--repo", help="Where the service is: a directory or OWNER/NAME.")
    ] = "",
    ref: Annotated[str | None, typer.Option("--ref", help="Branch, tag or commit; default: HEAD.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the knowledge base, or say that it does not know. Exit 0, 2 error."""
    from knowledge.ask import ask as ask_base

    with _errors(as_json):
        fill, rules = _facts(service, repo, ref, config)
        asked = ask_base(_base(), question, fill=fill, rules=rules)
    if as_json:
        _print_json(_asked(asked))
    else:
        _say(asked.answer)
        others = asked.alternatives[len(asked.close) :]
        _say_hits("Fits the question nearly as well:", asked.close)
        _say_hits("See also:" if asked.answered else "The nearest, none of them close:", others)


def _say_hits(title: str, hits: Sequence[Hit]) -> None:
    if hits:
        _say(f"\n{title}")
    for hit in hits:
        _say(f"  {hit.score:.2f}  {hit.id}  {hit.title}")


def _facts(
    service: str, repo: str, ref: str | None, config: Path | None
) -> tuple[Filler | None, tuple[str, ...]]:
    """What fills articles with the facts of a service, and the causes found on its path; nothing when none is
    named. Raises CovcheckError."""
    if not service and not repo and not ref:
        return None, ()
    if not service or not repo:
        raise UsageError("Facts of a service need both --service and --repo.")
    from bot.bootstrap import snapshot_opener
    from bot.check import check
    from bot.settings import load_settings
    from knowledge.template_facts import template_facts
    from knowledge.templates import filler

    snapshot = snapshot_opener(load_settings(config))(repo, ref)
    try:
        done = check(snapshot, service)
    finally:
        close = getattr(snapshot, "close", None)
        if close is not None:
            close()
    fill = filler(template_facts(done.path, done.diagnosis), snapshot.ref, done.diagnosis)
    return fill, tuple(cause.rule for cause in done.diagnosis.causes)


def _asked(asked: Asked) -> dict[str, Any]:
    return {
        "status": "answered" if asked.answered else "abstained",
        "answer": asked.answer,
        "article": None if asked.article is None else _hit(asked.article, asked.confidence),
        "alternatives": [_hit(hit, hit.score) for hit in asked.alternatives],
    }


def _hit(hit: Hit, score: float) -> dict[str, Any]:
    return {"id": hit.id, "title": hit.title, "score": score}


def _base() -> KnowledgeBase:
    from bot.settings import home
    from knowledge.base import KnowledgeBase

    return KnowledgeBase(home() / "kb")


def _say(text: str, *, error: bool = False) -> None:
    """Text of documents on the screen: secrets taken out, nothing in it acts."""
    from bot.redact import redact
    from bot.render.plain import visible

    print(visible(redact(text)), file=sys.stderr if error else sys.stdout)


def _print_json(data: object) -> None:
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=True) + "\n")


@contextmanager
def _errors(as_json: bool) -> Iterator[None]:
    """What goes wrong as one sentence on stderr and exit status 2."""
    try:
        yield
    except CovcheckError as error:
        if as_json:
            _print_json({"error": type(error).__name__, "message": str(error), "hint": error.hint})
        _say(f"covcheck: {error}", error=True)
        if error.hint:
            _say(f"  {error.hint}", error=True)
        raise typer.Exit(ERROR) from None
