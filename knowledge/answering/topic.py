"""The registry of topics: a decorator and a walk over `topics`. A new topic edits nothing here."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from bot.model import Link, Missing
from knowledge.answering.asking import Ask
from knowledge.answering.model import Statement
from knowledge.requests.topics import TOPICS

Tell = Callable[[Ask], Iterator[Statement | Missing]]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with what tells it. `links` are those its facts come from. `anywhere`: its words mean the same
    in a request that is not about coverage; those of the others (signal, volume, percent) do not. `words`:
    a question must also match this, where its words are those of other matters too (a flag, a signal).
    `settles`: its experiments answer whether it has an effect on coverage."""

    id: str
    links: tuple[Link, ...]
    anywhere: bool
    settles: bool
    words: str
    tell: Tell

    def fits(self, text: str) -> bool:
        """Whether the words of a question are those of this topic, and not of another matter."""
        return re.search(self.words, text[:600], re.IGNORECASE) is not None


_TOPICS: dict[str, Topic] = {}


def topic(
    id: str, *links: Link, anywhere: bool = False, settles: bool = False, words: str = ""
) -> Callable[[Tell], Tell]:
    """Register a topic. Raises ValueError when no question can have it, the function is named otherwise, or
    the id is taken."""

    def register(tell: Tell) -> Tell:
        if id.replace("-", "_") != tell.__name__:
            raise ValueError(f"topic {id!r} must be a function named {id.replace('-', '_')}")
        if id not in TOPICS:
            raise ValueError(f"no question has the topic {id!r}")
        if id in _TOPICS and _TOPICS[id].tell.__module__ != tell.__module__:
            raise ValueError(f"topic {id!r} is registered twice")
        _TOPICS[id] = Topic(id, links, anywhere, settles, words, tell)
        return tell

    return register


@cache
def all_topics() -> Mapping[str, Topic]:
    """Every topic of the package by id."""
    import knowledge.answering.topics as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(_TOPICS)
