"""What a question names, found literally: documents that hold its quotes and messages, and those it names."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

from knowledge.search.index import PASSAGE, Index, all_query
from knowledge.search.question import Question
from knowledge.search.words import folded, plain_words, words

BESIDE_ID = 3
"""So many words may stand beside a document's id in a question that asks for that document."""

MAX_EXACT = 200
"""Passages that are compared with a quoted text."""

MAX_TERMS = 60
"""Of a longer text so many words narrow down what is compared with it."""


def exact(index: Index, question: Question) -> set[str]:
    """Documents that are named, or that hold a quoted text or a message literally in one passage, or in an
    article's title or one of its questions. Of a message that nothing encloses the longest end counts that
    some document holds."""
    found = named(index, question)
    for quote in question.quotes:
        found |= holding(index, quote)
    for ends in question.messages:
        for end in ends:
            held = holding(index, end)
            found |= held
            if held:
                break
    return found


def named(index: Index, question: Question) -> set[str]:
    """Articles of a rule that the question names, and the document whose id is nearly all of it."""
    found: set[str] = set()
    for name in question.ids:
        for id in index.names.get(name, ()):
            alone = len(question.words) <= len(set(words(name))) + BESIDE_ID
            if alone or name in index.listed[id].rules:
                found.add(id)
    return found


def holding(index: Index, quote: str) -> set[str]:
    """Documents that hold a text, folded, literally."""
    found = {id for id, asked in index.asked.items() if any(quote in text for text, _ in asked)}
    terms = tuple(dict.fromkeys(plain_words(quote)))[:MAX_TERMS]
    query = all_query(index.schema(PASSAGE), PASSAGE, terms)
    hits = index.passages.search(query, limit=MAX_EXACT, count=False).hits
    for number, (_, address) in zip(numbers(index.passages, hits), hits, strict=True):
        id = index.by_number.get(number)
        if id is not None and id not in found and quote in folded(stored_text(index.passages, address)):
            found.add(id)
    return found


def numbers(searcher: tantivy.Searcher, hits: Sequence[tuple[float, tantivy.DocAddress]]) -> list[int]:
    """The documents' numbers of some hits."""
    found = searcher.fast_field_values("number", [address for _, address in hits]) if hits else []
    return [int(number or 0) for number in found]


def stored_text(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    """The text of a passage as it stands in its document."""
    stored = searcher.doc(address).get_first("text")
    return bytes(stored).decode("utf-8", "replace") if stored is not None else ""
