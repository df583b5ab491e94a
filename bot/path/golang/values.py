"""What a Go expression can be to the reader: text known in part, numbers, lists, structs, functions.

Values carry the place they were written at and the guards they depend on. Lists, maps and structs are
shared by reference, as the suites use them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.facts.build import Guard
from bot.facts.words import hole
from bot.model import Evidence
from bot.path.golang.syntax import Source, first_line, last_line

if TYPE_CHECKING:
    from tree_sitter import Node

    from bot.path.golang.scope import Scope

MAX_TEXT = 400_000
MAX_LIST = 3_000


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a Go file, 1-based and inclusive."""

    source: Source
    first: int
    last: int

    def evidence(self) -> Evidence:
        return self.source.file.at(self.first, self.last)


def place_of(source: Source, node: Node) -> Place:
    """The lines of a node."""
    return Place(source, first_line(node), last_line(node))


@dataclass(slots=True, eq=False, kw_only=True)
class Value:
    """Common to all: where it was written and under which conditions it is there."""

    place: Place | None = None
    guards: tuple[Guard, ...] = ()

    def under(self, guards: tuple[Guard, ...]) -> Value:
        """The same value depending on further guards."""
        extra = tuple(guard for guard in guards if guard not in self.guards)
        return replace(self, guards=self.guards + extra) if extra else self


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text from one place. `raw` text has its line ends in the file, too."""

    text: str
    place: Place | None = None
    raw: bool = False


@dataclass(slots=True, eq=False)
class Text(Value):
    """A string, `${name}` for unknown parts. `env` names the variable it was read from unchanged."""

    pieces: tuple[Piece, ...]
    env: str | None = None

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(slots=True, eq=False)
class Scalar(Value):
    """A number, a bool or nil (None)."""

    value: int | float | bool | None


@dataclass(slots=True, eq=False)
class Test(Value):
    """A truth value that is not known, but what it asks is.

    `kind`: `coverage` (a switch), `error` (did a call fail), `open` (anything else). `sense` False means
    that it is true when the switch is off, or when nothing failed.
    """

    kind: str
    text: str
    variable: str | None = None
    wanted: str | None = None
    sense: bool = True

    def inverted(self) -> Test:
        return replace(self, sense=not self.sense)

    def guard(self, evidence: Evidence | None) -> Guard:
        """The Guard that what hides behind this test gets."""
        return Guard(
            self.text, self.variable, self.wanted, self.kind == "coverage", self.kind == "error", evidence
        )


@dataclass(slots=True, eq=False)
class Fault(Value):
    """An error value: `failed` None means that it is taken to be nil on the main path."""

    failed: bool | None = None
    about: str = ""


@dataclass(slots=True, eq=False)
class List(Value):
    """A slice or array; `complete` is False when further items may follow (also beyond MAX_LIST)."""

    items: list[Value]
    type: str = ""
    base: tuple[Guard, ...] = ()
    """Guards that held where the list was made: items only carry what came on top."""
    complete: bool = True

    def __post_init__(self) -> None:
        if len(self.items) > MAX_LIST:
            self.items, self.complete = self.items[:MAX_LIST], False


@dataclass(slots=True, eq=False)
class Map(Value):
    """A map with string keys."""

    entries: dict[str, Value]
    type: str = ""
    base: tuple[Guard, ...] = ()
    keys: dict[str, Place] = field(default_factory=dict)

    def place_of(self, key: str) -> Place | None:
        """The lines of an entry, its key included."""
        return self.keys.get(key)


@dataclass(slots=True, eq=False)
class Struct(Value):
    """A struct: `type` is `import/path.Name`, `own` the declaring source for types of the repo."""

    type: str
    fields: dict[str, Value]
    base: tuple[Guard, ...] = ()
    keys: dict[str, Place] = field(default_factory=dict)
    open: bool = False
    """Other fields may be set that are not known (it came from a call)."""
    touched: bool = False
    """A call that is not read had hold of it: fields that were left out may be set by now."""


@dataclass(slots=True, eq=False)
class Function(Value):
    """A function of the repo, a literal with its closure, or a method bound to its receiver."""

    node: Node
    source: Source
    name: str = ""
    scope: Scope | None = None
    receiver: Value | None = None


@dataclass(slots=True, eq=False)
class Member(Value):
    """A name of a package outside the repo: `path` its import path."""

    path: str
    name: str

    @property
    def full(self) -> str:
        return f"{self.path}.{self.name}"


@dataclass(slots=True, eq=False)
class Effect(Value):
    """A function value of a library whose call matters when it is called later (envfuncs.CreateCluster)."""

    name: str
    args: list[Value]


@dataclass(slots=True, eq=False)
class Opaque(Value):
    """Not known. `name` is the hole's name, `calls` the method calls that led here, with arguments."""

    name: str
    origin: str = ""
    """`import/path.Name` of the library function or type it comes from, if any."""
    calls: tuple[tuple[str, tuple[Value, ...]], ...] = ()


@dataclass(slots=True, eq=False)
class Unset(Opaque):
    """A field that a literal left out: the zero value of a type of a library, which is not read."""

    base: tuple[Guard, ...] = ()
    """Guards that held where the struct was made."""


@dataclass(slots=True, eq=False)
class Buffer(Value):
    """A strings.Builder, bytes.Buffer, reader or pipe: text that is being put together."""

    pieces: list[Piece]


@dataclass(slots=True, eq=False)
class Cmd(Value):
    """An exec.Cmd."""

    argv: List
    directory: Value | None = None
    env: Value | None = None
    stdin: Value | None = None
    ran: bool = False
    trail: tuple[Place, ...] = ()
    """The call that made it and the calls around that, innermost first."""


@dataclass(slots=True, eq=False)
class Many(Value):
    """The results of a call with several."""

    values: list[Value]


def plain(text: str, place: Place | None = None) -> Text:
    """A known string."""
    return Text((Piece(text[:MAX_TEXT], place),), place=place)


def unknown_text(name: str, place: Place | None = None) -> Text:
    """A string of which only a name for it is known."""
    return Text((Piece(hole(name), place),), place=place)


def as_text(value: Value, name: str = "") -> Text:
    """What a value reads as in a string."""
    match value:
        case Text():
            return value
        case Buffer():
            return Text(tuple(value.pieces), place=value.place, guards=value.guards)
        case Scalar(value=None):
            return Text((Piece("<nil>", value.place),), place=value.place)
        case Scalar():
            return Text(
                (Piece(number_text(value.value), value.place),), place=value.place, guards=value.guards
            )
        case Opaque():
            return Text((Piece(hole(value.name), value.place),), place=value.place, guards=value.guards)
        case Member():
            return Text((Piece(hole(value.name), value.place),), place=value.place)
        case _:
            return Text((Piece(hole(name or type(value).__name__.lower()), value.place),), place=value.place)


def number_text(value: Any) -> str:
    """A number or bool as the API writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def joined(parts: list[Text], place: Place | None = None) -> Text:
    """Strings put together, their places kept."""
    pieces: list[Piece] = []
    guards: list[Guard] = []
    size = 0
    for part in parts:
        for piece in part.pieces:
            size += len(piece.text)
            if size <= MAX_TEXT:
                pieces.append(piece)
        guards.extend(guard for guard in part.guards if guard not in guards)
    return Text(tuple(pieces), place=place or (parts[0].place if parts else None), guards=tuple(guards))


def known_text(value: Value | None) -> str | None:
    """The whole string when every part is known, else None."""
    from bot.facts.words import known

    if isinstance(value, (Text, Buffer)):
        text = as_text(value).text
        return text if known(text) else None
    return None
