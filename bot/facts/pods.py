"""Whether a pod that a command names is one of the service's own."""

from __future__ import annotations

import re

from bot.facts.path import CoveragePath
from bot.facts.words import known


def own_pod(path: CoveragePath, pod: str | None) -> bool | None:
    """True when the pod is the service's, False when it is another one, None when it cannot be told.

    `pod` is as a command names it: `deployment/shop`, `ns/shop-7d9f`, or an expression with holes.
    """
    if pod is None or path.workload is None or pod.endswith("}"):
        return None  # an expression: its name says nothing
    words = [word for word in re.split(r"[/\s:]", pod) if word]
    name = path.workload.name
    if not known(name):
        return None
    if words and known(words[-1]):
        kind = words[-2].lower() if len(words) > 1 else ""
        if kind.startswith(("deploy", "statefulset", "sts", "daemonset", "ds")):
            return words[-1] == name
        return words[-1] == name or _made_by(path.workload.kind, name, words[-1])
    return None


def _made_by(kind: str, name: str, pod: str) -> bool:
    """Whether a controller gives its pods such a name: `name-hash-hash`, `name-0`."""
    tails = {
        "Deployment": r"-[a-z0-9]{6,10}-[a-z0-9]{5}",
        "StatefulSet": r"-\d+",
        "DaemonSet": r"-[a-z0-9]{5}",
    }
    return re.fullmatch(re.escape(name) + tails.get(kind, r"(?!)"), pod) is not None
