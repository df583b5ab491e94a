"""One live run: the lease first, look, stop, collect, and whatever happens put everything back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expected:
    """What the repo's files say that probes should look at: `node_paths` are directories that Kind
    mounts into its nodes (containerPath of an extraMount)."""

    node_paths: tuple[str, ...] = ()
