"""The flags of a `go build`: GOFLAGS first, then the command line, the last one wins.

Measured with Go 1.26.8 and read in cmd/go/internal/base/goflags.go and cmd/internal/quoted: GOFLAGS is
split at blanks, quotes count around a whole element only (`'-cover -coverpkg=x'` is one unknown flag),
`-coverpkg` and `-covermode` switch `-cover` on, and a later `-cover=false` switches it off again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.facts.words import known

_BOOLEAN = frozenset(
    {"a", "n", "v", "x", "race", "msan", "asan", "cover", "trimpath", "work", "modcacherw", "linkshared", "i"}
    | {"json", "c", "h", "help", "size", "no-debug"}
)
_COMMA = re.compile(r",(?![^{}]*\})")
"""A comma, but not one inside an unknown part."""

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})


@dataclass(slots=True)
class GoFlags:
    """Effective flags of one build. `cover` None: a word that is not known may be a flag."""

    cover: bool | None = False
    values: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    positional: list[str] = field(default_factory=list)

    def take(self, name: str, value: str | None) -> None:
        """One flag in its turn."""
        self.values[name] = "true" if value is None else value
        if name == "cover":
            self.cover = _truth(value)
        elif name in ("coverpkg", "covermode"):
            self.cover = True

    def unknown(self) -> None:
        """A word that may be any flag."""
        self.cover = None

    def listed(self, name: str) -> tuple[str, ...]:
        """A comma-separated flag's parts."""
        return tuple(part.strip() for part in _COMMA.split(self.values.get(name, "")) if part.strip())


def _truth(value: str | None) -> bool | None:
    if value is None or value in _TRUE:
        return True
    return False if value in _FALSE else None


def split_goflags(text: str) -> tuple[str, ...] | None:
    """GOFLAGS as cmd/go splits it; None when a quote is not closed (cmd/go stops with an error)."""
    found: list[str] = []
    rest = text.lstrip()
    while rest:
        if rest[0] in "'\"":
            end = rest.find(rest[0], 1)
            if end < 0:
                return None
            word, rest = rest[1:end], rest[end + 1 :].lstrip()
        else:
            word = rest.split(None, 1)[0]
            rest = rest[len(word) :].lstrip()
        found.append(word)
    return tuple(found)


def read_goflags(flags: GoFlags, text: str) -> None:
    """Apply GOFLAGS. A flag with a blank inside (a quoting mistake) is no `-cover` to cmd/go."""
    words = split_goflags(text) if known(text) else _around_holes(text)
    for word in words or ():
        flags.words.append(word)
        if not known(word) and not word.startswith("-"):
            flags.unknown()
            continue
        name, equals, value = word.lstrip("-").partition("=")
        if not known(name):
            flags.unknown()
        elif word.startswith("-"):
            flags.take(name, value if equals else None)


def _around_holes(text: str) -> tuple[str, ...]:
    """Words of a text with holes; a hole may hold blanks in its name and any flags in its value."""
    from bot.path.shell.words import atoms

    return atoms(text)


def read_arguments(flags: GoFlags, words: Iterable[str]) -> None:
    """Apply the words behind `go build`: flags up to the first word that is none, then packages."""
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            if known(word) or not word.startswith("${") or _is_package(word):
                queue.insert(0, word)
                break
            flags.words.append(word)
            flags.unknown()
            continue
        flags.words.append(word)
        _argument(flags, word, queue)
    flags.positional.extend(queue)


def _is_package(word: str) -> bool:
    """A word with a hole that is a path in any case: `${DIR}/cmd/x`."""
    return "/" in word or word.endswith(".go")


def _argument(flags: GoFlags, word: str, queue: list[str]) -> None:
    name, equals, value = word.lstrip("-").partition("=")
    if not known(name):
        flags.unknown()
    elif equals or name in _BOOLEAN:
        flags.take(name, value if equals else None)
    elif queue:
        following = queue.pop(0)
        flags.words.append(following)
        flags.take(name, following)
