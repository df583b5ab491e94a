"""Shell text as a tree-sitter-bash tree, with holes (`${fmt.Sprintf}`, `${{ github.sha }}`) kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from bot.facts.words import hole

MAX_TEXT = 200_000
"""Longer shell text (in characters) is not read: no script that a person wrote is."""

_EXPRESSION = re.compile(r"\$\{\{([^{}\n]{0,300})\}\}")
_BRACED = re.compile(r"\$\{([^{}\n]{0,300})\}")
_PARAMETER = re.compile(r"[#!]?([A-Za-z_]\w*|\d+|[@*#?$!-])(\[[^\]]*\])?([-:+=?%#/^,@].*)?")
_PRIVATE = re.compile("[\ue000-\ue003]")
_PLACE = re.compile(r"\$\{cvh_(\d+)_\}")


@dataclass(frozen=True, slots=True)
class ShellTree:
    """A parsed text. `holes` are the parts that stood as `${...}` without being shell."""

    root: Node
    raw: bytes
    holes: tuple[str, ...]

    def text(self, node: Node) -> str:
        """The source of a node, with its holes as they were written."""
        return self.between(node.start_byte, node.end_byte)

    def between(self, start: int, end: int) -> str:
        """The source between two byte offsets."""
        return self.restore(self.raw[start:end].decode("utf-8", "replace"))

    def restore(self, text: str) -> str:
        """Text with the placeholders of holes turned back."""
        return _PLACE.sub(self._hole, text)

    def hole_of(self, name: str) -> str | None:
        """The hole that a placeholder's variable name stands for, or None for a real variable."""
        match = _PLACE.fullmatch("${" + name + "}")
        return self._hole(match) if match else None

    def _hole(self, match: re.Match[str]) -> str:
        index = int(match[1])
        return self.holes[index] if index < len(self.holes) else match[0]


@cache
def _language() -> Language:
    return Language(tree_sitter_bash.language())


def parse_shell(text: str) -> ShellTree:
    """Parse shell text (at most MAX_TEXT characters). Broken text gives a tree with ERROR nodes."""
    found: list[str] = []

    def keep(value: str) -> str:
        found.append(value)
        return "${cvh_" + str(len(found) - 1) + "_}"

    def braced(match: re.Match[str]) -> str:
        plain = _PARAMETER.fullmatch(match[1]) or match[1].startswith("cvh_")
        return match[0] if plain else keep(match[0])

    text = _EXPRESSION.sub(lambda match: keep(hole(match[1])), text)
    text = _BRACED.sub(braced, text)
    raw = _PRIVATE.sub("?", text.replace("\0", " ")).encode("utf-8", "replace")
    return ShellTree(Parser(_language()).parse(raw).root_node, raw, tuple(found))


def span(node: Node) -> tuple[int, int]:
    """1-based first and last line of a node; a trailing newline does not count."""
    first, last = node.start_point[0] + 1, node.end_point[0] + 1
    if node.end_point[1] == 0 and last > first:
        last -= 1
    return first, last


def named(node: Node, *kinds: str) -> Iterator[Node]:
    """The children of the given types, or all named children but comments."""
    for child in node.children:
        if child.type in kinds if kinds else child.is_named and child.type != "comment":
            yield child
