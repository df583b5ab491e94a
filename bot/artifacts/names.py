"""Which artifacts hold coverage, and of which service: by their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MAX_SERVICE = 200


@dataclass(frozen=True, slots=True)
class Names:
    """Either a pattern whose one star is the service (`coverage-*`), or each service's artifact by name."""

    pattern: str = ""
    services: Mapping[str, str] | None = None

    def service(self, artifact: str) -> str | None:
        """The service that an artifact of this name is of; None for an artifact of something else."""
        if self.services is not None:
            return next((service for service, name in self.services.items() if name == artifact), None)
        before, _, after = self.pattern.partition("*")
        long_enough = len(artifact) > len(before) + len(after)
        if not long_enough or not artifact.startswith(before) or not artifact.endswith(after):
            return None
        found = artifact[len(before) : len(artifact) - len(after)]
        return found if len(found) <= MAX_SERVICE and found.isprintable() and found.strip() else None


def names_of(said: str | Mapping[str, str]) -> Names:
    """What a setting says. Raises ValueError for a pattern without one star, and for a name given twice."""
    if isinstance(said, str):
        if said.count("*") != 1:
            raise ValueError("a pattern of artifacts has one `*`, which is the service")
        return Names(said)
    if not said or any(not service.strip() or not name for service, name in said.items()):
        raise ValueError("name the artifact of each service")
    if len(set(said.values())) != len(said):
        raise ValueError("two services have an artifact of one name")
    return Names(services=dict(said))
