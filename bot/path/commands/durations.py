"""Durations as command lines write them."""

from __future__ import annotations

import re

_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|us|µs|ns|s|m|h|d)?")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds_of(text: str | None) -> float | None:
    """`5`, `1m30s`, `0.5h` in seconds; a bare number is seconds. None when it is not a duration."""
    if not text or len(text) > 40:
        return None
    total, at = 0.0, 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            return None
        total += float(match[1]) * _UNITS[match[2] or "s"]
        at = match.end()
    return total
