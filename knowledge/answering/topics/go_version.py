"""The Go version of go.mod and of the builder image."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.baseimages import go_version as version_of_tag
from bot.facts.binary import binary_builds, stage_of
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.model import Link, Missing
from knowledge.answering.asking import Ask, Point
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, places


@topic("go-version", Link.BUILD, anywhere=True)
def go_version(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is None:
        return
    point = _point(ask.path)
    if point is None:
        yield ask.gap("the Go version", Link.BUILD)
    else:
        yield Statement(f"{point.value}.", point.evidence)
    yield from _builder(ask.path)
    yield from ask.yours(_point)


def _point(path: CoveragePath) -> Point | None:
    module = path.module
    if module is None or module.go is None or module.go.value is None:
        return None
    text = f"{module.evidence.path} says `go {module.go.value}`"
    chain = module.toolchain
    if chain is not None and chain.value is not None:
        text += f" and `toolchain {chain.value}`"
    return Point(text, places(module.go.evidence, chain.evidence if chain is not None else None))


def _builder(path: CoveragePath) -> Iterator[Statement]:
    """The image that the binary is built in, where its tag tells a version."""
    for build in binary_builds(path)[:2]:
        stage = stage_of(path, build)
        if stage is not None:
            base = stage_chain(path.dockerfile, stage)[-1]
            version = version_of_tag(base.base)
            if version is not None:
                text = f"The builder image {code(base.base)} has Go {version[0]}.{version[1]} by its tag."
                yield Statement(text, places(base.evidence))
