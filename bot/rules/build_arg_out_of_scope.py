"""The build arg that carries `-cover` is not in scope where go build runs.

What it looks at: the build arg that a build passes, and where the Dockerfile declares it: before the
first FROM, in another stage, below the RUN that uses it, or nowhere.

Why it empties the figure: an ARG counts from its line to the end of its stage; one before the first FROM
is only for FROM lines (Dockerfile reference, "ARG", "Scope"). Out of scope the variable is empty, and the
build goes on without `-cover`.

How to fix: declare `ARG NAME` in the stage of the go build, above its RUN.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.binary import binary_builds, run_place, stage_of
from bot.facts.build import GoBuild, Setting, Stage
from bot.facts.buildargs import asks_for_coverage, declared, env_of, switches_coverage
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "An ARG counts from its line to the end of its own stage; elsewhere the variable is empty."


@rule(
    "build-arg-out-of-scope",
    Link.BUILD,
    title="The build arg is not in scope where go build runs",
    source="Dockerfile reference",
    symptom=Symptom.NOTHING,
    explains=("not-instrumented",),
)
def build_arg_out_of_scope(path: CoveragePath) -> Iterator[Hit | Missing]:
    for build in binary_builds(path):
        stage = stage_of(path, build)
        if stage is None or build.cover is not False:
            continue
        for arg in _wanted(path, stage):
            line = run_place(stage, build).line
            if declared(path, stage, arg.name, line) is None and env_of(path, stage, arg.name, line) is None:
                yield _hit(path, build, stage, arg)
                return


def _wanted(path: CoveragePath, stage: Stage) -> list[Setting]:
    """What is meant to carry -cover: build args that are passed, else the default of a global ARG."""
    args = [
        arg for build in path.image_builds for arg in build.build_args if switches_coverage(path, stage, arg)
    ]
    if args or path.dockerfile is None:
        return args
    return [arg for arg in path.dockerfile.global_args if asks_for_coverage(arg)]


def _hit(path: CoveragePath, build: GoBuild, stage: Stage, arg: Setting) -> Hit:
    where, elsewhere = _declared_elsewhere(path, stage, arg.name)
    place = run_place(stage, build)
    summary = (
        f"{arg.name}=`{arg.value}` is passed, but {where} the go build in stage {stage.name or stage.index}."
    )
    edit = patch.insert_before(path, place, f"ARG {arg.name}")
    fix = Fix(f"Declare ARG {arg.name} in that stage, above the RUN.", patch.diff(path, edit))
    evidence = (*((elsewhere.evidence,) if elsewhere else ()), build.evidence, arg.evidence)
    return Hit(summary, WHY, fix, tuple(dict.fromkeys(evidence)))


def _declared_elsewhere(path: CoveragePath, stage: Stage, name: str) -> tuple[str, Setting | None]:
    dockerfile = path.dockerfile
    if dockerfile is None:
        return "nothing declares it for", None
    for arg in stage.args:
        if arg.name == name:
            return f"ARG {name} stands below", arg
    for other in dockerfile.stages:
        for arg in other.args:
            if arg.name == name:
                return f"ARG {name} is declared in stage {other.name or other.index}, out of reach of", arg
    for arg in dockerfile.global_args:
        if arg.name == name:
            return f"ARG {name} stands before the first FROM, out of reach of", arg
    return f"no ARG {name} declares it for", None
