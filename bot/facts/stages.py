"""The stages of a Dockerfile: which one a name means, and what a stage is FROM."""

from __future__ import annotations

from bot.facts.build import Dockerfile, Stage


def stage_named(dockerfile: Dockerfile | None, name: str) -> Stage | None:
    """The stage that `--from=NAME` or `FROM NAME` means: by name (case does not matter) or index."""
    if dockerfile is None:
        return None
    for stage in dockerfile.stages:
        if stage.name is not None and stage.name.lower() == name.lower():
            return stage
    if name.isdecimal() and len(name) < 9 and int(name) < len(dockerfile.stages):
        return dockerfile.stages[int(name)]
    return None


def stage_chain(dockerfile: Dockerfile | None, stage: Stage | None) -> tuple[Stage, ...]:
    """A stage, the stage it is FROM, and so on: ARG, ENV, USER and files are inherited along it."""
    chain: list[Stage] = []
    while stage is not None and stage not in chain:
        chain.append(stage)
        parent = stage_named(dockerfile, stage.base)
        stage = parent if parent is not None and parent.index < stage.index else None
    return tuple(chain)
