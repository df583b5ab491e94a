"""How a build arg gets from the build command to `go build`: scope, use and who passes it."""

from __future__ import annotations

import re

from bot.facts.binary import run_text, stage_of
from bot.facts.build import GoBuild, Setting, ShellTest, Stage
from bot.facts.events import ImageBuild
from bot.facts.joints import same_image, service_container
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import known

_WORD = re.compile(r"""(?:^|\s)["']?\$(?:\{(\w+)(?:[:+\-=?#%/][^{}]*)?\}|(\w+))["']?(?=\s|$)""")
_GO_BUILD = re.compile(r"\bgo(?:\s+-C\s+\S+)?\s+(?:build|install)\b((?:\\\n|[^\n;&|])*)")


def flag_variables(path: CoveragePath, build: GoBuild) -> tuple[str, ...]:
    """Variables that can bring `-cover` to a go build of a Dockerfile, whether declared or not.

    GOFLAGS where the stage speaks of it, variables that stand as a flag of their own on the command
    (`go build ${GO_BUILD_FLAGS} ...`), and those a test asks before it takes an instrumented build.
    """
    stage = stage_of(path, build)
    if stage is None:
        return ()
    text = run_text(stage, build)
    names = [n for line in _GO_BUILD.findall(text) for pair in _WORD.findall(line) for n in pair if n]
    names += [test.variable for test in _coverage_tests(path, stage) if test.variable]
    spoken = [s.name for each in stage_chain(path.dockerfile, stage) for s in each.args]
    if "GOFLAGS" in text or "GOFLAGS" in spoken:
        names.append("GOFLAGS")
    return tuple(dict.fromkeys(n for n in names if not _holds_something_else(n)))


def _holds_something_else(name: str) -> bool:
    return (
        re.search(r"LDFLAGS|GCFLAGS|TAGS|OUTPUT|PACKAGE|TARGET|VERSION|MAIN|^BIN", name.upper()) is not None
    )


def _coverage_tests(path: CoveragePath, stage: Stage) -> list[ShellTest]:
    """The tests that guard the instrumented go builds of a stage."""
    return [
        t for b in path.builds if b.stage == stage.index and b.cover and b.taken is False for t in b.tests
    ]


def build_args_matter(path: CoveragePath, build: GoBuild) -> bool:
    """Whether what a build passes can change the flags of a go build."""
    stage = stage_of(path, build)
    if stage is None:
        return False
    return any(declared(path, stage, name) is not None for name in flag_variables(path, build))


def declared(path: CoveragePath, stage: Stage, name: str, before: int | None = None) -> Setting | None:
    """The ARG that brings a name into scope in a stage (its own, or inherited from the stage it is FROM).

    `before` asks for one above that line of the stage.
    """
    for position, each in enumerate(stage_chain(path.dockerfile, stage)):
        for arg in reversed(each.args):
            if arg.name == name and (position > 0 or before is None or arg.evidence.line < before):
                return arg
    return None


def env_of(path: CoveragePath, stage: Stage, name: str, before: int) -> Setting | None:
    """The ENV that is in force for a name at a line of a stage."""
    for position, each in enumerate(stage_chain(path.dockerfile, stage)):
        for env in reversed(each.env):
            if env.name == name and (position > 0 or env.evidence.line < before):
                return env
    return None


def deployed_builds(path: CoveragePath) -> tuple[ImageBuild, ...]:
    """The image builds whose tag the service's container runs; all of them when no tag tells."""
    container = service_container(path)
    image = container.image.value if container is not None and container.image is not None else None
    if image is None or not known(image):
        return path.image_builds
    if any(not known(tag) for build in path.image_builds for tag in build.tags):
        return path.image_builds
    fitting = tuple(b for b in path.image_builds if any(same_image(tag, image) for tag in b.tags))
    return fitting or path.image_builds


def passes_unknown(builds: tuple[ImageBuild, ...]) -> bool:
    """Whether a build passes words that were not readable: they may hold any build arg."""
    return any(not known(arg.name) for build in builds for arg in build.build_args)


def passed(builds: tuple[ImageBuild, ...], name: str) -> Setting | None:
    """The build arg of a name, one that asks for coverage first."""
    found = [arg for build in builds for arg in build.build_args if arg.name == name]
    return next((arg for arg in found if asks_for_coverage(arg)), found[0] if found else None)


def asks_for_coverage(setting: Setting) -> bool:
    """Whether a value holds `-cover` (or `-covermode`, `-coverpkg`, which imply it)."""
    return "-cover" in (setting.value or "")


def switches_coverage(path: CoveragePath, stage: Stage, arg: Setting) -> bool:
    """Whether a build arg would bring `-cover` to a stage: as a flag, or as what one of its tests asks."""
    if asks_for_coverage(arg):
        return True
    if arg.value and any(brings_coverage(run.text, arg.name) for run in stage.runs):
        return True
    tests = [t for t in _coverage_tests(path, stage) if t.variable == arg.name]
    return any(_grants(test, arg.value) for test in tests)


def brings_coverage(text: str, name: str) -> bool:
    """Whether a shell text has `${NAME:+-cover ...}`: any value of the variable brings `-cover`."""
    return re.search(r"\$\{" + re.escape(name) + r":?\+[^{}]*-cover", text) is not None


def _grants(test: ShellTest, value: str | None) -> bool:
    """Whether a test would be true for a known value."""
    if not value or not known(value):
        return False
    if test.operator in ("=", "=="):
        return test.operand == value
    return test.operator == "-n" or (test.operator == "!=" and test.operand != value)


def build_tests(path: CoveragePath) -> tuple[ShellTest, ...]:
    """The shell tests that decide which go build is reached, each once."""
    return tuple({(t.text, t.evidence): t for build in path.builds for t in build.tests}.values())
