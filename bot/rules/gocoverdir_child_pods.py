"""Pods that the service makes from its own image do not get GOCOVERDIR.

What it looks at: the further workloads of the service that the run deploys from the same image.

Why it spoils the figure: a variable and a volume of the operator's pod do not pass to the pods it creates
(operator-framework/rukpak#884). What runs there is not counted.

How to fix: give the child pods the variable and the volume too.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Deploy
from bot.facts.joints import VARIABLE, gocoverdir, same_image, service_container
from bot.facts.path import CoveragePath
from bot.facts.places import place
from bot.facts.words import known
from bot.facts.workload import Container, Workload
from bot.model import Certainty, Effect, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Variables and volumes of a pod do not pass to the pods it creates (rukpak#884)."


@rule(
    "gocoverdir-child-pods",
    Link.RUN,
    title="Child pods lack GOCOVERDIR",
    source="operator-framework/rukpak#884",
    effect=Effect.DEGRADES,
    symptom=Symptom.NOTHING,
)
def gocoverdir_child_pods(path: CoveragePath) -> Iterator[Hit | Missing]:
    container, entry = service_container(path), gocoverdir(path)
    if container is None or entry is None or path.workload is None:
        return
    for other in path.others:
        child = _same_image(other, container)
        if child is None or not _runs_too(path, other) or _has_variable(child):
            continue
        yield Hit(
            f"{other.kind} {other.name} runs the same image as {path.workload.name} but has no GOCOVERDIR.",
            WHY,
            Fix(f"Give {other.name} GOCOVERDIR={entry.value} and the same volume."),
            (child.evidence, entry.evidence),
            Certainty.LIKELY,
        )
        return


def _same_image(other: Workload, container: Container) -> Container | None:
    image = container.image.value if container.image is not None else None
    if image is None or not known(image):
        return None
    own = [c for c in other.containers if c.image is not None and c.image.value and known(c.image.value)]
    return next((c for c in own if c.image and same_image(c.image.value or "", image)), None)


def _runs_too(path: CoveragePath, other: Workload) -> bool:
    """Whether the run really deploys it beside the service's own workload."""
    if path.workload is None or other.name == path.workload.name:
        return False
    deploys = path.events(Deploy)
    named = any(other.name in event.workloads for event in deploys)
    return named or any(_applies(event, other.evidence.path) for event in deploys)


def _applies(event: Deploy, file: str) -> bool:
    source = place(event.source, event.cwd)
    return source is not None and (source == file or file.startswith(source + "/"))


def _has_variable(container: Container) -> bool:
    return any(e.name == VARIABLE for e in container.env) or bool(container.env_from)
