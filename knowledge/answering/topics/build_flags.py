"""The flags of the build that runs with coverage, how they get there, and what is left out for coverage."""

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
from knowledge.answering.wording import code, linker_flags, listed, places, under

_WORDS = r"\bbuil[dt]|compil|link|\bgo\b|goflags|-cover|-ldflags|cover|instrument"
_WITH_OPERAND = frozenset(
    (
        *("-o", "-C", "-p", "-mod", "-modfile", "-tags", "-ldflags", "-gcflags", "-asmflags", "-gccgoflags"),
        *("-buildmode", "-compiler", "-installsuffix", "-pkgdir", "-overlay", "-pgo", "-toolexec"),
        *("-coverpkg", "-covermode"),
    )
)
"""Flags of go build that take an operand, which may be the next word (`go help build`)."""
_SETTLED = {
    "-s": "stripped",
    "-w": "stripped",
    "-a": "rebuild-all",
    "-installsuffix": "installsuffix",
    "-trimpath": "trimpath",
    '-extldflags "-static"': "static",
}
"""Flag that people leave out for coverage -> the experiment that shows that they need not."""


@topic("build-flags", Link.BUILD, words=_WORDS)
def build_flags(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is None:
        yield from ask.proven("goflags-cover")
        return
    builds = binary_builds(ask.path)
    if not builds:
        yield ask.gap("the flags of the build", Link.BUILD)
    for build in builds[:2]:
        yield from _of_build(ask, build)
        yield from _tests(build)
        yield from _left_out(ask, ask.path, build)
    yield from _passed(ask.path)
    yield from ask.yours(_point)


def _of_build(ask: Ask, build: GoBuild) -> Iterator[Statement | Missing]:
    if build.cover is None:
        yield Missing("whether -cover reaches go build", "its flags are set outside the files", Link.BUILD)
    words = [code(flag) for flag in _flags(build)] + _linker(build)
    if build.cover:
        come = ", through GOFLAGS" if _through_goflags(build) else ""
        text = f"{code(_coverage(build))}{come}"
        text += f", beside {listed(words)}" if words else ""
    else:
        text = listed(words) or "no flag"
        text += " and no `-cover`" if build.cover is False else ""
    text = f"`go build` gets {text}{under(build.guards)}."
    evidence = places(build.evidence, build.goflags.evidence if build.goflags else None)
    begin = "Yes: " if build.cover and ask.yes_or_no and ask.says(r"\b(?:special|extra|any)\b") else ""
    yield Statement(begin + text, evidence)


def _coverage(build: GoBuild) -> str:
    words = ["-cover"]
    words += [f"-coverpkg={','.join(build.coverpkg)}"] if build.coverpkg else []
    words += [f"-covermode={build.covermode}"] if build.covermode else []
    return " ".join(words)


def _through_goflags(build: GoBuild) -> bool:
    value = build.goflags.value if build.goflags is not None else None
    return "-cover" in (value or "") and "-cover" not in build.argv


def _flags(build: GoBuild) -> list[str]:
    """The other flags, each with its operand, without where the output goes."""
    found: list[str] = []
    words = iter(build.all_flags)
    for word in words:
        name, sign, _ = word.partition("=")
        operand = next(words, "") if name in _WITH_OPERAND and not sign else ""
        if name not in ("-o", "-C", "-ldflags") and not name.startswith("-cover"):
            found.append(f"{word} {operand}".strip())
    return found[:8]


def _linker(build: GoBuild) -> list[str]:
    """-ldflags in words: what only sets variables of the program is not spelled out."""
    rest = linker_flags(build.ldflags)
    if rest:
        return [code(f"-ldflags={rest}")]
    return ["`-ldflags` that only set variables (`-X`)"] if build.ldflags else []


def _tests(build: GoBuild) -> Iterator[Statement]:
    """The test in the Dockerfile that decides that this build runs."""
    for test in build.tests[:2]:
        if test.variable is None or not test.actual or test.result is not True:
            continue
        if test.operator in ("=", "==") and test.operand is not None:
            what = f"{test.variable} is exactly {code(test.operand)}"
            text = f"This build runs only when {what} ({code(test.text)})."
            yield Statement(text, places(test.evidence))


def _left_out(ask: Ask, path: CoveragePath, build: GoBuild) -> Iterator[Statement]:
    """What the build of the other branch has that this one has not."""
    mine = _tokens(build)
    for other in path.builds:
        missing = [token for token in _tokens(other) if token not in mine]
        if other.taken is False and other.stage == build.stage and missing:
            words = listed([code(token) for token in missing])
            text = f"The build without coverage has {words} too, which the one with coverage leaves out."
            yield Statement(text, places(other.evidence))
            yield from ask.proven(*dict.fromkeys(_SETTLED[token] for token in missing))
            return


def _tokens(build: GoBuild) -> list[str]:
    flags = build.ldflags or ""
    found = [flag for flag in ("-s", "-w") if re.search(rf"(?<![\w-]){flag}(?![\w-])", flags)]
    found += ['-extldflags "-static"'] if re.search(r"-extldflags\b.{0,40}-static\b", flags) else []
    words = {word.partition("=")[0] for word in (*build.all_flags, *build.argv)}
    return found + [flag for flag in ("-a", "-installsuffix", "-trimpath") if flag in words]


def _passed(path: CoveragePath) -> Iterator[Statement]:
    """The build args that the run passes."""
    for image in path.image_builds[:2]:
        args: list[Setting] = [arg for arg in image.build_args if arg.value is not None][:4]
        if args:
            words = listed([code(f"--build-arg {arg.name}={arg.value}") + under(arg.guards) for arg in args])
            text = f"The image is built with {words}{under(image.guards)}."
            yield Statement(text, places(*(arg.evidence for arg in args), image.evidence))


def _point(path: CoveragePath) -> Point | None:
    builds = binary_builds(path)
    if len(builds) != 1 or builds[0].cover is None:
        return None
    covered = f"`go build` gets {code(_coverage(builds[0]))}"
    value = covered if builds[0].cover else "no `-cover` reaches `go build`"
    return Point(value, places(builds[0].evidence))
