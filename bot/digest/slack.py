"""The digest for Slack: one message a lead reads in five seconds, details and the chart in its thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.digest.chart import chart_png
from bot.digest.gather import Gathered
from bot.digest.model import Digest, NoData, ServiceLine
from bot.digest.trend import alt_text, trend
from bot.digest.words import (
    QUIET,
    arrow,
    bar,
    change,
    figure,
    headline,
    moved_line,
    no_data_line,
    reason,
    sparkline,
)
from bot.render.blocks import Block, Post, Span, bullets, header, one_post, pack, paragraph
from bot.render.plain import brief, day, one_line
from bot.render.slack import Snippet

MOVED = 6
"""So many services that moved are named in the first message."""
WITHOUT = 12
"""So many services without data are named there."""
_NAME = 80


@dataclass(frozen=True, slots=True)
class DigestPosts:
    """What is posted: the message, then in its thread the details and the chart (a file at a path)."""

    message: Post
    thread: tuple[Post, ...]
    chart: Snippet


def digest_posts(gathered: Gathered, folder: Path) -> DigestPosts:
    """The digest as messages within Slack's limits; the chart is painted into `folder`.

    Raises OSError when it cannot be written.
    """
    message, thread = digest_messages(gathered)
    return DigestPosts(message, thread, digest_chart(gathered, folder))


def digest_messages(gathered: Gathered) -> tuple[Post, tuple[Post, ...]]:
    """The digest's message, and the details for its thread."""
    return _message(gathered.digest), _details(gathered)


def digest_chart(gathered: Gathered, folder: Path) -> Snippet:
    """The chart, painted into `folder`. Raises OSError when it cannot be written."""
    digest = gathered.digest
    drawn = trend(gathered.histories, digest)
    file = folder / "coverage-trend.png"
    file.write_bytes(chart_png(drawn, headline(digest)))
    return Snippet(file.name, "Coverage over 90 days", path=str(file), alt_text=alt_text(drawn, digest))


def _message(digest: Digest) -> Post:
    blocks: list[Block] = [header(headline(digest))]
    if digest.quiet:
        blocks.append(paragraph(Span(QUIET)))
    if digest.moved:
        blocks += bullets([_moved(line) for line in digest.moved[:MOVED]])
    if len(digest.moved) > MOVED:
        blocks.append(
            paragraph(Span(f"{len(digest.moved) - MOVED} more moved: see the thread.", italic=True))
        )
    if digest.no_data:
        blocks.append(paragraph(Span("no data: ", bold=True), Span(_without(digest.no_data))))
    last = paragraph(Span("Each service and the chart are in the thread.", italic=True))
    more = paragraph(Span("The rest is in the thread.", italic=True))
    return one_post(fallback(digest), blocks, [last], more)


def fallback(digest: Digest) -> str:
    """The message in plain words, for notifications and screen readers: no bars, no arrows."""
    said = [f"{headline(digest)}."]
    if digest.quiet:
        said.append(QUIET)
    for line in digest.moved[:MOVED]:
        way = "up" if (line.points or 0.0) > 0 else "down"
        said.append(
            f"{_name(line.service)} {way} {abs(line.points or 0.0):.1f} points to {figure(line.percent)}%."
        )
    if digest.no_data:
        said.append(f"No data: {_without(digest.no_data)}.")
    return " ".join(said)


def _moved(line: ServiceLine) -> list[Span]:
    """`moved_line` with the service in bold."""
    whole, start = brief(moved_line(line), 400), f"{arrow(line.points or 0.0)} "
    name = one_line(line.service)
    if not whole.startswith(start + name):
        return [Span(whole)]
    return [Span(start), Span(name, bold=True), Span(whole[len(start) + len(name) :])]


def _without(gone: Sequence[NoData]) -> str:
    said = ", ".join(brief(no_data_line(each), 200) for each in gone[:WITHOUT])
    return f"{said} and {len(gone) - WITHOUT} more" if len(gone) > WITHOUT else said


def _details(gathered: Gathered) -> tuple[Post, ...]:
    """Each service with percent, bar, change and sparkline; then each without data, with its cause."""
    digest = gathered.digest
    blocks: list[Block] = []
    if digest.lines:
        branch = f", branch {one_line(gathered.branch)}" if gathered.branch else ""
        blocks.append(paragraph(Span(f"Services that reported{branch}", bold=True)))
        blocks += bullets([_row(line) for line in digest.lines])
    if digest.no_data:
        blocks.append(paragraph(Span("No data", bold=True)))
        blocks += bullets([_gone(each) for each in digest.no_data])
    said = f"Details: {len(digest.lines)} reported, {len(digest.no_data)} without data"
    return pack(said, blocks) if blocks else ()


def _row(line: ServiceLine) -> list[Span]:
    row = [
        Span(_name(line.service), bold=True),
        Span(f" {figure(line.percent)}% "),
        Span(bar(line.percent), code=True),
        Span(f" {change(line)} {sparkline(line.trend)}".rstrip()),
    ]
    why = reason(line)
    return [*row, Span(f" {brief(why, 200)}", italic=True)] if why else row


def _gone(gone: NoData) -> list[Span]:
    row = [Span(brief(no_data_line(gone), 200), bold=True)]
    if gone.blocked is not None and gone.blocked.summary:
        row.append(Span(f" {brief(gone.blocked.summary, 300)}", url=gone.blocked.url))
    if gone.last is not None and gone.last.percent is not None:
        row.append(Span(f" Last figure: {figure(gone.last.percent)}% on {day(gone.last.at)}."))
    return row


def _name(service: str) -> str:
    return brief(service, _NAME)
