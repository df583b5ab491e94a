"""GOCOVERDIR is set on another container than the one that runs the service.

What it looks at: the environment of the running process, and which containers of the live workload set the
variable.

Why it empties the figure: each container has an environment of its own; a variable on a sidecar or an init
container does not reach the service (Kubernetes API).

How to fix: move the variable to the service's container.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.joints import containers_with_gocoverdir
from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.facts.seen import looked, pods_where, whose
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Each container has an environment of its own."


@live_rule(
    "gocoverdir-wrong-container",
    Link.RUN,
    title="GOCOVERDIR is set on another container",
    source="Kubernetes API, EnvVar",
    symptoms=(Symptom.NOTHING,),
    explains=("gocoverdir-unset", "gocoverdir-not-mounted"),
)
def gocoverdir_wrong_container(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(
        live, lambda p: p.process is not None and p.process.environment_read and not p.process.gocoverdir
    )
    setters = containers_with_gocoverdir(live.workload) if live.workload is not None else ()
    others = [(container, entry) for container, entry in setters if container.name != live.container]
    if not pods or not others or len(others) != len(setters) or live.container is None:
        return
    container, entry = others[0]
    yield Hit(
        f"GOCOVERDIR={entry.value or '(from elsewhere)'} is set on {container.role} {container.name}; the "
        f"process of {live.container} in {whose(live, pods)} does not have it.",
        WHY,
        Fix(f"Move GOCOVERDIR and its volumeMount to container {live.container}."),
        (entry.evidence,),
        observations=looked(*pods),
    )
