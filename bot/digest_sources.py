"""What a digest tells beside the store: articles that are marked stale, and where a repo is in the web."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.digest.model import StaleArticle

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.base import KnowledgeBase


def stale_articles(base: KnowledgeBase) -> Iterator[StaleArticle]:
    """The articles that say of themselves that they may no longer be true (the monthly look marks them).
    Raises CovcheckError when the knowledge base cannot be read."""
    base.engine()  # takes in what was captured meanwhile
    for article in base.library.articles([]):
        if article.status == "stale":
            yield StaleArticle(article.title, article.stale_because, article.owner)


def repo_page(settings: Settings, repo: str) -> str:
    """The web address of OWNER/NAME on the configured GitHub; empty for a directory."""
    from bot.repo.client import web_address

    if Path(repo).is_absolute() or repo.count("/") != 1:
        return ""
    return f"{web_address(settings.github.api_url)}/{repo}"
