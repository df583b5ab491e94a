"""What a shell knows while its text is read: variables, directory, functions, and how it got here."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.facts.build import Guard, Setting, ShellTest
from bot.facts.words import REPO, clean_path, hole, known
from bot.model import Evidence
from bot.path.commands.command import Command

MAX_VALUE = 8_000
"""A longer value is treated as unknown: loops that double a variable must not fill the memory."""

MAX_ITEMS = 500
"""A longer array, or more arguments, are unknown."""

MAX_NAMES = 1_000
"""Further variables stay unknown: every branch copies them all."""

_SOFT = re.compile("\ue001(\\d+)\ue002")


def speaks_of_coverage(text: str) -> bool:
    """Whether a branch of shell or make text switches coverage on."""
    return any(word in text for word in ("-cover", "GOCOVERDIR", "covdata"))


def names_coverage(variable: str | None) -> bool:
    """Whether a variable is a coverage switch by its name (E2E_COVERAGE, COVER_FLAGS)."""
    return variable is not None and "COVER" in variable.upper()


@dataclass(slots=True)
class Scope:
    """Variables and directory at one point. A value of None is unknown.

    With `complete`, names that are not in `values` are unset; else they are unknown. `origins` are
    the coverage guards under which a variable got its value.
    """

    values: dict[str, str | None]
    cwd: str | None
    complete: bool = False
    arrays: dict[str, tuple[str, ...]] = field(default_factory=dict)
    places: dict[str, Evidence] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    origins: dict[str, tuple[Guard, ...]] = field(default_factory=dict)
    ended: str | None = None
    """`ok`, `error` or `return` once the text has left the part that is read."""
    doubtful: bool = False
    """True after a branch of unknown outcome that may have ended the script in success."""
    settled: tuple[ShellTest, ...] = ()
    """Tests of branches before this point that set something to do with coverage, or would have."""

    def copy(self) -> Scope:
        return replace(
            self,
            values=dict(self.values),
            arrays=dict(self.arrays),
            places=dict(self.places),
            exported=set(self.exported),
            origins=dict(self.origins),
        )

    def adopt(self, other: Scope) -> None:
        """Become another scope: the branch that ran."""
        for name in Scope.__slots__:
            setattr(self, name, getattr(other, name))

    def is_unset(self, name: str) -> bool:
        return name not in self.values and name not in self.arrays and self.complete

    def get(self, name: str) -> str:
        """The value: "" when unset, a hole when unknown."""
        if name in self.arrays:
            return self.arrays[name][0] if self.arrays[name] else ""
        if name == "PWD" and self.cwd is not None:
            return absolute(self.cwd)
        if self.is_unset(name):
            return ""
        value = self.values.get(name)
        return hole(name) if value is None else value

    def set(self, name: str, value: str | None, place: Evidence | None, guards: tuple[Guard, ...]) -> None:
        """Assign; `guards` are the conditions under which the assignment is reached."""
        if len(self.values) >= MAX_NAMES and name not in self.values:
            self.complete = False
            return
        too_long = value is not None and len(value) > MAX_VALUE
        self.values[name] = None if too_long else value
        self.arrays.pop(name, None)
        self.origins[name] = tuple(guard for guard in guards if guard.coverage)
        if place is not None:
            self.places[name] = place

    def cd(self, target: str) -> None:
        """Change the directory; an unreadable target makes it unknown."""
        if target == REPO or target.startswith(REPO + "/"):
            self.cwd = _relative(target[len(REPO) :].lstrip("/"))
        elif not known(target) or target.startswith("~") or target in ("", "-"):
            self.cwd = None
        elif target.startswith("/"):
            self.cwd = clean_path(target)
        elif self.cwd is not None:
            self.cwd = _relative(posixpath.join(self.cwd, target))


def _relative(path: str) -> str | None:
    """A cleaned directory; "" is the repo's root, None one outside of it."""
    cleaned = clean_path(path or ".")
    if cleaned == ".":
        return ""
    return None if cleaned.startswith("..") else cleaned


def absolute(cwd: str) -> str:
    """What `pwd` prints in a directory."""
    return cwd if cwd.startswith("/") else f"{REPO}/{cwd}".rstrip("/")


@dataclass(frozen=True, slots=True)
class Way:
    """How a statement is reached: conditions, tests, outcome so far, phase of the run."""

    guards: tuple[Guard, ...] = ()
    tests: tuple[ShellTest, ...] = ()
    taken: bool | None = True
    phase: str = "setup"
    ignore_errors: bool = False
    assigns: str | None = None
    stdin: str | None = None
    stdin_evidence: Evidence | None = None
    stdin_file: str | None = None
    redirect: str | None = None
    piped_from: Command | None = None

    def under(self, guard: Guard, tests: tuple[ShellTest, ...], taken: bool | None) -> Way:
        """The way into a branch."""
        return replace(
            self, guards=(*self.guards, guard), tests=(*self.tests, *tests), taken=both(self.taken, taken)
        )

    def after(self, tests: tuple[ShellTest, ...], taken: bool | None = True) -> Way:
        """The way past tests whose outcome is known."""
        return replace(self, tests=(*self.tests, *tests), taken=both(self.taken, taken))


def both(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued and."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a statement succeeds (None: cannot be told). `tests` are what decides it; a plain
    command has none: it is expected to succeed."""

    result: bool | None = None
    tests: tuple[ShellTest, ...] = ()
    is_test: bool = False


def negate(outcome: Outcome) -> Outcome:
    """`! statement`."""
    return replace(outcome, result=None if outcome.result is None else not outcome.result)


@dataclass(slots=True)
class Defaults:
    """Values of `${NAME:-default}` with NAME unknown: unknown to tests, the default to commands."""

    table: list[tuple[str, str]] = field(default_factory=list)

    def keep(self, name: str, default: str) -> str:
        """A marker that stands for the value."""
        self.table.append((name, default))
        return f"\ue001{len(self.table) - 1}\ue002"

    def fill(self, text: str, guards: list[Guard], depth: int = 0) -> str:
        """Text as a run without these variables has it; notes that they are not set."""

        def value(match: re.Match[str]) -> str:
            index = int(match[1])
            if index >= len(self.table) or depth > 8:
                return hole("?")
            name, default = self.table[index]
            if names_coverage(name):
                return hole(name)
            guards.append(Guard(f"{name} is not set", variable=name, value=""))
            return self.fill(default, guards, depth + 1)

        return _SOFT.sub(value, text) if "\ue001" in text else text


def certain(text: str) -> bool:
    """Whether a value is known to the last character, also to tests."""
    return known(text) and "\ue001" not in text


def merge(scopes: list[Scope]) -> Scope:
    """What is known after branches of which any may have run."""
    result = scopes[0].copy()
    for other in scopes[1:]:
        for name in {*result.values, *other.values, *result.arrays, *other.arrays}:
            _merge_name(result, other, name)
        result.cwd = result.cwd if result.cwd == other.cwd else None
        result.doubtful = result.doubtful or other.doubtful
        result.exported |= other.exported
        result.settled = tuple(dict.fromkeys((*result.settled, *other.settled)))
    return result


def _merge_name(result: Scope, other: Scope, name: str) -> None:
    same = (
        result.arrays.get(name) == other.arrays.get(name)
        and result.values.get(name) == other.values.get(name)
        and (name in result.values) == (name in other.values)
    )
    if not same:
        result.arrays.pop(name, None)
        result.values[name] = _one_file(result, other, name)


def _one_file(result: Scope, other: Scope, name: str) -> str | None:
    """The value when both name one file in two ways: `x.yaml` and `file://localhost/.../x.yaml`."""
    ways = {
        value for scope in (result, other) if (value := scope.values.get(name)) and result.cwd == other.cwd
    }
    if len(ways) != 2 or result.cwd is None or not any(way.startswith(_FILE_URL) for way in ways):
        return None
    here = absolute(result.cwd)
    plain = [_FILE_HEAD.sub("", way) for way in ways]
    whole = {way if way.startswith(("/", REPO)) else f"{here}/{clean_path(way)}" for way in plain}
    return (
        min(plain, key=len)
        if len(whole) == 1 and all(certain(way.replace(REPO, "")) for way in plain)
        else None
    )


_FILE_URL = "file://"
_FILE_HEAD = re.compile(r"^file://(localhost)?")


def settings(
    base: tuple[Setting, ...], scope: Scope, fill: Callable[[str], str], fallback: Evidence
) -> tuple[Setting, ...]:
    """The environment a command gets: exported variables as they stand now."""
    result = []
    guards = {setting.name: setting.guards for setting in base}
    for name in sorted(scope.exported):
        if name not in scope.values:
            continue
        origin = tuple(dict.fromkeys((*guards.get(name, ()), *scope.origins.get(name, ()))))
        result.append(Setting(name, fill(scope.get(name)), scope.places.get(name, fallback), origin))
    return tuple(result)
