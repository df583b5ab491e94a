"""A service's history for Slack: what changed in one message, the figures and the chart in its thread."""

from __future__ import annotations

from pathlib import Path

from bot.digest.trend import Series, Trend
from bot.digest.words import bar
from bot.digest.words import figure as shown
from bot.history.model import Figure
from bot.history.thinning import DAY
from bot.render.blocks import Block, Post, Span, bullets, header, pack, paragraph
from bot.render.plain import brief, day
from bot.render.slack import Snippet
from bot.story.model import Compared, Story
from bot.story.terminal import latest
from bot.story.words import SOURCES, change, comparison, headline, moment, movers, title

ROWS = 20
_LINE = 300
_LABEL = 16
CHART = "coverage-over-time.png"


def story_posts(story: Story) -> tuple[Post, ...]:
    """The message; what follows stands in its thread."""
    blocks: list[Block] = [header(brief(headline(story), 150))]
    blocks += bullets([_compared(each, story) for each in story.compared])
    blocks.append(paragraph(Span("The figures and the chart are in the thread.", italic=True)))
    said = "; ".join(f"{title(each, story)}: {comparison(each)}" for each in story.compared)
    first = pack(f"{headline(story)}. {said}", blocks)
    rows = bullets([_row(figure, before) for figure, before in latest(story, ROWS)])
    number = min(ROWS, len(story.figures))
    name = "The last figure" if number == 1 else f"The last {number} figures"
    more = pack(f"{name} of {brief(story.service, 80)}", [paragraph(Span(name, bold=True)), *rows])
    return (*first, *more)


def _compared(compared: Compared, story: Story) -> list[Span]:
    row = [
        Span(brief(title(compared, story), 100), bold=True),
        Span(f" {brief(comparison(compared), _LINE)}"),
    ]
    for line in movers(compared):
        row.append(Span(f"\n{brief(line, _LINE)}"))
    if compared.how:
        row.append(Span(f"\n{brief(compared.how, _LINE)}", italic=True))
    return row


def _row(figure: Figure, before: Figure | None) -> list[Span]:
    commit = [Span(" "), Span(figure.commit[:7], code=True)] if figure.commit else []
    percent = figure.percent or 0.0
    return [
        Span(f"{moment(figure.at)}"),
        *commit,
        Span(f" {SOURCES[figure.source]} "),
        Span(bar(percent), code=True),
        Span(f" {shown(percent)}% {change(figure, before)}".rstrip()),
    ]


def story_chart(story: Story, folder: Path) -> Snippet:
    """The figures as a picture, with those of the base branch. Raises OSError when it cannot be written."""
    from bot.digest.chart import chart_png  # matplotlib takes longer to load than a bot may take to start

    drawn = story_trend(story)
    file = folder / CHART
    file.write_bytes(chart_png(drawn, brief(headline(story), 100)))
    name = brief(story.service, 80)
    return Snippet(file.name, f"Coverage of {name}", path=str(file), alt_text=alt_text(story))


def story_trend(story: Story) -> Trend:
    """What the chart draws: the branch as the strong line, the base branch as another."""
    since = min(story.figures[0].at, story.last.at - 7 * DAY)
    base = tuple((f.at, f.percent) for f in story.base_figures if f.percent is not None and f.at >= since)
    others = (Series(brief(story.base or "", _LABEL), base, True),) if base else ()
    mine = tuple((f.at, f.percent) for f in story.figures if f.percent is not None)
    until = max([story.last.at, *(at for at, _ in base)]) + DAY / 24
    return Trend(since, until, Series(brief(story.branch or story.service, _LABEL), mine, True), others)


def alt_text(story: Story) -> str:
    """The chart in words."""
    first, last = story.figures[0], story.last
    where = f" on {story.branch}" if story.branch else ""
    return (
        f"Coverage of {story.service}{where}: from {shown(first.percent or 0.0)}% on {day(first.at)} to "
        f"{shown(last.percent or 0.0)}% on {day(last.at)}."
    )
