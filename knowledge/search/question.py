"""A question as it is searched: its words, and what it names.

What it names: quoted texts, error messages, paths and file names, ids, and the symptom it tells of. Names of
services need nothing of their own: as a whole and in parts they are rare words (`words`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bot.model import Symptom
from knowledge.requests.complaints import symptom_of
from knowledge.search.words import folded, plain_words, words

MAX_CHARS = 20_000
"""Of a longer text only the beginning is the question."""

MAX_QUOTES = 8
MIN_QUOTE = 8

MAX_PATHS = 4
MAX_SAID = 40
MAX_TOLD = 3_000
MAX_ENDS = 4
"""So many places are tried where a message may end that no quotes enclose."""

LEAST_WORDS = 4
"""A message without quotes has so many words, or it is only words."""

_QUOTED = re.compile(
    r"```([^`]{1,2000})```|``([^`\n]{1,500})``|`([^`\n]{1,500})`|[\"“]([^\"“”\n]{1,500})[\"”]"
)
_ERROR = re.compile(r"(?i)(?<![\w-])(?:error|fatal|panic|warning)s?: {0,4}(\S[^\n\"`]{6,400})")
_SAID = re.compile(
    r"(?i)\b(?:says?|said|prints?|printed|reports?|reported|logs?|gives?|gets?|got|shows?|with|message"
    r"|complains|about|see|is)[ :]{1,3}(?=(\S[^\n\"`]{10,300}))"
)
_GO = re.compile(
    r"(?<!\w)((?:open|stat|lstat|mkdir|exec|write|read|dial|lookup|unlink|rename|chdir|fork/exec|chmod|chown)"
    r" [^\s:]{1,300}: [^\n\"`]{4,200})"
)
_FAILS = re.compile(
    r"(?i)\b(?:errors?|fail\w{0,4}|cannot|can't|could not|unable to|no such|denied|refused"
    r"|not (?:found|set|defined|exist|permitted|allowed|supported|valid|a directory)"
    r"|timed out|timeout|invalid|undefined|unknown|unexpected|missing|no applicable"
    r"|unauthorized|forbidden|mismatch|inaccessible|exceeded|violates|exit (?:code|status))\b"
)
_END = re.compile(r"[,;?!](?= |$)|\.(?= |$)| - | -- |(?= (?:when|after|while|but|and|on|in|at|from|since)\b)")
_EMPTY = re.compile(
    r"(?i)\bcov(?:erage|erdir|data)\b[^.?!\n]{0,30}\b(?:empty|missing|blank)\b"
    r"|(?:\bno|n't [^.?!\n]{0,30}\bany) (?:[\w-]{1,40} ){0,2}coverage\b"
)
_ID = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+){1,30}")
_PATH = re.compile(r"(?<![\w./-])/?(?:[\w.-]{1,80}/){1,12}[\w.-]{0,80}")
_FILE = re.compile(r"(?<![\w./-])[\w-]{1,80}(?:\.[\w-]{1,40}){0,3}\.[A-Za-z]{1,10}(?![\w/-])")


@dataclass(frozen=True, slots=True)
class Question:
    """`words` are the searched words, each once; `quotes` texts that a document must hold literally to
    come first, folded as by `folded`; `messages` the same of messages that nothing encloses, each with the
    places where it may end, longest first; `paths` paths and file names, folded; `ids` names with dashes or
    underscores in lower case with dashes; `symptom` what it tells of the coverage directory."""

    words: tuple[str, ...]
    quotes: tuple[str, ...] = ()
    ids: frozenset[str] = frozenset()
    messages: tuple[tuple[str, ...], ...] = ()
    paths: tuple[str, ...] = ()
    symptom: Symptom | None = None


def read_question(text: str) -> Question:
    """The question in a text. Never fails; a text without words gives a Question without words."""
    text = text[:MAX_CHARS]
    found = [folded(next(group for group in match.groups() if group)) for match in _QUOTED.finditer(text)]
    quotes = tuple(dict.fromkeys(each for each in found if _tells(each)))[:MAX_QUOTES]
    ids = frozenset(match[0].lower().replace("_", "-") for match in _ID.finditer(text))
    bare = _QUOTED.sub("\n", text)
    messages = tuple(dict.fromkeys(ends for ends in _messages(bare) if ends))[:MAX_QUOTES]
    return Question(
        tuple(dict.fromkeys(words(text))), quotes, ids, messages, tuple(_paths(bare)), _symptom(text)
    )


def key(text: str) -> str:
    """The same for questions that differ only in case, blanks, punctuation, stop words and endings: what a
    "not helpful" is remembered under. 32 hex digits; a question without words has its own text's."""
    question = " ".join(words(text[:MAX_CHARS])) or folded(text[:MAX_CHARS])
    return hashlib.sha256(question.encode("utf-8", "replace")).hexdigest()[:32]


def _symptom(text: str) -> Symptom | None:
    """A symptom that is named, or told of; of coverage, not of any file that is empty."""
    named = [symptom for symptom in Symptom if re.search(rf"(?<![\w-]){symptom.value}(?![\w-])", text)]
    if named:
        return named[0] if len(named) == 1 else None
    if re.search(r"(?i)cov", text) is None:
        return None
    return symptom_of(text) or (Symptom.NOTHING if _EMPTY.search(text, 0, MAX_TOLD) else None)


def _messages(text: str) -> Iterator[tuple[str, ...]]:
    """Messages that stand in a text without quotes, each with its possible ends, folded, longest first."""
    for match in islice(_ERROR.finditer(text), MAX_SAID):
        yield _ends(match[1])
    for match in islice(_GO.finditer(text), MAX_SAID):
        yield _ends(match[1])
    for match in islice(_SAID.finditer(text), MAX_SAID):
        if _FAILS.search(match[1]) is not None:
            yield tuple(end for end in _ends(match[1]) if _FAILS.search(end) is not None)


def _ends(message: str) -> tuple[str, ...]:
    places = [match.start() for match in _END.finditer(message)][:MAX_ENDS]
    found = [folded(message[:place]) for place in (len(message), *reversed(places))]
    long = (each for each in found if len(each) >= MIN_QUOTE and len(plain_words(each)) >= LEAST_WORDS)
    return tuple(dict.fromkeys(long))


def _paths(text: str) -> list[str]:
    """Paths of a file or of several folders, and names with a suffix; not "and/or"."""
    found = [
        match[0] for match in _PATH.finditer(text) if match[0].count("/") > 1 or "." in match[0].strip(".")
    ]
    found += [match[0] for match in _FILE.finditer(text)]
    folds = (folded(each).rstrip("/") for each in found)
    return list(dict.fromkeys(each for each in folds if len(each) >= MIN_QUOTE and plain_words(each)))[
        :MAX_PATHS
    ]


def _tells(quote: str) -> bool:
    """Whether a quoted text is a message, a path or an identifier, not just a word: some length, and
    several words or a sign inside."""
    several = len(quote.split()) >= 2 or re.search(r"\w[_./:=-]+\w", quote) is not None
    return len(quote) >= MIN_QUOTE and several and bool(plain_words(quote))
