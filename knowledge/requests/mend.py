"""Bytes or text as it arrived > text to read, with the same number of lines.

Double-encoded text (`âœ…` for a check mark) is mended with ftfy, run by run. Where a byte was lost on the
way (Windows code pages have holes), a run is mended only if it can be one common mark alone; else the
replacement character stands in its place. Slack's own markup becomes Markdown, line by line.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import product

import ftfy

MAX_CHARS = 500_000
"""Characters that are read: some fifty times a long request. The rest is named as not read."""
MAX_LINE = 4_000
"""Characters of a line that are read."""

_NEWLINE = re.compile(r"\r\n?|\n")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MARKS = "✅❌⚠✔✓✗✘➜→←↓↑↔⇒—–‘’“”…•≥≤×ℹ⏳❓❗⭐├└│─🔴🟢🟡🔵🚨🔍\ufe0f"
_PAGES = ("sloppy-windows-1252", "sloppy-windows-1254")
_MARK_BYTES = {mark.encode(): mark for mark in _MARKS}
_SLACK = re.compile(
    r"<(?:(?:https?://|mailto:)[^<>|\s]{1,2000}\|[^<>\n]{1,500}|[@#][A-Z0-9]{6,20}(?:\|[^<>\n]{1,80})?"
    r"|!(?:subteam\^|channel|here|everyone)[^<>\n]{0,100})>"
)
_SLACK_LINK = re.compile(r"<((?:https?://|mailto:)[^<>|\s]{1,2000})\|([^<>\n]{1,500})>")
_SLACK_WHO = re.compile(r"<([@#!])([A-Za-z0-9^]{2,40})(?:\|([^<>\n]{1,100}))?>")
_BULLET = re.compile(r"^(\s{0,12})[•◦▪‣](?=\s)")
_QUOTE = re.compile(r"^&gt;\s?")


def decode(data: str | bytes) -> str:
    """The text of what arrived: UTF-8, UTF-16 with a mark, else Windows-1252; never fails."""
    if isinstance(data, str):
        return data
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        broken = data.decode("utf-8", "replace")
        rare = broken.count("\ufffd") * 50 < len(broken)
        return broken if rare else data.decode("windows-1252", "replace")


def split_lines(text: str) -> list[str]:
    """Lines as editors and Markdown count them: CR LF, CR and LF end a line, nothing else does."""
    return _NEWLINE.split(text)


def mend(text: str) -> list[str]:
    """The lines of a text, mended: as many as `split_lines` gives for what is read of it."""
    text = _SURROGATE.sub("\ufffd", text[:MAX_CHARS]).replace("\x00", "\ufffd").removeprefix("\ufeff")
    return _without_mojibake([line[:MAX_LINE] for line in split_lines(text)])


def as_markdown(lines: list[str]) -> list[str]:
    """Slack's markup as Markdown, in the lines of a Slack message; other text stays as it is."""
    slack = any(_SLACK.search(line) is not None for line in lines)
    escaped = any(_QUOTE.match(line) is not None for line in lines)
    return [_line_as_markdown(line, slack or escaped) for line in lines]


def _line_as_markdown(line: str, slack: bool) -> str:
    line = _BULLET.sub(r"\1-", line)
    if not slack:
        return line
    line = _SLACK_LINK.sub(lambda m: f"[{m[2].replace('[', '(').replace(']', ')')}](<{m[1]}>)", line)
    line = _SLACK_WHO.sub(_who, line)
    return _QUOTE.sub("> ", line)


def _who(match: re.Match[str]) -> str:
    """`<@U012|ann>` is @ann, `<!subteam^S01|@sp-team>` is @sp-team; nothing of it acts any more."""
    sign, ident, label = match.groups()
    if label:
        return label if label[:1] in "@#" else ("#" if sign == "#" else "@") + label
    return ("#" if sign == "#" else "@") + ident.split("^")[-1]


def _without_mojibake(lines: list[str]) -> list[str]:
    """Mend run by run; what ftfy leaves of a text that it mends is tried in the likely code pages."""
    runs = {run for line in lines if not line.isascii() for run in _FOREIGN.findall(line)}
    fixed: dict[str, str] = {}
    pages: Counter[str] = Counter()
    for run in runs:
        fixed[run], page = _fixed(run)
        pages[page] += 1
    seen = [page for page, count in pages.most_common() if page and count]
    for run in runs if seen else ():
        if fixed[run] == run:
            tries = (_in_page(run, page) for page in dict.fromkeys((*seen, *_PAGES)))
            fixed[run] = next((text for text in tries if text is not None), run)
    return [line if line.isascii() else _FOREIGN.sub(lambda m: fixed[m[0]], line) for line in lines]


def _fixed(run: str) -> tuple[str, str]:
    """A run as ftfy mends it, and the code page that it went through, or ''."""
    text, steps = ftfy.fix_encoding_and_explain(run)
    page = next((step.parameter for step in steps or () if step.action == "encode"), "")
    return text, page


def _in_page(run: str, page: str) -> str | None:
    """A run that ftfy left alone, taken to have gone through a code page; None when it has not."""
    try:
        raw = run.encode(page)
    except (UnicodeEncodeError, LookupError):
        return None
    out: list[str] = []
    at = 0
    while at < len(raw):
        size = _size(raw[at])
        end = at + 1
        while end < len(raw) and end < at + size and 0x80 <= raw[end] < 0xC0:
            end += 1
        piece = _char(raw[at:end], size)
        if piece is None:
            return None
        out.append(piece)
        at = end
    return "".join(out)


def _size(lead: int) -> int:
    """Bytes of a UTF-8 character by its first byte; 0 when it cannot begin one."""
    return 4 if lead >= 0xF0 else 3 if lead >= 0xE0 else 2 if lead >= 0xC2 else 0


def _char(raw: bytes, size: int) -> str | None:
    """One character; with one byte lost, the common mark it must be, or U+FFFD; None when it is none."""
    if len(raw) == size:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return None
    if size < 3 or len(raw) != size - 1:
        return None
    holes = (0x81, 0x8D, 0x8E, 0x8F, 0x90, 0x9D, 0x9E)
    found = {
        _MARK_BYTES[whole]
        for place, hole in product(range(1, size), holes)
        if (whole := raw[:place] + bytes([hole]) + raw[place:]) in _MARK_BYTES
    }
    return found.pop() if len(found) == 1 else "\ufffd"
