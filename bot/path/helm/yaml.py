"""Values back to YAML text, line by line with origins (Helm's toYaml)."""

from __future__ import annotations

import json
import re

from bot.path.helm.values import Map, Origin, Seq, Switch, typed

_PLAIN = re.compile(r"[A-Za-z0-9_./\ue000\ue001][\w./:@%+,=\ue000\ue001 -]*")


class Marked(str):
    """Rendered text that knows where each of its lines comes from."""

    __slots__ = ("origins",)
    origins: tuple[Origin | None, ...]


def marked(lines: list[tuple[str, Origin | None]]) -> Marked:
    """Lines with their origins as one text."""
    text = Marked("\n".join(line for line, _ in lines))
    text.origins = tuple(origin for _, origin in lines)
    return text


def origins_of(text: str) -> tuple[Origin | None, ...]:
    """The origin of each line of a text, None where it is not known."""
    known = getattr(text, "origins", ())
    count = text.count("\n") + 1
    return tuple(known[:count]) + (None,) * (count - len(known))


def to_yaml(value: object) -> Marked:
    """A value as YAML, keys sorted as Go's encoder does; each line with its origin."""
    return marked(_lines(value, None, 0))


def _lines(value: object, origin: Origin | None, depth: int) -> list[tuple[str, Origin | None]]:
    if depth > 60:
        return [("null", origin)]
    if isinstance(value, dict) and value:
        places = value.places if isinstance(value, Map) else {}
        return [
            line
            for key in sorted(value)
            for line in _entry(f"{scalar(key)}:", value[key], places.get(key, origin), depth)
        ]
    if isinstance(value, list) and value:
        known = value.places if isinstance(value, Seq) else []
        found: list[tuple[str, Origin | None]] = []
        for index, item in enumerate(value):
            place = known[index] if index < len(known) else origin
            below = _lines(item, place, depth + 1)
            found += [(("- " if n == 0 else "  ") + text, where) for n, (text, where) in enumerate(below)]
        return found
    return [(scalar(value), origin)]


def _entry(head: str, value: object, origin: Origin | None, depth: int) -> list[tuple[str, Origin | None]]:
    if isinstance(value, dict | list) and value:
        indent = "" if isinstance(value, list) else "  "
        below = _lines(value, origin, depth + 1)
        return [(head, origin), *((indent + text, where) for text, where in below)]
    return [(f"{head} {scalar(value)}", origin)]


def scalar(value: object) -> str:
    """A scalar as YAML on one line; strings that would read as something else are quoted."""
    if isinstance(value, Switch):
        return "true"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    text = str(value)
    plain = _PLAIN.fullmatch(text) and text == text.strip() and ": " not in text and not text.endswith(":")
    return text if plain and isinstance(typed(text), str) and text != "" else quoted(text)


def quoted(text: str) -> str:
    """A double-quoted YAML (and JSON) string."""
    return json.dumps(text, ensure_ascii=False)


def number(value: int | float) -> str:
    """A number as Go prints it: whole floats without a fraction."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
