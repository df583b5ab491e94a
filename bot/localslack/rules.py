"""Small checks that say what is wrong in the words of Slack's own errors, with the place as a JSON pointer.

The wording is what real answers were seen to hold in `response_metadata.messages` ("must be less than 3001
characters [json-pointer:/blocks/0/text/text]"); for rules whose wording was not seen it is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
Faults = Iterator[str]


def wrong(what: str, at: str) -> str:
    """A fault at a place."""
    return f"{what} [json-pointer:{at}]"


def length(value: Any, at: str, most: int, least: int = 1) -> Faults:
    """A text of so many characters."""
    if not isinstance(value, str):
        yield wrong("must provide a string", at)
    elif len(value) < least:
        yield wrong(f"must be more than {least - 1} characters", at)
    elif len(value) > most:
        yield wrong(f"must be less than {most + 1} characters", at)


def text(
    holder: Json, name: str, at: str, most: int, kinds: Sequence[str] = ("plain_text", "mrkdwn")
) -> Faults:
    """A text object that must be there."""
    if holder.get(name) is None:
        yield wrong(f"missing required field: {name}", at)
    else:
        yield from text_object(holder[name], f"{at}/{name}", most, kinds)


def text_object(value: Any, at: str, most: int, kinds: Sequence[str] = ("plain_text", "mrkdwn")) -> Faults:
    """A text object."""
    if not isinstance(value, Mapping):
        yield wrong("must provide an object", at)
    elif value.get("type") not in kinds:
        yield wrong(f"unsupported type: {value.get('type')}", f"{at}/type")
    else:
        yield from length(value.get("text"), f"{at}/text", most)
        allowed = ("emoji",) if value["type"] == "plain_text" else ("verbatim",)
        yield from known(value, at, ("type", "text", *allowed))


def plain(holder: Json, name: str, at: str, most: int) -> Faults:
    """A plain text object that must be there."""
    yield from text(holder, name, at, most, ("plain_text",))


def items(value: Any, at: str, most: int, least: int = 1) -> Faults:
    """A list of so many objects."""
    if not isinstance(value, list):
        yield wrong("must provide an array", at)
    elif len(value) < least:
        yield wrong(f"no fewer than {least} items allowed", at)
    elif len(value) > most:
        yield wrong(f"no more than {most} items allowed", at)
    else:
        for number, each in enumerate(value):
            if not isinstance(each, Mapping):
                yield wrong("must provide an object", f"{at}/{number}")


def known(holder: Json, at: str, names: Sequence[str]) -> Faults:
    """No other properties than these."""
    for name in holder:
        if name not in names:
            yield wrong(f"invalid additional property: {name}", at)


def unique(holders: Sequence[Json], name: str, places: Sequence[str]) -> Faults:
    """An id that no two share; those that have none are given one by Slack."""
    seen = set()
    for holder, at in zip(holders, places, strict=True):
        value = holder.get(name)
        if not isinstance(value, str) or not value:
            continue
        if value in seen:
            yield wrong(f'`{name}` "{value}" already exists', f"{at}/{name}")
        seen.add(value)


def objects(value: Any) -> list[Json]:
    """The objects of a list; nothing of anything else."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
