"""Go source text to a syntax tree with the names it declares and imports.

tree-sitter reads broken files too: what it cannot make sense of becomes an ERROR node and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import tree_sitter_go
from tree_sitter import Language, Node, Parser

from bot.model import Evidence
from bot.repo.base import File

_LANGUAGE = Language(tree_sitter_go.language())
MAX_LINE = 100_000
"""A Go file with a longer line was made by a machine; it is not parsed."""

_ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
    "\\": "\\", '"': '"', "'": "'",
}  # fmt: skip
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL)
_VERSION = re.compile(r"v\d+")


@dataclass(frozen=True, slots=True, eq=False)
class Declaration:
    """A name declared at the top level of a file.

    `kind`: func, method, var, const or type. `node` is the declaration or spec; `index` the position of
    the name in a spec with several names; `iota` the position of a const spec in its group; `inherited`
    the spec whose values a bare const spec repeats.
    """

    kind: str
    name: str
    node: Node
    source: Source
    index: int = 0
    iota: int = 0
    inherited: Node | None = None


@dataclass(slots=True, eq=False)
class Source:
    """A parsed Go file: `imports` maps local names to import paths, `dots` are dot imports."""

    file: File
    data: bytes
    root: Node
    package: str = ""
    imports: dict[str, str] = field(default_factory=dict)
    dots: list[str] = field(default_factory=list)
    declared: dict[str, Declaration] = field(default_factory=dict)
    blanks: list[Node] = field(default_factory=list)
    """Specs of `var _ = ...`, in order."""
    inits: list[Node] = field(default_factory=list)
    """`func init()` declarations, in order."""

    @property
    def path(self) -> str:
        return self.file.path

    def text(self, node: Node) -> str:
        """The source text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def at(self, node: Node) -> Evidence:
        """Evidence for the lines of a node."""
        return self.file.at(first_line(node), last_line(node))


def first_line(node: Node) -> int:
    """1-based line of a node's first character."""
    return node.start_point[0] + 1


def last_line(node: Node) -> int:
    """1-based line of a node's last character."""
    row, column = node.end_point
    return row + 1 if column or row == node.start_point[0] else row


def parse(file: File) -> Source:
    """Parse a Go file. A file with monstrous lines comes back empty."""
    text = file.text if max(map(len, file.lines), default=0) <= MAX_LINE else ""
    data = text.encode("utf-8", "replace")
    source = Source(file, data, Parser(_LANGUAGE).parse(data).root_node)
    for node in source.root.named_children:
        _declare(source, node)
    return source


def _declare(source: Source, node: Node) -> None:
    match node.type:
        case "package_clause":
            source.package = source.text(node.named_children[0]) if node.named_children else ""
        case "import_declaration":
            for spec in _specs(node, "import_spec"):
                _import(source, spec)
        case "function_declaration":
            _declare_function(source, node)
        case "method_declaration":
            name = f"{receiver_type(source, node)}.{field_text(source, node, 'name')}"
            source.declared.setdefault(name, Declaration("method", name, node, source))
        case "type_declaration":
            for spec in node.named_children:
                name = field_text(source, spec, "name")
                source.declared.setdefault(name, Declaration("type", name, spec, source))
        case "var_declaration":
            for spec in _specs(node, "var_spec"):
                _declare_names(source, spec, "var")
        case "const_declaration":
            _declare_constants(source, node)
        case _:
            pass


def _declare_function(source: Source, node: Node) -> None:
    name = field_text(source, node, "name")
    if name == "init":
        source.inits.append(node)
    else:
        source.declared.setdefault(name, Declaration("func", name, node, source))


def _declare_names(source: Source, spec: Node, kind: str, iota: int = 0, like: Node | None = None) -> None:
    for index, child in enumerate(spec.children_by_field_name("name")):
        if child.type != "identifier":
            continue
        name = source.text(child)
        if name == "_":
            source.blanks.append(spec)
        else:
            source.declared.setdefault(name, Declaration(kind, name, spec, source, index, iota, like))


def _declare_constants(source: Source, node: Node) -> None:
    last: Node | None = None
    for position, spec in enumerate(_specs(node, "const_spec")):
        if spec.child_by_field_name("value") is not None:
            last = spec
        _declare_names(source, spec, "const", position, last)


def _specs(node: Node, kind: str) -> Iterator[Node]:
    for child in node.named_children:
        if child.type == kind:
            yield child
        elif child.type.endswith("_spec_list"):
            yield from (inner for inner in child.named_children if inner.type == kind)


def _import(source: Source, spec: Node) -> None:
    path_node, name_node = spec.child_by_field_name("path"), spec.child_by_field_name("name")
    if path_node is None:
        return
    path = unquote(source.text(path_node))
    name = source.text(name_node) if name_node is not None else import_name(path)
    if name == ".":
        source.dots.append(path)
    elif name != "_":
        source.imports[name] = path


def import_name(path: str) -> str:
    """The name a package most likely has when its import gives none: `.../helm/v3` is `helm`."""
    parts = path.split("/")
    last = parts[-2] if len(parts) > 1 and _VERSION.fullmatch(parts[-1]) else parts[-1]
    last = last.partition(".v")[0]
    return last.removeprefix("go-").replace("-", "")


def field_text(source: Source, node: Node, name: str) -> str:
    """The text of a node's field, or ""."""
    child = node.child_by_field_name(name)
    return "" if child is None else source.text(child)


def receiver_type(source: Source, node: Node) -> str:
    """The type name of a method's receiver, without `*` and type parameters."""
    text = field_text(source, node, "receiver").strip("()").replace("*", " ").partition("[")[0]
    words = text.split()
    return words[-1] if words else ""


def receiver_name(source: Source, node: Node) -> str | None:
    """The receiver's variable name, or None."""
    words = field_text(source, node, "receiver").strip("()").replace("*", " ").partition("[")[0].split()
    return words[0] if len(words) > 1 else None


def unquote(literal: str) -> str:
    """The value of a Go string or rune literal."""
    if literal.startswith("`"):
        return literal.strip("`") if len(literal) > 1 else ""
    return _ESCAPE.sub(_unescape, literal[1:-1])


def _unescape(match: re.Match[str]) -> str:
    for digits, base in ((match[1], 16), (match[2], 16), (match[3], 16), (match[4], 8)):
        if digits is not None:
            code = int(digits, base)
            return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return _ESCAPES.get(match[5], match[5])
