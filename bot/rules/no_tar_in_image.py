"""`kubectl cp` runs tar inside the container, and the image has none.

What it looks at: copies from the service's own pod with `kubectl cp` or `kubectl exec ... tar`, against the
base image of the stage that is built (scratch, distroless without `:debug`) and what is copied into it.

Why: `kubectl cp` needs the tar binary in the container (`kubectl cp --help`; kubernetes#58512). Against
distroless it says `exec: "tar": executable file not found`.

How to fix: use a hostPath and `docker cp` from the node, or a helper pod that mounts the same volume.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Copy
from bot.facts.image import bare_base
from bot.facts.joints import service_container
from bot.facts.order import coverage_copies
from bot.facts.path import CoveragePath
from bot.facts.pods import own_pod
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "kubectl cp starts tar inside the container, and this base image has no programs at all."
FIX = Fix(
    "Copy from the node (hostPath and `docker cp NODE:DIR/. OUT`), or from a helper pod with the volume."
)


@rule(
    "no-tar-in-image",
    Link.COLLECT,
    symptom=Symptom.NOTHING,
    title="The image has no tar for kubectl cp",
    source="kubernetes#58512; kubectl cp --help",
    explains=("collect-one-replica",),
)
def no_tar_in_image(path: CoveragePath) -> Iterator[Hit | Missing]:
    base = bare_base(path)
    copies = coverage_copies(path)
    wrong = [c for c in copies if _runs_tar(path, c)]
    if base is None or path.workload is None or not wrong or len(wrong) < len(copies):
        return
    own = own_pod(path, wrong[0].pod)
    yield Hit(
        f"The files are copied from the pod with {wrong[0].tool}, but the image, {base.base}, has no tar.",
        WHY,
        FIX,
        (wrong[0].evidence, base.evidence),
        Certainty.CERTAIN if own else Certainty.POSSIBLE,
    )


def _runs_tar(path: CoveragePath, copy: Copy) -> bool:
    """Whether a copy runs a program in the service's own container, as far as can be told."""
    if copy.where != "pod" or own_pod(path, copy.pod) is False:
        return False
    container = service_container(path)
    return copy.container is None or (container is not None and copy.container == container.name)
