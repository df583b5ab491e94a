"""Schedules of digests in Slack: the form, and the list with its buttons.

A schedule comes as plain values (`Shown`); when and what are said in the same words everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.covdata.summary import counted
from bot.render.blocks import (
    MAX_BLOCKS,
    MAX_MESSAGE,
    Block,
    Button,
    Confirm,
    Post,
    Span,
    buttons,
    pack,
    paragraph,
    size,
    styled,
)
from bot.render.inputs import Choice, channel_input, checkboxes, multi_select, number_input, text_input
from bot.render.plain import brief, one_line
from bot.render.views import modal, section, values_of

CALLBACK = "covcheck_schedule"
NEW = "covcheck_schedule_new"
"""Opens the form; the value is a repo, or `-` for the channel's own."""
LIST = "covcheck_schedule_list"
EDIT = "covcheck_schedule_edit"
PAUSE = "covcheck_schedule_pause"
"""Also resumes: the value is `ID pause` or `ID resume`."""
REMOVE = "covcheck_schedule_remove"
POST_NOW = "covcheck_schedule_post"

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PARTS = (
    Choice("moved", "What moved", "services with their packages and commits"),
    Choice("no-data", "No data", "services without a figure, and why"),
    Choice("chart", "Chart", "the last 90 days as a picture, in the thread"),
    Choice("stale", "Stale articles", "saved answers whose sources changed"),
    Choice("quality", "Answer quality", "questions asked, answered and solved"),
)
"""What a digest can include."""
SUMMARY = 8
"""So many services are named in a line; of more the number is said."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A schedule as people see it; fields as in the store. `id` is empty for one that is being made;
    `next_at` and `last` are clauses (`Monday 30 November at 09:00`, `posted on 23 November`), or empty."""

    repo: str
    channel: str | None = None
    services: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = (0,)
    at: str = "09:00"
    zone: str = "UTC"
    minimum: float = 0.5
    include: tuple[str, ...] = tuple(part.value for part in PARTS)
    id: str = ""
    by: str | None = None
    paused: bool = False
    next_at: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a person filled into the form, as it stands there."""

    channel: str
    services: tuple[str, ...]
    others: str
    weekdays: tuple[str, ...]
    at: str
    zone: str
    minimum: str
    include: tuple[str, ...]


def schedule_view(shown: Shown, known: Sequence[str], metadata: Mapping[str, Any]) -> Block:
    """The form. `known` services are offered; chosen ones that are not among them stand in the text field.

    Raises ValueError when the metadata is larger than Slack takes.
    """
    offered = multi_choice(known)
    rest = [name for name in shown.services if name not in offered]
    kinds = ("public", "private", *(["im"] if (shown.channel or "").startswith("D") else []))
    blocks = [
        section(f"Repo: {one_line(shown.repo)}"),
        channel_input(
            "channel",
            "Channel",
            chosen=shown.channel,
            kinds=kinds,
            hint="Where the digest is posted. covcheck must be a member: /invite @covcheck",
        ),
    ]
    if offered:
        blocks.append(
            multi_select(
                "services",
                "Services",
                [Choice(name) for name in offered],
                chosen=shown.services,
                placeholder="All services",
                hint="Choose none for all, also for those that come later.",
                optional=True,
            )
        )
    blocks += [
        text_input(
            "others",
            "Other services" if offered else "Services",
            value=" ".join(_quoted(name) for name in rest),
            hint="Names that are not offered above." if offered else "Leave it empty for all.",
            optional=True,
        ),
        checkboxes(
            "weekdays",
            "Weekdays",
            [Choice(str(number), name) for number, name in enumerate(DAYS)],
            chosen=map(str, shown.weekdays),
        ),
        text_input("at", "Time", value=shown.at, hint="The time of day, as 09:00", most=100),
        text_input(
            "zone", "Time zone", value=shown.zone, hint="As Europe/Berlin or America/New_York", most=100
        ),
        number_input(
            "minimum",
            "Minimum change",
            value=shown.minimum,
            least=0,
            most=100,
            hint="In percentage points: what moved less is not named as moved.",
        ),
        checkboxes("include", "Include", PARTS, chosen=shown.include, optional=True),
    ]
    title = "Edit schedule" if shown.id else "Schedule a digest"
    return modal(title, blocks, callback=CALLBACK, submit="Save", metadata=metadata)


def multi_choice(known: Iterable[str]) -> tuple[str, ...]:
    """The names that a menu can offer, at most 100."""
    return tuple(name for name in dict.fromkeys(known) if Choice(name).fits)[:100]


def filled(view: Mapping[str, Any]) -> Filled:
    """What stands in the fields of a submitted form."""
    held = values_of(view)
    return Filled(
        channel=held.text("channel"),
        services=held.many("services"),
        others=held.text("others"),
        weekdays=held.many("weekdays"),
        at=held.text("at"),
        zone=held.text("zone"),
        minimum=held.text("minimum"),
        include=held.many("include"),
    )


def when(weekdays: Sequence[int], at: str, zone: str) -> str:
    """`Monday to Friday at 09:00, Europe/Berlin`."""
    return f"{days(weekdays)} at {at}, {zone}"


def days(weekdays: Sequence[int]) -> str:
    """`every day`, `Monday to Friday`, `Monday, Wednesday and Friday`."""
    wanted = sorted({day for day in weekdays if 0 <= day < len(DAYS)})
    if len(wanted) == len(DAYS):
        return "every day"
    if len(wanted) > 2 and wanted[-1] - wanted[0] == len(wanted) - 1:
        return f"{DAYS[wanted[0]]} to {DAYS[wanted[-1]]}"
    names = [DAYS[day] for day in wanted]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names) or "no day"


def what(shown: Shown) -> str:
    """`acme/shop, all services, moves of 0.5 points or more`."""
    if not shown.services:
        services = "all services"
    elif len(shown.services) > SUMMARY:
        services = counted(len(shown.services), "service")
    else:
        services = ", ".join(brief(name, 60) for name in shown.services)
    return f"{one_line(shown.repo)}, {services}, moves of {shown.minimum:g} points or more"


def included(shown: Shown) -> str:
    """What it includes, in words: `what moved, no data, chart`; empty for everything."""
    names = [part.label.lower() for part in PARTS if part.value in shown.include]
    if len(names) == len(PARTS):
        return ""
    return f"only {', '.join(names)}" if names else "the headline only"


def schedule_buttons(shown: Shown, where: str) -> Block:
    """Edit, Pause or Resume, Post now, Remove; `where` names its channel in the question before a removal."""
    said = f"{where} gets no more digests: {when(shown.weekdays, shown.at, shown.zone)}. This is not undone."
    sure = Confirm("Remove this schedule?", said, "Remove")
    switch = "Resume" if shown.paused else "Pause"
    return buttons(
        Button("Edit", EDIT, shown.id),
        Button(switch, PAUSE, f"{shown.id} {switch.lower()}"),
        Button("Post now", POST_NOW, shown.id),
        Button("Remove", REMOVE, shown.id, style="danger", confirm=sure),
    )


def schedule_lines(shown: Shown, *, channel: bool = False) -> Block:
    """A schedule in two lines or three; `channel`: also where it posts."""
    spans = [Span(when(shown.weekdays, shown.at, shown.zone), bold=True)]
    if shown.paused:
        spans.append(Span(" · paused", bold=True))
    if channel and shown.channel:
        spans += [Span(" · "), Span(shown.channel, person=shown.channel)]
    spans.append(Span(f"\n{what(shown)}"))
    only = included(shown)
    if only:
        spans.append(Span(f", {only}"))
    state = [shown.last]
    if shown.next_at and not shown.paused:
        state.append(f"next on {shown.next_at}")
    told = "; ".join(filter(None, state))
    if shown.by:
        spans += [Span("\nSet up by "), Span(shown.by, person=shown.by), Span(f"; {told}" if told else "")]
    elif told:
        spans.append(Span(f"\n{told[:1].upper()}{told[1:]}"))
    return paragraph(*spans)


def schedules_post(found: Sequence[Shown], where: str) -> Post:
    """The schedules of a channel (`where` in words, as `This channel`), each with its buttons."""
    new = buttons(Button("New schedule", NEW, "-", style="primary"))
    if not found:
        said = f"{where} has no schedule. `/covcheck schedule` sets one up."
        return pack(said.replace("`", ""), [paragraph(*styled(said))], last=new)[0]
    title = f"{where} has {counted(len(found), 'schedule')}"
    blocks: list[Block] = [paragraph(Span(title, bold=True))]
    for number, shown in enumerate(found):
        pair = [schedule_lines(shown), schedule_buttons(shown, where)]
        if len(blocks) + 4 > MAX_BLOCKS or size([*blocks, *pair, new]) + 400 > MAX_MESSAGE:
            rest = f"{counted(len(found) - number, 'more schedule')} cannot be shown here."
            blocks.append(paragraph(Span(rest, italic=True)))
            break
        blocks += pair
    told = "; ".join(f"{when(s.weekdays, s.at, s.zone)}{' (paused)' if s.paused else ''}" for s in found)
    return pack(f"{title}: {told}", blocks, last=new)[0]


def offer_post(repo: str | None) -> Post:
    """What is said to who asks for schedules in a message, where no form can be opened."""
    said = "A digest tells a channel on its days what moved in the coverage, and what has no data and why."
    row = buttons(
        Button("New schedule", NEW, repo or "-", style="primary"), Button("Show schedules", LIST, "-")
    )
    return pack(said, [paragraph(Span(said))], last=row)[0]


def _quoted(name: str) -> str:
    return f'"{name}"' if any(char in name for char in ' ,;"') else name
