"""The headings that a statement stands under: its own, and those above it in the document."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.requests.model import Claim, HelpRequest

_HEADING = re.compile(r" {0,3}(#{2,6})[ \t]+(\S[^\n]{0,200})")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")


def headings(request: HelpRequest, claim: Claim) -> tuple[str, ...]:
    """The heading that the claim names, then those above its line, the nearest first; not the title."""
    above: dict[int, str] = {}
    for line, level, text in _all(request.mended):
        if line >= claim.line:
            break
        above = {kept: title for kept, title in above.items() if kept < level} | {level: text}
    found = (above[level] for level in sorted(above, reverse=True))
    return tuple(dict.fromkeys((claim.section, *found)))


@lru_cache(maxsize=4)
def _all(text: str) -> tuple[tuple[int, int, str], ...]:
    """(line, level, text) of every heading below the title's level, outside of code blocks."""
    found, fenced = [], False
    for number, line in enumerate(text.split("\n"), 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (match := _HEADING.match(line)) is not None:
            found.append((number, len(match[1]), match[2]))
    return tuple(found)
