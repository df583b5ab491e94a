"""Whether a message is a help request, to be read as a whole, or a few words to a program."""

from __future__ import annotations

import re

MAX_LOOKED_AT = 20_000
MIN_LINES = 3
LONG = 600
"""Characters from which a text is no command and no single question."""

_POINT = re.compile(r"^\s{0,12}(?:[-*+•◦▪‣]|\d{1,3}[.)]|#{1,6}|\|)\s?\S")
_ASKS = re.compile(r"\?\s*(?:[*_`]{0,2})\s*$")


def looks_like_request(text: str) -> bool:
    """Whether a text is built as requests are: several lines with points (a list, headings, a table, two
    questions or more), or long, a log in a code block not counted. Never raises."""
    prose = "\n".join(text[:MAX_LOOKED_AT].split("```")[::2])
    if len(prose.strip()) >= LONG:
        return True
    lines = [line[:500] for line in prose.split("\n") if line.strip()]
    if len(lines) < MIN_LINES:
        return False
    points = sum(_POINT.match(line) is not None for line in lines)
    asks = sum(_ASKS.search(line) is not None for line in lines)
    return points >= 2 or asks >= 2
