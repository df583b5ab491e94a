"""YAML in Go strings: documents with the lines of the Go file that they stand on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable

from bot.facts.build import Guard
from bot.facts.node import KindConfig
from bot.model import Evidence
from bot.path.golang.values import Place, Text
from bot.path.manifest.kindconfig import kind_configs
from bot.path.manifest.tree import Tree
from bot.path.manifest.workloads import PATTERN
from bot.path.manifest.yamltree import documents

_LOOKS_LIKE = re.compile(rf"^\s*['\"]?kind['\"]?\s*:\s*['\"]?(?:{PATTERN}|Cluster)\b", re.MULTILINE)


def looks_like_manifest(text: str) -> bool:
    """Whether a string holds a workload or a kind config."""
    return _LOOKS_LIKE.search(text) is not None


def text_trees(text: Text) -> tuple[Tree, ...]:
    """The workloads and kind configs that a string holds, as Trees on lines of the Go files."""
    whole = text.text
    if text.place is None or not looks_like_manifest(whole):
        return ()
    lines = _Lines(text, text.place)
    guards = lines.guards if text.guards else None
    return documents(whole, lines.at, guards=guards, kinds=f"{PATTERN}|Cluster")


def kind_trees(trees: Iterable[Tree]) -> list[KindConfig]:
    """The kind configs among trees."""
    return [config for tree in trees for config in kind_configs(tree)]


class _Lines:
    """Where each line of a string that was put together comes from."""

    def __init__(self, text: Text, fallback: Place) -> None:
        self._fallback = fallback
        self._guards = text.guards
        self._starts: list[int] = []
        self._places: list[tuple[Place, int]] = []
        line = 1
        for piece in text.pieces:
            if piece.place is not None:
                self._note(line, piece.place, piece.raw, piece.text)
            line += piece.text.count("\n")

    def _note(self, line: int, place: Place, raw: bool, text: str) -> None:
        """From `line` on (or the next, when it began before) text stands at a place."""
        for number in range(text.count("\n") + 1) if raw else (0,):
            if self._starts and self._starts[-1] >= line + number:
                continue
            here = min(place.first + number, place.last) if raw else place.first
            self._starts.append(line + number)
            self._places.append((place, here))

    def at(self, first: int, last: int) -> Evidence:
        """Evidence for lines of the string."""
        place, start = self._find(first)
        other, end = self._find(last)
        return place.source.file.at(start, end if other.source is place.source and end >= start else start)

    def _find(self, line: int) -> tuple[Place, int]:
        index = bisect_right(self._starts, line) - 1
        return self._places[index] if index >= 0 else (self._fallback, self._fallback.first)

    def guards(self, line: int) -> tuple[Guard, ...]:
        return self._guards


Lines = Callable[[int, int], Evidence]
