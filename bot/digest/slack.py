"""The digest for Slack: one message a lead reads in five seconds, details and the chart in its thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.digest.gather import Gathered
from bot.digest.model import Digest, NoData, Period, ServiceLine, StaleArticle
from bot.digest.trend import alt_text, trend
from bot.digest.words import (
    QUIET,
    arrow,
    bar,
    change,
    commits,
    figure,
    headline,
    last_figure,
    no_data_line,
    packages,
    quality_said,
    signed,
    sparkline,
    stale_line,
)
from bot.render.blocks import Block, Post, Span, bullets, header, one_post, pack, paragraph
from bot.render.plain import brief, one_line
from bot.render.slack import Snippet

MOVED = 6
"""So many services that moved are named in the first message."""
WITHOUT = 12
"""So many services without data are named there."""
STALE_ROWS = 20
"""So many stale articles are named in the thread."""
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
    return _message(gathered), _details(gathered)


def digest_chart(gathered: Gathered, folder: Path) -> Snippet:
    """The chart, painted into `folder`. Raises OSError when it cannot be written."""
    from bot.digest.chart import chart_png  # matplotlib takes longer to load than a bot may take to start

    digest = gathered.digest
    drawn = trend(gathered.histories, digest)
    file = folder / "coverage-trend.png"
    file.write_bytes(chart_png(drawn, headline(digest)))
    return Snippet(file.name, "Coverage over 90 days", path=str(file), alt_text=alt_text(drawn, digest))


def _message(gathered: Gathered) -> Post:
    digest, include = gathered.digest, gathered.include
    blocks: list[Block] = [header(headline(digest))]
    if digest.quiet:
        blocks.append(paragraph(Span(QUIET)))
    if digest.moved and "moved" in include:
        blocks += bullets([_moved(line, gathered.web) for line in digest.moved[:MOVED]])
        if len(digest.moved) > MOVED:
            more = f"{len(digest.moved) - MOVED} more moved: see the thread."
            blocks.append(paragraph(Span(more, italic=True)))
    if digest.no_data and "no-data" in include:
        blocks.append(paragraph(Span("No data: ", bold=True), *_without(digest)))
    blocks += [paragraph(Span(f"{name}: ", bold=True), Span(said)) for name, said in _besides(gathered)]
    where = "Each service and the chart are" if "chart" in include else "Each service is"
    last = paragraph(Span(f"{where} in the thread.", italic=True))
    rest = paragraph(Span("The rest is in the thread.", italic=True))
    return one_post(fallback(gathered), blocks, [last], rest)


def fallback(gathered: Gathered) -> str:
    """The message in plain words, for notifications and screen readers: no bars, no arrows."""
    digest, include = gathered.digest, gathered.include
    said = [f"{headline(digest)}."]
    if digest.quiet:
        said.append(QUIET)
    for line in digest.moved[:MOVED] if "moved" in include else ():
        way = "up" if (line.points or 0.0) > 0 else "down"
        said.append(
            f"{_name(line.service)} {way} {abs(line.points or 0.0):.1f} points to {figure(line.percent)}%."
        )
    if digest.no_data and "no-data" in include:
        said.append(f"No data: {''.join(span.text for span in _without(digest))}.")
    said += [f"{name}: {words.removesuffix('.')}." for name, words in _besides(gathered)]
    return " ".join(said)


def _besides(gathered: Gathered) -> list[tuple[str, str]]:
    """What is included that is not coverage, as (name, words)."""
    lines = [stale_line(gathered.stale) if "stale" in gathered.include else ""]
    lines.append(quality_said(gathered.quality) if "quality" in gathered.include else "")
    return [(name, words) for name, _, words in (line.partition(": ") for line in lines) if words]


def _moved(line: ServiceLine, web: str) -> list[Span]:
    """`moved_line` with the service in bold, and with a link to what changed."""
    points, why, where = line.points or 0.0, packages(line), commits(line, web)
    said = f" {figure(line.percent)} ({signed(points)}{': ' + brief(why, 200) if why else ''}"
    row = [Span(f"{arrow(points)} "), Span(_name(line.service), bold=True), Span(said)]
    if where is not None:
        row += [Span(" "), Span(where.text, url=where.url)]
    return [*row, Span(")")]


def _without(digest: Digest) -> list[Span]:
    """The services without data, each with a link to what shows its cause, where anything does."""
    row: list[Span] = []
    for number, gone in enumerate(digest.no_data[:WITHOUT]):
        row += [Span(", ")] if number else []
        url = None if gone.blocked is None else gone.blocked.url
        row.append(Span(brief(no_data_line(gone, digest.period.zone), 200), url=url))
    more = len(digest.no_data) - WITHOUT
    return [*row, Span(f" and {more} more")] if more > 0 else row


def _details(gathered: Gathered) -> tuple[Post, ...]:
    """Each service with percent, bar, change and sparkline; each without data, with its cause; each stale
    article, with the reason."""
    digest = gathered.digest
    blocks: list[Block] = []
    if digest.lines:
        branch = f", branch {one_line(gathered.branch)}" if gathered.branch else ""
        blocks.append(paragraph(Span(f"Services that reported{branch}", bold=True)))
        blocks += bullets([_row(line, gathered.web, line in digest.moved) for line in digest.lines])
    if digest.no_data and "no-data" in gathered.include:
        blocks.append(paragraph(Span("No data", bold=True)))
        blocks += bullets([_gone(each, digest.period) for each in digest.no_data])
    if gathered.stale and "stale" in gathered.include:
        blocks.append(paragraph(Span("Stale articles", bold=True)))
        blocks += bullets([_stale(each) for each in gathered.stale[:STALE_ROWS]])
    said = f"Details: {len(digest.lines)} reported, {len(digest.no_data)} without data"
    return pack(said, blocks) if blocks else ()


def _row(line: ServiceLine, web: str, moved: bool) -> list[Span]:
    """A service in one line; why only where it moved by the minimum."""
    row = [
        Span(_name(line.service), bold=True),
        Span(f" {figure(line.percent)}% "),
        Span(bar(line.percent), code=True),
        Span(f" {change(line)} {sparkline(line.trend)}".rstrip()),
    ]
    why, where = packages(line), commits(line, web)
    if moved and why:
        row.append(Span(f" {brief(why, 200)}", italic=True))
    if moved and where is not None:
        row += [Span(" "), Span(where.text, url=where.url)]
    return row


def _gone(gone: NoData, period: Period) -> list[Span]:
    row = [Span(brief(no_data_line(gone, period.zone), 200), bold=True)]
    if gone.blocked is not None and gone.blocked.summary:
        row += [Span(" "), Span(brief(gone.blocked.summary, 300), url=gone.blocked.url)]
    last = last_figure(gone, period.zone)
    return [*row, Span(f" {last}")] if last else row


def _stale(article: StaleArticle) -> list[Span]:
    row = [Span(brief(article.title, 150), bold=True), Span(f": {brief(article.why, 300)}")]
    return [*row, Span(f" (owner {brief(article.owner, 60)})")] if article.owner else row


def _name(service: str) -> str:
    return brief(service, _NAME)
