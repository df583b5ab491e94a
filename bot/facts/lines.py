"""Finds the one line of a file on which a word stands, for patches and for evidence of what occurs."""

from __future__ import annotations

import re

from bot.facts.path import CoveragePath
from bot.model import Evidence


def line_of(path: CoveragePath, near: Evidence, word: str) -> Evidence | None:
    """Where a word stands on the lines of `near`, else the only such line of that file, else None.

    A word ends where no letter, digit, `-` or `/` goes on: `-worker` is not in `-worker2`.
    """
    lines = path.texts.get(near.path, "").split("\n")
    pattern = re.compile(re.escape(word) + r"(?![\w/-])")
    hits = [number for number, text in enumerate(lines, 1) if pattern.search(text)]
    inside = [number for number in hits if near.line <= number <= near.end_line]
    for found in (inside, hits):
        if len(found) == 1:
            url = f"{near.url.partition('#')[0]}#L{found[0]}" if near.url else None
            return Evidence(near.path, found[0], found[0], lines[found[0] - 1], url)
    return None
