"""Which figures count as of a branch, and which branch is the main one: the one place for this rule.

A live run that was asked for without a branch is of the repo's default one. Its figure has that branch's name
where it was known when the run was kept; else it counts with the main branch. What CI pushed without a branch
(a tag) is of none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.history.model import Figure, Source

_USUAL = ("main", "master")


def main_branch(figures: Iterable[Figure]) -> str | None:
    """The main branch of a repo, by the figures that are known of it."""
    return main_of(Counter(figure.branch for figure in figures))


def main_of(counts: Mapping[str | None, int]) -> str | None:
    """`main` or `master` where there are figures of it, else the branch that most figures are of."""
    named = {name: number for name, number in counts.items() if name is not None}
    usual = next((name for name in _USUAL if name in named), None)
    return usual or min(named, key=lambda name: (-named[name], name), default=None)


@dataclass(frozen=True, slots=True)
class OfBranch:
    """What counts as of a branch (None: no branch is known at all); `main`: it is the main one."""

    name: str | None
    main: bool

    def ref(self, ref: str | None) -> bool:
        """Whether what was asked of a ref is of this branch."""
        return ref == self.name or (ref is None and self.main)

    def figure(self, figure: Figure) -> bool:
        """Whether a figure is of this branch."""
        known = figure.branch is not None or figure.source is Source.RUN or self.name is None
        return known and self.ref(figure.branch)
