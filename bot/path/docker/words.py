"""Words of Dockerfile instructions: variables filled in and quotes taken away as Docker does it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice

from bot.facts.words import hole
from bot.path.shell.params import PARAMETER, expand_parameter
from bot.path.shell.state import Defaults, Scope

MAX_WORD = 20_000
MAX_WORDS = 1_000
_MAX_DEPTH = 8
_NAME = re.compile(r"\$([A-Za-z_]\w*|\d)")
_SOFT = re.compile("\ue001\\d+\ue002")


def expand(text: str, scope: Scope, escape: str = "\\", depth: int = 0) -> str:
    """A word with `$NAME`, `${NAME:-x}` and quotes resolved; unknown values become holes."""
    if len(text) > MAX_WORD or depth > _MAX_DEPTH:
        return hole("a very long word")
    closing = _closing_braces(text)
    out: list[str] = []
    at, quoted, length = 0, False, 0
    while at < len(text):
        char = text[at]
        if char == "'" and not quoted and (end := text.find("'", at + 1)) > 0:
            out.append(text[at + 1 : end])
            at = end + 1
        elif char == '"':
            quoted = not quoted
            at += 1
        elif char == escape and at + 1 < len(text):
            keep = quoted and text[at + 1] not in f'"${escape}'
            out.append(text[at : at + 2] if keep else text[at + 1])
            at += 2
        elif char == "$":
            value, at = _variable(text, at, closing, scope, escape, depth)
            out.append(value)
            length += len(value)
            if length > MAX_WORD:
                return hole("a very long word")
        else:
            out.append(char)
            at += 1
    return "".join(out)


def _closing_braces(text: str) -> dict[int, int]:
    """Where the brace of each `${` closes."""
    found: dict[int, int] = {}
    open_at: list[int] = []
    for match in re.finditer(r"\$\{|\}", text):
        if match[0] != "}":
            open_at.append(match.start())
        elif open_at:
            found[open_at.pop()] = match.start()
    return found


def _variable(
    text: str, at: int, closing: dict[int, int], scope: Scope, escape: str, depth: int
) -> tuple[str, int]:
    if at in closing:
        whole = text[at : closing[at] + 1]
        match = PARAMETER.match(whole)
        if match is None or match["bang"] or match["length"] or match["index"]:
            return hole(whole), closing[at] + 1
        argument = expand(whole[match.end() : -1], scope, escape, depth + 1)
        defaults = Defaults()
        value = expand_parameter(scope, defaults, match["name"], match["op"] or "", argument)
        return _SOFT.sub(lambda _: hole(match["name"]), value), closing[at] + 1
    named = _NAME.match(text, at)
    if named is None:
        return "$", at + 1
    return scope.get(named[1]), named.end()


def split_words(text: str, escape: str = "\\") -> Iterator[str]:
    """Words as written, quotes and escapes left in place; at most MAX_WORDS."""
    yield from islice(_words(text, escape), MAX_WORDS)


def _words(text: str, escape: str) -> Iterator[str]:
    word: list[str] = []
    quote, at = "", 0
    while at < len(text):
        char = text[at]
        if char == escape and quote != "'" and at + 1 < len(text):
            word.append(text[at : at + 2])
            at += 2
            continue
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char.isspace():
            if word:
                yield "".join(word)
            word, at = [], at + 1
            continue
        word.append(char)
        at += 1
    if word:
        yield "".join(word)


def json_words(text: str) -> tuple[str, ...] | None:
    """The exec form `["a", "b"]`, or None: anything else is the shell form to Docker."""
    if not text.startswith("[") or len(text) > MAX_WORD:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return None
    return tuple(value)


def pairs(text: str, escape: str = "\\") -> Iterator[tuple[str, str | None]]:
    """`A=b C="d e"` as (name, raw value); the old form `A b c` is one pair; `A` alone has None."""
    words = list(split_words(text, escape))
    if len(words) > 1 and "=" not in words[0]:
        yield words[0], text.strip()[len(words[0]) :].strip()
        return
    for word in words:
        name, equals, value = word.partition("=")
        yield name, value if equals else None
