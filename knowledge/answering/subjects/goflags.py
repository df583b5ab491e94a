"""GOFLAGS and -cover, as the go build gets them that is taken with coverage on."""

from __future__ import annotations

import shlex

from bot.facts.binary import binary_builds
from bot.facts.build import GoBuild, Setting
from bot.facts.buildargs import passes_unknown
from bot.facts.words import known
from bot.model import Evidence, Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing, otherwise, partly, so
from knowledge.answering.subjects.saying import certain, other_condition, quoted, when
from knowledge.requests.model import Claim, Subject

_WORDS = (
    "binary builds build built with goflags go flag flags coverage cover multi-stage docker podman via in"
    " when if only is set to our we the run passes passed pass using instrumented image arg"
)


@holder(Subject.GOFLAGS, Link.BUILD, _WORDS)
def goflags(claim: Claim, side: Side) -> Held:
    wanted, builds = _words(claim.value), binary_builds(side.path)
    if not builds:
        return nothing("No go build of the service was read.")
    if not wanted or not all(known(word) for word in wanted) or any("$" in word for word in wanted):
        return nothing("The statement names no flags of its own.")
    for build in builds:
        setting = build.goflags
        if setting is not None and setting.value is not None and set(wanted) <= set(_words(setting.value)):
            return _given(claim, side, build, setting)
    return _elsewhere(claim, side, wanted, builds)


def _given(claim: Claim, side: Side, build: GoBuild, setting: Setting) -> Held:
    passed = _passed(side, setting)
    condition = when(setting.guards)
    text = f"{build.evidence.place} builds with GOFLAGS={quoted(setting.value or '')}{condition}"
    text += f" (passed at {passed[0].place})." if passed else "."
    places = tuple(dict.fromkeys((build.evidence, setting.evidence, *passed)))
    other = other_condition(claim, setting.guards)
    return partly(f"{text[:-1]}: {other}.", *places) if other else so(text, *places)


def _passed(side: Side, setting: Setting) -> list[Evidence]:
    """Where the image build passes the variable as a build arg."""
    args = [arg for image in side.path.image_builds for arg in image.build_args if arg.name == setting.name]
    return [arg.evidence for arg in args if arg.value == setting.value][:1]


def _elsewhere(claim: Claim, side: Side, wanted: list[str], builds: tuple[GoBuild, ...]) -> Held:
    has = [build for build in builds if set(wanted) <= set(build.all_flags)]
    if has:
        said = f"{has[0].evidence.place} gives go build {quoted(claim.value)} on its command line"
        return partly(f"{said}, not in GOFLAGS.", has[0].evidence)
    if wanted == ["-cover"]:
        return coverage_flag(claim, side)
    if all(_tells_goflags(build, side) for build in builds):
        said = f"{builds[0].evidence.place} builds {_shown(builds[0])}"
        return otherwise(f"{said}, not GOFLAGS={quoted(claim.value)}.", builds[0].evidence)
    return nothing("GOFLAGS of the go build was not readable.", builds[0].evidence)


def _tells_goflags(build: GoBuild, side: Side) -> bool:
    """Whether it is known that GOFLAGS holds no more than was read."""
    value = build.goflags.value if build.goflags is not None else ""
    plain = value is not None and known(value) and all(known(word) for word in build.all_flags)
    return plain and build.cover is not None and not passes_unknown(side.path.image_builds)


def _shown(build: GoBuild) -> str:
    value = build.goflags.value if build.goflags is not None else None
    return f"with GOFLAGS={quoted(value)}" if value else "without GOFLAGS"


@holder(Subject.COVERAGE_FLAG, Link.BUILD, _WORDS)
def coverage_flag(claim: Claim, side: Side) -> Held:
    builds = binary_builds(side.path)
    if not builds:
        return nothing("No go build of the service was read.")
    if all(build.cover for build in builds):
        text = f"{builds[0].evidence.place} builds with -cover{when(builds[0].guards)}."
        return so(text, *(build.evidence for build in builds))
    found = certain(side, "not-instrumented")
    if found is not None and all(build.cover is False for build in builds):
        place = found.evidence[0]
        return otherwise(f"{place.place} builds {_shown(builds[0])} and without -cover.", *found.evidence)
    return nothing("Whether -cover reaches the go build could not be read.", builds[0].evidence)


def _words(value: str) -> list[str]:
    """The flags in a value; a broken quote leaves it split at blanks."""
    text = value.strip().strip("`\"'")
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
