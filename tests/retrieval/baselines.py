"""What the search is compared with: SQLite's FTS5 and tantivy, both as they come, on the same documents."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import tantivy

from knowledge.articles import read_article
from tests.retrieval.data import Collection

Baseline = Callable[[str], list[str]]
LIMIT = 60


def fts5(collection: Collection) -> Baseline:
    """FTS5 with its default tokenizer and bm25() over title and body; any word may match."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, title, body)")
    database.executemany("INSERT INTO d VALUES (?, ?, ?)", _rows(collection))

    def search(question: str) -> list[str]:
        terms = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        query = "SELECT id FROM d WHERE d MATCH ? ORDER BY bm25(d) LIMIT ?"
        return [row[0] for row in database.execute(query, (terms, LIMIT))] if terms else []

    return search


def plain_tantivy(collection: Collection) -> Baseline:
    """tantivy with its default tokenizer over title and body; any word may match."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title").add_text_field("body")
    index = tantivy.Index(builder.build())
    writer = index.writer(64_000_000, 1)
    for id, title, body in _rows(collection):
        document = tantivy.Document()
        for name, text in (("id", id), ("title", title), ("body", body)):
            document.add_text(name, text)
        writer.add_document(document)
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(question: str) -> list[str]:
        query, _ = index.parse_query_lenient(" ".join(re.findall(r"\w+", question)), ["title", "body"])
        hits = searcher.search(query, limit=LIMIT, count=False).hits
        return [str(searcher.doc(address).get_first("id")) for _, address in hits]

    return search


def _rows(collection: Collection) -> list[tuple[str, str, str]]:
    found = []
    for file in sorted(collection.folder.rglob("*.md")):
        article = read_article(file.read_bytes(), file.name)
        found.append((article.id, article.title, article.body))
    return found
