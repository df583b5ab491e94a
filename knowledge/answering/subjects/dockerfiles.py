"""Which Dockerfile the run builds the service's image from."""

from __future__ import annotations

import posixpath
import re

from bot.facts.places import place
from bot.facts.words import known
from bot.model import Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing, otherwise, partly, so
from knowledge.answering.subjects.saying import bare_value, keyed, quoted
from knowledge.requests.model import Claim, Subject

_WORDS = "dockerfile containerfile build builds docker podman image our the is we with from uses using"


@holder(Subject.DOCKERFILE, Link.IMAGE, _WORDS)
def dockerfile(claim: Claim, side: Side) -> Held:
    wanted, path = _whole(claim).removeprefix("./"), side.path
    if path.dockerfile is None:
        return nothing("No Dockerfile of the service was read.")
    stands = path.dockerfile.path
    builds = [b for b in path.image_builds if b.dockerfile is None or _names(b.dockerfile, b.cwd, stands)]
    alike = wanted == stands or ("/" not in wanted and posixpath.basename(stands) == wanted)
    if alike and builds:
        return so(f"{builds[0].evidence.place} builds {quoted(stands)}.", builds[0].evidence)
    first = path.dockerfile.stages[0].evidence if path.dockerfile.stages else None
    if alike:
        text = f"{quoted(stands)} is there; nothing in the run that was read builds it."
        return partly(text, first) if first else nothing(text)
    said = f"{builds[0].evidence.place} builds {quoted(stands)}" if builds else f"{quoted(stands)} was read"
    places = (builds[0].evidence,) if builds else ()
    if builds and len(builds) == len(path.image_builds) and keyed(claim):
        return otherwise(f"{said}, not {quoted(wanted)}.", *places)
    return nothing(f"{said}; the statement may be about another image.", *places)


def _whole(claim: Claim) -> str:
    """The name as the statement has it: a reading may end early in `Dockerfile.api.ubuntu`."""
    value = bare_value(claim.value)
    at = claim.text.find(value)
    behind = re.match(r"[\w.-]{0,100}", claim.text[at + len(value) :]) if value and at >= 0 else None
    return (value + behind[0]).rstrip(".") if behind else value


def _names(word: str, cwd: str | None, stands: str) -> bool:
    """Whether a word on the command line is the Dockerfile that was read (an unknown part may be)."""
    there = place(word, cwd)
    return there == stands or (there is not None and not known(there))
