"""Which service asks and which is asked about: by name, never by guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Certainty, Missing
from knowledge.answering.locate import named
from knowledge.requests.model import HelpRequest, Mention

_SURE = (Certainty.CERTAIN, Certainty.LIKELY)


@dataclass(frozen=True, slots=True)
class Sides:
    """The names of the two services, None where it cannot be told; `missing` then says why."""

    ours: str | None
    theirs: str | None
    missing: tuple[Missing, ...]


def choose_sides(
    request: HelpRequest, known: Sequence[str], service: str | None = None, like: str | None = None
) -> Sides:
    """The asking service and the one that is asked about.

    `service` and `like` win over what the request says. A name that only may be one of the `known`
    services is not taken: the Missing names it.
    """
    missing: list[Missing] = []
    ours = service or _taken(request.service, "the service that asks", known, missing)
    theirs = like or _taken(request.other_service, "the service that is asked about", known, missing)
    if ours is not None and ours == theirs:
        theirs = None
        missing.append(Missing("the service that is asked about", f"it can't be {ours}, which asks"))
    return Sides(ours, theirs, tuple(missing))


def _taken(mention: Mention | None, what: str, known: Sequence[str], missing: list[Missing]) -> str | None:
    """The service of a mention that is sure enough; else None, with the reason in `missing`."""
    if mention is not None and mention.service is not None and mention.certainty in _SURE:
        return mention.service
    missing.append(Missing(what, _why(mention, known)))
    return None


def _why(mention: Mention | None, known: Sequence[str]) -> str:
    there = f"the repo has {named(known)}" if known else "no service was found in the repo"
    if mention is None:
        return f"the request does not say which one; {there}"
    if mention.candidates:
        return f'"{mention.name}" can mean {named(mention.candidates)}'
    if mention.service is not None:
        return f'"{mention.name}" may be {mention.service} ({mention.how}); that is not sure enough'
    return f'no service is called "{mention.name}"; {there}'
