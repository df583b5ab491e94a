"""The home tab: my services, last runs, open cases, schedules, and a button for everything.

Only lays out: what it says is gathered in `bot.jobs.home_view`. Services beyond SHOWN have a line and no
buttons, so that the tab stays within Slack's 100 blocks however many somebody follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.covdata.summary import counted
from bot.render.blocks import Block, Button, Span, aside, bullets, buttons, divider, header, paragraph, styled
from bot.render.plain import brief, cut, one_line
from bot.render.slack_schedule import NEW as NEW_SCHEDULE
from bot.render.slack_schedule import Shown, schedule_buttons, schedule_lines
from bot.render.views import home

CHECK = "covcheck_home_check"
LIVE = "covcheck_home_live"
COMPARE = "covcheck_home_compare"
FOLLOW = "covcheck_home_follow"
UNFOLLOW = "covcheck_home_unfollow"
NEW_CHECK = "covcheck_home_new_check"
ANSWER = "covcheck_home_answer"
ASK = "covcheck_home_ask"
SAVE = "covcheck_home_save"
HELP = "covcheck_home_help"

SHOWN = 15
"""So many services have buttons."""
LINED = 60
"""So many more have a line."""
_NAME = 60
_SENTENCE = 300
_MARKS = {"FOUND": "✗", "CLEAR": "✓", "INCONCLUSIVE": "?"}


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service: `status` of its latest look (None: never looked at), `said` the sentence about it, `when` of
    what it is; `coverage` of its latest figure. `key` is what its buttons carry, at most 1,900 characters."""

    service: str
    repo: str
    key: str
    status: str | None
    said: str
    when: str
    coverage: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: what it is about, bold; what is said; where it leads."""

    about: str
    said: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class HomeView:
    """What one person's home tab says. `followed`: the services are those the person follows, else those
    asked about lately; `note` stands on top; `live`: runs in the cluster are offered, else `live_note` says
    why not (empty: nothing is said); of more schedules than are shown `more_schedules` is the number."""

    services: tuple[ServiceRow, ...]
    followed: bool
    runs: tuple[Line, ...]
    cases: tuple[Line, ...]
    schedules: tuple[Shown, ...]
    as_of: str
    note: str = ""
    live: bool = False
    live_note: str = ""
    more_schedules: int = 0


def home_view(shown: HomeView) -> Block:
    """The tab, within Slack's limits."""
    blocks: list[Block] = []
    if shown.note:
        blocks.append(paragraph(*styled(brief(shown.note, _SENTENCE))))
    blocks += [_everything(), header("My services"), *_services(shown)]
    for title, lines, none in (
        ("Last runs", shown.runs, "No live run yet, of yours or of these services."),
        ("My open cases", shown.cases, "None is open."),
    ):
        blocks += [header(title), *(bullets([_line(line) for line in lines]) or [aside(none)])]
    blocks += [header("Schedules"), *_schedules(shown)]
    blocks += [divider(), aside(f"As of {shown.as_of}.")]
    return home(blocks)


def told_home(text: str, hint: str = "", request_id: str = "") -> Block:
    """A tab that only says one thing: that somebody may not ask, or that nothing can be read now."""
    spans = styled(text, bold=True)
    if hint:
        spans += [Span("\n"), *styled(hint)]
    number = [paragraph(Span(f"Request {request_id[:8]}", italic=True))] if request_id else []
    return home([paragraph(*spans), *number])


def _everything() -> Block:
    """The buttons that belong to nothing below; each opens a form."""
    return buttons(
        Button("New check", NEW_CHECK, "-", style="primary"),
        Button("New schedule", NEW_SCHEDULE, "-"),
        Button("Answer a help request", ANSWER, "-"),
        Button("Ask a question", ASK, "-"),
        Button("Save a thread …", SAVE, "-"),
        Button("Help", HELP, "-"),
    )


def _services(shown: HomeView) -> list[Block]:
    blocks: list[Block] = []
    if not shown.services:
        said = "You follow no service yet. `/covcheck follow SERVICE` puts one here; so does a check of it."
        blocks.append(paragraph(*styled(said)))
    elif not shown.followed:
        blocks.append(aside("You follow no service yet: these are the ones you asked about lately."))
    for row in shown.services[:SHOWN]:
        blocks.append(paragraph(*_row(row)))
        blocks += [aside(row.when)] if row.when else []
        blocks.append(buttons(*_buttons(row, shown)))
    blocks += _rest(shown.services[SHOWN:])
    if shown.live_note and shown.services:
        blocks.append(paragraph(*styled(shown.live_note)))
    return blocks


def _row(row: ServiceRow) -> list[Span]:
    said = f"{_status(row)}{cut(one_line(row.said), _SENTENCE)}"
    name = [Span(_name(row.service), bold=True), Span(f" in {_name(row.repo)}\n")]
    return [*name, *styled(said), Span(f"\nCoverage: {row.coverage}")]


def _buttons(row: ServiceRow, shown: HomeView) -> list[Button]:
    offered = [("Check", CHECK), ("Live run", LIVE), ("Compare …", COMPARE)]
    offered.append(("Unfollow", UNFOLLOW) if shown.followed else ("Follow", FOLLOW))
    return [
        Button(label, action, row.key, spoken=f"{label.rstrip(' …')} {brief(row.service, 40)}")
        for label, action in offered
        if shown.live or action != LIVE
    ]


def _rest(rows: Sequence[ServiceRow]) -> list[Block]:
    """Services without buttons, a line each; those that cannot be shown are counted."""
    if not rows:
        return []
    lines = [
        [
            Span(_name(row.service), bold=True),
            Span(f" in {_name(row.repo)}: {row.status or 'not checked yet'}, coverage {row.coverage}"),
        ]
        for row in rows[:LINED]
    ]
    if len(rows) > LINED:
        lines.append([Span(f"and {len(rows) - LINED} more", italic=True)])
    why = f"The first {SHOWN} have buttons; for the others there is `/covcheck SERVICE` (`unfollow SERVICE`)."
    return [*bullets(lines), paragraph(*styled(why))]


def _schedules(shown: HomeView) -> list[Block]:
    if not shown.schedules:
        return [aside("No digest is scheduled by you or in the channels you asked in.")]
    blocks: list[Block] = []
    for each in shown.schedules:
        blocks += [schedule_lines(each, channel=True), schedule_buttons(each, "The channel")]
    if shown.more_schedules:
        more = counted(shown.more_schedules, "more schedule")
        blocks.append(paragraph(*styled(f"{more}: `/covcheck schedule list` in their channels.")))
    return blocks


def _line(line: Line) -> list[Span]:
    said = Span(cut(one_line(line.said), _SENTENCE))
    return [Span(_name(line.about), bold=True, url=line.url), Span(": "), said]


def _status(row: ServiceRow) -> str:
    return "" if row.status is None else f"{_MARKS.get(row.status, '·')} {row.status}: "


def _name(text: str) -> str:
    return brief(text, _NAME) or "?"
