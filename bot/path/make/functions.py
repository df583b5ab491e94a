"""Make's text functions, as far as they can be told without running anything."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from bot.facts.words import REPO, clean_path, hole, known
from bot.path.make.text import words

MAX_WORDS = 5_000


def pattern_replace(word: str, pattern: str, replacement: str) -> str:
    """One word of `$(patsubst pattern,replacement,...)`; `%` stands for any part."""
    stem = stem_of(word, pattern)
    if stem is None:
        return word
    return replacement.replace("%", stem, 1)


def stem_of(word: str, pattern: str) -> str | None:
    """What `%` stands for when the pattern matches the word; "" for a plain match; else None."""
    head, percent, tail = pattern.partition("%")
    if not percent:
        return "" if word == pattern else None
    if len(word) < len(head) + len(tail) or not word.startswith(head) or not word.endswith(tail):
        return None
    return word[len(head) : len(word) - len(tail)]


def split(text: str) -> list[str]:
    """The words of a list, at most MAX_WORDS."""
    return words(text)[:MAX_WORDS]


def substitute(text: str, old: str, new: str) -> str:
    """`$(VAR:old=new)`: suffixes, or patterns when there is a `%`."""
    if "%" not in old:
        old, new = "%" + old, "%" + new
    return " ".join(pattern_replace(word, old, new) for word in split(text))


def _patsubst(args: list[str]) -> str:
    return " ".join(pattern_replace(word, args[0].strip(), args[1].strip()) for word in split(args[2]))


def _filter(args: list[str], keep: bool) -> str:
    patterns = split(args[0])
    found = []
    for word in split(args[1]):
        if not known(word):
            return hole("filter")
        if any(stem_of(word, pattern) is not None for pattern in patterns) == keep:
            found.append(word)
    return " ".join(found)


def _findstring(args: list[str]) -> str:
    if not known(args[1]):
        return hole("findstring")
    return args[0] if args[0] in args[1] else ""


def _dir(args: list[str]) -> str:
    return " ".join(word[: word.rfind("/") + 1] or "./" for word in split(args[0]))


def _notdir(args: list[str]) -> str:
    return " ".join(word[word.rfind("/") + 1 :] for word in split(args[0]))


def _basename(args: list[str]) -> str:
    return " ".join(posixpath.splitext(word)[0] for word in split(args[0]))


def _suffix(args: list[str]) -> str:
    return " ".join(ending for word in split(args[0]) if (ending := posixpath.splitext(word)[1]))


def _word(args: list[str]) -> str:
    found = split(args[1])
    index = args[0].strip()
    return found[int(index) - 1] if re.fullmatch(r"[1-9]\d{0,3}", index) and int(index) <= len(found) else ""


def _join(args: list[str]) -> str:
    left, right = split(args[0]), split(args[1])
    length = max(len(left), len(right))
    return " ".join((left + [""] * length)[i] + (right + [""] * length)[i] for i in range(length))


TEXT_FUNCTIONS: dict[str, tuple[int, Callable[[list[str]], str]]] = {
    "subst": (3, lambda a: a[2].replace(a[0], a[1]) if a[0] else a[2] + a[1]),
    "patsubst": (3, _patsubst),
    "strip": (1, lambda a: " ".join(split(a[0]))),
    "findstring": (2, _findstring),
    "filter": (2, lambda a: _filter(a, True)),
    "filter-out": (2, lambda a: _filter(a, False)),
    "sort": (1, lambda a: " ".join(sorted(set(split(a[0]))))),
    "word": (2, _word),
    "words": (1, lambda a: str(len(split(a[0]))) if known(a[0]) else hole("words")),
    "firstword": (1, lambda a: next(iter(split(a[0])), "")),
    "lastword": (1, lambda a: next(iter(reversed(split(a[0]))), "")),
    "dir": (1, _dir),
    "notdir": (1, _notdir),
    "basename": (1, _basename),
    "suffix": (1, _suffix),
    "addsuffix": (2, lambda a: " ".join(word + a[0] for word in split(a[1]))),
    "addprefix": (2, lambda a: " ".join(a[0] + word for word in split(a[1]))),
    "join": (2, _join),
    "info": (1, lambda a: ""),
    "warning": (1, lambda a: ""),
    "error": (1, lambda a: ""),
}
"""name -> (number of arguments, function of expanded arguments)."""


def absolute(text: str, directory: str) -> str:
    """`$(abspath ...)`, `$(realpath ...)`: places in the repo begin with `${repo}`."""
    return " ".join(_absolute(word, directory) for word in split(text))


def _absolute(word: str, directory: str) -> str:
    if word.startswith(("/", "${")):
        return word
    joined = clean_path(posixpath.join(directory, word))
    if joined.startswith(".."):
        return hole(f"abspath {word}")
    return REPO if joined == "." else f"{REPO}/{joined}"


_LAST = re.compile(r"^.*(?:&&|;)\s*")


def shell_value(text: str, directory: str) -> str:
    """`$(shell ...)`: the few commands that only say where something is; else a hole."""
    command = _LAST.sub("", text.strip())
    parts = command.split()
    here = absolute(".", directory)
    match parts:
        case ["pwd"] | ["pwd", "-P"]:
            changed = re.fullmatch(r"cd\s+(\S+)\s*&&\s*pwd(?:\s+-P)?", text.strip())
            return absolute(changed[1], directory) if changed else here
        case ["git", "rev-parse", "--show-toplevel"]:
            return REPO
        case ["realpath" | "readlink", *flags, path] if all(flag.startswith("-") for flag in flags):
            return absolute(path, directory)
        case ["dirname", path] if path.startswith(REPO):
            return posixpath.dirname(path)
        case ["dirname", "$(realpath", path]:
            return posixpath.dirname(absolute(path.rstrip(")"), directory))
        case ["echo", *rest] if known(command) and not re.search(r"[|<>`$\\'\"*?]", command):
            return " ".join(rest)
    return hole(f"shell {text.strip()}")
