"""Files that a captured article cites, with their blobs at the case's commit."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import CovcheckError
from bot.jobs.orders import shown_repo, without_paths
from bot.repo.base import Snapshot
from bot.repo.names import is_full_name
from bot.repo.opened import OpenSnapshot, opened
from knowledge.articles import Cited
from knowledge.captured import place

LOG = logging.getLogger("covcheck.jobs")


@dataclass(frozen=True, slots=True)
class Citations:
    """What is cited, and one sentence about it for reviewers."""

    cited: tuple[Cited, ...]
    said: str


def cite(open_snapshot: OpenSnapshot, repo: str, commit: str, links: Sequence[str]) -> Citations:
    """The links that name a file of the repo at the commit, as citations. Never raises for a repo."""
    places = {link: where for link in links if (where := place(link)) is not None}
    if not places:
        return Citations((), "No file is cited, so nothing will tell when this is no longer true.")
    try:
        with opened(open_snapshot, repo, commit) as snapshot:
            found = [_cited(snapshot, repo, path, lines) for path, lines in places.values()]
    except CovcheckError as error:
        LOG.info("nothing is cited: %s", error)
        return Citations((), f"No file is cited: {without_paths(str(error), repo)}")
    absent = [link for link, each in zip(places, found, strict=True) if each is None]
    said = f"Cited as in {shown_repo(repo)} @ {commit[:7]}: {len(found) - len(absent)} of {len(found)} files."
    if absent:
        said += f" Not there: {', '.join(absent[:5])}{' and more' if len(absent) > 5 else ''}."
    return Citations(tuple(each for each in found if each is not None), said)


def _cited(snapshot: Snapshot, repo: str, path: str, lines: str) -> Cited | None:
    """The citation of a file that is there; None for what is no file at the commit."""
    entry = snapshot.entries.get(path)
    if entry is None or entry.kind != "file":
        return None
    first, _, last = lines.partition("-")
    number = int(first) if first else 1
    url = snapshot.ref.permalink(path, number, int(last or number)) or ""
    return Cited(path, entry.sha, repo if is_full_name(repo) else "", lines, url)
