"""Quoted text made safe to show: what people see is what stands there, and nothing in it acts.

Repos, refs and names are written by others. Characters that hide or reorder text (controls, bidi
overrides, zero-width marks, tags) are shown by their code point instead of being passed on.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset("\n\t")
_BLANK = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Letters and marks by category that nonetheless draw nothing."""


def visible(text: str) -> str:
    """The text with every character that hides or reorders text written as `[U+202E]`.

    Newlines and tabs stay; CR and CRLF become newlines.
    """
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    if normal.isascii() and normal.isprintable():
        return normal
    return "".join(_shown(char) for char in normal)


@lru_cache(8_192)
def _shown(char: str) -> str:
    if char in _KEPT:
        return char
    if char in _BLANK or _variation(char) or unicodedata.category(char) in _HIDDEN:
        return f"[U+{ord(char):04X}]"
    return char


def _variation(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def one_line(text: str) -> str:
    """Visible text on one line, runs of white space made one space."""
    return " ".join(visible(text).split())


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters, with `…` where something was cut off."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def brief(text: str, limit: int) -> str:
    """The text on one line in at most `limit` characters; of a huge one only the beginning is looked at."""
    return cut(one_line(text[: 4 * limit + 100]), limit)


def day(at: float, zone: tzinfo = UTC, month: str = "%B") -> str:
    """A time (seconds since the epoch) as a day in a zone: `3 November`, `3 Nov` with `%b`."""
    when = datetime.fromtimestamp(at, zone)
    return f"{when.day} {when.strftime(month)}"
