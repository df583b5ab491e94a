"""`covcheck kb stale` and `kb confirm`: what may no longer be true, and writing that into articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.bootstrap import snapshot_opener
from bot.errors import KnowledgeError
from bot.repo.base import Snapshot
from bot.settings import home, load_settings
from knowledge.articles import Article
from knowledge.experiments.results import load_known
from knowledge.experiments.stale import StaleArticle, stale_by_experiments
from knowledge.library import Library
from knowledge.reminders import OwnerList, reminder_text, stale_report
from knowledge.stale import Stale, blobs, other_repos
from knowledge.stale import stale as stale_files


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found. `at` names repo and commit, empty when only experiments were looked at; `others` are
    repos that articles cite and that were not looked at."""

    report: tuple[OwnerList, ...]
    files: tuple[Stale, ...]
    experiments: tuple[StaleArticle, ...]
    at: str
    others: tuple[str, ...]


def look(library: Library, repo: str, ref: str | None, name: str, config: Path | None) -> Seen:
    """Hold every article against a repo's files and the kept results of experiments. Raises CovcheckError."""
    articles = [each for each in library.articles() if not each.is_case]
    files: tuple[Stale, ...] = ()
    at, here = "", name
    if repo:
        with _opened(repo, ref, config) as snapshot:
            here = name or snapshot.ref.name
            files = tuple(stale_files(articles, here, blobs(snapshot)))
            at = f"{here} at {snapshot.ref.short}"
    failed = stale_by_experiments(articles, load_known(home() / "experiments"))
    others = other_repos(articles, here)
    return Seen(stale_report(articles, files, failed), files, failed, at, others)


def newer_blobs(
    article: Article, repo: str, ref: str | None, name: str, config: Path | None
) -> dict[str, str]:
    """The cited files of a repo that changed: old blob -> new. Raises KnowledgeError when one is gone."""
    with _opened(repo, ref, config) as snapshot:
        changed = list(stale_files([article], name or snapshot.ref.name, blobs(snapshot)))
    gone = [each.cited.path for each in changed if each.now is None]
    if gone:
        raise KnowledgeError(
            f"{article.id} cites {gone[0]}, which is gone.",
            hint="Cite another file, and import the article again.",
        )
    return {each.cited.sha: each.now for each in changed if each.now is not None}


def stale_json(seen: Seen, marked: tuple[str, ...]) -> list[dict[str, Any]]:
    """A row for each reason: `path` or `experiment` says what changed, `marked` that the article says it."""
    owners = {item.id: each.owner for each in seen.report for item in each.items}
    says = {item.id for each in seen.report for item in each.items if item.marked} | set(marked)
    rows: list[dict[str, Any]] = [
        {"id": each.article.id, "path": each.cited.path, "experiment": None, "reason": each.reason}
        for each in seen.files
    ]
    rows += [
        {"id": each.article, "path": None, "experiment": each.experiment, "reason": each.why}
        for each in seen.experiments
    ]
    told = {row["id"] for row in rows}
    rows += [
        {"id": item.id, "path": None, "experiment": None, "reason": item.why}
        for each in seen.report
        for item in each.items
        if item.id not in told
    ]
    return [row | {"owner": owners[row["id"]], "marked": row["id"] in says} for row in rows]


def show(seen: Seen, marked: tuple[str, ...], say: Callable[[str], None]) -> None:
    """The report for people: one line a reason, then what was looked at."""
    number = 0
    for each in seen.report:
        owner = f" · owner {each.owner}" if each.owner else ""
        for item in each.items:
            number += 1
            for reason in item.reasons:
                say(f"{item.id}: {reason}{owner}")
    say(f"{number} stale at {seen.at}." if seen.at else f"{number} stale by experiments and marks.")
    if marked:
        say(f"{len(marked)} now say so themselves.")
    if seen.others:
        say(f"Not looked at: what cites {', '.join(seen.others)}.")


def reminder(seen: Seen) -> str:
    """What the monthly reminder would say now."""
    text = reminder_text(seen.report, f"{date.today():%B %Y}")
    return text or "Nothing is stale: there would be no reminder."


@contextmanager
def _opened(repo: str, ref: str | None, config: Path | None) -> Iterator[Snapshot]:
    snapshot = snapshot_opener(load_settings(config))(repo, ref)
    try:
        yield snapshot
    finally:
        close = getattr(snapshot, "close", None)
        if close is not None:
            close()
