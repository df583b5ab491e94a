"""The index on disk: one tantivy index of documents, one of their passages, and a list of what is in them.

`Index.update` brings it up to date with what it is given: what is new or changed is read again, what is
gone is taken out. The folder's name holds the version of this layout and of tantivy's, so an index of
another version is never read, and is built anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from uuid import uuid4

import tantivy

from bot.errors import KnowledgeError
from knowledge.articles import Article
from knowledge.search.parts import parts
from knowledge.search.words import folded, words

LAYOUT = 3
"""Raise it when fields, words or passages change: every index is then built again."""

FIELDS = ("title", "headings", "questions", "lead", "body")
PASSAGE = "passage"
CASE = "case"
"""The status of a document that is no article."""

_HEAP = 128_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in the index: the SHA-256 of its bytes, its title, its status (`CASE` for a plain case), and
    of an article the rules and symptoms it is of, and its title and the questions it says it answers."""

    sha: str
    title: str
    status: str = CASE
    rules: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @classmethod
    def of(cls, sha: str, article: Article) -> Listed:
        """The row of an article or case."""
        if article.status is None:
            return cls(sha, article.title)
        asked = (article.title, *article.questions)
        symptoms = tuple(symptom.value for symptom in article.symptoms)
        return cls(sha, article.title, article.status.value, article.rules, symptoms, asked)

    @classmethod
    def from_row(cls, sha: str, title: str, status: str, *lists: list[str]) -> Listed:
        """From what `row` gave."""
        rules, symptoms, asked = (tuple(each) for each in lists)
        return cls(sha, title, status, rules, symptoms, asked)

    def row(self) -> tuple[str, str, str, list[str], list[str], list[str]]:
        """As it is kept in list.json."""
        return self.sha, self.title, self.status, list(self.rules), list(self.symptoms), list(self.asked)


class Index:
    """The index in a folder, as it was when it was opened or last updated.

    Any number of processes may read; `update` is for one at a time (`Library.locked`). An index that is
    absent or damaged reads as empty, and the next update builds it. `listed` has the documents by id,
    `names` the ids by what they may be called (id, rules), `asked` of each article its title and questions,
    folded and as words.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / version()
        self._open()

    def update(self, shas: Mapping[str, str], read: Callable[[str], Article]) -> int:
        """Make the index hold exactly the documents of `shas` (id -> SHA-256); how many were read.

        A document that `read` raises KnowledgeError for is left out. Raises KnowledgeError when the
        folder cannot be written.
        """
        self._open()
        if self.is_current(shas):
            return 0
        if self.damaged or not self.listed:
            shutil.rmtree(self.folder, ignore_errors=True)
        try:
            return self._update(shas, read)
        except (OSError, ValueError) as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise KnowledgeError(
                f"The search index in {self.folder} cannot be written: {error}.", hint="Try again."
            ) from None

    def is_current(self, shas: Mapping[str, str]) -> bool:
        """Whether the index holds exactly these documents."""
        return {id: each.sha for id, each in self.listed.items()} | self._refused == dict(shas)

    def _update(self, shas: Mapping[str, str], read: Callable[[str], Article]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {id: each for id, each in self.listed.items() if shas.get(id) == each.sha}
        fresh = [id for id in shas if id not in kept]
        indexes = _opened(self.folder / "documents", FIELDS), _opened(self.folder / "passages", (PASSAGE,))
        writers = indexes[0].writer(_HEAP, 1), indexes[1].writer(_HEAP, 1)
        for id in {*self.listed, *fresh} - set(kept):
            for writer in writers:
                writer.delete_documents_by_term("id", id)
        refused: dict[str, str] = {}
        for id in fresh:
            try:
                article = read(id)
            except KnowledgeError:
                refused[id] = shas[id]
                continue
            _add(article, id, number(id, shas[id]), *writers)
            kept[id] = Listed.of(shas[id], article)
        for writer in writers:
            writer.commit()
            writer.wait_merging_threads()
        self._keep(kept, refused)
        self._open()
        return len(fresh)

    def _open(self) -> None:
        self.listed: dict[str, Listed] = {}
        self._refused: dict[str, str] = {}
        self.damaged = False
        try:
            held = json.loads((self.folder / "list.json").read_bytes())
            documents = _opened(self.folder / "documents", FIELDS)
            passages = _opened(self.folder / "passages", (PASSAGE,))
            self.documents, self.passages = documents.searcher(), passages.searcher()
            self._schemas = documents.schema, passages.schema
            self.listed = {id: Listed.from_row(*row) for id, row in held["listed"].items()}
            self._refused = dict(held["refused"])
        except FileNotFoundError:
            pass
        except (ValueError, OSError, LookupError, TypeError, AttributeError, RecursionError):
            self.damaged = True
            self.listed = {}
        self.by_number = {number(id, each.sha): id for id, each in self.listed.items()}
        self.names: dict[str, list[str]] = {}
        for id, each in self.listed.items():
            for name in {id.lower().replace("_", "-"), *each.rules}:
                self.names.setdefault(name, []).append(id)
        self.asked = {
            id: [(folded(text), tuple(words(text))) for text in each.asked if words(text)]
            for id, each in self.listed.items()
            if each.asked
        }

    def schema(self, field: str) -> tantivy.Schema:
        """The schema that a field belongs to."""
        return self._schemas[1 if field == PASSAGE else 0]

    def _keep(self, listed: Mapping[str, Listed], refused: Mapping[str, str]) -> None:
        rows = {id: each.row() for id, each in listed.items()}
        fresh = self.folder / f".{uuid4().hex}"
        fresh.write_bytes(json.dumps({"listed": rows, "refused": dict(refused)}).encode())
        os.replace(fresh, self.folder / "list.json")
        for other in self.folder.parent.iterdir():
            if other.is_dir() and other != self.folder and re.match(r"\d+-tantivy", other.name):
                shutil.rmtree(other, ignore_errors=True)


def number(id: str, sha: str) -> int:
    """The number by which a document is known in the index: 63 bits of a hash of id and content."""
    digest = hashlib.sha256(f"{id}\0{sha}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def version() -> str:
    """The name of this layout with this version of tantivy."""
    return f"{LAYOUT}-tantivy-{re.sub('[^0-9a-z]+', '-', metadata.version('tantivy'))}"


def any_query(schema: tantivy.Schema, field: str, terms: Iterable[str]) -> tantivy.Query:
    """A query for any of the terms. Nothing but terms: tantivy then skips what cannot reach the top."""
    return _joined(schema, field, terms, tantivy.Occur.Should)


def all_query(schema: tantivy.Schema, field: str, terms: Iterable[str]) -> tantivy.Query:
    """A query for all of the terms."""
    return _joined(schema, field, terms, tantivy.Occur.Must)


def only_query(
    schema: tantivy.Schema, field: str, ids: Collection[str], terms: Iterable[str]
) -> tantivy.Query:
    """Some documents or their passages, scored by the terms in a field."""
    of = tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema, "id", list(ids)), 0.0)
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, of), (tantivy.Occur.Should, any_query(schema, field, terms))]
    )


def _joined(schema: tantivy.Schema, field: str, terms: Iterable[str], occur: tantivy.Occur) -> tantivy.Query:
    return tantivy.Query.boolean_query(
        [(occur, tantivy.Query.term_query(schema, field, term, "freq")) for term in terms]
    )


def _add(
    article: Article, id: str, number: int, documents: tantivy.IndexWriter, passages: tantivy.IndexWriter
) -> None:
    found = parts(article)
    made = _begun(id, number)
    for name in FIELDS:
        made.add_text(name, " ".join(words(getattr(found, name))))
    documents.add_document(made)
    title = words(found.title)
    for passage in found.passages:
        made = _begun(id, number)
        made.add_bytes("text", passage.text.encode("utf-8", "replace"))
        made.add_text(PASSAGE, " ".join((*title, *words(passage.heading), *words(passage.text))))
        passages.add_document(made)


def _begun(id: str, number: int) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("id", id)
    made.add_unsigned("number", number)
    return made


def _opened(folder: Path, fields: tuple[str, ...]) -> tantivy.Index:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("number", fast=True)
    builder.add_bytes_field("text", stored=True)
    for name in fields:
        builder.add_text_field(name, tokenizer_name="words", index_option="freq")
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(builder.build(), str(folder))
    index.register_tokenizer("words", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader("manual")
    index.reload()
    return index
