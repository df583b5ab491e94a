"""The registry of rules: a decorator and a walk over the package. A new rule edits nothing here.

A rule is a module `bot/rules/<id with underscores>.py` with one function of that name under `@rule`.
It gets a CoveragePath and yields `Hit`s (what is wrong) and `Missing`s (what it needed and could not
get: those forbid CLEAR). Rules do no I/O. The module's docstring is the rule's section in the docs.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from bot.facts.path import CoveragePath
from bot.model import Certainty, Effect, Evidence, Finding, Fix, Link, Missing, Observation, Symptom


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found. `summary` is one sentence with the values of both sides; `why` one line
    with the fact from causes.md; `evidence` both sides, the more telling first.

    `effect` overrides the rule's own where a case is milder.
    """

    summary: str
    why: str
    fix: Fix
    evidence: tuple[Evidence, ...]
    certainty: Certainty = Certainty.CERTAIN
    effect: Effect | None = None
    observations: tuple[Observation, ...] = ()
    """What was seen in the cluster; only live rules have any."""


Check = Callable[[CoveragePath], Iterator[Hit | Missing]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its metadata. `id` is its name everywhere; `explains` are ids of rules whose
    findings are consequences of this one and are folded into it by the diagnosis."""

    id: str
    link: Link
    effect: Effect
    symptom: Symptom | None
    title: str
    source: str
    explains: tuple[str, ...]
    healthy: bool
    check: Check

    @property
    def doc(self) -> str:
        """The module's docstring: what it looks at, why it matters, how to fix it."""
        return (sys.modules[self.check.__module__].__doc__ or "").strip()

    def run(self, path: CoveragePath) -> Iterator[Finding | Missing]:
        """The rule's findings on a path, stamped with the rule's id and link."""
        for item in self.check(path):
            yield stamped(item, self.id, self.link, self.effect, self.explains)


def stamped(
    item: Hit | Missing, id: str, link: Link, effect: Effect, explains: tuple[str, ...]
) -> Finding | Missing:
    """What a rule yields as the finding of that rule; a Missing as it is."""
    if isinstance(item, Missing):
        return item
    return Finding(
        rule=id,
        link=link,
        effect=item.effect or effect,
        certainty=item.certainty,
        summary=item.summary,
        why=item.why,
        fix=item.fix,
        evidence=item.evidence,
        explains=explains,
        observations=item.observations,
    )


_RULES: dict[str, Rule] = {}


def rule(
    id: str,
    link: Link,
    *,
    title: str,
    source: str,
    effect: Effect = Effect.BLOCKS,
    symptom: Symptom | None = None,
    explains: tuple[str, ...] = (),
    healthy: bool = False,
) -> Callable[[Check], Check]:
    """Register a rule. `healthy` marks one whose findings say what is NOT a cause.

    Raises ValueError when the id does not match the function's name, or is taken.
    """

    def register(check: Check) -> Check:
        if id.replace("-", "_") != check.__name__:
            raise ValueError(f"rule {id!r} must be a function named {id.replace('-', '_')}")
        if id in _RULES and _RULES[id].check.__module__ != check.__module__:
            raise ValueError(f"rule {id!r} is registered twice")
        _RULES[id] = Rule(id, link, effect, symptom, title, source, explains, healthy, check)
        return check

    return register


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the package, in the order of the path, then by id."""
    import bot.rules

    for module in pkgutil.iter_modules(bot.rules.__path__):
        importlib.import_module(f"bot.rules.{module.name}")
    order = list(Link)
    return tuple(sorted(_RULES.values(), key=lambda r: (order.index(r.link), r.id)))
