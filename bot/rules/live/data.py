"""The findings of rules about the collected data: what reading the files showed."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.seen import live_place, observed
from bot.model import Certainty, Fix
from bot.rules.registry import Hit


def data_problem(
    rule: str, why: str, fix: Fix, live: Live, certainty: Certainty = Certainty.CERTAIN
) -> Iterator[Hit]:
    """One finding when the reader of the files named this cause."""
    files = live.files
    problems = [each for each in files.problems if each.rule == rule] if files is not None else []
    if files is None or not problems:
        return
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    text = problems[0].text.strip().rstrip(".")
    yield Hit(
        f"In {files.where}: {text}{more}.",
        why,
        fix,
        live_place(live),
        certainty,
        observations=observed(files.seen),
    )
