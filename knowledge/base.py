"""The knowledge base in a folder: its documents and an index that follows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from knowledge.articles import Article
from knowledge.library import Library, shipped_articles
from knowledge.search.engine import Engine
from knowledge.search.index import Index
from knowledge.templates import plain


class KnowledgeBase:
    """Documents under `root`, with the articles that covcheck ships, and search over all of them."""

    def __init__(self, root: Path, *, shipped: bool = True) -> None:
        self.library = Library(root, shipped_articles() if shipped else None)
        self._engine: Engine | None = None
        self._shas: Mapping[str, str] = {}

    def engine(self) -> Engine:
        """Search over the documents as they are now; the index is brought up to date first.

        Raises KnowledgeError when the library or the index cannot be read or written.
        """
        shas = {entry.id: entry.sha for entry in self.library.entries().values()}
        if self._engine is not None and shas == self._shas:
            return self._engine
        index = Index(self.library.root / "index")
        if not index.is_current(shas):
            with self.library.locked():
                shas = {entry.id: entry.sha for entry in self.library.entries().values()}
                index.update(shas, self._searched)
        self._engine, self._shas = Engine(index), shas
        return self._engine

    def _searched(self, id: str) -> Article:
        """A document as it is searched: an article as it reads without anybody's facts."""
        article = self.library.read(id)
        return replace(article, body=plain(article))
