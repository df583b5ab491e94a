"""What people write to covcheck, read word by word; errors point at the word that is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import UsageError
from bot.modes import Mode
from handlers.asked import (
    AskAnswer,
    AskAudit,
    AskCheck,
    AskCompare,
    AskDigest,
    Asked,
    AskFollow,
    AskHelp,
    AskHistory,
    AskLive,
    AskMode,
    AskQuality,
    AskSchedule,
    AskServices,
    AskSettings,
)

MAX_TEXT = 2_000
MAX_NAME = 200

MAX_DAYS = 366

COMMANDS = frozenset(
    (
        "answer",
        "audit",
        "check",
        "compare",
        "digest",
        "follow",
        "help",
        "history",
        "live",
        "quality",
        "questions",
        "schedule",
        "services",
        "unfollow",
    )
)
"""Words that a command begins with."""

_TOKEN = re.compile(
    r"""["“”](?P<double>[^"“”]*)["“”]|['‘’](?P<single>[^'‘’]*)['‘’]|`(?P<tick>[^`]*)`|(?P<bare>\S+)"""
)
_OPENING = "\"“”'‘’`"
_LINK = re.compile(r"<(?P<address>(?:https?://|mailto:)[^<>|\s]*)(?:\|(?P<label>[^<>]*))?>")
_ANSWER = re.compile(r"\s*answer\b", re.IGNORECASE)
_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,4}[dD]")
_REF = re.compile(r"[A-Za-z0-9_][^\s~^:?*\[\\\x00-\x1f\x7f]*")


class WordsError(UsageError):
    """The words cannot be read; `pointed` shows them with a mark under the wrong place."""

    def __init__(self, message: str, text: str, at: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint or "Say `help` to see what can be asked.")
        self.pointed = f"{text}\n{' ' * at}^"


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    at: int
    quoted: bool

    def says(self, keyword: str) -> bool:
        return not self.quoted and self.text.lower() == keyword


def parse(text: str) -> Asked:
    """Read a request. Raises WordsError.

    `text` is as Slack sends it: escaped, and with links in angle brackets. A quoted word (also in
    backticks) is never a keyword.
    """
    plain = plain_text(text)
    if _ANSWER.match(plain):
        plain = plain_text(text, addresses=True)
    words = _words(plain)
    if not words or (len(words) == 1 and words[0].says("help")):
        return AskHelp()
    return _Reader(plain, words).read()


def is_service(text: str) -> bool:
    """Whether a text can be a service's name."""
    return 0 < len(text) <= MAX_NAME and text.isprintable()


def is_ref(text: str) -> bool:
    """Whether a text can be a branch, a tag or a commit."""
    return _fits(_REF, text)


def is_repo(text: str) -> bool:
    """Whether a text reads `OWNER/NAME`."""
    return _fits(_REPO, text)


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return bool(pattern.fullmatch(text)) and len(text) <= MAX_NAME and ".." not in text


def plain_text(text: str, *, addresses: bool = False) -> str:
    """Slack's escapes undone: `<https://x|label>` is its label (or its address), `&lt;` is `<`; one line."""
    unlinked = _LINK.sub(lambda m: m["address"] if addresses else m["label"] or m["address"], text)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        unlinked = unlinked.replace(entity, char)
    return " ".join(unlinked.split())


def _words(text: str) -> list[_Word]:
    if len(text) > MAX_TEXT:
        raise WordsError("That is too long for a request.", f"{text[:40]}…", 40)
    words = []
    for match in _TOKEN.finditer(text):
        quoted = next((match[name] for name in ("double", "single", "tick") if match[name] is not None), None)
        if quoted is None and match["bare"][0] in _OPENING:
            raise WordsError("This quote is not closed.", text, match.start())
        words.append(
            _Word(quoted.strip() if quoted is not None else match["bare"], match.start(), quoted is not None)
        )
    return words


class _Reader:
    """Reads one request's words from left to right."""

    def __init__(self, text: str, words: Sequence[_Word]) -> None:
        self._text = text
        self._words = list(words)

    def read(self) -> Asked:
        head = self._words[0]
        if head.says("compare"):
            self._words.pop(0)
            first = self._name("the first service is missing")
            second = self._name("the second service is missing")
            if first.text == second.text:
                raise self._wrong("These are the same service.", second)
            return AskCompare(first.text, second.text, *self._where())
        if head.says("services"):
            self._words.pop(0)
            return AskServices(*self._where())
        if head.says("live"):
            self._words.pop(0)
            service = self._name("the service is missing", "namespace").text
            return AskLive(service, *self._where("namespace"), self._namespace())
        if head.says("answer"):
            self._words.pop(0)
            linked = bool(self._words) and "://" in self._words[0].text
            return AskAnswer(self._words.pop(0).text if linked else None, *self._where())
        if head.says("questions"):
            self._words.pop(0)
            return AskMode(self._mode())
        if head.says("digest"):
            self._words.pop(0)
            return AskDigest(self._days(), self._where_only())
        if head.says("schedule"):
            self._words.pop(0)
            return self._schedule()
        if head.says("follow") or head.says("unfollow"):
            self._words.pop(0)
            service = self._name("the service is missing").text
            return AskFollow(service, self._where_only(), head.says("follow"))
        if head.says("history"):
            self._words.pop(0)
            return self._history()
        if head.says("quality") and len(self._words) == 1:
            return AskQuality()
        if head.says("settings") and len(self._words) == 1:
            return AskSettings()
        if head.says("audit") and len(self._words) == 1:
            return AskAudit()
        if head.says("check"):
            self._words.pop(0)
        return AskCheck(self._name("the service is missing").text, *self._where())

    def _history(self) -> AskHistory:
        """`SERVICE [REF]`, then `since`, `base` and `in`, each at most once and in any order."""
        service = self._name("the service is missing", "since", "base").text
        ref = None
        if self._words and not self._at("in", "since", "base"):
            ref = self._matching(_REF, "This is no branch.", "the branch is missing")
        said: dict[str, str] = {}
        wanted = {
            "since": (_DATE, "Write the day as 2026-11-01, or 14d for 14 days ago.", "the day"),
            "base": (_REF, "This is no branch.", "the branch"),
            "in": (_REPO, "Write the repo as OWNER/NAME.", "the repo"),
        }
        while self._words:
            word = self._words.pop(0)
            keyword = word.text.lower()
            if word.quoted or keyword not in wanted or keyword in said:
                raise self._wrong("I do not understand this word here.", word)
            pattern, message, what = wanted[keyword]
            said[keyword] = self._matching(pattern, message, f"{what} is missing after `{keyword}`")
        return AskHistory(service, ref, said.get("in"), said.get("since"), said.get("base"))

    def _name(self, absent: str, *more: str) -> _Word:
        """A service's name; `in` and `more` are words that come after it."""
        word = self._next(absent)
        for keyword in ("in", *more):
            if word.says(keyword):
                raise self._wrong(f"Before `{keyword}`, {absent}.", word)
        if not is_service(word.text):
            raise self._wrong("This is no name of a service.", word)
        return word

    def _where(self, *after: str) -> tuple[str | None, str | None]:
        """`[REF] [in OWNER/NAME]` and nothing after it but what one of `after` begins."""
        ref = repo = None
        if self._words and not self._at("in", *after):
            ref = self._matching(_REF, "This is no branch, tag or commit.", "the ref is missing")
        if self._at("in"):
            self._words.pop(0)
            repo = self._matching(_REPO, "Write the repo as OWNER/NAME.", "the repo is missing after `in`")
        if self._words and not self._at(*after):
            raise self._wrong("I do not understand this word here.", self._words[0])
        return ref, repo

    def _namespace(self) -> str | None:
        """`[namespace NS]` and nothing after it."""
        if not self._words:
            return None
        self._words.pop(0)
        absent = "the namespace is missing after `namespace`"
        named = self._matching(_NAMESPACE, "This is no name of a namespace.", absent)
        if self._words:
            raise self._wrong("I do not understand this word here.", self._words[0])
        return named

    def _mode(self) -> Mode | None:
        """`[MODE]` and nothing after it."""
        if not self._words:
            return None
        word = self._words.pop(0)
        if word.text.lower() not in set(Mode):
            raise self._wrong(f"The modes are {', '.join(Mode)}.", word)
        if self._words:
            raise self._wrong("I do not understand this word here.", self._words[0])
        return Mode(word.text.lower())

    def _days(self) -> int:
        """`[days N]`."""
        if not self._at("days"):
            return 7
        self._words.pop(0)
        word = self._next("the number is missing after `days`")
        if not re.fullmatch(r"[0-9]{1,3}", word.text) or not 1 <= int(word.text) <= MAX_DAYS:
            raise self._wrong(f"Write a number of days from 1 to {MAX_DAYS}.", word)
        return int(word.text)

    def _schedule(self) -> AskSchedule:
        """`[list]` or `[in OWNER/NAME]`."""
        if not self._at("list"):
            return AskSchedule(repo=self._where_only())
        self._words.pop(0)
        if self._words:
            raise self._wrong("I do not understand this word here.", self._words[0])
        return AskSchedule(shown=True)

    def _where_only(self) -> str | None:
        """`[in OWNER/NAME]` and nothing else."""
        if self._words and not self._at("in"):
            raise self._wrong("I do not understand this word here.", self._words[0])
        return self._where()[1]

    def _at(self, *keywords: str) -> bool:
        """Whether one of the keywords comes next."""
        return bool(self._words) and any(self._words[0].says(keyword) for keyword in keywords)

    def _matching(self, pattern: re.Pattern[str], message: str, absent: str) -> str:
        word = self._next(absent)
        if not _fits(pattern, word.text):
            raise self._wrong(message, word)
        return word.text

    def _next(self, absent: str) -> _Word:
        if not self._words:
            raise WordsError(f"Here {absent}.", self._text, len(self._text) + 1)
        return self._words.pop(0)

    def _wrong(self, message: str, word: _Word) -> WordsError:
        return WordsError(message, self._text, word.at)
