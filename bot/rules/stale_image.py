"""The image that the pod runs is not the one that was just built.

What it looks at: the order of image build and `kind load`, whether the image is loaded at all, and to which
nodes.

Why it empties the figure: a Kind node has its own image store (kind documentation, "Loading an Image Into
Your Cluster"). An image that is not loaded after its build is not there, or is an older one of the same tag.

How to fix: load the image after its build, to every node the pod can run on.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import ImageBuild, ImageLoad
from bot.facts.images import own_loads, runs_local_image
from bot.facts.nodes import possible_nodes
from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Certainty, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Kind nodes have an image store of their own; only `kind load` brings a local image there."


@rule(
    "stale-image",
    Link.IMAGE,
    title="The built image does not reach the node",
    source="kind documentation",
    symptom=Symptom.NOTHING,
)
def stale_image(path: CoveragePath) -> Iterator[Hit | Missing]:
    if not runs_local_image(path) or not path.image_builds:
        return
    loads, build = own_loads(path), path.image_builds[-1]
    if not loads:
        yield _never(path, build)
    elif all(load.order < build.order for load in loads) and _same_run(loads[-1], build):
        yield Hit(
            "The image is loaded into the nodes before it is built, so they keep the older one.",
            WHY,
            Fix("Move the load behind the build."),
            (loads[-1].evidence, build.evidence),
        )
    else:
        yield from _some_nodes(path, loads)


def _image_place(path: CoveragePath) -> tuple[Evidence, ...]:
    workload = path.workload
    images = [c.image.evidence for c in (workload.containers if workload else ()) if c.image is not None]
    return tuple(images[:1])


def _never(path: CoveragePath, build: ImageBuild) -> Hit:
    tag = build.tags[0] if build.tags else "the image"
    return Hit(
        f"{tag} is built and deployed, but nothing loads it into the Kind nodes.",
        WHY,
        Fix(f"After the build: kind load docker-image {tag}."),
        (build.evidence, *_image_place(path)),
        Certainty.LIKELY,
    )


def _same_run(load: ImageLoad, build: ImageBuild) -> bool:
    """Whether order means something between two events: one entry point, no unknown conditions."""
    guards = [guard for guard in (*load.guards, *build.guards) if not guard.coverage]
    return load.entry == build.entry and not guards


def _some_nodes(path: CoveragePath, loads: tuple[ImageLoad, ...]) -> Iterator[Hit]:
    nodes = possible_nodes(path)
    named = [name for load in loads for name in load.nodes]
    if nodes is None or any(not load.nodes for load in loads) or any(not known(name) for name in named):
        return
    without = [n for n in nodes if not any(name.endswith("-" + n.suffix) for name in named)]
    if not without:
        return
    yield Hit(
        f"The image is loaded to {', '.join(named)} only, but the pod can run on {without[0].suffix}.",
        WHY,
        Fix("Load it to every node: leave --nodes out."),
        (loads[-1].evidence, without[0].evidence),
        Certainty.CERTAIN if len(without) == len(nodes) else Certainty.LIKELY,
    )
