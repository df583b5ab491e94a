"""The node has no image of the name that the pod asks for.

What it looks at: why the service's container waits (ErrImageNeverPull, ImagePullBackOff, ...), the image
it asks for, and the names under which the repo builds and loads the image.

Why it empties the figure: the pod never starts, or an older pod with another image goes on.
`localhost/x`, as podman names it, is not `x` for the node (kubernaut).

How to fix: use one name where the image is built, loaded and deployed.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.images import built_names, last_part
from bot.facts.joints import same_image
from bot.facts.live import Live, PodSeen
from bot.facts.path import CoveragePath
from bot.facts.seen import NO_IMAGE, live_place, observed, pods_where, whose
from bot.model import Certainty, Evidence, Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "The node has no image of that name, so the container is never started."


@live_rule(
    "image-name-mismatch",
    Link.IMAGE,
    title="The pod asks for another image than is loaded",
    source="kubernaut",
    symptoms=(Symptom.NOTHING,),
    explains=("stale-image", "repo-and-cluster-differ"),
)
def image_name_mismatch(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, lambda pod: pod.waiting in NO_IMAGE)
    if not pods:
        return
    pod, built = pods[0], _built(pods[0], path)
    made = f", the repo builds {built[0]}" if built else ""
    wanted = built[0] if built else "the name that is loaded"
    yield Hit(
        f"The container of {whose(live, pods)} does not start: {pod.waiting}, no image "
        f"{pod.image} on node {pod.node or '(none)'}{made}.",
        WHY,
        Fix(f"Use {wanted} in the manifest, or load {pod.image} to every node."),
        (*live_place(live), *([built[1]] if built else [])),
        Certainty.CERTAIN if pod.waiting == "ErrImageNeverPull" or built else Certainty.LIKELY,
        observations=observed(
            *(each.seen for each in pods),
            *(
                e.seen
                for e in live.events
                if e.reason in ("Failed", *NO_IMAGE) and "image" in e.message.lower()
            ),
        ),
    )


def _built(pod: PodSeen, path: CoveragePath | None) -> tuple[str, Evidence] | None:
    """The name that the repo builds, when it is another than the pod asks for."""
    names = built_names(path) if path is not None else ()
    if any(same_image(name, pod.image) for name, _ in names):
        return None
    alike = [pair for pair in names if last_part(pair[0]) == last_part(pod.image)]
    return next(iter([*alike, *names]), None)
