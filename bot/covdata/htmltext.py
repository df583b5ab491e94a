"""Texts from outside, made safe for a page; bars for percents."""

from __future__ import annotations

import html
import re

from bot.covdata.summary import Row, shown_percent

MAX_TEXT = 400
HIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""What cannot be seen, or changes the order of what is seen."""


def text(raw: str, most: int = MAX_TEXT) -> str:
    """Escaped; the middle of what is too long is left out, and what cannot be seen is named."""
    if len(raw) > most:
        raw = f"{raw[: most // 2]}…{raw[-most // 2 :]}"
    return code(raw)


def code(raw: str) -> str:
    """Escaped, whatever its length."""
    return html.escape(HIDDEN.sub(lambda found: f"\u27e8U+{ord(found[0]):04X}\u27e9", raw))


def meter(row: Row) -> str:
    """A bar and the percent that it shows."""
    shown = shown_percent(row.percent)
    if row.percent is None:
        return f"<span>{shown}</span>"
    return f'<progress max="100" value="{row.percent:.2f}" aria-hidden="true"></progress><span>{shown}</span>'
