"""The registry of holders: a decorator and a walk over the package. A new subject edits nothing here.

A holder gets a claim and the asker's side and says what the repo says of it. It judges the telling value
alone; what is general (whose set-up the statement is about, the rest of its words) is `claims.py`'s.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.model import Evidence, Link
from knowledge.answering.model import Side
from knowledge.requests.model import Claim, Subject


class Says(StrEnum):
    """What the repo says of the value that a claim names."""

    SO = "so"
    OTHERWISE = "otherwise"
    """Both values are known, and they exclude each other."""
    PARTLY = "partly"
    """Something of it stands there, something else does not or cannot be read."""
    NOTHING = "nothing"
    """It cannot be told; the text says why."""


@dataclass(frozen=True, slots=True)
class Held:
    """A value held against the repo. SO, OTHERWISE and PARTLY have evidence."""

    says: Says
    text: str
    evidence: tuple[Evidence, ...] = ()


Hold = Callable[[Claim, Side], Held]


@dataclass(frozen=True, slots=True)
class Holder:
    """A subject's holder. `link` is where its facts are read; `words` are the words (small letters) that
    a statement of this subject consists of: one that holds more is confirmed in part only."""

    subject: Subject
    link: Link | None
    words: frozenset[str]
    hold: Hold


_HOLDERS: dict[Subject, Holder] = {}


def holder(subject: Subject, link: Link | None, words: str = "") -> Callable[[Hold], Hold]:
    """Register the holder of a subject. Raises ValueError when another module has it."""

    def register(hold: Hold) -> Hold:
        known = _HOLDERS.get(subject)
        if known is not None and known.hold.__module__ != hold.__module__:
            raise ValueError(f"subject {subject.value!r} is held twice")
        _HOLDERS[subject] = Holder(subject, link, frozenset(words.split()), hold)
        return hold

    return register


@cache
def all_holders() -> dict[Subject, Holder]:
    """The holder of every subject that has one."""
    import knowledge.answering.subjects as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(_HOLDERS)


def so(text: str, *evidence: Evidence) -> Held:
    """The repo says just that."""
    return Held(Says.SO, text, evidence)


def otherwise(text: str, *evidence: Evidence) -> Held:
    """The repo says something that excludes it."""
    return Held(Says.OTHERWISE, text, evidence)


def partly(text: str, *evidence: Evidence) -> Held:
    """Something of it is said, the rest is not."""
    return Held(Says.PARTLY, text, evidence)


def nothing(text: str, *evidence: Evidence) -> Held:
    """It cannot be told."""
    return Held(Says.NOTHING, text, evidence)
