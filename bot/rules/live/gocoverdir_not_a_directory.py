"""GOCOVERDIR leads to a file.

What it looks at: what kind of thing stands at the path in the running container.

Why it empties the figure: Go writes into a directory only: `coverage meta-data emit failed: output
directory "X" inaccessible: not a directory` (own experiment). A subPath or a ConfigMap key mounts a
file.

How to fix: mount a directory at the path, or name another path.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import joints
from bot.facts.live import Live, PodSeen
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, log_says, looked, pods_where, whose
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Go writes into a directory only: `output directory inaccessible: not a directory`."


@live_rule(
    "gocoverdir-not-a-directory",
    Link.VOLUME,
    title="GOCOVERDIR is a file",
    source="own experiment",
    symptoms=(Symptom.NOTHING,),
    explains=("gocoverdir-not-mounted", "gocoverdir-missing", "gocoverdir-not-writable"),
)
def gocoverdir_not_a_directory(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, _file)
    if not pods:
        return
    overlay = with_live(path, live)
    directory, entry = pods[0].directory, joints.gocoverdir(overlay)
    where = directory.path if directory else joints.coverage_directory(overlay) or "GOCOVERDIR"
    kind = directory.kind if directory and directory.kind != "directory" else "file"
    yield Hit(
        f"{where} is a {kind or 'file'} in {whose(live, pods)}, not a directory.",
        WHY,
        Fix(f"Mount a directory at {where}, or set GOCOVERDIR to another path."),
        (entry.evidence,) if entry is not None else live_place(live),
        observations=looked(*pods),
    )


def _file(pod: PodSeen) -> bool:
    if pod.directory is not None and pod.directory.kind is not None:
        said = "not a directory" in pod.directory.error.lower()
        return pod.directory.kind in ("file", "other") or (pod.directory.kind == "symlink" and said)
    return log_says(pod, "coverage", "not a directory") is not None
