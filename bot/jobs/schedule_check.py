"""What is wrong with a schedule that somebody filled in: a sentence for each field. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from difflib import get_close_matches

from bot.errors import UsageError
from bot.jobs.localtimes import zone_named
from bot.jobs.schedule_orders import KeepSchedule
from bot.path.names import plain
from bot.render.plain import brief
from bot.store.schedules import INCLUDE

MOST_SERVICES = 200
MOST_NAME = 200
_AT = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{1,30}", re.ASCII)


def tidy(order: KeepSchedule) -> KeepSchedule:
    """The same without what was filled in twice; weekdays and what is included in their order."""
    return replace(
        order,
        repo=order.repo.strip(),
        services=tuple(dict.fromkeys(name.strip() for name in order.services if name.strip())),
        weekdays=tuple(sorted(set(order.weekdays))),
        at=order.at.strip(),
        zone=order.zone.strip(),
        include=tuple(dict.fromkeys(name for name in (*INCLUDE, *order.include) if name in order.include)),
    )


def faults(order: KeepSchedule) -> dict[str, str]:
    """Field -> what is wrong with it and what to write instead, but for the services."""
    found = {
        "channel": "" if _CHANNEL.fullmatch(order.channel) else "Choose the channel to post in.",
        "repo": "" if order.repo else "No repo is named.",
        "weekdays": _weekdays(order.weekdays),
        "at": "" if _AT.fullmatch(order.at) else f"{brief(order.at, 20)!r} is no time. Write it as 09:00.",
        "zone": _zone(order.zone),
        "minimum": _minimum(order.minimum),
        "include": _include(order.include),
        "services": _bounds(order.services),
    }
    return {field: said for field, said in found.items() if said}


def unknown_services(
    services: Iterable[str], seen: Collection[str], *, sure: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(what is wrong with names, names to remark on): a name that was never seen is refused with the nearest
    that was, or only remarked on where `sure` is False: then the repo's services could not be read."""
    strange = [name for name in services if name not in seen]
    if not sure:
        return (), tuple(strange)
    return tuple(_strange(name, seen) for name in strange), ()


def _strange(name: str, seen: Collection[str]) -> str:
    same = [other for other in sorted(seen) if plain(other) == plain(name)]
    near = same[:1] or get_close_matches(name, sorted(seen), 1, cutoff=0.4)
    guess = f" Did you mean {brief(near[0], MOST_NAME)}?" if near else ""
    return f"There is no service {brief(name, 80)} in this repo.{guess}"


def _weekdays(days: Collection[int]) -> str:
    if not days:
        return "Choose at least one weekday."
    known = all(type(day) is int and 0 <= day <= 6 for day in days)
    return "" if known else "Weekdays are numbers from 0 (Monday) to 6 (Sunday)."


def _zone(name: str) -> str:
    try:
        zone_named(name)
    except UsageError as error:
        return f"{error} {error.hint}"
    return ""


def _minimum(points: float) -> str:
    ok = isinstance(points, int | float) and math.isfinite(points) and 0.0 <= points <= 100.0
    return "" if ok else "The minimum is a number of percentage points from 0 to 100."


def _include(names: Collection[str]) -> str:
    strange = sorted(set(names) - set(INCLUDE))
    return f"A digest has no part {brief(strange[0], 40)!r}. It has {', '.join(INCLUDE)}." if strange else ""


def _bounds(services: Collection[str]) -> str:
    if len(services) > MOST_SERVICES:
        return f"Name at most {MOST_SERVICES} services, or none for all."
    return "" if all(len(name) <= MOST_NAME for name in services) else "A service's name is too long."
