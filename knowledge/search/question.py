"""A question as it is searched: its words, what it quotes, and the ids it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.search.words import plain_words, words

MAX_CHARS = 20_000
"""Of a longer text only the beginning is the question."""

MAX_QUOTES = 8
MIN_QUOTE = 8

_QUOTED = re.compile(
    r"```([^`]{1,2000})```|``([^`\n]{1,500})``|`([^`\n]{1,500})`|[\"“]([^\"“”\n]{1,500})[\"”]"
)
_ERROR = re.compile(r"(?i)(?<![\w-])(?:error|fatal|panic|warning)s?: {0,4}(\S[^\n\"`]{6,400})")
_ID = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+){1,30}")


@dataclass(frozen=True, slots=True)
class Question:
    """`words` are the searched words, each once; `quotes` texts that a document must hold literally to
    come first, folded as by `folded`; `ids` names with dashes or underscores in lower case with dashes."""

    words: tuple[str, ...]
    quotes: tuple[str, ...]
    ids: frozenset[str]


def read_question(text: str) -> Question:
    """The question in a text. Never fails; a text without words gives a Question without words."""
    text = text[:MAX_CHARS]
    found = [folded(next(group for group in match.groups() if group)) for match in _QUOTED.finditer(text)]
    found += [folded(match[1]) for match in _ERROR.finditer(text)]
    quotes = tuple(dict.fromkeys(each for each in found if _tells(each)))[:MAX_QUOTES]
    ids = frozenset(match[0].lower().replace("_", "-") for match in _ID.finditer(text))
    return Question(tuple(dict.fromkeys(words(text))), quotes, ids)


def folded(text: str) -> str:
    """Text as quotes are compared: case and runs of blanks do not matter, nor a full stop at the end."""
    return " ".join(text.split()).casefold().rstrip(" .,;:!?")


def _tells(quote: str) -> bool:
    """Whether a quoted text is a message, a path or an identifier, not just a word: some length, and
    several words or a sign inside."""
    several = len(quote.split()) >= 2 or re.search(r"\w[_./:=-]+\w", quote) is not None
    return len(quote) >= MIN_QUOTE and several and bool(plain_words(quote))
