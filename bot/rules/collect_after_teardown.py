"""The files are taken after what held them is gone.

What it looks at: whether the cluster or the pod's namespace is deleted before a copy from a node or
from a pod.

Why: A Kind node is a container: its file system goes with the cluster. A pod goes with its namespace.
What an extraMount carries to the host stays. A claim goes with its namespace, too. kloak#31, beyla#633.

How to fix: Copy first, delete afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Copy, Deploy, Teardown
from bot.facts.joints import coverage_volume
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
    workload = path.workload
    namespaces = {workload.namespace if workload else None}
    namespaces |= {d.namespace for d in path.events(Deploy) if workload and _may_deploy(d, workload.name)}
    return teardown.name is not None and teardown.name in namespaces


def _may_deploy(deploy: Deploy, name: str) -> bool:
    """Whether a deploy puts the workload into its namespace: by name, or a chart (which hides names)."""
    return name in deploy.workloads or deploy.method == "helm"


def _certainty(path: CoveragePath, teardown: Teardown, copy: Copy) -> Certainty:
    if conditional(teardown) or conditional(copy):
        return Certainty.LIKELY
    if teardown.what == "namespace" and own_pod(path, copy.pod) is not True:
        volume = coverage_volume(path)
        claimed = volume is not None and volume.kind == "persistentVolumeClaim"
        return Certainty.LIKELY if claimed else Certainty.POSSIBLE
    return sure(path, Link.COLLECT)
