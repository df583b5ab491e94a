"""The Dockerfile that the run builds: stages, build, COPY of the binary, user, start command."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.binary import binary_builds, binary_copy, start_command
from bot.facts.build import Dockerfile
from bot.facts.joints import final_stage
from bot.facts.path import CoveragePath
from bot.model import Link, Missing
from knowledge.answering.asking import Ask
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, listed, places, under


@topic("dockerfile", Link.BUILD, Link.IMAGE)
def dockerfile(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is None:
        return
    if ask.path.dockerfile is None:
        yield ask.gap("the Dockerfile", Link.BUILD, Link.IMAGE)
        return
    yield _stages(ask.path.dockerfile)
    yield from _builds(ask.path)
    yield from _final(ask.path)


def _stages(found: Dockerfile) -> Statement:
    froms = [f"FROM {stage.base}" + (f" AS {stage.name}" if stage.name else "") for stage in found.stages[:6]]
    text = f"The Dockerfile is {found.path}: {listed([code(each) for each in froms])}."
    return Statement(text, places(*(stage.evidence for stage in found.stages)))


def _builds(path: CoveragePath) -> Iterator[Statement]:
    for build in binary_builds(path)[:2]:
        text = f"The binary is built by {code(' '.join(build.argv))}{under(build.guards)}"
        if build.goflags is not None and build.goflags.value:
            text += f", with {code(f'GOFLAGS={build.goflags.value}')}"
        yield Statement(f"{text}.", places(build.evidence))


def _final(path: CoveragePath) -> Iterator[Statement]:
    found, stage, start = binary_copy(path), final_stage(path), start_command(path)
    if found is not None:
        copy, source = found
        origin = f" from {code(copy.source_stage)}" if copy.source_stage else ""
        text = f"{code(source)} is copied{origin} to {code(copy.destination)}."
        yield Statement(text, places(copy.evidence))
    if stage is not None and stage.users:
        yield Statement(
            f"The image's user is set by {code(f'USER {stage.users[-1].text}')}.",
            places(stage.users[-1].evidence),
        )
    if start is not None:
        form = "in shell form" if start.shell_form else "in exec form"
        yield Statement(f"It starts {code(' '.join(start.argv))} {form}.", places(start.evidence))
