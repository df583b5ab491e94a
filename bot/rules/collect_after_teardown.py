"""The files are taken after what held them is gone.

What it looks at: whether the cluster or the pod's namespace is deleted before a copy from a node or
from a pod.

Why: A Kind node is a container: its file system goes with the cluster. A pod goes with its namespace.
What an extraMount carries to the host stays. kloak#31, beyla#633.

How to fix: Copy first, delete afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Copy, Teardown
from bot.facts.order import conditional, coverage_copies, sure, teardowns_before
from bot.facts.path import CoveragePath
from bot.facts.pods import own_pod
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "A Kind node's files go with the cluster, a pod's files with the pod."


@rule(
    "collect-after-teardown",
    Link.COLLECT,
    symptom=Symptom.NOTHING,
    title="The cluster or namespace is gone before the copy",
    source="kloak#31; beyla#633",
    explains=("collect-before-exit", "never-stopped"),
)
def collect_after_teardown(path: CoveragePath) -> Iterator[Hit | Missing]:
    copies = [c for c in coverage_copies(path) if c.where != "host"]
    if any(not _gone(path, c) for c in copies):
        return
    for copy in copies[:1]:
        teardown = _gone(path, copy)[0]
        yield Hit(
            f"The {teardown.what} is deleted before the files are copied from the {copy.where}.",
            WHY,
            Fix(f"Move the copy at {copy.evidence.place} before {teardown.evidence.place}."),
            (teardown.evidence, copy.evidence),
            _certainty(path, teardown, copy),
        )


def _gone(path: CoveragePath, copy: Copy) -> list[Teardown]:
    """The teardowns that take away what the copy reads."""
    return [
        t
        for t in teardowns_before(path, copy)
        if t.what == "cluster" or (copy.where == "pod" and _holds_pod(path, t))
    ]


def _holds_pod(path: CoveragePath, teardown: Teardown) -> bool:
    namespace = path.workload.namespace if path.workload else None
    return namespace is not None and teardown.name == namespace


def _certainty(path: CoveragePath, teardown: Teardown, copy: Copy) -> Certainty:
    if conditional(teardown) or conditional(copy):
        return Certainty.LIKELY
    if teardown.what == "namespace" and own_pod(path, copy.pod) is not True:
        return Certainty.POSSIBLE
    return sure(path, Link.COLLECT)
