"""Go templates as Helm charts use them, parsed to nodes (text/template's grammar, without blocks of Go).

Tolerant in one way only: what does not parse raises TemplateError with its line, so that the caller
can name the file; nothing is repaired.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_DEPTH = 100
MAX_ACTIONS = 20_000


class TemplateError(ValueError):
    """A template that does not parse; the message says what and on which line."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, boolean or nil."""

    value: object


@dataclass(frozen=True, slots=True)
class Path:
    """`.a.b` (variable ""), `$.a` or `$x.a`, or fields of a pipeline in parentheses (`base`)."""

    variable: str | None
    keys: tuple[str, ...]
    base: Pipe | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A function's name."""

    name: str


Operand = Literal | Path | Word


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands joined by `|`, each a tuple of operands; `names` are variables it sets."""

    commands: tuple[tuple[Operand, ...], ...]
    line: int
    text: str
    names: tuple[str, ...] = ()
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Text as it stands, with the line it starts on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Action:
    """`{{ pipeline }}`."""

    pipe: Pipe


@dataclass(frozen=True, slots=True)
class Block:
    """`if`, `with` or `range` (`kind`), with what follows when it does not hold."""

    kind: str
    pipe: Pipe
    body: tuple[Node, ...]
    other: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """`{{ template "name" pipeline }}`."""

    name: str
    pipe: Pipe | None
    line: int


@dataclass(frozen=True, slots=True)
class Leave:
    """`break` or `continue`."""

    kind: str


Node = Text | Action | Block | Call | Leave


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed file: its own nodes and the named templates it defines."""

    nodes: tuple[Node, ...]
    defines: dict[str, tuple[Node, ...]]


_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<string>"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])+')"""
    r"""|(?P<number>[+-]?(?:0[xXoObB][0-9a-fA-F_]+|\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?))"""
    r"""|(?P<field>(?:\.[A-Za-z_]\w*)+)|(?P<variable>\$\w*(?:\.[A-Za-z_]\w*)*)|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<assign>:=|=)|(?P<mark>[|(),.])"""
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text (tokens None) or one action with its tokens and source."""

    line: int
    text: str
    tokens: tuple[_Token, ...] | None = None


def parse(source: str) -> Template:
    """A template file. Raises TemplateError."""
    return _Parser(_pieces(source)).template()


def _pieces(source: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    at, line, trim = 0, 1, False
    while True:
        start = source.find("{{", at)
        text = source[at:] if start < 0 else source[at:start]
        here = line
        line += text.count("\n")
        if trim:
            stripped = text.lstrip(" \t\r\n")
            here += text[: len(text) - len(stripped)].count("\n")
            text = stripped
        if start < 0:
            _add(pieces, _Piece(here, text))
            return pieces
        at = start + 2
        if source[at : at + 1] == "-" and source[at + 1 : at + 2] in " \t\r\n":
            text, at = text.rstrip(" \t\r\n"), at + 1
        _add(pieces, _Piece(here, text))
        tokens, end, trim = _tokens(source, at, line)
        _add(pieces, _Piece(line, source[at:end].strip(" \t\r\n-}"), tokens))
        line += source[at:end].count("\n")
        at = end


def _add(pieces: list[_Piece], piece: _Piece) -> None:
    if piece.tokens is None and not piece.text:
        return
    if len(pieces) > 2 * MAX_ACTIONS:
        raise TemplateError(f"holds more than {MAX_ACTIONS} actions")
    pieces.append(piece)


def _tokens(source: str, at: int, line: int) -> tuple[tuple[_Token, ...], int, bool]:
    """The tokens of an action from `at`, where it ends, and whether the text after it is trimmed."""
    comment = re.compile(r"\s*/\*").match(source, at)
    if comment is not None:
        end = source.find("*/", comment.end())
        close = re.compile(r"(\s-)?\s*\}\}").match(source, end + 2) if end >= 0 else None
        if close is None:
            raise TemplateError(f"has a comment without an end on line {line}")
        return (_Token("comment", ""),), close.end(), close[1] is not None
    found: list[_Token] = []
    while True:
        if source.startswith("}}", at):
            return tuple(found), at + 2, False
        match = _TOKEN.match(source, at)
        if match is not None and match.lastgroup == "space" and source.startswith("-}}", match.end()):
            return tuple(found), match.end() + 3, True
        if match is None:
            raise TemplateError(f"has an action that cannot be read on line {line}")
        at = match.end()
        found.append(_Token(match.lastgroup or "", match[0]))


_KEYWORDS = {"if", "with", "range", "else", "end", "define", "block", "template", "break", "continue"}


@dataclass(slots=True)
class _Parser:
    pieces: list[_Piece]
    at: int = 0
    defines: dict[str, tuple[Node, ...]] = field(default_factory=dict)

    def template(self) -> Template:
        nodes, ended = self._nodes(0)
        if ended is not None:
            raise TemplateError(f"has {ended.text!r} without a block on line {ended.line}")
        return Template(nodes, self.defines)

    def _nodes(self, depth: int) -> tuple[tuple[Node, ...], _Piece | None]:
        """Nodes up to `end` or `else`, and that piece (None at the end of the file)."""
        if depth > MAX_DEPTH:
            raise TemplateError(f"nests blocks deeper than {MAX_DEPTH} levels")
        nodes: list[Node] = []
        while self.at < len(self.pieces):
            piece = self.pieces[self.at]
            self.at += 1
            if piece.tokens is None:
                nodes.append(Text(piece.text, piece.line))
                continue
            words = [token for token in piece.tokens if token.kind != "space"]
            first = words[0].text if words and words[0].kind == "word" else ""
            if first in ("end", "else"):
                return tuple(nodes), piece
            nodes += self._action(first, words, piece, depth)
        return tuple(nodes), None

    def _action(self, first: str, words: list[_Token], piece: _Piece, depth: int) -> list[Node]:
        if not words or words[0].kind == "comment":
            return []
        if first in ("if", "with", "range"):
            return [self._block(first, words, piece, depth)]
        if first in ("define", "block"):
            return self._define(first, words, piece, depth)
        if first == "template":
            name = _string(words[1]) if len(words) > 1 else None
            pipe = _pipe(words[2:], piece) if len(words) > 2 else None
            return [Call(name or "", pipe, piece.line)]
        if first in ("break", "continue"):
            return [Leave(first)]
        return [Action(_pipe(words, piece))]

    def _block(self, kind: str, words: list[_Token], piece: _Piece, depth: int) -> Block:
        pipe = _pipe(words[1:], piece)
        body, end = self._nodes(depth + 1)
        other: tuple[Node, ...] = ()
        if end is None:
            raise TemplateError(f"has a {kind!r} without an end from line {piece.line}")
        rest = [token for token in end.tokens or () if token.kind != "space"]
        if rest[0].text == "else" and len(rest) > 1:
            if rest[1].text not in ("if", "with"):
                raise TemplateError(f"has an 'else' that cannot be read on line {end.line}")
            other = (self._block(rest[1].text, rest[1:], end, depth + 1),)
        elif rest[0].text == "else":
            other, end = self._nodes(depth + 1)
            if end is None:
                raise TemplateError(f"has an 'else' without an end in the {kind!r} of line {piece.line}")
        return Block(kind, pipe, body, other, piece.line)

    def _define(self, first: str, words: list[_Token], piece: _Piece, depth: int) -> list[Node]:
        name = _string(words[1]) if len(words) > 1 else None
        body, end = self._nodes(depth + 1)
        if name is None or end is None:
            raise TemplateError(f"has a {first!r} without a name or an end on line {piece.line}")
        self.defines[name] = body
        return [Call(name, _pipe(words[2:], piece), piece.line)] if first == "block" else []


def _string(token: _Token) -> str | None:
    if token.kind != "string":
        return None
    text = token.text[1:-1]
    return text if token.text[0] == "`" else re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[0]), text)


def _pipe(words: list[_Token], piece: _Piece) -> Pipe:
    names: list[str] = []
    declares = False
    cut = next((i for i, token in enumerate(words) if token.kind == "assign"), None)
    if cut is not None and cut <= 3:
        names = [token.text for token in words[:cut] if token.kind == "variable"]
        declares = words[cut].text == ":="
        words = words[cut + 1 :]
    reader = _PipeReader(words, piece)
    commands = reader.commands(0)
    if reader.at < len(words):
        raise TemplateError(f"has an action that cannot be read on line {piece.line}")
    return Pipe(commands, piece.line, piece.text[:200], tuple(names), declares)


@dataclass(slots=True)
class _PipeReader:
    words: list[_Token]
    piece: _Piece
    at: int = 0

    def commands(self, depth: int) -> tuple[tuple[Operand, ...], ...]:
        if depth > MAX_DEPTH:
            raise TemplateError(f"nests parentheses deeper than {MAX_DEPTH} levels on line {self.piece.line}")
        commands: list[tuple[Operand, ...]] = []
        current: list[Operand] = []
        while self.at < len(self.words):
            token = self.words[self.at]
            if token.text == ")" and token.kind == "mark":
                break
            self.at += 1
            if token.kind == "mark" and token.text == "|":
                commands.append(tuple(current))
                current = []
            else:
                current.append(self._operand(token, depth))
        commands.append(tuple(current))
        if any(not command for command in commands):
            raise TemplateError(f"has an empty command on line {self.piece.line}")
        return tuple(commands)

    def _operand(self, token: _Token, depth: int) -> Operand:
        if token.kind == "string":
            text = _string(token) or ""
            return Literal(ord(text[0]) if token.text[0] == "'" and text else text)
        if token.kind == "number":
            return Literal(_number(token.text))
        if token.kind == "field":
            return Path("", tuple(token.text[1:].split(".")))
        if token.kind == "variable":
            name, *keys = token.text.split(".")
            return Path(name, tuple(keys))
        if token.kind == "word":
            return {"true": Literal(True), "false": Literal(False), "nil": Literal(None)}.get(
                token.text, Word(token.text)
            )
        if token.text == ".":
            return Path("", ())
        if token.text == "(":
            return self._group(depth)
        raise TemplateError(f"has an action that cannot be read on line {self.piece.line}")

    def _group(self, depth: int) -> Path:
        commands = self.commands(depth + 1)
        if self.at >= len(self.words):
            raise TemplateError(f"has a parenthesis without an end on line {self.piece.line}")
        self.at += 1
        keys: tuple[str, ...] = ()
        if self.at < len(self.words) and self.words[self.at].kind == "field" and self._adjoins():
            keys = tuple(self.words[self.at].text[1:].split("."))
            self.at += 1
        return Path(None, keys, Pipe(commands, self.piece.line, self.piece.text[:200]))

    def _adjoins(self) -> bool:
        """Whether a field follows a parenthesis without a space: `(index .a 0).b`."""
        wanted = f"){self.words[self.at].text}"
        return wanted in self.piece.text


def _number(text: str) -> int | float:
    try:
        return int(text.replace("_", ""), 0)
    except ValueError:
        try:
            return float(text.replace("_", ""))
        except ValueError:
            return int(re.sub(r"\D", "", text)[:18] or "0")
