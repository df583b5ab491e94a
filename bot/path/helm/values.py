"""Helm values with the place each comes from: values.yaml, `--set` paths, Go maps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from bot.facts.build import Guard, Setting
from bot.facts.words import hole
from bot.model import Evidence
from bot.path.manifest.placeholders import CLOSE, OPEN
from bot.path.manifest.tree import Tree

MAX_INDEX = 200
_HOLE = re.compile(r"\$\{[^{}]*\}")
_INT = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})")
_FLOAT = re.compile(r"[-+]?(?:\d{1,40}\.\d{0,40}|\.\d{1,40}|\d{1,40})(?:[eE][-+]?\d{1,3})?")
_BOOLS = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_KEY = re.compile(r"((?:\\.|[^.\[\\])+)|\[(\d{1,4})\]|\.")


NOWHERE = Evidence("", 1, 1)
"""The place of what no file says."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value or a rendered line comes from, and under which conditions it is there."""

    evidence: Evidence
    guards: tuple[Guard, ...] = ()


class Map(dict[str, object]):
    """A map of values; `places` has the origin of each key where it is known."""

    def __init__(self, items: dict[str, object] | None = None) -> None:
        super().__init__(items or {})
        self.places: dict[str, Origin] = {}

    def put(self, key: str, value: object, origin: Origin | None) -> None:
        self[key] = value
        if origin is not None:
            self.places[key] = origin

    def copy(self) -> Map:
        """A copy whose maps below can be changed on their own."""
        new = Map({k: v.copy() if isinstance(v, Map | Seq) else v for k, v in self.items()})
        new.places = dict(self.places)
        return new


class Seq(list[object]):
    """A list of values; `places` has the origin of each item, or is shorter."""

    def __init__(self, items: Iterable[object] = ()) -> None:
        super().__init__(items)
        self.places: list[Origin] = []

    def copy(self) -> Seq:
        new = Seq([v.copy() if isinstance(v, Map | Seq) else v for v in self])
        new.places = list(self.places)
        return new


@dataclass(frozen=True, slots=True)
class Switch:
    """A value that is false by default and switches coverage on."""

    path: str
    origin: Origin | None

    @property
    def guard(self) -> Guard:
        evidence = None if self.origin is None else self.origin.evidence
        return Guard(f"{self.path}=true", self.path, "true", coverage=True, evidence=evidence)


@dataclass(slots=True)
class Holes:
    """The unknown parts met while rendering, each with a sentinel that stands for it in text."""

    names: list[str] = field(default_factory=list)

    def new(self, name: str) -> str:
        """A sentinel for an unknown value."""
        self.names.append(hole(name))
        return f"{OPEN}{len(self.names) - 1}{CLOSE}"

    def encode(self, text: str) -> str:
        """Text in which `${...}` holes are sentinels."""
        if "${" not in text:
            return text
        return _HOLE.sub(lambda match: self.new(match[0][2:-1]), text)


def unknown(value: object) -> bool:
    """Whether a value is a string with an unknown part."""
    return isinstance(value, str) and OPEN in value


def typed(text: str) -> object:
    """A plain YAML scalar as Helm types it (YAML 1.1 booleans); strings stay."""
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def from_tree(tree: Tree, holes: Holes) -> object:
    """A Tree as values with origins."""
    if tree.unknown is not None:
        return holes.new(tree.unknown)
    if tree.fields is not None:
        found = Map()
        for key, value in tree.fields.items():
            found.put(key, from_tree(value, holes), Origin(value.evidence, value.guards))
        return found
    if tree.items is not None:
        listed = Seq([from_tree(item, holes) for item in tree.items])
        listed.places = [Origin(item.evidence, item.guards) for item in tree.items]
        return listed
    if tree.scalar is None:
        return None
    return holes.encode(tree.scalar) if tree.quoted else typed(holes.encode(tree.scalar))


def merged(base: Map, over: Map) -> Map:
    """The base with other values on it: maps are joined, null removes a key, all else replaces."""
    result = base.copy()
    for key, value in over.items():
        below = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Map) and isinstance(below, Map):
            result.put(key, merged(below, value), result.places.get(key))
        else:
            result.put(key, value.copy() if isinstance(value, Map | Seq) else value, over.places.get(key))
    return result


_TYPED = {"true": True, "false": False, "null": None}


def setting_value(text: str | None, holes: Holes) -> object:
    """What `--set name=text` makes of a text: `{a,b}` is a list, `{}` and `[]` are empty.

    Only true, false, null and whole numbers are typed, `on` and `1.5` stay text (Helm's strvals).
    """
    if text is None:
        return None
    stripped = text.strip()
    if stripped == "{}":
        return Map()
    if stripped == "[]":
        return Seq()
    encoded = holes.encode(text)
    if encoded.startswith("{") and encoded.endswith("}"):
        return Seq([_set_typed(part.strip()) for part in encoded[1:-1].split(",")])
    return _set_typed(encoded)


def _set_typed(text: str) -> object:
    if text.lower() in _TYPED:
        return _TYPED[text.lower()]
    return int(text) if _INT.fullmatch(text) else text


def apply_setting(values: Map, setting: Setting, holes: Holes) -> bool:
    """Set `a.b[0].c` in place, as `--set` does; False when the path cannot be read."""
    keys = list(path_keys(setting.name))
    if not keys or len(keys) > 50:
        return False
    origin = Origin(setting.evidence, setting.guards)
    here: Map | Seq = values
    for key, after in pairwise(keys):
        fresh: Map | Seq = Seq() if isinstance(after, int) else Map()
        below = _get(here, key)
        if not isinstance(below, type(fresh)):
            below = fresh
            if not _put(here, key, below, origin):
                return False
        here = below
    return _put(here, keys[-1], setting_value(setting.value, holes), origin)


def path_keys(path: str) -> Iterator[str | int]:
    """The keys and list indexes of a `--set` path; a backslash escapes a dot."""
    for match in _KEY.finditer(path[:1000]):
        if match[1] is not None:
            yield re.sub(r"\\(.)", r"\1", match[1])
        elif match[2] is not None:
            yield int(match[2])


def _get(here: Map | Seq, key: str | int) -> Map | Seq | None:
    if isinstance(here, Map):
        found = here.get(str(key))
    else:
        found = here[key] if isinstance(key, int) and key < len(here) else None
    return found if isinstance(found, Map | Seq) else None


def _put(here: Map | Seq, key: str | int, value: object, origin: Origin) -> bool:
    if isinstance(here, Map):
        here.put(str(key), value, origin)
        return True
    if not isinstance(key, int) or key > MAX_INDEX:
        return False
    while len(here) <= key:
        here.append(None)
    while len(here.places) <= key:
        here.places.append(origin)
    here[key] = value
    here.places[key] = origin
    return True


def switch_on(values: Map, wanted: frozenset[str], given: frozenset[str]) -> Map:
    """The values with coverage switches for booleans that are off by default.

    A switch is a value that is false, whose path holds `cover` or is one of `wanted`, and that is
    not among the paths `given` by the caller.
    """
    result = values.copy()
    _switch(result, "", wanted, given)
    return result


def _switch(values: Map, prefix: str, wanted: frozenset[str], given: frozenset[str]) -> None:
    for key, value in values.items():
        path = f"{prefix}.{key}" if prefix else key
        if isinstance(value, Map):
            _switch(value, path, wanted, given)
        elif value is False and path not in given and ("cover" in path.lower() or path in wanted):
            values[key] = Switch(path, values.places.get(key))
