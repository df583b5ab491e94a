"""Text cut into lines of a width, long words at the places where they are joined.

Paths and flags are longer than a narrow column; a terminal would cut `signalprocessing` in two. Here
they break behind `/`, `:`, `=`, `,`, `.`, `-` or `_`, and only where there is none of these, anywhere.
"""

from __future__ import annotations

import re

_JOINT = re.compile(r"[/:=,._-]")


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text, each of at most `width` characters (at least 8)."""
    width = max(width, 8)
    return [line for part in text.split("\n") for line in _paragraph(part, width)]


def _paragraph(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        gap = " " if lines[-1] else ""
        if len(lines[-1]) + len(gap) + len(word) <= width:
            lines[-1] += gap + word
            continue
        if len(word) <= width:
            lines.append(word)
            continue
        room = width - len(lines[-1]) - len(gap)
        pieces = _pieces(word, width, room if room > width // 2 else 0)
        if pieces[0]:
            lines[-1] += gap + pieces[0]
        lines += pieces[1:]
    return [line for index, line in enumerate(lines) if line or index or len(lines) == 1]


def _pieces(word: str, width: int, first: int) -> list[str]:
    """A long word in pieces; the first has `first` characters at most and may be empty."""
    pieces = []
    room = first
    while len(word) > room:
        end = _joint(word, room)
        if end == 0 and room == width:
            end = width
        pieces.append(word[:end])
        word, room = word[end:], width
    return [*pieces, word]


def _joint(word: str, room: int) -> int:
    """The end of the longest start of a word that ends in a joint and fits; 0 when none does."""
    joints = [match.end() for match in _JOINT.finditer(word, 0, room) if match.end() > 2]
    return joints[-1] if joints else 0
