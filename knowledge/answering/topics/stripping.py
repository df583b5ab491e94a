"""Whether the binary is stripped, with coverage and without, and that it does not matter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.facts.binary import binary_builds
from bot.facts.build import GoBuild
from bot.facts.path import CoveragePath
from bot.facts.suspects import flag_places, strip_places
from bot.model import Evidence, Link, Missing
from knowledge.answering.asking import Ask
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, linker_flags, listed, places, under


@topic("stripping", Link.BUILD, anywhere=True, settles=True)
def stripping(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is not None:
        builds = binary_builds(ask.path)
        if not builds:
            yield ask.gap("whether the binary is stripped", Link.BUILD)
        for build in builds[:2]:
            yield from _of_build(ask, ask.path, build)
    yield from ask.proven("stripped", "strip-tool")


def _of_build(ask: Ask, path: CoveragePath, build: GoBuild) -> Iterator[Statement | Missing]:
    tool = strip_places(path)
    where = under(build.guards)
    if strips(build) or tool:
        how = f"with {_flags(build)}" if strips(build) else "and `strip` is called in a RUN"
        text = f"the binary is built {how}{where}."
        yield Statement(ask.open(True, text), places(build.evidence, *(place for _, place in tool)))
    elif "${}" in linker_flags(build.ldflags):
        yield Missing("whether the binary is stripped", "its -ldflags are set outside the files", Link.BUILD)
    else:
        text = f"the build that runs with coverage{where} has neither `-s` nor `-w`."
        yield Statement(ask.open(False, text), places(build.evidence))
        yield from _elsewhere(path, build)


def _elsewhere(path: CoveragePath, build: GoBuild) -> Iterator[Statement]:
    """The build without coverage, where that one strips."""
    found: list[Evidence] = [place for _, place in flag_places(path, "-s", "-w")]
    if found:
        yield Statement("The build without coverage has `-s` or `-w`.", places(*found))


def _flags(build: GoBuild) -> str:
    words = re.findall(r"(?<![\w-])-[sw](?![\w-])", linker_flags(build.ldflags))
    return listed([code(word) for word in dict.fromkeys(words)])


def strips(build: GoBuild) -> bool:
    """Whether the linker is told to leave symbols or debug data out."""
    return re.search(r"(?<![\w-])-[sw](?![\w-])", linker_flags(build.ldflags)) is not None
