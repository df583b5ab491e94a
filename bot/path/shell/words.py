"""Words of shell text as the shell makes them: expansion, quotes, field splitting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from bot.facts.build import Guard
from bot.facts.words import hole
from bot.path.shell.params import PARAMETER, expand_parameter
from bot.path.shell.state import Defaults, Scope, certain, names_coverage, speaks_of_coverage
from bot.path.shell.tree import ShellTree

MAX_NESTING = 30
"""Deeper nested words (`"${a:-${b:-...}}"`) become a hole."""

MAX_LENGTH = 200_000
"""A word that expands to more characters or fields becomes a hole: `"$@$@$@..."` must not fill the memory."""

_FIELDS = re.compile(r"\s+|(?:\$\{[^{}]*\}|[\ue001\ue003]\d+\ue002|\S)+")
SPLIT = "\ue003"
"""Marks a default that stands outside quotes: it is split into fields once it is filled in."""

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "e": "\x1b", "a": "\a"}
_LITERALS = frozenset(
    {"word", "number", "extglob_pattern", "regex", "variable_name", "test_operator", "special_variable_name"}
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a word. `split` parts are cut at blanks, `many` are fields of their own."""

    text: str = ""
    split: bool = False
    many: tuple[str, ...] | None = None

    @property
    def size(self) -> int:
        """Characters and fields that the part adds."""
        return len(self.text) + sum(len(item) + 1 for item in self.many or ())


@dataclass(slots=True)
class Expander:
    """Expands nodes in a scope. Notes the variables used and the coverage conditions relied on."""

    tree: ShellTree
    scope: Scope
    defaults: Defaults
    substitute: Callable[[Node], str | None]
    used: list[str] = field(default_factory=list)
    conditions: list[Guard] = field(default_factory=list)
    depth: int = 0

    def words(self, node: Node) -> tuple[str, ...]:
        """The fields that a word of the text becomes: none, one or several."""
        fields: list[str] = []
        current: str | None = None
        size = 0
        for part in self._parts(node, quoted=False):
            size += part.size
            if size > MAX_LENGTH:
                return (hole("a very long word"),)
            if part.many is not None:
                current = _spread(fields, current, part.many)
            elif part.split:
                current = _cut(fields, current, part.text)
            else:
                current = (current or "") + part.text
        return (*fields, current) if current is not None else tuple(fields)

    def word(self, node: Node) -> str:
        """A word where the shell does not split: assignments, redirects, tests."""
        pieces: list[str] = []
        size = 0
        for part in self._parts(node, quoted=True):
            size += part.size
            if size > MAX_LENGTH:
                return hole("a very long word")
            pieces.append(part.text if part.many is None else " ".join(part.many))
        return "".join(pieces)

    def body(self, node: Node) -> str:
        """The text of a heredoc with its expansions filled in."""
        pieces: list[str] = []
        size = 0
        for part in self._inside(node, node.start_byte, node.end_byte, heredoc=True):
            size += part.size
            if size > MAX_LENGTH:
                return hole("a very long text")
            pieces.append(part.text)
        return "".join(pieces)

    def _parts(self, node: Node, quoted: bool) -> Iterator[_Part]:
        if self.depth > MAX_NESTING:
            yield _Part(hole("?"))
            return
        self.depth += 1
        try:
            yield from self._of(node, quoted)
        finally:
            self.depth -= 1

    def _of(self, node: Node, quoted: bool) -> Iterator[_Part]:
        kind, text = node.type, self.tree.text(node)
        if kind in _LITERALS:
            yield _Part(_unescape(text))
        elif kind == "raw_string":
            yield _Part(text[1:-1])
        elif kind == "ansi_c_string":
            yield _Part(re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[0]), text[2:-1]))
        elif kind == "string":
            yield _Part("")
            yield from self._inside(node, node.start_byte + 1, node.end_byte - 1)
        elif kind in ("concatenation", "translated_string", "command_name"):
            yield from self._joined(node, quoted)
        elif kind in ("simple_expansion", "expansion"):
            yield from self._parameter(node, text, quoted)
        elif kind in ("command_substitution", "process_substitution"):
            value = self.substitute(node)
            yield _Part(hole(text.strip("$()`<>")) if value is None else value, split=not quoted)
        elif kind == "arithmetic_expansion":
            yield _Part(hole(text))
        else:
            yield _Part(text)

    def _joined(self, node: Node, quoted: bool) -> Iterator[_Part]:
        """Parts of one word; blanks between them belong to a default (`${X:-a $b}`)."""
        at = node.start_byte
        for child in node.children:
            yield _Part(self.tree.between(at, child.start_byte))
            yield from self._parts(child, quoted) if child.type != "$" else ()
            at = child.end_byte

    def _inside(self, node: Node, start: int, end: int, heredoc: bool = False) -> Iterator[_Part]:
        """What stands between double quotes, the blanks between expansions included."""
        at = start
        for child in node.children:
            if child.type not in (
                "simple_expansion",
                "expansion",
                "command_substitution",
                "arithmetic_expansion",
            ):
                continue
            yield _Part(_unquote(self.tree.between(at, child.start_byte), heredoc))
            yield from self._parts(child, quoted=True)
            at = child.end_byte
        yield _Part(_unquote(self.tree.between(at, max(end, at)), heredoc))

    def _parameter(self, node: Node, text: str, quoted: bool) -> Iterator[_Part]:
        source = self.tree.raw[node.start_byte : node.end_byte].decode("utf-8", "replace")
        braced = source if source.startswith("${") else "${" + source[1:] + "}"
        match = PARAMETER.match(braced)
        if match is None:
            yield _Part(hole(text))
            return
        name = match["name"]
        if (kept := self.tree.hole_of(name)) is not None:
            yield _Part(kept, split=not quoted)
            return
        self.used.append(name)
        if match["bang"] or match["length"]:
            yield _Part(hole(text))
        elif name in ("@", "*") or match["index"] in ("[@]", "[*]"):
            yield self._all(name, quoted)
        elif match["index"]:
            yield _Part(self._element(name, match["index"][1:-1]), split=not quoted)
        else:
            argument = self._argument(node, match.end()) if source.startswith("${") else ""
            yield _Part(self._value(name, match["op"] or "", argument), split=not quoted)

    def _value(self, name: str, op: str, argument: str) -> str:
        switch = names_coverage(name) or speaks_of_coverage(argument)
        if op in ("+", ":+") and switch and not certain(self.scope.get(name)):
            self.conditions.append(Guard(f"{name} is set", variable=name, coverage=True))
            return argument
        return expand_parameter(self.scope, self.defaults, name, op, argument)

    def _argument(self, node: Node, offset: int) -> str:
        """The text behind the operator, expanded."""
        start, end = node.start_byte + offset, max(node.end_byte - 1, node.start_byte + offset)
        pieces, at = [], start
        for child in node.children:
            if child.start_byte < start or not child.is_named or child.start_byte < at:
                continue
            pieces.append(self.tree.between(at, child.start_byte))
            pieces.append(self.word(child))
            at = child.end_byte
        return "".join([*pieces, self.tree.between(at, max(end, at))])

    def _all(self, name: str, quoted: bool) -> _Part:
        """`"${NAME[@]}"` and `"$@"`: every element a field."""
        if name in self.scope.arrays:
            items = self.scope.arrays[name]
        elif self.scope.is_unset(name):
            items = ()
        else:
            items = (self.scope.get(name),)
        return _Part(many=items) if quoted else _Part(" ".join(items), split=True)

    def _element(self, name: str, index: str) -> str:
        items = self.scope.arrays.get(name)
        if items is not None and index.isdecimal() and len(index) < 6:
            return items[int(index)] if int(index) < len(items) else ""
        return self.scope.get(name) if items is None and index == "0" else hole(f"{name}[{index}]")


def _spread(fields: list[str], current: str | None, items: tuple[str, ...]) -> str | None:
    """Add the elements of an array: the first joins the word before, the last stays open."""
    for index, item in enumerate(items):
        if index and current is not None:
            fields.append(current)
            current = None
        current = (current or "") + item
    return current


def _cut(fields: list[str], current: str | None, text: str) -> str | None:
    """Field splitting at blanks; holes stay whole."""
    for piece in _FIELDS.findall(text):
        if piece[0].isspace():
            if current is not None:
                fields.append(current)
            current = None
        else:
            current = (current or "") + piece.replace("\ue001", SPLIT)
    return current


def atoms(text: str) -> tuple[str, ...]:
    """Text split at blanks, holes kept whole."""
    return tuple(piece for piece in _FIELDS.findall(text) if not piece[0].isspace())


def fields(word: str, fill: Callable[[str], str]) -> tuple[str, ...]:
    """A word with its defaults filled in; one that stood outside quotes is split by then."""
    if SPLIT not in word:
        return (fill(word),)
    return atoms(fill(word.replace(SPLIT, "\ue001")))


def _unescape(text: str) -> str:
    """A word outside quotes: backslashes taken away."""
    return re.sub(r"\\(\n|.)", lambda m: "" if m[1] == "\n" else m[1], text) if "\\" in text else text


def _unquote(text: str, heredoc: bool) -> str:
    """Text between double quotes: only \\$ \\` \\" \\\\ and a line end are escapes."""
    if "\\" not in text:
        return text
    special = r"\\([$`\\\n])" if heredoc else r'\\([$`"\\\n])'
    return re.sub(special, lambda m: "" if m[1] == "\n" else m[1], text)
