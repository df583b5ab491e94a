"""Builder and runtime image: compared by repository and tag; registry prefix and digest aside."""

from __future__ import annotations

import re

from bot.facts.baseimages import repository
from bot.facts.binary import binary_builds, stage_of
from bot.facts.build import Stage
from bot.facts.image import settled_target
from bot.facts.joints import final_stage
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import known
from bot.model import Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, Says, holder, nothing, otherwise, partly, so
from knowledge.answering.subjects.saying import bare_value, quoted, unknown_parts
from knowledge.requests.model import Claim, Subject

_REFERENCE = re.compile(
    r"[\w.-]{1,120}(?::\d{1,5}(?=/))?(?:/[\w.-]{1,120}){0,8}(?::[\w][\w.-]{0,127})?(?:@sha256:\w{1,64})?"
)
_FAMILIES = ("distroless", "alpine", "debian", "ubuntu", "ubi", "scratch")
_WORDS = (
    "builder build stage image base container runtime final from as docker compiler static minimal is the our"
    " we use uses using"
)


@holder(Subject.BUILDER_IMAGE, Link.IMAGE, _WORDS)
def builder_image(claim: Claim, side: Side) -> Held:
    stages = [stage for build in binary_builds(side.path) if (stage := stage_of(side.path, build))]
    if not stages:
        return nothing("No stage of a Dockerfile that builds the service was read.")
    answers = [_compare(claim, _bottom(side.path, stage)) for stage in dict.fromkeys(stages)]
    return next((a for a in answers if a.says is not Says.OTHERWISE), answers[0])


@holder(Subject.RUNTIME_IMAGE, Link.IMAGE, _WORDS)
def runtime_image(claim: Claim, side: Side) -> Held:
    stage = final_stage(side.path)
    if stage is None:
        return nothing("The service's Dockerfile was not read.")
    held = _compare(claim, _bottom(side.path, stage))
    if held.says is Says.OTHERWISE and side.path.image_builds and not settled_target(side.path):
        return nothing("Which stage of the Dockerfile the run builds cannot be told.", *held.evidence)
    return held


def _bottom(path: CoveragePath, stage: Stage) -> Stage:
    """The stage that is FROM an image, below those that are FROM each other."""
    return stage_chain(path.dockerfile, stage)[-1]


def _compare(claim: Claim, stage: Stage) -> Held:
    claimed, stands, place = bare_value(claim.value), stage.base, stage.evidence.place
    if not stands:
        return nothing(f"{place} names its image by a variable that has no value there.", stage.evidence)
    if _REFERENCE.fullmatch(claimed) is None:
        return nothing(
            f"`{quoted(claimed)}` is not the name of one image; {place} says {quoted(stands)}.",
            stage.evidence,
        )
    same = _same_repository(claimed, stands)
    said = f"{place} says {quoted(stands)}"
    if same is False:
        return otherwise(f"{said}, not {quoted(claimed)}.", stage.evidence)
    if same is None:
        return nothing(
            f"{said}; whether that is {quoted(claimed)} cannot be told from the name.", stage.evidence
        )
    return _tags(claimed, stands, said, stage)


def _tags(claimed: str, stands: str, said: str, stage: Stage) -> Held:
    ours, theirs = _tag(claimed), _tag(stands)
    if ours is None or ours == theirs or (ours == "latest" and theirs is None and "@" not in stands):
        return so(f"{said}.", stage.evidence)
    if theirs is not None and not known(theirs):
        text = f"{said}: the same image, its tag hides behind {unknown_parts(theirs)}."
        return partly(text, stage.evidence)
    if theirs is None or _could_be(ours, theirs):
        return partly(f"{said}: the same image, the tag {quoted(ours)} is not all of it.", stage.evidence)
    return otherwise(f"{said}, not {quoted(claimed)}.", stage.evidence)


def _could_be(left: str, right: str) -> bool:
    """Whether two tags may name the same image: `1.22`, `1.22-alpine` and `1.22.5-alpine`."""
    if left.startswith(right) or right.startswith(left):
        return True
    (version, _, flavor), (other, _, taste) = left.partition("-"), right.partition("-")
    return flavor == taste and (version.startswith(f"{other}.") or other.startswith(f"{version}."))


def _tag(reference: str) -> str | None:
    name = reference.partition("@")[0]
    rest = name[len(repository(name)) :]
    return rest.removeprefix(":") or None


def _same_repository(claimed: str, stands: str) -> bool | None:
    """Whether two references name the same repository; None when the names do not tell."""
    ours, theirs = _parts(claimed), _parts(stands)
    if not known(repository(stands)):
        return None
    if ours == theirs or theirs[-len(ours) :] == ours:
        return True
    if len(ours) == 1 and _tag(claimed) is None:
        return _same_family(ours[0], stands)
    # the same name from another registry may be a mirror; distroless/base is base-debian12 of its day
    alike = ours[-1] == theirs[-1] or theirs[-1].startswith(f"{ours[-1]}-debian")
    return None if alike else False


def _same_family(word: str, stands: str) -> bool | None:
    """`Runtime: distroless`: the word of a family of images against an image."""
    if word in _parts(stands)[:-1]:
        return True
    if word in stands.lower():
        return None
    family = next((f for f in _FAMILIES if _parts(stands)[-1].startswith(f) or f in _parts(stands)), None)
    return False if family is not None and word in _FAMILIES else None


def _parts(reference: str) -> tuple[str, ...]:
    """The repository's parts, without Docker's own registry: `docker.io/library/x` is `x`."""
    parts = repository(reference.lower()).split("/")
    while len(parts) > 1 and parts[0] in ("docker.io", "index.docker.io", "registry-1.docker.io", "library"):
        parts = parts[1:]
    return tuple(parts)
