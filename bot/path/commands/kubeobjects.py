"""The objects that a kubectl command line names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Objects:
    """What a command names: `kind` without its API group, `names`, or a `selector`."""

    kind: str | None
    names: tuple[str, ...]
    selector: str | None

    @property
    def targets(self) -> tuple[str | None, ...]:
        """Names, else the selector, else None: any object."""
        return self.names or (self.selector,)


def objects(words: tuple[str, ...], selector: str | None) -> tuple[Objects, ...]:
    """`deploy/x deploy/y`, `deployment x`, `pods -l a=b`, `pod,svc x` as objects of one kind each."""
    if not words:
        return ()
    if any("/" in word for word in words):
        pairs = [word.partition("/") for word in words]
        return tuple(Objects(kind_of(kind), (name,), selector) for kind, _, name in pairs if name)
    return tuple(Objects(kind_of(kind), words[1:], selector) for kind in words[0].split(","))


def kind_of(word: str) -> str:
    """A kind without its API group: `deployments.apps` is `deployments`."""
    return word.split(".", maxsplit=1)[0].lower()
