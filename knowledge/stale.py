"""Articles that may no longer be true: a file that they cite is another one now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.repo.base import Snapshot
from knowledge.articles import Article, Cited

Blob = Callable[[str], str | None]
"""A path -> the id of its blob at the repo's head, or None when there is no such file."""


@dataclass(frozen=True, slots=True)
class Stale:
    """An article that cites a file which is not as it was. `now` is the file's blob, None when it is gone."""

    article: Article
    cited: Cited
    now: str | None

    @property
    def reason(self) -> str:
        """Why, in one clause."""
        if self.now is None:
            return f"{self.cited.path} is gone"
        return f"{self.cited.path} was {self.cited.sha[:7]} and is {self.now[:7]}"


def stale(articles: Iterable[Article], repo: str, blob: Blob) -> Iterator[Stale]:
    """What is stale among the evidence that is of `repo` (`owner/name`, compared without case) or names no
    repo. Evidence of other repos is passed over: it cannot be judged here."""
    for article in articles:
        for cited in article.evidence:
            if cited.repo and cited.repo.casefold() != repo.casefold():
                continue
            now = blob(cited.path)
            if now != cited.sha:
                yield Stale(article, cited, now)


def blobs(snapshot: Snapshot) -> Blob:
    """The blobs of a snapshot by path."""

    def blob(path: str) -> str | None:
        entry = snapshot.entries.get(path)
        return None if entry is None else entry.sha

    return blob


def other_repos(articles: Iterable[Article], repo: str) -> tuple[str, ...]:
    """The further repos that articles cite, which a look at `repo` says nothing of."""
    named = {cited.repo for article in articles for cited in article.evidence if cited.repo}
    return tuple(sorted(name for name in named if name.casefold() != repo.casefold()))
