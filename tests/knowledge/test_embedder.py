"""Room for an embedding model: an engine made of one takes part in the search, and is off by default."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.base import KnowledgeBase
from knowledge.search.embedder import vectors
from knowledge.search.engine import Engine

FIXTURES = Path(__file__).parent / "fixtures"
TOPICS = (("disk", "storage", "space", "full"), ("secret", "password", "credentials"), ("port", "redis"))


class Topics:
    """An embedder of three topics: how many words of each a text has."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [[sum(text.lower().count(word) for word in topic) for topic in TOPICS] for text in texts]
        return np.array(rows, np.float32)


def test_meaning_finds_what_words_do_not(tmp_path):
    base = KnowledgeBase(tmp_path, shipped=False)
    base.library.import_folder(FIXTURES / "cases")
    plain = base.engine()
    question = "credentials"
    assert plain.search(question) == ()
    pairs = [(article.id, article.body) for article in base.library.articles()]
    engine = Engine(plain.index, extra=vectors(Topics(), pairs))
    assert engine.search(question)[0].id == "LOG_SCRUBBING"
    assert "LOG_SCRUBBING" not in [hit.id for hit in engine.search(question, exclude={"LOG_SCRUBBING"})]


def test_nothing_to_embed_and_odd_vectors():
    assert vectors(Topics(), [])("redis") == {}
    assert vectors(Topics(), [("a", "nothing of these")])("redis") == {}
    made = vectors(Topics(), [("a", "redis port"), ("a", "port"), ("b", "disk")])
    assert made("redis") == {"a": 1.0}
    assert made("  ") == {}

    class Broken:
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.full((len(texts), 2), np.nan, np.float32)

    assert vectors(Broken(), [("a", "x")])("y") == {}
