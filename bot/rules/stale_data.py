"""Coverage of earlier runs may be counted in: the directory is never emptied.

What it looks at: the directory on the host that the report reads, whether anything empties it before files
are brought there, and whether it can survive a run (a temporary directory cannot).

Why: covdata adds up all that lies in a directory. Files of an earlier run of the same build raise the figure,
those of another build make it wrong (network-operator#3260). On a fresh checkout the directory is new, so
this is never more than possible.

How to fix: `rm -rf DIR` before the directory is made.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Clean, Report
from bot.facts.order import data_reports
from bot.facts.path import CoveragePath
from bot.facts.places import input_places, inside, made_places, place, same_place
from bot.facts.words import known
from bot.model import Certainty, Effect, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "covdata adds up everything in the directory, whichever run or build it is from."


@rule(
    "stale-data",
    Link.REPORT,
    effect=Effect.DEGRADES,
    symptom=Symptom.BOTH,
    title="The directory is reused without being emptied",
    source="network-operator#3260",
)
def stale_data(path: CoveragePath) -> Iterator[Hit | Missing]:
    for report in data_reports(path):
        for where in input_places(report):
            made = _made(path, where)
            if report.entry.startswith(".github/workflows/") and (where or "/")[0] not in "/~$":
                continue  # actions/checkout leaves nothing of an earlier run in its directory
            if where is None or made is None or not known(where) or _cleaned(path, where, report):
                continue
            yield Hit(
                f"Nothing empties {where} before a run, so files of an earlier one are counted in.",
                WHY,
                Fix(f"`rm -rf {where}` before it is made (seen from the repo's root)."),
                (made, report.evidence),
                Certainty.POSSIBLE,
            )
            return


def _made(path: CoveragePath, where: str | None) -> Evidence | None:
    """The line that makes the directory, and so would not mind that it exists."""
    return next((e.evidence for made, e in made_places(path) if same_place(made, where)), None)


def _cleaned(path: CoveragePath, where: str, report: Report) -> bool:
    """Whether the directory, or one above it, may be emptied before the report."""
    cleans = [c for c in path.events(Clean, error_paths=True) if c.order < report.order]
    return any(inside(place(c.path, c.cwd), where) is not False for c in cleans)
