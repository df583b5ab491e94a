"""All that may make articles stale, looked at together: repos that they cite, experiments they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from bot.errors import CovcheckError
from bot.repo.base import Snapshot
from knowledge.articles import Article
from knowledge.experiments.model import Outcome
from knowledge.experiments.stale import stale_by_experiments
from knowledge.library import Library
from knowledge.reminders import OwnerList, stale_report
from knowledge.stale import Stale, blobs, stale

Open = Callable[[str], Snapshot]
"""A repo by name at its default branch; raises CovcheckError when it may not or cannot be read."""

MAX_REPOS = 50


@dataclass(frozen=True, slots=True)
class Look:
    """What was found, by owner, and which repos could not be looked at, each with the reason."""

    report: tuple[OwnerList, ...]
    unread: tuple[str, ...]


def look_everywhere(library: Library, open_repo: Open, default: str, outcomes: Iterable[Outcome]) -> Look:
    """Hold every article against each repo it cites (`default` where it names none; empty: not looked at)
    and against the outcomes of experiments. Raises KnowledgeError when the library is broken."""
    articles = [each for each in library.articles() if not each.is_case]
    unread: list[str] = []
    files: list[Stale] = []
    cited = sorted({each.repo for article in articles for each in article.evidence}, key=str.casefold)
    for number, repo in enumerate(cited):
        name = repo or default
        if not name or number >= MAX_REPOS:
            unread.append("a repo that articles do not name" if not name else f"{name}: too many repos")
            continue
        try:
            files += _stale_in(articles, repo, open_repo(name))
        except CovcheckError as error:
            unread.append(f"{name}: {error}")
    failed = stale_by_experiments(articles, outcomes)
    return Look(stale_report(articles, files, failed), tuple(unread))


def _stale_in(articles: Iterable[Article], repo: str, snapshot: Snapshot) -> Iterator[Stale]:
    """What is stale among the evidence that names just this repo (empty: none)."""
    try:
        for article in articles:
            mine = tuple(each for each in article.evidence if each.repo.casefold() == repo.casefold())
            yield from stale([replace(article, evidence=mine)], repo, blobs(snapshot))
    finally:
        close = getattr(snapshot, "close", None)
        if close is not None:
            close()


def mark(library: Library, report: Iterable[OwnerList]) -> tuple[str, ...]:
    """Write into each article of a report that it is stale; the ids of those that this changed.

    One that cannot be marked (its front matter cannot be changed line by line) is passed over.
    """
    changed = []
    for item in (item for each in report for item in each.items):
        try:
            if library.mark_stale(item.id, item.why):
                changed.append(item.id)
        except CovcheckError:
            continue
    return tuple(changed)
