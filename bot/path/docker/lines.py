"""Splits a Dockerfile into instructions with their lines, by the rules of BuildKit's own parser.

A Dockerfile is a list of lines, not a language with a grammar: continuations, comments between them,
the escape directive and heredocs are all there is (Dockerfile reference, "Format", "Parser directives",
"Here-Documents"). Any text gives a list; lines that Docker would refuse come back as gaps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

KEYWORDS = frozenset(
    {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"}
    | {"MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
MAX_INSTRUCTIONS = 2_000
MAX_HEREDOCS = 20

_DIRECTIVE = re.compile(r"#\s*([a-zA-Z]\w*)\s*=\s*(\S.*?)\s*$")
_HEREDOC = re.compile(r"(?:^|(?<=\s))\d*<<(-?)([\"']?)([A-Za-z_][\w.]*)\2(?=[\s;|&)>]|$)")
_FLAG = re.compile(r"((?:[ \t]|\\\n)*)(--([a-z][\w-]*)(?:=(\"[^\"\n]*\"|[^\s\"]*))?)(?=\s|\\\n|$)")


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A heredoc of an instruction; `line` is the first line of its body, `literal` says it is quoted."""

    name: str
    body: str
    line: int
    literal: bool


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. `keyword` is upper case, `line` and `end_line` are 1-based.

    `text` is what follows the keyword and its flags, line for line (its first line stands on `line`),
    with `\\` at the end of continued lines whatever the escape character, comments between them
    taken out, heredoc bodies left out; `value` is the same joined to one line.
    """

    keyword: str
    text: str
    line: int
    end_line: int
    flags: tuple[tuple[str, str], ...] = ()
    heredocs: tuple[Heredoc, ...] = ()
    raw_tail: str = ""
    """The lines of the heredocs as they stand in the file, terminators included."""

    @property
    def value(self) -> str:
        return self.text.replace("\\\n", "").strip()

    def flag(self, name: str) -> str | None:
        """The last value of a flag, or None."""
        return next((value for key, value in reversed(self.flags) if key == name), None)


@dataclass(frozen=True, slots=True)
class Lines:
    """A Dockerfile's instructions in order, its escape character, and the lines Docker would refuse."""

    instructions: tuple[Instruction, ...]
    escape: str
    gaps: tuple[tuple[int, int], ...]


def split_lines(lines: tuple[str, ...]) -> Lines:
    """Split the lines of a Dockerfile into instructions."""
    escape = _escape(lines)
    continued = re.compile(re.escape(escape) + r"[ \t]*$")
    found: list[Instruction] = []
    gaps: list[tuple[int, int]] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip() or lines[at].lstrip().startswith("#"):
            at += 1
            continue
        if len(found) >= MAX_INSTRUCTIONS:
            gaps.append((at + 1, len(lines)))
            break
        start, (parts, at) = at, _join(lines, at, continued)
        instruction, at = _instruction(lines, start, parts, at)
        if instruction.keyword in KEYWORDS:
            found.append(instruction)
        if instruction.keyword not in KEYWORDS or any(doc.line < 0 for doc in instruction.heredocs):
            gaps.append((start + 1, at))
    return Lines(tuple(found), escape, tuple(gaps))


def _escape(lines: tuple[str, ...]) -> str:
    """The escape directive: only in the comments at the very top."""
    for line in lines[:20]:
        match = _DIRECTIVE.match(line.strip()[:200])
        if match is None:
            return "\\"
        if match[1].lower() == "escape" and match[2] in ("\\", "`"):
            return match[2]
    return "\\"


def _join(lines: tuple[str, ...], at: int, continued: re.Pattern[str]) -> tuple[list[str], int]:
    """The lines of one instruction, and the index behind them."""
    parts: list[str] = []
    while at < len(lines):
        line = lines[at]
        at += 1
        if parts and (not line.strip() or line.lstrip().startswith("#")):
            parts.append("\\")
            continue
        match = continued.search(line)
        if match is None:
            parts.append(line)
            return parts, at
        parts.append(line[: match.start()] + "\\")
    return [*parts[:-1], parts[-1].removesuffix("\\")], at


def _instruction(lines: tuple[str, ...], start: int, parts: list[str], at: int) -> tuple[Instruction, int]:
    first = parts[0].lstrip()
    keyword = re.match(r"[A-Za-z]*", first)
    word = keyword[0] if keyword else ""
    text = "\n".join([first[len(word) :], *parts[1:]])
    flags, text = _flags(text)
    docs: tuple[Heredoc, ...] = ()
    behind = at
    if word.upper() in ("RUN", "COPY", "ADD") and "<<" in text and not text.lstrip(" \t\\\n").startswith("["):
        docs, behind = _heredocs(lines, text, at)
    tail = "\n".join(lines[at:behind])
    upper = word.upper() if first[len(word) :][:1] in ("", " ", "\t", "\\") else ""
    return Instruction(upper, text, start + 1, behind, flags, docs, tail), behind


def _flags(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Take the flags off the front; continuations among them stay, so that lines keep their number."""
    found: list[tuple[str, str]] = []
    kept, at = [], 0
    while (match := _FLAG.match(text, at)) is not None:
        found.append((match[3], (match[4] or "").strip('"')))
        kept.append(match[1])
        at = match.end()
    return tuple(found), "".join(kept) + text[at:]


def _heredocs(lines: tuple[str, ...], text: str, at: int) -> tuple[tuple[Heredoc, ...], int]:
    found: list[Heredoc] = []
    for match in list(_HEREDOC.finditer(text))[:MAX_HEREDOCS]:
        end = at
        while end < len(lines) and _closing(lines[end], match[1]) != match[3]:
            end += 1
        body = [_closing(line, match[1]) for line in lines[at:end]]
        closed = end < len(lines)
        found.append(Heredoc(match[3], "\n".join(body) + "\n", at + 1 if closed else -1, bool(match[2])))
        at = end + 1 if closed else end
    return tuple(found), at


def _closing(line: str, dash: str) -> str:
    return line.lstrip("\t") if dash else line
