"""Variables in scope, with a journal so that a branch can be undone or joined."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.facts.build import Guard
from bot.path.golang.values import Value


@dataclass(slots=True, eq=False)
class Scope:
    """One block's variables; `guards` are those that held when it was opened."""

    parent: Scope | None = None
    guards: tuple[Guard, ...] = ()
    names: dict[str, Value] = field(default_factory=dict)

    def find(self, name: str) -> Scope | None:
        """The scope that holds a name."""
        here: Scope | None = self
        while here is not None:
            if name in here.names:
                return here
            here = here.parent
        return None


Change = tuple[Scope, str, Value | None]


class Journal:
    """What was assigned since a mark, newest last."""

    def __init__(self) -> None:
        self._changes: list[Change] = []

    def set(self, scope: Scope, name: str, value: Value) -> None:
        """Assign and remember what was there."""
        self._changes.append((scope, name, scope.names.get(name)))
        scope.names[name] = value

    def mark(self) -> int:
        return len(self._changes)

    def changed(self, mark: int) -> dict[tuple[int, str], tuple[Scope, str, Value | None]]:
        """(scope, name) -> the value it had at the mark, for all assigned since."""
        first: dict[tuple[int, str], Change] = {}
        for scope, name, old in self._changes[mark:]:
            first.setdefault((id(scope), name), (scope, name, old))
        return first

    def undo(self, mark: int) -> None:
        """Put back what was there at the mark."""
        while len(self._changes) > mark:
            scope, name, old = self._changes.pop()
            if old is None:
                scope.names.pop(name, None)
            else:
                scope.names[name] = old
