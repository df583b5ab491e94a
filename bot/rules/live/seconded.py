"""A cause that needs the repo's files to be one (how files are taken), and a probe to be sure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.facts import joints
from bot.facts.live import Live
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place
from bot.model import Certainty, Evidence, Observation
from bot.rules.registry import Check, Hit


def seconded(
    check: Check, live: Live, path: CoveragePath, seen: tuple[Observation, ...], *, sure: bool = True
) -> Iterator[Hit]:
    """What the rule of the files finds with the live workload in the path, with what a probe saw added.

    A finding that was not just possible is certain when `sure`: the probe saw its live half.
    """
    for item in check(with_live(path, live)):
        if isinstance(item, Hit):
            certain = sure and item.certainty is not Certainty.POSSIBLE
            certainty = Certainty.CERTAIN if certain else item.certainty
            yield replace(item, observations=seen, certainty=certainty)


def declared(live: Live) -> tuple[Evidence, ...]:
    """Where the live workload declares the volume of the coverage directory, else its container."""
    volume = joints.coverage_volume(with_live(None, live))
    return (volume.evidence,) if volume is not None else live_place(live)
