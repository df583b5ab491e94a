"""Parameter expansion: `${NAME:-default}`, `${NAME%suffix}` and their kin on values known or unknown."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from bot.facts.words import hole
from bot.path.shell.state import Defaults, Scope, certain

PARAMETER = re.compile(
    r"\$\{(?P<length>#)?(?P<bang>!)?(?P<name>[A-Za-z_]\w*|\d+|[@*#?$!-])(?P<index>\[[^\]]*\])?"
    r"(?P<op>:[-=+?]|[-=+?]|%%|%|##|#|//|/|\^\^|,,|\^|,|:|@)?"
)
_MAX_PATTERN = 200


def expand_parameter(scope: Scope, defaults: Defaults, name: str, op: str, argument: str) -> str:
    """The value of `${name<op>argument}`; a hole when it cannot be told."""
    kind = op.lstrip(":") if op.startswith(":") and len(op) > 1 else op
    if kind in ("-", "=", "+", "?"):
        return _conditional(scope, defaults, name, kind, argument, op.startswith(":"))
    value = scope.get(name)
    if op == "":
        return value
    if not certain(value) or not certain(argument):
        return hole(name)
    return _edit(value, op, argument, name)


def _conditional(
    scope: Scope, defaults: Defaults, name: str, kind: str, argument: str, empty_counts: bool
) -> str:
    value = scope.get(name)
    absent = scope.is_unset(name) or (empty_counts and value == "")
    if not absent and not certain(value):
        if kind in ("-", "=") and scope.values.get(name) is None:
            return defaults.keep(name, argument)
        return hole(name) if kind == "+" else value
    if kind == "+":
        return "" if absent else argument
    if kind == "?" or not absent:
        return value
    if kind == "=":
        scope.set(name, argument, None, ())
    return argument


def _edit(value: str, op: str, argument: str, name: str) -> str:
    if op in ("%", "%%"):
        return _without(value, argument, longest=op == "%%", suffix=True)
    if op in ("#", "##"):
        return _without(value, argument, longest=op == "##", suffix=False)
    if op in ("/", "//"):
        old, _, new = argument.partition("/")
        if not old or re.search(r"[*?\[\\]", old) or old[0] in "#%":
            return hole(name)
        return value.replace(old, new, -1 if op == "//" else 1)
    if op in ("^^", ",,"):
        return value.upper() if op == "^^" else value.lower()
    if op == ":" and (match := re.fullmatch(r"\s*(\d{1,6})(?::(\d{1,6}))?\s*", argument)):
        start = int(match[1])
        return value[start : start + int(match[2])] if match[2] else value[start:]
    return hole(name)


def _without(value: str, pattern: str, *, longest: bool, suffix: bool) -> str:
    """The value without the part at its end (or beginning) that a glob pattern matches."""
    if len(value) > _MAX_PATTERN or len(pattern) > _MAX_PATTERN:
        return hole("?")
    cuts = list(range(len(value) + 1))
    if longest != suffix:
        cuts.reverse()
    for cut in cuts:
        part = value[cut:] if suffix else value[:cut]
        if fnmatchcase(part, pattern):
            return value[:cut] if suffix else value[cut:]
    return value
