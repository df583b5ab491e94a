"""Which container of a pod is the service."""

from __future__ import annotations

from bot.cluster.client import Object
from bot.cluster.naming import squeezed
from bot.errors import AmbiguousTarget, NotInCluster

VARIABLE = "GOCOVERDIR"


def service_container(spec: Object, names: frozenset[str], wanted: str | None, label: str) -> str:
    """The service's container of a pod spec, by what is surest.

    The one that is `wanted`; the only one; the one named like the service; the only one that sets
    GOCOVERDIR; the only one whose image is named like the service. `label` names the workload in errors.
    Raises NotInCluster when there is none of the wanted name, AmbiguousTarget when it cannot be told.
    """
    containers = tuple(spec.get("containers") or ())
    if wanted is not None:
        return _wanted(spec, wanted, label)
    loose = frozenset(map(squeezed, names))
    ways = (
        containers,
        [c for c in containers if c["name"] in names],
        [c for c in containers if squeezed(c["name"]) in loose],
        [c for c in containers if any(e.get("name") == VARIABLE for e in c.get("env") or ())],
        [c for c in containers if squeezed(_image_name(c.get("image", ""))) in loose],
    )
    for found in ways:
        if len(found) == 1:
            return str(found[0]["name"])
    candidates = tuple(str(c["name"]) for c in containers)
    raise AmbiguousTarget(
        f"{label} has {len(candidates)} containers, and which one is the service cannot be told: "
        f"{', '.join(candidates)}.",
        candidates,
        hint="Say which with `--container`.",
    )


def _wanted(spec: Object, wanted: str, label: str) -> str:
    """A container or sidecar (an init container that goes on running) of that name."""
    sidecars = [c for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"]
    there = [str(c["name"]) for c in (*(spec.get("containers") or ()), *sidecars)]
    if wanted not in there:
        raise NotInCluster(f"{label} has no container {wanted}; it has {', '.join(there)}.")
    return wanted


def _image_name(image: str) -> str:
    """`datastorage` of `registry.example/team/datastorage:v1@sha256:...`."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]
