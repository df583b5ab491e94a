"""Splits a command line into flags and positional words, the way most tools read theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.facts.words import holes


@dataclass(frozen=True, slots=True)
class Flags:
    """A parsed command line: `values` maps a flag with its dashes (`--file`, `-f`) to its values in
    order ("" for a flag without one), `rest` is what stands behind `--` (None: there is no `--`).
    """

    positional: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    rest: tuple[str, ...] | None = None

    def every(self, *names: str) -> tuple[str, ...]:
        """All values of a flag under any of its names."""
        return tuple(value for name in names for value in self.values.get(name, ()))

    def last(self, *names: str) -> str | None:
        """The value that counts when a flag is given more than once, or None."""
        found = self.every(*names)
        return found[-1] if found else None

    def on(self, *names: str) -> bool:
        """Whether a boolean flag is set: given, and not as `--flag=false`."""
        value = self.last(*names)
        return value is not None and value.lower() not in ("false", "0")

    def off(self, *names: str) -> bool:
        """Whether a boolean flag is switched off in so many words (`--wait=false`)."""
        value = self.last(*names)
        return value is not None and value.lower() in ("false", "0")

    @property
    def unread(self) -> tuple[str, ...]:
        """Positional words that are one hole each: they may be flags in truth."""
        return tuple(word for word in self.positional if is_hole(word))


def is_hole(word: str) -> bool:
    """Whether the whole word is unknown."""
    return len(holes(word)) == 1 and word.startswith("${") and word.endswith("}")


def read_flags(words: Collection[str], valued: Collection[str], *, go_style: bool = False) -> Flags:
    """Parse words after the command's name.

    `valued` are the flags that take a value as the next word, with their dashes. `go_style` reads
    `-name` as one flag (Go's flag package); else `-abc` are short flags, the last of which may have
    its value attached (`-ofile`).
    """
    positional: list[str] = []
    values: dict[str, list[str]] = {}
    queue = list(words)
    at = 0
    while at < len(queue):
        word = queue[at]
        at += 1
        if word == "--":
            return _flags(positional, values, tuple(queue[at:]))
        if not word.startswith("-") or word == "-":
            positional.append(word)
            continue
        name, value = _split(word, valued, go_style)
        if value is None and name in valued and at < len(queue):
            value = queue[at]
            at += 1
        values.setdefault(name, []).append(value if value is not None else "")
    return _flags(positional, values, None)


def _flags(positional: list[str], values: dict[str, list[str]], rest: tuple[str, ...] | None) -> Flags:
    return Flags(tuple(positional), {name: tuple(found) for name, found in values.items()}, rest)


def _split(word: str, valued: Collection[str], go_style: bool) -> tuple[str, str | None]:
    """A word that begins with a dash as its flag's name and the value attached to it."""
    if word.startswith("--") or go_style:
        name, equals, value = word.partition("=")
        if go_style and name.startswith("--"):
            name = name[1:]
        return name, value if equals else None
    for index in range(1, len(word)):
        short = "-" + word[index]
        if short in valued:
            attached = word[index + 1 :]
            return short, attached.removeprefix("=") or None
    return word, None
