"""What a thread suggests for an article: its question, its case's cause and fix, else what people said.

Suggestions only: a person reads and changes them before anything is kept. Text is taken as it stands, cleaned
by `knowledge.strip`; nothing in it is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.render.plain import cut, one_line
from bot.store.cases import StoredCase
from knowledge.captured import MAX_FIELD, MAX_LINK, MAX_LINKS, MAX_TITLE, Captured, place
from knowledge.strip import stripped

MAX_MESSAGES = 1_000
MAX_TEXT = 4_000
"""Characters of a message that are read."""
MAX_THREAD = 400_000
"""Characters of a thread that are read: of the first message and, backwards, of the last ones."""
_SENTENCES = 3

_URL = re.compile(r"https?://[^\s<>\"'`|()\[\]]{1,400}")
_PLACE = re.compile(r"(?<![\w./:@-])[\w.+-]{1,80}(?:/[\w.+-]{1,80}){1,12}:\d{1,6}(?:-\d{1,6})?(?![\w/])")
_ENDS = re.compile(r"(?<=[.!?])\s+|\n")
_CAUSES = (
    *("the cause was", "the cause is", "root cause", "turned out", "turns out", "the problem was"),
    *("the reason was", "was caused by", "the culprit"),
)
_FIXES = (
    *(
        "the fix was",
        "the fix is",
        "fixed by",
        "fixed it by",
        "we fixed",
        "i fixed",
        "solved by",
        "solved it by",
    ),
    *("the solution", "we changed", "i changed", "works now", "after changing", "works after"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a thread as Markdown; `bot` when a program wrote it."""

    text: str
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages of a thread, the oldest first, at most MAX_MESSAGES; `ts` is that of the first one,
    `names` are those of its people as far as they are known, `more` that it goes on."""

    ts: str
    said: tuple[Said, ...] = ()
    names: tuple[str, ...] = field(default=())
    more: bool = False


def prefill(thread: Thread, case: StoredCase | None) -> Captured:
    """What the modal begins with; texts that nothing suggests are empty."""
    texts = [stripped(text, thread.names).strip() for text in _read(thread)]
    asked = texts[0] if texts else ""
    cause = case.summary if case is not None and case.summary else _telling(texts[1:], _CAUSES)
    fix = case.fix if case is not None and case.fix else _telling(texts[1:], _FIXES)
    question = case.question if case is not None and case.question else asked
    if case is not None and case.service and len(question.split()) < 4:
        question = f"Why is the coverage of {case.service} empty?"
    title = case.summary if case is not None and case.summary else asked
    return Captured(
        title=cut(one_line(next(iter(_ENDS.split(title)), "")), MAX_TITLE),
        question=cut(question, MAX_FIELD),
        cause=cut(cause, MAX_FIELD),
        fix=cut(fix, MAX_FIELD),
        links=_links(case, texts),
    )


def _read(thread: Thread) -> list[str]:
    """What people wrote in a thread, within its bounds."""
    texts = [
        each.text[:MAX_TEXT] for each in thread.said[:MAX_MESSAGES] if not each.bot and each.text.strip()
    ]
    size, last = 0, []
    for text in reversed(texts[1:]):
        size += len(text)
        if size > MAX_THREAD:
            break
        last.append(text)
    return texts[:1] + last[::-1]


def _telling(texts: Sequence[str], cues: Sequence[str]) -> str:
    """The sentences of the latest message that says with one of these words what it was; no questions."""
    for text in reversed(texts):
        sentences = [part.strip() for part in _ENDS.split(text) if part.strip()]
        found = [s for s in sentences if not s.endswith("?") and any(cue in s.lower() for cue in cues)]
        if found:
            return " ".join(found[:_SENTENCES])
    return ""


def _links(case: StoredCase | None, texts: Iterable[str]) -> tuple[str, ...]:
    """The case's evidence, then files and addresses that the thread names, each once."""
    found: dict[str, None] = {}
    for path, line, end, _ in case.evidence if case is not None else ():
        found[f"{path}:{line}" + (f"-{end}" if end != line else "")] = None
    for text in texts:
        found.update(dict.fromkeys(_PLACE.findall(text)))
        found.update(dict.fromkeys(filter(None, map(address, _URL.findall(text)))))
    kept = [link for link in found if len(link) <= MAX_LINK and (_URL.fullmatch(link) or place(link))]
    size, links = 0, []
    for link in kept[:MAX_LINKS]:
        size += len(link) + 1
        if size <= MAX_FIELD:
            links.append(link)
    return tuple(links)


def address(url: str) -> str:
    """An address without user, query and what is no line number; empty when it is none."""
    try:
        parts = urlsplit(url.rstrip(".,;:!?"))
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if "." not in host or "[" in url:
        return ""
    line = f"#{parts.fragment}" if re.fullmatch(r"L\d{1,6}(?:-L\d{1,6})?", parts.fragment) else ""
    return f"{parts.scheme}://{host}{port}{parts.path}{line}"
