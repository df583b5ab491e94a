"""GOCOVERDIR is a relative path.

What it looks at: the variable in the running process, its working directory, and what was written.

Why it empties the figure: the path is taken from the working directory at the time: covmeta at the start,
covcounters at the exit. After an `os.Chdir` these are two directories (own experiment).

How to fix: make it an absolute path, that of a volumeMount.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import joints
from bot.facts.live import Live, PodSeen
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "A relative path is taken from the working directory of the moment, at the start and at the exit."


@live_rule(
    "gocoverdir-relative",
    Link.RUN,
    title="GOCOVERDIR is relative and the program changes directory",
    source="own experiment",
    symptoms=(Symptom.META_ONLY, Symptom.NOTHING, Symptom.COUNTERS_ONLY),
    explains=("gocoverdir-not-mounted", "gocoverdir-missing", "gocoverdir-not-writable", "hard-exit"),
)
def gocoverdir_relative(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, _relative)
    process = pods[0].process if pods else None
    if process is None:
        return
    overlay = with_live(path, live)
    entry, start = joints.gocoverdir(overlay), joints.working_directory(overlay)
    moved = start is not None and process.cwd is not None and start != process.cwd
    said = f" (it started in {start})" if moved else ""
    yield Hit(
        f"GOCOVERDIR is `{process.gocoverdir}` in {whose(live, pods)}, relative to the working directory, "
        f"which is {process.cwd or 'not known'} by now{said}.",
        WHY,
        Fix("Use an absolute path, that of a volumeMount."),
        (entry.evidence,) if entry is not None else live_place(live),
        Certainty.CERTAIN if moved or live.files is not None else Certainty.LIKELY,
        observations=observed(process.seen, *(p.directory.seen for p in pods if p.directory)),
    )


def _relative(pod: PodSeen) -> bool:
    value = pod.process.gocoverdir if pod.process is not None else None
    return bool(value) and not (value or "/").startswith("/")
