"""Reading what the page sent: each field of its type and bounded, else a clear refusal."""

from __future__ import annotations

from typing import Any

from bot.localslack.world import Json

MAX_ID = 300


class Bad(Exception):
    """A request that makes no sense: the HTTP status, and what is wrong in a sentence."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def text(body: Json, name: str, most: int = MAX_ID) -> str:
    """A field that must be there. Raises Bad."""
    value = body.get(name)
    if not isinstance(value, str):
        raise Bad(f"`{name}` is no text")
    if len(value) > most:
        raise Bad(f"`{name}` has more than {most:,} characters")
    return value


def optional(body: Json, name: str) -> str | None:
    """A field that may be missing, null or empty. Raises Bad."""
    return text(body, name) or None if body.get(name) is not None else None


def listed(body: Json, name: str, most: int = 20) -> list[str]:
    """A list of texts; empty when it is missing. Raises Bad."""
    value = body.get(name) or []
    if not isinstance(value, list) or len(value) > most or not all(isinstance(each, str) for each in value):
        raise Bad(f"`{name}` is no list of at most {most} texts")
    return value


def mapping(body: Json, name: str) -> dict[str, Any]:
    """An object; empty when it is missing. Raises Bad."""
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise Bad(f"`{name}` is no object")
    return value
