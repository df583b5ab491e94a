"""From text to the words that are searched: parts of identifiers, their wholes, stems.

`DataStorage`, `data_storage` and `data-storage` give `data`, `storage` and the whole `datastorage`, so each
finds the others, and a file name or a rule's id is a rare word of its own. Stems are those of tantivy's
English Snowball stemmer. Time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import tantivy

MAX_WORD = 64
"""Longer runs are hashes and base64: nobody asks for them by words."""

MAX_PARTS = 6
"""Of an identifier with more parts only the parts are words, not the whole."""

_RUN = re.compile(r"[^\W_]+(?:[_./-]?[^\W_]+)*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_STOP_TEXT = """
a an the this that these those it its is are was were be been being am do does did doing done have
has had i me my we our us you your they their them he she his her of to in on at by for with from
into onto as and or but if then than so not no nor can could should would will shall may might must
there here what which who whom whose when where why how any some all each both more most other such
only own same too very just about after before again because while until during between s t don ll
re ve d m please hi hello thanks anyone somebody
"""
_STOP = frozenset(_STOP_TEXT.split())


def words(text: str) -> list[str]:
    """The stemmed words of a text in order, wholes of identifiers after their parts; no stop words."""
    return [word for run in _runs(text) for word in _split(run)]


def plain_words(text: str) -> list[str]:
    """The same without the wholes: what every text that holds this one literally has, too."""
    return [stem(part) for run in _runs(text) for part in _parts(run) if part not in _STOP]


def _runs(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        if len(run) <= MAX_WORD:
            yield run
        else:
            yield from (piece for piece in re.split(r"[_./-]", run) if 0 < len(piece) <= MAX_WORD)


def _parts(run: str) -> list[str]:
    return [part.lower() for part in _PART.findall(run)]


@lru_cache(maxsize=200_000)
def _split(run: str) -> tuple[str, ...]:
    parts = _parts(run)
    kept = [part for part in parts if part not in _STOP]
    whole = "".join(parts)
    if 1 < len(parts) <= MAX_PARTS and not whole.isdigit():
        kept.append(whole)
    return tuple(stem(part) for part in kept)


@cache
def _stemmer() -> tantivy.TextAnalyzer:
    raw = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return raw.filter(tantivy.Filter.stemmer("english")).build()


def stem(word: str) -> str:
    """The stem of one lower-case word."""
    made = _stemmer().analyze(word)
    return str(made[0]) if made else word


def folded(text: str) -> str:
    """Text as it is compared literally: case and runs of blanks do not matter, nor a full stop at the end."""
    return " ".join(text.split()).casefold().rstrip(" .,;:!?")
