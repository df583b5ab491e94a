"""Markdown of articles and cases as blocks. Others wrote it: nothing of it acts, whatever it says.

Read are headings, lists, quotes, fenced code, `code` and **bold**; everything else stays text, links too,
with their address beside them, so that none hides where it leads. Time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from bot.render.blocks import Block, Span, bullets, code, paragraph, quote, size
from bot.render.plain import cut

MAX_CHARS = 12_000
"""Of a longer text only the beginning is shown."""

MAX_SIZE = 30_000
"""What the blocks may take up together: three messages."""
MAX_LINKS = 60
WRAPPED = 60
"""A line of so many characters is taken to go on in the next one."""

_FENCE = re.compile(r" {0,8}(```|~~~)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(\S.{0,300})")
_ITEM = re.compile(r"[ \t]{0,12}(?:[-*+]|(\d{1,3}[.)]))[ \t]+(\S.*)")
_QUOTE = re.compile(r" {0,3}> ?(.*)")
_LINK = re.compile(r"!?\[([^\[\]\n]{1,200})\]\(\s{0,4}<?([^()\s<>]{1,500})>?[^()\n]{0,200}\)")
_INLINE = re.compile(r"`([^`\n]{1,500})`|\*\*([^*\n]{1,500})\*\*")


def markdown_blocks(text: str, links: Mapping[str, str] | None = None) -> list[Block]:
    """The text as blocks; a long one is cut, which the last block then says.

    `links` are places (`path:line`) with the addresses that we know for them: these only become links.
    """
    shown = text[:MAX_CHARS]
    blocks: list[Block] = []
    room = MAX_SIZE
    for block in (each for part in _parts(shown.split("\n"), _Links(links or {})) for each in part):
        room -= size([block])
        if room < 0:
            break
        blocks.append(block)
    if len(text) > MAX_CHARS or room < 0:
        blocks.append(paragraph(Span("(cut: the document is longer)", italic=True)))
    return blocks


class _Links:
    """Places whose addresses are known."""

    def __init__(self, links: Mapping[str, str]) -> None:
        self._links = dict(list(links.items())[:MAX_LINKS])
        places = sorted(self._links, key=len, reverse=True)
        self._pattern: re.Pattern[str] | None = None
        if places:
            self._pattern = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, places))})(?![\w-])")

    def spans(self, text: str, bold: bool) -> list[Span]:
        """The text with its places as links."""
        if self._pattern is None:
            return [Span(text, bold=bold)]
        spans: list[Span] = []
        at = 0
        for match in self._pattern.finditer(text):
            if match.start() > at:
                spans.append(Span(text[at : match.start()], bold=bold))
            spans.append(Span(match[0], bold=bold, url=self._links[match[0]]))
            at = match.end()
        return [*spans, Span(text[at:], bold=bold)] if at < len(text) else spans


_NO_LINKS = _Links({})


def inline(text: str, links: _Links = _NO_LINKS, *, bold: bool = False) -> list[Span]:
    """A line or a paragraph as spans: `code` and **bold**, links as label and address."""
    flat = _LINK.sub(_link, text)
    spans: list[Span] = []
    at = 0
    for match in _INLINE.finditer(flat):
        if match.start() > at:
            spans += links.spans(flat[at : match.start()], bold)
        spans.append(Span(match[1] or match[2], bold=bold or match[1] is None, code=match[1] is not None))
        at = match.end()
    return [*spans, *links.spans(flat[at:], bold)] if at < len(flat) else spans


def _link(match: re.Match[str]) -> str:
    label, address = match[1], match[2]
    return label if label == address else f"{label} ({address})"


def _parts(lines: list[str], links: _Links) -> Iterator[list[Block]]:
    """The blocks of each part of a text: a fence, a heading, a list, a quote, a paragraph."""
    at = 0
    while at < len(lines):
        line = lines[at]
        if _FENCE.match(line):
            end = _fence_end(lines, at)
            yield [code("\n".join(lines[at + 1 : end]))]
            at = end + 1
        elif heading := _HEADING.fullmatch(line):
            yield [paragraph(*inline(heading[1].rstrip(" #"), bold=True))]
            at += 1
        elif _ITEM.fullmatch(line):
            end = _while(lines, at, lambda each: bool(each.strip()) and not _starts_other(each))
            yield list(bullets(_items(lines[at:end], links)))
            at = end
        elif _QUOTE.fullmatch(line):
            end = _while(lines, at, lambda each: _QUOTE.fullmatch(each) is not None)
            said = "\n".join((_QUOTE.fullmatch(each) or [each, each])[1] for each in lines[at:end])
            yield [quote(*inline(cut(said.strip(), 2_000) or " "))]
            at = end
        elif line.strip():
            end = _while(lines, at, lambda each: bool(each.strip()) and not _starts(each))
            yield [paragraph(*inline(_flowing(lines[at:end]), links))]
            at = end
        else:
            at += 1


def _flowing(lines: list[str]) -> str:
    """The lines of a paragraph, a long one and its next as one: those were only wrapped."""
    text = lines[0].strip()
    for before, line in pairwise(lines):
        text += (" " if len(before.rstrip()) >= WRAPPED else "\n") + line.strip()
    return text


def _while(lines: list[str], at: int, goes_on: Callable[[str], bool]) -> int:
    """The end of a part that begins at `at`."""
    end = at + 1
    while end < len(lines) and goes_on(lines[end]):
        end += 1
    return end


def _fence_end(lines: list[str], at: int) -> int:
    sign = (_FENCE.match(lines[at]) or ["", "```"])[1]
    end = at + 1
    while end < len(lines) and not lines[end].strip().startswith(sign):
        end += 1
    return end


def _starts_other(line: str) -> bool:
    return bool(_FENCE.match(line) or _HEADING.fullmatch(line) or _QUOTE.fullmatch(line))


def _starts(line: str) -> bool:
    return _starts_other(line) or _ITEM.fullmatch(line) is not None


def _items(lines: list[str], links: _Links) -> list[list[Span]]:
    """The items of a list; a line that begins none goes on with the one before. Numbers stay."""
    items: list[str] = []
    for line in lines:
        item = _ITEM.fullmatch(line)
        if item is None:
            items[-1] += f"\n{line.strip()}"
        else:
            items.append(f"{item[1]} {item[2]}" if item[1] else item[2])
    return [inline(item, links) for item in items]
