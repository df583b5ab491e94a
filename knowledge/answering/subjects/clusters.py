"""The kind of cluster that the run makes."""

from __future__ import annotations

import re

from bot.facts.places import cluster_create
from bot.model import Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing, otherwise, so
from knowledge.answering.subjects.saying import keyed, quoted, when
from knowledge.requests.model import Claim, Subject

_WORDS = (
    "kubernetes k8s kind cluster clusters context environment execution platform in a an the with e2e"
    " end-to-end testing tests test pod local our we is it run runs running use uses using on docker podman"
)
_LOCAL = frozenset({"minikube", "k3d", "k3s", "microk8s"})
"""Other tools that make a cluster on one machine, as Kind does: not both make it."""


@holder(Subject.CLUSTER, Link.NODE, _WORDS)
def cluster(claim: Claim, side: Side) -> Held:
    wanted = re.match(r"\W*([A-Za-z0-9]+)", claim.value)
    word = wanted[1].lower() if wanted else ""
    create, kind = cluster_create(side.path), side.path.kind
    if create is None and (kind is None or kind.implicit):
        return nothing("Nothing that was read makes a cluster.")
    place = create.evidence if create is not None else kind.evidence if kind is not None else None
    if place is None:
        return nothing("Nothing that was read makes a cluster.")
    said = f"{place.place} makes a Kind cluster{when(create.guards) if create else ''}"
    if create is None:
        said = f"{place.place} is a Kind config"
    if word == "kind" or re.search(r"\bkind\b", claim.value, re.IGNORECASE):
        return so(f"{said}.", place)
    if word in _LOCAL and create is not None and not create.guards and keyed(claim):
        return otherwise(f"{said}, not {quoted(word)}.", place)
    return nothing(f"{said}; the statement may be about another cluster.", place)
