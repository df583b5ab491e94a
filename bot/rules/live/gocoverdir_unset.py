"""GOCOVERDIR is not set in the service's process.

What it looks at: the environment of the running process, and Go's own warning in the log.

Why it empties the figure: without GOCOVERDIR an instrumented binary writes nothing and says `warning:
GOCOVERDIR not set, no coverage data emitted` on stderr when it ends (own experiment). Empty counts as unset.

How to fix: set it in the pod spec, in the service's own container, to the path of a volumeMount.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.joints import VARIABLE
from bot.facts.live import Live, PodSeen
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, log_says, looked, pods_where, whose
from bot.facts.workload import VolumeMount
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Without GOCOVERDIR the binary writes nothing: `warning: GOCOVERDIR not set, no coverage data emitted`."


@live_rule(
    "gocoverdir-unset",
    Link.RUN,
    title="GOCOVERDIR is not set",
    source="own experiment",
    symptoms=(Symptom.NOTHING,),
    explains=("gocoverdir-not-mounted", "gocoverdir-missing"),
)
def gocoverdir_unset(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, _unset)
    if not pods:
        return
    empty = pods[0].process is not None and pods[0].process.gocoverdir == ""
    said = log_says(pods[0], "gocoverdir not set")
    where = _mount_path(live) or "/coverdata, and mount a volume there"
    yield Hit(
        f"{VARIABLE} is {'set to nothing' if empty else 'not set'} in the process of {whose(live, pods)}"
        + (f": `{said.strip()}`." if said else "."),
        WHY,
        Fix(f"Set {VARIABLE} in container {live.container or 'of the service'} to {where}."),
        live_place(live),
        observations=looked(*pods),
    )


def _unset(pod: PodSeen) -> bool:
    if pod.process is not None and pod.process.environment_read:
        return not pod.process.gocoverdir
    return log_says(pod, "gocoverdir not set") is not None


def _mount_path(live: Live) -> str | None:
    """The path of the one mount that by its name is meant for coverage."""
    containers = live.workload.containers if live.workload is not None else ()
    own: list[VolumeMount] = [m for c in containers if c.name == live.container for m in c.mounts]
    meant = [m.path for m in own if "cov" in f"{m.volume}{m.path}".lower()]
    return meant[0] if len(meant) == 1 else None
