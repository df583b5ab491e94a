"""Inline Markdown of one block > plain text with the code spans, links and bold parts that were in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_INLINE = 4_000
"""Characters of a block whose markup is read; what follows is plain text."""

_MARKUP = re.compile(r"[`*_\[<\\&!~]|https?://")
_BARE_URL = re.compile(r"https?://[^\s<>()\[\]{}\"'`|*]{1,1000}")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,20})(?:\s[^<>]{0,500})?/?>")
_HTML = re.compile(
    r"a|b|blockquote|br|center|code|dd|del|details|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|ol|p|picture|pre"
    r"|q|s|small|source|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|u|ul",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[ \t\u00a0]{2,}")


@dataclass(frozen=True, slots=True)
class Inline:
    """Plain text (code keeps its backticks, lines their ends), code spans, (target, text) links, bold."""

    text: str
    codes: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    bold: tuple[str, ...] = ()


PLAIN = Inline("")
"""Nothing that has markup, as of a code block."""


def read_inline(md: MarkdownIt, content: str, env: dict[str, Any]) -> Inline:
    """Read the inline markup of a block; `env` holds the document's reference links."""
    if _MARKUP.search(content) is None:
        return Inline(_tidy(content))
    tokens: list[Token] = []
    md.inline.parse(content[:MAX_INLINE], md, env, tokens)
    texts: list[str] = []
    codes: list[str] = []
    links: list[tuple[str, str]] = []
    bold: list[str] = []
    starts: list[int] = []
    target, link_start = "", 0
    for token in tokens:
        match token.type:
            case "code_inline":
                codes.append(token.content)
                texts.append(f"`{token.content}`")
            case "softbreak" | "hardbreak":
                texts.append("\n")
            case "link_open":
                target, link_start = str(token.attrs.get("href", "")), len(texts)
            case "link_close":
                links.append((target, _one_line(texts[link_start:])))
            case "image":
                links.append((str(token.attrs.get("src", "")), token.content))
                texts.append(token.content)
            case "strong_open" | "em_open":
                starts.append(len(texts))
            case "strong_close" | "em_close" if starts:
                bold.append(_one_line(texts[starts.pop() :]))
            case "html_inline":
                texts.append(_tag_text(token.content))
            case _:
                texts.append(token.content)
    text = "".join(texts) + content[MAX_INLINE:]
    known = {target for target, _ in links}
    links.extend((url, "") for url in _bare_urls(text) if url not in known)
    return Inline(_tidy(text), tuple(codes), tuple(links), tuple(bold))


def html_text(line: str) -> str:
    """A line of HTML without its tags, as text."""
    return _tidy(html.unescape(_TAG.sub(lambda m: _tag_text(m[0]), line[:MAX_INLINE])))


def _one_line(texts: list[str]) -> str:
    return "".join(texts).replace("\n", " ").strip()


def _tag_text(tag: str) -> str:
    """Nothing for a tag of HTML; a placeholder such as `<pod>` is text."""
    match = _TAG.fullmatch(tag)
    if tag.startswith("<!--"):
        return ""
    return tag if match is None or _HTML.fullmatch(match[1]) is None else " "


def _bare_urls(text: str) -> Iterator[str]:
    for match in _BARE_URL.finditer(text):
        yield match[0].rstrip(".,;:!?")


def _tidy(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()
