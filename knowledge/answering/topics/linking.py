"""How the binary is linked, by CGO_ENABLED and the linker flags of the build, and that it does not matter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.facts.binary import binary_builds
from bot.facts.build import GoBuild, Setting
from bot.facts.path import CoveragePath
from bot.model import Link, Missing
from knowledge.answering.asking import Ask, Point
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import linker_flags, places, under

_STATIC = re.compile(r"-extldflags[=\s]\s*['\"]?[^'\"]*-static\b")


@topic("linking", Link.BUILD, anywhere=True, settles=True)
def linking(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is not None:
        builds = binary_builds(ask.path)
        if not builds:
            yield ask.gap("how the binary is linked", Link.BUILD)
        for build in builds[:2]:
            yield from _linked(ask, build)
        yield from ask.yours(_point)
    yield from ask.shown("whether linking matters", "static")


def _linked(ask: Ask, build: GoBuild) -> Iterator[Statement | Missing]:
    static, words = _is_static(build), _words(build)
    evidence = places(build.evidence, *(s.evidence for s in [_cgo(build)] if s is not None))
    if static:
        yield Statement(_opened(ask, f"the build {words}{under(build.guards)}."), evidence)
        return
    yield Statement(f"The build {words}{under(build.guards)}.", evidence)
    reason = "these flags leave it to the packages, the C compiler and the platform of the build"
    yield Missing("whether the binary is static or dynamic", reason, Link.BUILD, True, build.evidence)


def _opened(ask: Ask, text: str) -> str:
    if ask.yes_or_no and ask.says(r"\bstatic") and not ask.says(r"\bdynamic"):
        return ask.open(True, text)
    if ask.yes_or_no and ask.says(r"\bdynamic") and not ask.says(r"\bstatic"):
        return ask.open(False, text)
    return f"Static: {text}"


def _is_static(build: GoBuild) -> bool:
    """CGO_ENABLED=0 makes a static program of any package, unless it is position-independent; a static
    -extldflags alone is used by the external linker only, and Go often links without it (cmd/link docs)."""
    cgo = _cgo(build)
    if build.tool != "go" or build.buildmode not in (None, "", "exe", "default"):
        return False
    return cgo is not None and cgo.value == "0"


def _words(build: GoBuild) -> str:
    cgo = _cgo(build)
    first = (
        f"has CGO_ENABLED={cgo.value}" if cgo is not None and cgo.value is not None else "sets no CGO_ENABLED"
    )
    flags = linker_flags(build.ldflags)
    if _STATIC.search(flags):
        return f'{first} and `-extldflags "-static"`'
    if "-extldflags" in flags:
        return f"{first} and -extldflags without `-static`"
    if "${}" in flags:
        return f"{first}, and a part of its -ldflags is set outside the files"
    mode = f", `-buildmode={build.buildmode}`" if build.buildmode else ""
    return f"{first} and no `-extldflags`{mode}"


def _cgo(build: GoBuild) -> Setting | None:
    return next((s for s in reversed(build.env) if s.name == "CGO_ENABLED"), None)


def _point(path: CoveragePath) -> Point | None:
    builds = binary_builds(path)
    if len(builds) != 1:
        return None
    return Point(f"the build {_words(builds[0])}", places(builds[0].evidence))
