"""YAML text to trees with the lines of every key and item, bounded for hostile text.

libyaml's events (PyYAML) are composed here: no Python objects are built from tags, aliases share what
they point to and count as often as they are used, and one broken document does not take the others
with it. docs/decisions says why it is libyaml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import yaml

from bot.facts.build import Guard
from bot.model import Evidence
from bot.path.manifest.placeholders import Masked, mask, unmask
from bot.path.manifest.tree import Tree

MAX_BYTES = 2_000_000
MAX_NODES = 50_000
MAX_DEPTH = 100
MAX_DOCUMENTS = 3_000

Place = Callable[[int, int], Evidence]
Guards = Callable[[int], tuple[Guard, ...]]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}
_SEPARATOR = re.compile(r"^(?:---|\.\.\.)(?=\s|$)", re.MULTILINE)


def documents(
    text: str,
    at: Place,
    *,
    first_line: int = 1,
    guards: Guards | None = None,
    kinds: str | None = None,
    holes: Sequence[str] = (),
) -> tuple[Tree, ...]:
    """Every document of a YAML text as a Tree; one that cannot be read is a Tree with `unknown`.

    `at` makes Evidence for 1-based lines, to which `first_line - 1` is added first (YAML that starts
    inside another file). The evidence of a field goes from its key's line to the end of its value,
    that of an item from its dash. `guards` tells under which conditions a line of `text` stands.
    `kinds` (alternatives for a regex) skips documents without such a `kind:` before they are parsed.
    `holes` are the unknown parts whose sentinels stand in the text (`bot.path.manifest.placeholders`).
    """
    if len(text) > MAX_BYTES:
        return (Tree(at(first_line, first_line), unknown=f"is larger than {MAX_BYTES:,} characters"),)
    shift = first_line - 1
    found: list[Tree] = []
    for start, part in split_documents(text):
        if kinds is not None and not has_kind(part, kinds):
            continue
        if len(found) >= MAX_DOCUMENTS:
            rest = at(shift + start, shift + start)
            return (*found, Tree(rest, unknown=f"only the first {MAX_DOCUMENTS:,} documents are read"))
        tree = _document(part, _Lines(at, shift + start - 1, start - 1, guards), tuple(holes))
        if tree is not None:
            found.append(tree)
    return tuple(found)


def embedded(tree: Tree | None) -> tuple[Tree, ...]:
    """The documents of YAML that stands in a scalar (a patch in a block), on the scalar's lines."""
    if tree is None or tree.scalar is None:
        return ()
    outer, lines = tree.evidence, tree.scalar.split("\n")
    if outer.end_line <= outer.line:
        return documents(tree.scalar, lambda _line, _end: outer)
    pad = _block_indent(outer.excerpt, lines)

    def at(line: int, end: int) -> Evidence:
        first = min(outer.line + line, outer.end_line)
        last = min(outer.line + end, outer.end_line)
        shown = (pad + text if text.strip() else "" for text in lines[line - 1 : min(end, line + 5)])
        excerpt = "\n".join(text[:300].rstrip() for text in shown)
        base = outer.url.partition("#")[0] if outer.url else None
        mark = f"#L{first}" if first == last else f"#L{first}-L{last}"
        return Evidence(outer.path, first, last, excerpt, None if base is None else base + mark)

    return documents(tree.scalar, at)


def _block_indent(excerpt: str, lines: list[str]) -> str:
    """The blanks that a block scalar's lines have in the file and not in its value."""
    for raw, text in zip(excerpt.split("\n")[1:], lines, strict=False):
        if text.strip() and raw.endswith(text.rstrip()):
            return raw[: len(raw) - len(text.rstrip())]
    return ""


def split_documents(text: str) -> Iterator[tuple[int, str]]:
    """The documents of a YAML text with the 1-based line each starts on; separators are blanked."""
    start, line = 0, 1
    for match in _SEPARATOR.finditer(text):
        part = text[start : match.start()]
        if part.strip():
            yield line, part
        line += part.count("\n")
        start = match.end() if text[match.start()] == "-" else _line_end(text, match.end())
    if text[start:].strip():
        yield line, text[start:]


def has_kind(text: str, kinds: str) -> bool:
    """Whether a text holds `kind: X` with one of the kinds (or a kind that is filled in later)."""
    return _kind_pattern(kinds).search(text) is not None


@cache
def _kind_pattern(kinds: str) -> re.Pattern[str]:
    return re.compile(rf"""kind["']?[ \t]*:[ \t]*["']?(?:(?:{kinds})(?!\w)|[$\{{\ue000])""")


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


class _Unreadable(Exception):
    """A document that cannot be read; the message is the reason."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of a document (0-based in the parser) to Evidence and guards of the whole text."""

    at: Place
    shift: int
    inner: int
    guards: Guards | None

    def evidence(self, line: int, end: int) -> Evidence:
        return self.at(self.shift + line + 1, self.shift + max(line, end) + 1)

    def guards_at(self, line: int) -> tuple[Guard, ...]:
        return () if self.guards is None else self.guards(self.inner + line + 1)


def _document(text: str, lines: _Lines, holes: tuple[str, ...]) -> Tree | None:
    """The Tree of one document; text with template actions that do not parse is read with holes."""
    try:
        return _Composer(lines, "{{" not in text, Masked("", holes, ()) if holes else None).compose(text)
    except _Unreadable as problem:
        reason = str(problem)
    masked = mask(text)
    if masked is not None and not holes:
        try:
            return _Composer(_guarded(lines, masked), True, masked).compose(masked.text)
        except _Unreadable as problem:
            reason = str(problem)
    return Tree(lines.evidence(0, text.count("\n")), unknown=reason)


def _guarded(lines: _Lines, masked: Masked) -> _Lines:
    outer = lines.guards_at

    def guards(line: int) -> tuple[Guard, ...]:
        here = line - lines.inner - 1
        found = masked.condition(here)
        if found is None:
            return outer(here)
        opened = lines.evidence(found.line, found.line)
        return (*outer(here), Guard(found.text, coverage=found.coverage, evidence=opened))

    return replace(lines, guards=guards)


@dataclass(slots=True)
class _Node:
    """A Tree being made, with its last line and the number of nodes it stands for when expanded."""

    tree: Tree
    end: int
    weight: int


@dataclass(slots=True)
class _Composer:
    """Composes one document from parser events. `lax` lets keys that are no scalars be dropped."""

    lines: _Lines
    lax: bool
    masked: Masked | None = None
    anchors: dict[str, _Node] = field(default_factory=dict)
    total: int = 0

    def compose(self, text: str) -> Tree | None:
        """The document's Tree, or None for an empty one. Raises _Unreadable."""
        try:
            events = yaml.parse(text.replace("\ufeff", ""), Loader=_LOADER)
            for event in events:
                if isinstance(event, yaml.NodeEvent):
                    here = self.lines.guards_at(_start(event))
                    node = self._node(event, events, 0, here)
                    if _is_null(node.tree):
                        return None
                    return replace(node.tree, evidence=self._span(event, node, text), guards=here)
        except yaml.MarkedYAMLError as error:
            raise _Unreadable(_reason(error, self.lines)) from None
        except yaml.YAMLError as error:
            raise _Unreadable(f"is no valid YAML ({_first_line(error)})") from None
        except (UnicodeError, ValueError) as error:
            raise _Unreadable(f"is no valid text ({_first_line(error)})") from None
        return None

    def _span(self, event: yaml.NodeEvent, node: _Node, text: str) -> Evidence:
        return self.lines.evidence(_start(event), min(node.end, text.count("\n")))

    def _node(
        self, event: yaml.Event, events: Iterator[yaml.Event], depth: int, above: tuple[Guard, ...]
    ) -> _Node:
        if depth > MAX_DEPTH:
            raise _Unreadable(f"is nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(event, events, depth, above)
        else:
            node = self._mapping(event, events, depth, above)
        self._count(1)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = node
        return node

    def _count(self, nodes: int) -> None:
        self.total += nodes
        if self.total > MAX_NODES:
            raise _Unreadable(f"has more than {MAX_NODES:,} values (aliases expanded)")

    def _alias(self, event: yaml.AliasEvent) -> _Node:
        line = _start(event)
        target = self.anchors.get(event.anchor or "")
        if target is None:
            reason = f"alias *{event.anchor} points to nothing above it"
            return _Node(Tree(self.lines.evidence(line, line), unknown=reason), line, 1)
        self._count(target.weight)
        return _Node(replace(target.tree, evidence=self.lines.evidence(line, line)), line, target.weight)

    def _scalar(self, event: yaml.ScalarEvent) -> _Node:
        start, end = _start(event), _end(event)
        if event.style in ("|", ">"):
            end = start + event.value.rstrip("\n").count("\n") + 1 if event.style == "|" else end - 1
        quoted = bool(event.style)
        value = event.value if self.masked is None else unmask(event.value, self.masked.holes)
        null = not quoted and value in _NULLS and event.tag is None
        tree = Tree(
            self.lines.evidence(start, end),
            scalar=None if null else value,
            quoted=quoted or event.tag == "tag:yaml.org,2002:str",
        )
        return _Node(tree, max(start, end), 1)

    def _sequence(
        self,
        event: yaml.SequenceStartEvent,
        events: Iterator[yaml.Event],
        depth: int,
        above: tuple[Guard, ...],
    ) -> _Node:
        start = end = _start(event)
        items: list[Tree] = []
        weight = 1
        for inner in events:
            if isinstance(inner, yaml.SequenceEndEvent):
                end = max(end, _end(inner)) if event.flow_style else end
                break
            line = _start(inner)
            here = self.lines.guards_at(line)
            node = self._node(inner, events, depth + 1, here)
            evidence = self.lines.evidence(line, node.end)
            items.append(replace(node.tree, evidence=evidence, guards=_new(here, above)))
            end, weight = max(end, node.end), weight + node.weight
        return _Node(Tree(self.lines.evidence(start, end), items=tuple(items)), end, weight)

    def _mapping(
        self, event: yaml.Event, events: Iterator[yaml.Event], depth: int, above: tuple[Guard, ...]
    ) -> _Node:
        start = end = _start(event)
        fields: dict[str, Tree] = {}
        merged: dict[str, Tree] = {}
        notes: list[str] = []
        weight = 1
        for key in events:
            if isinstance(key, yaml.MappingEndEvent):
                end = max(end, _end(key)) if getattr(event, "flow_style", False) else end
                break
            name = self._key(key, events, depth, notes)
            line = _start(key)
            here = self.lines.guards_at(line)
            node = self._node(next(events), events, depth + 1, here)
            weight += node.weight
            end = max(end, line, node.end)
            value = replace(node.tree, evidence=self.lines.evidence(line, node.end), guards=_new(here, above))
            if name == "<<" and not getattr(key, "style", None):
                self._merge(node.tree, merged)
            elif name is not None:
                if name in fields:
                    notes.append(f"{name} is set twice, the last one counts")
                fields[name] = value
        merged.update(fields)
        tree = Tree(self.lines.evidence(start, end), fields=merged, notes=tuple(dict.fromkeys(notes)))
        return _Node(tree, end, weight)

    def _key(
        self, event: yaml.Event, events: Iterator[yaml.Event], depth: int, notes: list[str]
    ) -> str | None:
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor:
                self.anchors[event.anchor] = self._scalar(event)
            return event.value if self.masked is None else unmask(event.value, self.masked.holes)
        if not self.lax:
            raise _Unreadable("has a template action where a value should be")
        self._node(event, events, depth + 1, ())
        notes.append("a key that is no plain word was left out")
        return None

    def _merge(self, source: Tree, into: dict[str, Tree]) -> None:
        """What a merge key brings in; of several sources the first counts (YAML merge key type)."""
        for tree in source.items if source.items is not None else (source,):
            self._count(len(tree.fields or {}))
            for name, value in (tree.fields or {}).items():
                into.setdefault(name, value)


def _start(event: yaml.Event) -> int:
    """The 0-based line an event starts on."""
    return event.start_mark.line if event.start_mark is not None else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.line if event.end_mark is not None else 0


def _is_null(tree: Tree) -> bool:
    return tree.scalar is None and tree.fields is None and tree.items is None and tree.unknown is None


def _new(here: tuple[Guard, ...], above: tuple[Guard, ...]) -> tuple[Guard, ...]:
    """The guards of a line that do not hold for what encloses it."""
    return tuple(guard for guard in here if guard not in above)


def _reason(error: yaml.MarkedYAMLError, lines: _Lines) -> str:
    mark = error.problem_mark or error.context_mark
    where = "" if mark is None else f" on line {lines.evidence(mark.line, mark.line).line}"
    return f"is no valid YAML ({_first_line(error.problem or error.context or 'unreadable')}{where})"


def _first_line(error: object) -> str:
    return str(error).strip().split("\n")[0][:120]
