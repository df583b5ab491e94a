"""The Dockerfile waits for a build arg that carries `-cover`, and nobody passes it.

What it looks at: the ARG that can bring `-cover` to go build (GOFLAGS, a variable that stands as a flag,
one that a test asks), and the build args of the image that the pod runs.

Why it empties the figure: without the build arg the ARG keeps its default, and the binary is built
without `-cover` (seen in kubernaut).

How to fix: pass `--build-arg NAME=...` where the image for the tests is built.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.binary import binary_builds, run_place, stage_of
from bot.facts.build import GoBuild, Setting
from bot.facts.buildargs import (
    asks_for_coverage,
    build_tests,
    declared,
    deployed_builds,
    flag_variables,
    passed,
)
from bot.facts.events import ImageBuild
from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Without the build arg the ARG keeps its default, and go build runs without -cover."


@rule(
    "build-arg-not-passed",
    Link.BUILD,
    title="The build arg that switches coverage on is not passed",
    source="kubernaut",
    symptom=Symptom.NOTHING,
    explains=("not-instrumented", "build-arg-out-of-scope"),
)
def build_arg_not_passed(path: CoveragePath) -> Iterator[Hit | Missing]:
    deployed = deployed_builds(path)
    if not deployed:
        return
    for build in binary_builds(path):
        arg = _awaited(path, build, deployed)
        if arg is not None:
            yield _hit(path, build, arg, deployed)
            return


def _awaited(path: CoveragePath, build: GoBuild, deployed: tuple[ImageBuild, ...]) -> Setting | None:
    """The ARG that would carry -cover to this build and that the deployed image is built without."""
    stage = stage_of(path, build)
    elsewhere = len(deployed) < len(path.image_builds)
    if stage is None or (build.cover is not False and not elsewhere):
        return None
    line = run_place(stage, build).line
    for name in flag_variables(path, build):
        arg, other = declared(path, stage, name, line), passed(path.image_builds, name)
        if arg is None or _given(deployed, name):
            continue
        if other is not None and asks_for_coverage(other):
            return arg
        if (other is None or not other.value) and build.cover is False and not asks_for_coverage(arg):
            return arg
    return None


def _given(builds: tuple[ImageBuild, ...], name: str) -> bool:
    """Whether a build arg is passed with a value: `--build-arg NAME=` is as good as none."""
    found = passed(builds, name)
    return found is not None and found.value != ""


def _hit(path: CoveragePath, build: GoBuild, arg: Setting, deployed: tuple[ImageBuild, ...]) -> Hit:
    image = deployed[0]
    value = _value(path, arg.name)
    named = f"{image.tool} build of {image.tags[0]}" if image.tags else f"{image.tool} build"
    default = f"`{arg.value}`" if arg.value and known(arg.value) else "empty"
    summary = f"The {named} passes no {arg.name}, so it stays {default} and go build gets no -cover."
    other, certainty = passed(path.image_builds, arg.name), Certainty.CERTAIN
    if other is not None and not other.value:
        summary = f"The {named} passes an empty {arg.name}, so go build gets no -cover."
    elif other is not None:
        summary = f"The {named}, which the pod runs, passes no {arg.name}; only another build passes it."
    fix = Fix(f"Pass --build-arg {arg.name}={value} where the image for the tests is built.")
    evidence = [image.evidence, arg.evidence, *([other.evidence] if other else []), build.evidence]
    unread = [word.name for word in image.build_args if not known(word.name)]
    if unread:
        summary = f"The {named} passes no {arg.name}, unless {unread[0]}, which nothing sets, does."
        certainty = Certainty.POSSIBLE
    return Hit(summary, WHY, fix, tuple(dict.fromkeys(evidence)), certainty)


def _value(path: CoveragePath, name: str) -> str:
    """The value that a test of the Dockerfile asks for, else -cover."""
    asked = [t.operand for t in build_tests(path) if t.variable == name and t.operator in ("=", "==")]
    return next((o for o in asked if o), "-cover")
