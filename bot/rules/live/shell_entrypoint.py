"""A shell is process 1 of the container and keeps the signal.

What it looks at: the command line of process 1, whether the service is its child, and how the container
ended when it was asked to stop.

Why it empties the figure: the kubelet sends SIGTERM to process 1 only. A shell does not pass it on, so
the service works on until SIGKILL (antrea#6090); tini and a script that ends in `exec` do pass it on.

How to fix: use the exec form of ENTRYPOINT, end the script in `exec`, or put tini in front.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.ending import ending
from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "SIGTERM goes to process 1 only, and a shell does not pass it on."


@live_rule(
    "shell-entrypoint",
    Link.IMAGE,
    title="A shell is process 1 and keeps the signal",
    source="antrea-io/antrea#6090",
    symptoms=(Symptom.META_ONLY,),
    explains=("no-signal-handler", "grace-too-short", "shutdown-blocked"),
)
def shell_entrypoint(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    found = [(pod, ending(live, pod, path)) for pod in live.pods]
    ends = {pod.name: end for pod, end in found if end is not None and end.rule == "shell-entrypoint"}
    pods = pods_where(live, lambda pod: pod.name in ends)
    process = pods[0].process if pods else None
    if process is None:
        return
    end = ends[pods[0].name]
    yield Hit(
        f"Process 1 in {whose(live, pods)} is `{' '.join(process.first)[:100]}`, the service is its child "
        f"{process.pid}: {end.told_by}.",
        WHY,
        Fix("Start the service with `exec` in the shell, in exec form, or behind tini."),
        live_place(live),
        end.certainty,
        observations=observed(
            *(p.process.seen for p in pods if p.process), *(p.stop.seen for p in pods if p.stop)
        ),
    )
