"""Whether the binary comes from another stage of the Dockerfile, and why its coverage survives the COPY."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.binary import binary_copy
from bot.facts.build import Dockerfile
from bot.facts.stages import stage_named
from bot.model import Link, Missing
from knowledge.answering.asking import Ask
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, places


@topic("multi-stage", Link.IMAGE, anywhere=True, settles=True)
def multi_stage(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is not None:
        if ask.path.dockerfile is None or not ask.path.dockerfile.stages:
            yield ask.gap("the stages of the image", Link.IMAGE, Link.BUILD)
        else:
            yield from _stages(ask, ask.path.dockerfile)
    yield from ask.shown("whether coverage survives the copy", "copied")


def _stages(ask: Ask, dockerfile: Dockerfile) -> Iterator[Statement | Missing]:
    count, path = len(dockerfile.stages), ask.path
    assert path is not None
    first = dockerfile.stages[0]
    if count == 1:
        text = ask.open(False, f"{dockerfile.path} has one stage, from {code(first.base)}.")
        yield Statement(text, places(first.evidence))
        return
    found = binary_copy(path)
    froms = tuple(stage.evidence for stage in dockerfile.stages)
    if found is None or found[0].source_stage is None:
        yield Statement(ask.open(True, f"{dockerfile.path} has {count} stages."), places(*froms))
        yield ask.gap("which COPY brings the binary", Link.IMAGE)
        return
    copy, source = found
    name = copy.source_stage or ""
    stage = stage_named(dockerfile, name)
    origin = f"the stage {code(name)}" if stage is not None else f"the image {code(name)}"
    text = f"{dockerfile.path} has {count} stages; {code(source)} is copied from {origin}"
    text += f" to {code(copy.destination)}."
    evidence = places(stage.evidence if stage else None, copy.evidence, *froms[-1:])
    yield Statement(ask.open(True, text), evidence)
