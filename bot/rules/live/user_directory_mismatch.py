"""The directory in the image belongs to another user than the process.

What it looks at: owner and mode of the coverage directory in the container's own layer, and the uid of
the process; writing was tried as that uid.

Why it empties the figure: a directory made with `chown 1000` in the Dockerfile is closed to a process
that runs as 65532 (must-gather-operator PR 350): `coverage meta-data emit failed: ... permission
denied`.

How to fix: chown the directory to the uid that runs, or mount a volume there.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live, PodSeen
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, looked, pods_where, refusal, whose
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Only the owner may write into a directory that the image makes with mode 0755."


@live_rule(
    "user-directory-mismatch",
    Link.IMAGE,
    title="The directory in the image belongs to another user",
    source="openshift/must-gather-operator#350",
    symptoms=(Symptom.NOTHING,),
    explains=("gocoverdir-not-writable", "gocoverdir-not-mounted"),
)
def user_directory_mismatch(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, _closed)
    if not pods:
        return
    directory, process = pods[0].directory, pods[0].process
    assert directory is not None
    assert process is not None
    yield Hit(
        f"{directory.path} in the image belongs to uid {directory.uid} (mode {directory.mode}), the process "
        f"in {whose(live, pods)} runs as uid {process.uid} and may not write there.",
        WHY,
        Fix(f"Make {directory.path} in the Dockerfile with --chown={process.uid}, or mount a volume there."),
        live_place(live),
        observations=looked(*pods),
    )


def _closed(pod: PodSeen) -> bool:
    """Not writable, in the container's own layer, and owned by another than the process."""
    directory, process = pod.directory, pod.process
    if directory is None or process is None or directory.volume is not None or directory.kind != "directory":
        return False
    other = process.uid is not None and directory.uid not in (None, process.uid)
    return directory.writable is False and other and "permission denied" in refusal(pod).lower()
