"""Package patterns as `-pkg` takes them: `...` is any string, a trailing `/...` also matches nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

Match = Callable[[str], bool]


def matcher(patterns: str) -> Match | None:
    """Whether an import path is meant by a comma-separated list of patterns; None when the list is empty."""
    if not patterns:
        return None
    compiled = [_matcher(p) for p in patterns.split(",") if p]
    return lambda name: any(match(name) for match in compiled)


def _matcher(pattern: str) -> Match:
    """Linear in the name: the fixed pieces are looked for from left to right, as far left as they go."""
    optional = pattern.endswith("/...")
    pieces = re.split(r"\.\.\.", pattern)

    def match(name: str) -> bool:
        return _fits(pieces, name) or (optional and _fits([*pieces[:-2], pieces[-2][:-1]], name))

    return match


def _fits(pieces: list[str], name: str) -> bool:
    if "\n" in name:
        return False
    if len(pieces) == 1:
        return name == pieces[0]
    first, *middle, last = pieces
    if not name.startswith(first) or len(name) < len(first) + len(last) or not name.endswith(last):
        return False
    at, end = len(first), len(name) - len(last)
    for piece in middle:
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
