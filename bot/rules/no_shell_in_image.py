"""The run stops the process with a program that the image does not have.

What it looks at: a stop by `kubectl exec ... kill` or `sh -c` in the service's own pod, against the base
image of the stage that is built (scratch, distroless without `:debug`) and what is copied into it.

Why: `kubectl exec` starts a program of the container's own image; distroless and scratch have neither a shell
nor kill. network-operator.

How to fix: `kubectl scale --replicas=0` sends SIGTERM without any program in the image.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.image import bare_base
from bot.facts.order import stops_before, sure_collections
from bot.facts.path import CoveragePath
from bot.facts.pods import own_pod
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "kubectl exec starts a program of the image, and this base image has neither a shell nor kill."


@rule(
    "no-shell-in-image",
    Link.COLLECT,
    symptom=Symptom.META_ONLY,
    title="The image has no shell or kill for kubectl exec",
    source="network-operator",
    explains=("collect-before-exit",),
)
def no_shell_in_image(path: CoveragePath) -> Iterator[Hit | Missing]:
    base, taken = bare_base(path), sure_collections(path)
    if base is None or path.workload is None or not taken:
        return
    stops = stops_before(path, taken[0])
    execs = [s for s in stops if s.method == "kill" and (s.via or "").startswith("kubectl exec")]
    wrong = [s for s in execs if own_pod(path, s.target) is not False]
    if not wrong or len(wrong) < len(stops):
        return
    yield Hit(
        f"The process is stopped with `{wrong[0].via}`, which the image, {base.base}, does not have.",
        WHY,
        Fix("Scale the workload to 0 instead, and wait until its pod is gone."),
        (wrong[0].evidence, base.evidence),
        Certainty.CERTAIN if own_pod(path, wrong[0].target) else Certainty.LIKELY,
    )
