"""An ENV of the same name wins over the build arg that carries `-cover`.

What it looks at: the build arg, and the ENV lines of the stage of the go build and of the stages it is
FROM; for a base image, what is known of the public ones.

Why it empties the figure: a variable set by ENV always overrides an ARG of the same name, wherever the
ARG stands (Dockerfile reference, "ARG"; own experiment). The build arg is accepted and has no effect.

How to fix: rename the ARG, or set the variable on the RUN line: `RUN GOFLAGS="${COVER_FLAGS}" go build ...`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.baseimages import sets_goflags
from bot.facts.binary import binary_builds, run_place, stage_of
from bot.facts.build import GoBuild, Setting, Stage
from bot.facts.buildargs import asks_for_coverage, declared, env_of, switches_coverage
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import known
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "In a Dockerfile ENV always overrides an ARG of the same name, so the passed value has no effect."


@rule(
    "env-overrides-arg",
    Link.BUILD,
    title="ENV of the same name overrides the build arg",
    source="Dockerfile reference; own experiment",
    symptom=Symptom.NOTHING,
    explains=("not-instrumented",),
)
def env_overrides_arg(path: CoveragePath) -> Iterator[Hit | Missing]:
    for build in binary_builds(path):
        stage = stage_of(path, build)
        if stage is None:
            continue
        for arg in _passed_for(path, build, stage):
            env = env_of(path, stage, arg.name, run_place(stage, build).line)
            if env is not None:
                if build.cover is False and known(env.value) and not asks_for_coverage(env):
                    yield _own(build, arg, env)
                    return
            elif arg.name == "GOFLAGS":
                yield from _base(path, stage, arg)
                return


def _passed_for(path: CoveragePath, build: GoBuild, stage: Stage) -> list[Setting]:
    passed = [arg for image in path.image_builds for arg in image.build_args]
    args = [arg for arg in passed if switches_coverage(path, stage, arg)]
    return [a for a in args if declared(path, stage, a.name, run_place(stage, build).line) is not None]


def _own(build: GoBuild, arg: Setting, env: Setting) -> Hit:
    return Hit(
        f"{arg.name}=`{arg.value}` is passed, but ENV {env.name}=`{env.value}` overrides it.",
        WHY,
        Fix(f"Take ENV {env.name} away, or set {env.name} on the RUN line that runs go build."),
        (env.evidence, arg.evidence, build.evidence),
    )


def _base(path: CoveragePath, stage: Stage, arg: Setting) -> Iterator[Hit | Missing]:
    root = stage_chain(path.dockerfile, stage)[-1]
    fact = sets_goflags(root.base)
    if fact is None:
        reason = "its ENV is not in the repo; an ENV GOFLAGS there would override the build arg"
        yield Missing(f"the base image {root.base}", reason, Link.BUILD, needed=False, evidence=root.evidence)
    elif fact:
        yield Hit(
            f"{arg.name}=`{arg.value}` is passed, but the base image {root.base} sets {fact} itself.",
            WHY,
            Fix('Add `ENV GOFLAGS=""` or set GOFLAGS on the RUN line that runs go build.'),
            (root.evidence, arg.evidence),
            Certainty.POSSIBLE,
        )
