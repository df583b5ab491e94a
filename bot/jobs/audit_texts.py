"""The audit log as one person is told it: the last entries, and all of it as a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from bot.render.blocks import Post, Span, bullets, pack, paragraph
from bot.render.plain import cut, one_line
from bot.store.audit import Entry

SHOWN = 20
"""So many entries are told; more are in the file."""
_ABOUT = 160


def audit_post(entries: Sequence[Entry], more: bool) -> Post:
    """The latest entries, the newest first; `more`: there are others, and a file with them."""
    if not entries:
        return pack("The audit log is empty.", [paragraph(Span("The audit log is empty."))])[0]
    rows = [_row(entry) for entry in entries[:SHOWN]]
    tail = "More of it is in the file that I send you." if more else "That is all there is."
    title = f"The last {len(rows)} changes" if len(rows) > 1 else "The last change"
    blocks = [paragraph(Span(title, bold=True)), *bullets(rows), paragraph(Span(tail, italic=True))]
    return pack(f"{title}. {tail}", blocks)[0]


def audit_file(entries: Iterable[Entry]) -> str:
    """Entries as lines of JSON, the newest first."""
    return "".join(json.dumps(audit_json(entry), ensure_ascii=False) + "\n" for entry in entries)


def audit_json(entry: Entry) -> dict[str, object]:
    """An entry as JSON values, its time as people write it beside."""
    return {"time": time_of(entry.at), **asdict(entry)}


def time_of(at: float) -> str:
    """A time (seconds since the epoch) to the second, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _row(entry: Entry) -> list[Span]:
    who = Span(entry.person, person=entry.who)
    where = [Span(" in "), Span(entry.channel, person=entry.channel)] if entry.channel else []
    about = cut(one_line(entry.about), _ABOUT)
    return [
        Span(f"{time_of(entry.at)}: "),
        Span(one_line(entry.what), bold=True),
        Span(" by "),
        who,
        *where,
        Span(f"\n{about + ', ' if about else ''}{one_line(entry.outcome)} "),
        Span(one_line(entry.request[:8]), code=True),
    ]
