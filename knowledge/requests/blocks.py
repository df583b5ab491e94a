"""Markdown > a flat list of blocks (headings, lines, items, rows, code), each with its lines and place.

Real requests are not clean Markdown: `**From**: x` stands on lines of one paragraph, `---` right below
text is a rule and no heading, fences stay open, Slack closes them at the end of a line. So headings
underlined are not read as such, paragraphs of keys and marks are read line by line, and a fence that runs
over what looks like the next part is closed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.requests.inline import PLAIN, Inline, html_text, read_inline

MAX_BLOCKS = 20_000
MAX_JOINED = 20_000
"""Characters of one block."""
MAX_REPAIRS = 8
"""Fences that are closed for the writer; each costs another reading of the rest."""


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    LINE = "line"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """One block. Lines are 1-based and inclusive; `starts` are the offsets in `text` where its source
    lines begin. `depth` is the level of a heading or of a list; `number` that of a numbered item;
    `cells` and `header` are those of a table row; `code[i]` is the code on line `line + i`.
    """

    kind: Kind
    line: int
    end_line: int
    text: str
    inline: Inline = PLAIN
    starts: tuple[int, ...] = (0,)
    depth: int = 0
    number: int | None = None
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    lang: str = ""
    code: tuple[str, ...] = ()

    def line_at(self, offset: int) -> int:
        """The line on which a character of `text` stands."""
        return self.line + max(sum(start <= offset for start in self.starts) - 1, 0)


_KEYED = re.compile(
    r"\s*(?:[*_]{1,3}[^*_\n]{1,60}[*_]{1,3}\s*:|[*_]{1,3}[^*_\n]{1,60}:\s*[*_]{1,3}"
    r"|[\w /-]{1,30}:\s)"
)
_MARKED = re.compile(r"\s*[✅❌⚠✔✓✗✘☑🔴🟢🟡🔵•→⏳🚧]|\s*[*_]{2}\S")
_HEAD = re.compile(r"#{1,6}\s+\S")


def markdown() -> MarkdownIt:
    """The parser: CommonMark with tables and HTML; inline text is read later, block by block."""
    md = MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable("table")
    return md.disable(["inline", "lheading"])


def read_blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The blocks of a document, in order, at most MAX_BLOCKS of them."""
    reader = _Reader(markdown(), lines)
    for count, block in enumerate(reader.blocks()):
        if count >= MAX_BLOCKS:
            return
        yield block


class _Reader:
    """Walks the tokens of one document; starts again behind a fence that had to be closed."""

    def __init__(self, md: MarkdownIt, lines: Sequence[str]) -> None:
        self.md = md
        self.lines = lines
        self.offset = 0
        self.env: dict[str, Any] = {}

    def blocks(self) -> Iterator[Block]:
        for repairs in range(MAX_REPAIRS + 1):
            self.env = {}
            tokens = self.md.parse("\n".join(self.lines[self.offset :]), self.env)
            again: int | None = None
            for block in self._walk(tokens):
                again = self._broken(block) if repairs < MAX_REPAIRS else None
                if again is None:
                    yield block
                    continue
                yield self._code(block.line - 1, again, block.lang)
                break
            if again is None:
                return
            self.offset = again

    def _walk(self, tokens: list[Token]) -> Iterator[Block]:
        depth = level = 0
        items: list[int | None] = []
        fresh = False
        rest = iter(tokens)
        for token in rest:
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    depth += 1
                case "bullet_list_close" | "ordered_list_close":
                    depth -= 1
                case "list_item_open":
                    items.append(int(token.info) if token.info.isdigit() else None)
                    fresh = True
                case "list_item_close":
                    items.pop()
                    fresh = False
                case "heading_open":
                    level = int(token.tag[1:])
                case "heading_close":
                    level = 0
                case "table_open":
                    yield from self._table(rest)
                case "inline" if level:
                    yield self._joined(Kind.HEADING, self._line(token), [token.content], level)
                case "inline" if fresh:
                    fresh = False
                    yield from self._item(token, depth, items[-1])
                case "inline":
                    yield from self._paragraph(token, depth)
                case "fence" | "code_block":
                    fresh = False
                    start, end = self._span(token)
                    yield self._code(start, end, token.info.strip(), fenced=token.type == "fence")
                case "html_block":
                    yield from self._html(token)

    def _table(self, tokens: Iterator[Token]) -> Iterator[Block]:
        """The rows of a table, the heading first; takes the tokens up to the end of the table."""
        header: tuple[str, ...] = ()
        cells: list[Inline] = []
        row = 0
        for token in tokens:
            match token.type:
                case "tr_open":
                    cells = []
                    row = self._line(token) if token.map else row + 1
                case "inline":
                    cells.append(read_inline(self.md, token.content, self.env))
                case "tr_close":
                    header = header or tuple(cell.text for cell in cells) or ("",)
                    yield self._row(row, cells, header)
                case "table_close":
                    return

    def _line(self, token: Token) -> int:
        return self.offset + (token.map[0] if token.map else 0)

    def _span(self, token: Token) -> tuple[int, int]:
        start, end = token.map or (0, 1)
        return self.offset + start, min(self.offset + end, len(self.lines))

    def _item(self, token: Token, depth: int, number: int | None) -> Iterator[Block]:
        """An item, and what follows it unindented with a capital: in chat that is a new line."""
        parts, line = token.content.split("\n"), self._line(token)
        own = next((i for i in range(1, len(parts)) if self.lines[line + i][:1].isupper()), len(parts))
        yield self._joined(Kind.ITEM, line, parts[:own], depth, number)
        if own < len(parts):
            yield self._joined(Kind.LINE, line + own, parts[own:])

    def _joined(
        self, kind: Kind, line: int, parts: list[str], depth: int = 0, number: int | None = None
    ) -> Block:
        whole = read_inline(self.md, "\n".join(parts)[:MAX_JOINED], self.env)
        starts = (0, *(match.end() for match in re.finditer("\n", whole.text)))
        text = whole.text.replace("\n", " ")
        return Block(kind, line + 1, line + len(parts), text, whole, starts, depth, number)

    def _paragraph(self, token: Token, depth: int) -> Iterator[Block]:
        """A paragraph: one block of prose, or a block a line where the lines stand for themselves."""
        parts = token.content.split("\n")
        line = self._line(token)
        apart = len(parts) > 1 and any(_KEYED.match(part) or _MARKED.match(part) for part in parts)
        if not apart:
            yield self._joined(Kind.LINE, line, parts, depth)
            return
        for index, part in enumerate(parts):
            if part.strip():
                yield self._joined(Kind.LINE, line + index, [part], depth)

    def _row(self, row: int, cells: list[Inline], header: tuple[str, ...]) -> Block:
        texts = tuple(cell.text for cell in cells)
        whole = Inline(
            " | ".join(text for text in texts if text),
            tuple(code for cell in cells for code in cell.codes),
            tuple(link for cell in cells for link in cell.links),
            tuple(bold for cell in cells for bold in cell.bold),
        )
        return Block(Kind.ROW, row + 1, row + 1, whole.text, whole, header=header, cells=texts)

    def _code(self, start: int, end: int, lang: str, *, fenced: bool = True) -> Block:
        """Code from its first line (0-based) to before `end`, without the fences."""
        inside = list(self.lines[start:end])
        if fenced and inside:
            first = inside[0].strip(" `~>")
            inside[0], lang = (first, "") if " " in first else ("", lang)
            if len(inside) > 1 and not inside[-1].strip(" `~>\t"):
                inside.pop()
            inside[-1] = inside[-1].rstrip().removesuffix("```")
        text = "\n".join(inside).strip()
        return Block(Kind.CODE, start + 1, max(end, start + 1), text, lang=lang, code=tuple(inside))

    def _html(self, token: Token) -> Iterator[Block]:
        start, end = self._span(token)
        if token.content.lstrip().startswith("<!--"):
            yield Block(Kind.CODE, start + 1, end, token.content.strip(), lang="html-comment")
            return
        for index in range(start, end):
            text = html_text(self.lines[index])
            if text:
                yield Block(Kind.LINE, index + 1, index + 1, text, Inline(text))

    def _broken(self, block: Block) -> int | None:
        """Where a fence should have ended: the (0-based) line behind it; None when it is whole."""
        if block.kind is not Kind.CODE or block.lang == "html-comment":
            return None
        opening = self.lines[block.line - 1].lstrip(" >")
        if not opening.startswith(("```", "~~~")) or opening.startswith("````"):
            return None
        closed = not self.lines[block.end_line - 1].strip(" `~>\t") and block.end_line > block.line
        for index in range(block.line, block.end_line - closed):
            line = self.lines[index]
            if line.rstrip().endswith("```") and line.strip(" `>"):
                return index + 1
            if not closed and _HEAD.match(line) is not None and not self.lines[index - 1].strip():
                return index
        return None
