"""How a live run is carried out, from the settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunOptions:
    """`image` of ephemeral containers and tool pods (a busybox); `tool_namespace` where tool pods live
    (empty: the workload's own); `namespaces` the allowlist as patterns (`team-*`); `extra_seconds` how long
    to wait for a stop beyond its grace period; `lease_seconds` how long a lease holds without renewal.
    """

    image: str = "busybox:1.36"
    tool_namespace: str = ""
    namespaces: tuple[str, ...] = ()
    extra_seconds: int = 30
    lease_seconds: int = 60
