"""The image as it runs: which base it stands on and which programs that leaves in it."""

from __future__ import annotations

import posixpath

from bot.facts.baseimages import shell_kind
from bot.facts.build import Stage
from bot.facts.joints import final_stage
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import known


def bare_base(path: CoveragePath) -> Stage | None:
    """The stage on an image without shell and tar (scratch, distroless), or None.

    None also when a shell or tar is copied in, or when it cannot be told which stage the image is
    made of. distroless `:debug` tags hold busybox (GoogleContainerTools/distroless README).
    """
    chain = stage_chain(path.dockerfile, final_stage(path))
    if not chain or not settled_target(path) or any(_brings_programs(stage) for stage in chain):
        return None
    base = chain[-1].base
    return chain[-1] if known(base) and shell_kind(base) == "none" else None


def settled_target(path: CoveragePath) -> bool:
    """Whether the stage of the image is known: a build was read and its target is known."""
    return bool(path.image_builds) and all(known(b.target or "") for b in path.image_builds)


_PROGRAMS = frozenset({"tar", "busybox", "toybox", "sh", "bash", "dash", "bin", "sbin", "rootfs"})


def _brings_programs(stage: Stage) -> bool:
    """Whether files are copied in that may be a shell or tar."""
    for copy in stage.copies:
        words = [posixpath.normpath(each) for each in copy.sources]
        if any(word == "/" or not known(word) or posixpath.basename(word) in _PROGRAMS for word in words):
            return True
        if posixpath.basename(copy.destination.rstrip("/")) in _PROGRAMS - {"bin", "sbin", "rootfs"}:
            return True
    return False
