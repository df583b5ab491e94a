"""The registry of live rules: a decorator and a walk over the package. A new rule edits nothing here.

A live rule is a module `bot/rules/live/<id with underscores>.py` with one function of that name under
`@live_rule`. It gets what the run saw (Live) and, where a repo was read, the path from the files, and yields
`Hit`s with the observations they rest on, and `Missing`s. Rules do no I/O. A cause that files show too has
the same id, link and effect as its rule in `bot/rules`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Effect, Finding, Link, Missing, Symptom
from bot.rules.registry import Hit, stamped

LiveCheck = Callable[[Live, CoveragePath | None], Iterator[Hit | Missing]]


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A live rule with its metadata. `symptoms` are those that the cause can show: with any other
    symptom observed its findings are ruled out; empty: the symptom says nothing about it."""

    id: str
    link: Link
    effect: Effect
    symptoms: tuple[Symptom, ...]
    title: str
    source: str
    explains: tuple[str, ...]
    check: LiveCheck

    @property
    def doc(self) -> str:
        """The module's docstring: what it looks at, why it matters, how to fix it."""
        return (sys.modules[self.check.__module__].__doc__ or "").strip()

    def run(self, live: Live, path: CoveragePath | None) -> Iterator[Finding | Missing]:
        """The rule's findings about a run, stamped with the rule's id and link."""
        for item in self.check(live, path):
            yield stamped(item, self.id, self.link, self.effect, self.explains)


_RULES: dict[str, LiveRule] = {}


def live_rule(
    id: str,
    link: Link,
    *,
    title: str,
    source: str,
    symptoms: tuple[Symptom, ...],
    effect: Effect = Effect.BLOCKS,
    explains: tuple[str, ...] = (),
) -> Callable[[LiveCheck], LiveCheck]:
    """Register a live rule. Raises ValueError when the id does not match the function's name, or is taken."""

    def register(check: LiveCheck) -> LiveCheck:
        if id.replace("-", "_") != check.__name__:
            raise ValueError(f"live rule {id!r} must be a function named {id.replace('-', '_')}")
        if id in _RULES and _RULES[id].check.__module__ != check.__module__:
            raise ValueError(f"live rule {id!r} is registered twice")
        _RULES[id] = LiveRule(id, link, effect, symptoms, title, source, explains, check)
        return check

    return register


@cache
def all_live_rules() -> tuple[LiveRule, ...]:
    """Every live rule of the package, in the order of the path, then by id."""
    import bot.rules.live

    for module in pkgutil.iter_modules(bot.rules.live.__path__):
        importlib.import_module(f"bot.rules.live.{module.name}")
    order = list(Link)
    return tuple(sorted(_RULES.values(), key=lambda r: (order.index(r.link), r.id)))
