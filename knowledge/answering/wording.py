"""Words and values as an answer shows them: short, on one line, unknown parts named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.facts.build import Guard
from bot.facts.words import holes, known
from bot.model import Evidence, LinkFact

MAX_VALUE = 160
MAX_PLACES = 6
ERROR_PATH = "the call before it fails"
"""How bot.path.summary names the condition of a row on an error path."""


def code(value: str) -> str:
    """A value in backticks, on one line, cut to MAX_VALUE characters."""
    flat = " ".join(value[: MAX_VALUE * 4].split()).replace("`", "'")
    return f"`{flat if len(flat) <= MAX_VALUE else flat[: MAX_VALUE - 1] + '…'}`"


def sentence(text: str) -> str:
    """Text with a capital, unless it begins with a path, a flag or code."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if re.fullmatch(r"[a-z]+[,;:]?", first) else text


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def under(guards: Iterable[Guard]) -> str:
    """` (when X)` for the conditions of a fact, "" without any."""
    texts = list(dict.fromkeys(guard.text for guard in guards if not guard.error_path))
    return f" (when {' and '.join(code(text) for text in texts[:3])})" if texts else ""


def under_row(fact: LinkFact) -> str:
    """The same for a row of a link."""
    if fact.condition is None:
        return ""
    plain = fact.condition.startswith(ERROR_PATH)
    return f" (when {fact.condition if plain else code(fact.condition)})"


def linker_flags(ldflags: str | None) -> str:
    """-ldflags without the `-X name=value` that only set variables of the program, unknown parts as `${}`."""
    text = re.sub(r"\$\{[^{}]*\}", "${}", (ldflags or "")[:4_000])
    return " ".join(re.sub(r"-X[=\s]\s*(?:'[^']*'|\"[^\"]*\"|\S+)", "", text).split())


def places(*evidence: Evidence | None) -> tuple[Evidence, ...]:
    """The places that there are, each once and not within another, a few at most."""
    found: list[Evidence] = []
    for each in evidence:
        if each is not None and not any(_within(each, other) for other in found):
            found.append(each)
    return tuple(found[:MAX_PLACES])


def _within(inner: Evidence, outer: Evidence) -> bool:
    return inner.path == outer.path and outer.line <= inner.line and inner.end_line <= outer.end_line


def of_rows(rows: Iterable[LinkFact]) -> tuple[Evidence, ...]:
    """The places of rows."""
    return places(*(row.evidence for row in rows))


def unknown_parts(value: str) -> str:
    """What of a value is not known, as a clause; "" when all of it is."""
    names = [name for name in holes(value) if re.search(r"\w", name)]
    if known(value):
        return ""
    return f"{listed([code(name) for name in names[:3]]) or 'a part of it'} is set outside the files"
