"""The registry of template functions, and what all of them share.

A function takes the run's `Holes` and its arguments in sprig's order. FunctionError says why a call
cannot be evaluated here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bot.path.helm.values import Holes, unknown
from bot.path.helm.yaml import number, to_yaml


class FunctionError(ValueError):
    """A call that cannot be evaluated; the message says why."""


MAX_WEIGHT = 200_000
MAX_LEVELS = 60

Function = Callable[..., object]
FUNCTIONS: dict[str, Function] = {}


def truth(value: object) -> bool:
    """Whether a template takes a value for true: not empty, not zero, not nil."""
    return value is not None and value is not False and value not in (0, "", [], {})


def text_of(value: object) -> str:
    """A value as `toString` prints it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, int | float) else str(to_yaml(value))


def weight(*values: object) -> int:
    """How much text and how many values there are in values, counted up to a little over MAX_WEIGHT.

    Values share parts and may hold themselves, so a small template can make one that is endless when
    it is written out. Deeper than MAX_LEVELS counts as too much.
    """
    total = 0
    stack = [(value, 0) for value in values]
    while stack and total <= MAX_WEIGHT:
        value, depth = stack.pop()
        total += len(value) if isinstance(value, str) else 1
        if isinstance(value, dict | list):
            total += MAX_WEIGHT if depth > MAX_LEVELS else len(value)
            inner = value.values() if isinstance(value, dict) else value
            stack += [(each, depth + 1) for each in inner]
    return total


def named(*names: str) -> Callable[[Function], Function]:
    """Register a function under its names in templates."""

    def register(function: Function) -> Function:
        for name in names:
            FUNCTIONS[name] = function
        return function

    return register


def strict(*names: str) -> Callable[[Callable[..., object]], Function]:
    """Register a function of known values: any unknown argument makes the result unknown."""

    def register(function: Callable[..., object]) -> Function:
        def call(holes: Holes, *args: object) -> object:
            if any(unknown(arg) for arg in args):
                return holes.new(f"{names[0]} of {hole_name(holes, args)}")
            return function(*args)

        return named(*names)(call)

    return register


def text(*names: str) -> Callable[[Callable[..., str]], Function]:
    """Register a function whose last argument is text; a hole in it keeps its place unchanged."""

    def register(function: Callable[..., str]) -> Function:
        def call(_: Holes, *args: object) -> object:
            words = [text_of(arg) for arg in args]
            return words[-1] if any(unknown(word) for word in words) else function(*words)

        return named(*names)(call)

    return register


def hole_name(holes: Holes, args: Iterable[object]) -> str:
    """The name of the first unknown part among arguments."""
    for arg in args:
        match = re.search("\ue000(\\d+)", arg) if isinstance(arg, str) else None
        if match is not None and int(match[1]) < len(holes.names):
            return holes.names[int(match[1])].strip("${}")
    return "?"
