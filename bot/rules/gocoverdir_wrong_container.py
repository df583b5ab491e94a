"""GOCOVERDIR is set on another container of the pod.

What it looks at: which container runs the service's image, and which containers set GOCOVERDIR.

Why it empties the figure: an environment variable belongs to one container (Kubernetes API, `env`). Set on
a sidecar or an init container it does not reach the service.

How to fix: move it to the service's container.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.joints import (
    containers_with_gocoverdir,
    gocoverdir,
    image_gocoverdir,
    service_container,
)
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Environment variables belong to one container; the service's process does not see this one."


@rule(
    "gocoverdir-wrong-container",
    Link.RUN,
    title="GOCOVERDIR is set on another container",
    source="Kubernetes API",
    symptom=Symptom.NOTHING,
    explains=("gocoverdir-unset",),
)
def gocoverdir_wrong_container(path: CoveragePath) -> Iterator[Hit | Missing]:
    container, workload = service_container(path), path.workload
    if workload is None or container is None or container.env_from:
        return
    if gocoverdir(path) is not None or image_gocoverdir(path) is not None:
        return
    for other, entry in containers_with_gocoverdir(workload):
        kind = {"init": "init container", "sidecar": "sidecar"}.get(other.role, "container")
        yield Hit(
            f"GOCOVERDIR={entry.value} is set on {kind} {other.name}, not on {container.name}, the service.",
            WHY,
            Fix(f"Move it to the container {container.name}."),
            (entry.evidence, container.evidence),
        )
        return
