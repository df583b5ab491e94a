"""Values with places: what a YAML document or a Go composite literal says, and on which line.

Readers of YAML and of Go both make these trees; `bot.path.manifest.workloads` turns one into a Workload, so
a Deployment reads the same whether it stands in a file, in a Go string or as a typed struct. Keys are
the API's JSON names (`volumeMounts`), also for Go structs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.facts.build import Guard
from bot.model import Evidence


@dataclass(frozen=True, slots=True)
class Tree:
    """One value. Exactly one of `scalar`, `fields`, `items` is set, or none for null and unknown.

    `scalar` is the text as the API would see it (`true`, `8080`, `/coverdata`), with `${name}` holes
    for unknown parts. `unknown` says why a value could not be read at all. `guards` are conditions
    under which this value (an appended list item, a field) is there.
    """

    evidence: Evidence
    scalar: str | None = None
    fields: dict[str, Tree] | None = None
    items: tuple[Tree, ...] | None = None
    guards: tuple[Guard, ...] = ()
    unknown: str | None = None
    quoted: bool = False
    """The scalar is a string whatever it looks like (quotes in YAML, a string literal in Go)."""
    notes: tuple[str, ...] = field(default=())
    """Parts below that were left out (a helm block, an unread call), for Workload.unread."""

    def get(self, *keys: str) -> Tree | None:
        """The value below a chain of keys, or None."""
        here: Tree | None = self
        for key in keys:
            if here is None or here.fields is None:
                return None
            here = here.fields.get(key)
        return here

    def text(self, *keys: str) -> str | None:
        """The scalar below a chain of keys, or None."""
        found = self.get(*keys)
        return None if found is None else found.scalar

    def each(self, *keys: str) -> Iterator[Tree]:
        """The items of the list below a chain of keys; nothing when there is none."""
        found = self.get(*keys)
        if found is not None and found.items is not None:
            yield from found.items

    def walk(self) -> Iterator[Tree]:
        """This value and all below it."""
        yield self
        for child in (*(self.fields or {}).values(), *(self.items or ())):
            yield from child.walk()

    def walk_named(self, name: str = "") -> Iterator[tuple[str, Tree]]:
        """This value and all below it, each with its path (`containers[0].env`)."""
        yield name, self
        for key, child in (self.fields or {}).items():
            yield from child.walk_named(f"{name}.{key}" if name else key)
        for index, child in enumerate(self.items or ()):
            yield from child.walk_named(f"{name}[{index}]")
