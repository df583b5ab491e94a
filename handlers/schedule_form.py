"""From what a person filled into the form to an order, or to what is wrong with it, said at each field.

Times are read as people write them; what cannot be read is kept as it stands and told what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from bot.jobs.localtimes import zone_meant
from bot.jobs.schedule_check import MOST_SERVICES, faults, tidy
from bot.jobs.schedule_orders import KeepSchedule
from bot.path.names import plain
from bot.render.plain import brief
from bot.render.slack_schedule import DAYS, Filled
from bot.render.slack_schedule import days as days_said

_FIELDS = ("channel", "services", "others", "weekdays", "at", "zone", "minimum", "include")
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?\s{0,3}(?P<half>am|pm)?", re.I | re.ASCII)
_CRON = re.compile(r"(?:[\w*/,?#-]{1,40}\s{1,5}){4,5}[\w*/,?#-]{1,40}", re.ASCII)
_CRON_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_OFFSET = re.compile(r"(?:utc|gmt)?\s{0,3}[+-]\s{0,3}\d{1,2}(?::?\d{2})?", re.I | re.ASCII)
_NAME = re.compile(r'["“”](?P<quoted>[^"“”]{1,200})["“”]|(?P<bare>[^\s,;"“”]+)')
NEAR = 0.75
"""A name so like a known one is taken for a slip of the pen."""


@dataclass(frozen=True, slots=True)
class About:
    """What the form was opened for: a repo, and the schedule (empty: a new one) in its version."""

    repo: str
    id: str = ""
    version: int = 0


def judged(form: Filled, about: About, known: Collection[str]) -> tuple[KeepSchedule, dict[str, str]]:
    """The order, and what is wrong with it by field of the form; `known` are services that were seen."""
    others, strange = _others(form.others, known)
    order = tidy(
        KeepSchedule(
            channel=form.channel,
            repo=about.repo,
            services=(*form.services, *others),
            weekdays=tuple(int(day) for day in form.weekdays if day in "0123456"),
            at=_time(form.at),
            zone=zone_meant(form.zone),
            minimum=_number(form.minimum),
            include=form.include,
            id=about.id,
            version=about.version,
        )
    )
    return order, _at_fields(form, {**faults(order), **strange, **_said(form)})


def _at_fields(form: Filled, found: Mapping[str, str]) -> dict[str, str]:
    """Each sentence at a field that the form has; what belongs to none stands at the first."""
    said: dict[str, str] = {}
    for name, text in found.items():
        field = "others" if name == "services" and not form.services else name
        said.setdefault(field if field in _FIELDS else "channel", text)
    return said


def _said(form: Filled) -> dict[str, str]:
    """What is told more plainly than by saying that it is no time, no zone or no number."""
    found = {}
    if _CRON.fullmatch(form.at):
        found["at"] = _instead_of_cron(form.at)
    elif not form.at:
        found["at"] = "Write the time of day, as 09:00."
    if _OFFSET.fullmatch(form.zone):
        found["zone"] = "An offset knows no summer time. Write a place, as Europe/Berlin or America/New_York."
    elif not form.zone:
        found["zone"] = "Write a time zone, as Europe/Berlin, or UTC."
    return found


def _time(text: str) -> str:
    """A time of day as `HH:MM`; what is none as it stands."""
    read = _CLOCK.fullmatch(text)
    if read is None:
        return text
    hour, minute, half = int(read["hour"]), int(read["minute"] or 0), (read["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return text
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else text


def _number(text: str) -> float:
    """A number, also with a comma; not a number where it is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


def _others(text: str, known: Collection[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """The names that were typed, and what is wrong with one: a slip of the pen, unless it stands in quotes.

    A name that is like no known one may be a service that was never looked at: the job finds that out.
    """
    names: list[str] = []
    same = {plain(other): other for other in sorted(known)}
    for match in _NAME.finditer(text):
        name = (match["quoted"] or match["bare"] or "").strip()
        if match["bare"] and name not in known:
            name = same.get(plain(name), name)
            near = get_close_matches(name, known, 1, cutoff=NEAR) if name not in known else []
            if near:
                said = f"I know no service {brief(name, 60)}. Did you mean {brief(near[0], 60)}?"
                return tuple(names), {"others": f'{said} If not, write it in quotes: "name".'}
        names += [name] if name else []
        if len(names) > MOST_SERVICES:
            break
    return tuple(names), {}


def _instead_of_cron(text: str) -> str:
    """What to fill in instead of a cron expression, as far as it says the same."""
    fields = text.split()[-5:]
    minute, hour, dom, month, weekday = fields
    said = "This is a cron expression. Write the time of day here, as 09:00, and tick the weekdays above."
    plain_time = minute.isdigit() and hour.isdigit() and int(minute) < 60 and int(hour) < 24
    numbers = _cron_days(weekday)
    if len(text.split()) != 5 or not plain_time or dom not in "*?" or month != "*" or not numbers:
        return said
    ticked = "all weekdays" if len(numbers) == len(DAYS) else days_said(numbers)
    return f"This is a cron expression. Write {int(hour):02}:{int(minute):02} here, and tick {ticked} above."


def _cron_days(field: str) -> tuple[int, ...]:
    """The weekdays (Monday 0) of a cron field (Sunday 0 or 7); empty where it is more than that."""
    if field in ("*", "?"):
        return tuple(range(7))
    found = set()
    for part in field.upper().split(","):
        first, dash, last = part.partition("-")
        start, end = _cron_day(first), _cron_day(last if dash else first)
        if start is None or end is None or end < start:
            return ()
        found |= {(day - 1) % 7 for day in range(start, end + 1)}
    return tuple(sorted(found))


def _cron_day(text: str) -> int | None:
    if text in _CRON_DAYS:
        return _CRON_DAYS.index(text)
    return int(text) if text.isdigit() and int(text) <= 7 else None
