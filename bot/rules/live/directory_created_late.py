"""The directory was made after the program had started.

What it looks at: the files after the stop (covcounters without covmeta), and Go's line at the start of
the log.

Why it empties the figure: covmeta is written once, at the start. When the directory appears later, only
covcounters are written, and no report can be made of them (own experiment).

How to fix: make the directory, or mount it, before the program starts; restart the pod after the
directory was emptied or made anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "covmeta is written once, at the start; a directory that appears later gets covcounters only."


@live_rule(
    "directory-created-late",
    Link.VOLUME,
    title="The directory appeared after the start",
    source="own experiment",
    symptoms=(Symptom.COUNTERS_ONLY,),
    explains=("gocoverdir-missing", "gocoverdir-not-writable"),
)
def directory_created_late(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    if live.files is None or live.files.symptom is not Symptom.COUNTERS_ONLY:
        return
    lines = [
        line for pod in live.pods for line in pod.first_coverage_lines if "meta-data emit failed" in line
    ]
    late = [line for line in lines if "no such file" in line.lower()]
    if lines and not late:
        return  # covmeta failed for another reason
    pods = pods_where(live, lambda pod: any(line in pod.first_coverage_lines for line in late)) or live.pods
    said = (
        f": `{late[0].strip()[:140]}`" if late else ", so the directory was made or emptied after its start"
    )
    yield Hit(
        f"{live.files.where} holds covcounters but no covmeta of {whose(live, pods)}{said}.",
        WHY,
        Fix("Make the directory before the pod starts, or restart the pod after it was made or emptied."),
        live_place(live),
        Certainty.CERTAIN if late else Certainty.LIKELY,
        observations=observed(live.files.seen, *(pod.seen for pod in pods)),
    )
