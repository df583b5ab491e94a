"""Quoted text for a Markdown document on GitHub: people read what stands there, and nothing in it acts.

No link, image, HTML, mention or heading comes of it. Only pairs of single backticks stay what they are:
code is inert, and answers and requests are full of it.
"""

from __future__ import annotations

import re

from bot.render.plain import visible

_CODE = re.compile(r"(?<!`)`([^`\n]{1,2000})`(?!`)")
_SPECIAL = re.compile(r"[\\`*\[\]~$]|(?<![^\W_])_|_(?![^\W_])")
_AT_START = re.compile(r"^(\s*)([-+=:#|]|\d{1,9}(?=[.)]))")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def md(text: str, *, cell: bool = False) -> str:
    """A text on one line, inert. `cell`: for a table, where a pipe ends a cell even in code."""
    flat = " ".join(visible(text).split())
    parts: list[str] = []
    last = 0
    for match in _CODE.finditer(flat):
        parts += [_escaped(flat[last : match.start()], last == 0, cell), code(match[1], cell=cell)]
        last = match.end()
    parts.append(_escaped(flat[last:], last == 0, cell))
    return "".join(parts)


def html(text: str) -> str:
    """A text on one line inside an HTML tag of ours, where Markdown means nothing."""
    flat = " ".join(visible(text).split())
    return re.sub(r"@(?=\w)", "@<!-- -->", "".join(_HTML.get(char, char) for char in flat))


def code(text: str, *, cell: bool = False) -> str:
    """A text as code, on one line, whatever backticks it holds."""
    flat = " ".join(visible(text).split())
    if not flat:
        return ""
    tick = "`" * (max((len(run) for run in re.findall(r"`+", flat)), default=0) + 1)
    space = " " if flat[0] == "`" or flat[-1] == "`" else ""
    quoted = f"{tick}{space}{flat}{space}{tick}"
    return quoted.replace("|", "\\|") if cell else quoted


def fence(text: str, language: str = "") -> str:
    """Lines as a fenced block that nothing in them can close."""
    shown = visible(text).rstrip("\n")
    ticks = "`" * max(3, max((len(run) for run in re.findall(r"`+", shown)), default=0) + 1)
    return f"{ticks}{language}\n{shown}\n{ticks}"


def link(label: str, url: str | None) -> str:
    """A link of ours: the label as code, so that nothing in it acts. Only https and http are linked."""
    if url is None or re.fullmatch(r"https?://[^\s<>\"\\]{1,2000}", url) is None:
        return code(label)
    return f"[{code(label)}](<{url}>)"


def _escaped(text: str, first: bool, cell: bool) -> str:
    if first:
        text = _AT_START.sub(lambda match: f"{match[1]}{_start(match[2])}", text)
    text = "".join(_HTML.get(char, char) for char in _SPECIAL.sub(r"\\\g<0>", text))
    text = re.sub(r"@(?=\w)", "@<!-- -->", text.replace("\\\\\x00", "\\"))
    text = re.sub(r"(?i)(?<=\bwww)\.", r"\\.", text.replace("://", r":\//"))
    return text.replace("|", "\\|") if cell else text


def _start(found: str) -> str:
    """What would begin a list or underline a heading, with a backslash that `_escaped` keeps."""
    return f"{found}\\\x00" if found.isdigit() else f"\\\x00{found}"
