"""Go version: the builder image's tag and go.mod, which may differ."""

from __future__ import annotations

import re

from bot.facts.baseimages import go_version
from bot.facts.binary import binary_builds, stage_of
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import known
from bot.model import Evidence, Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing, otherwise, partly, so
from knowledge.answering.subjects.saying import quoted
from knowledge.requests.model import Claim, Subject

_VERSION = re.compile(r"(?<![\d.])(1)\.(\d{1,3})(?:\.(\d{1,3}))?(?![\d.]*\d)")
Version = tuple[int, ...]


@holder(Subject.GO_VERSION, Link.BUILD, "go golang version is we our use uses using with builds build on the")
def go_version_claim(claim: Claim, side: Side) -> Held:
    wanted, built, module = _version(claim.value), _of_builder(side.path), _of_module(side.path)
    if wanted is None or not (built or module):
        return nothing("Neither the builder image nor go.mod tells a Go version.")
    said = " and ".join(f"{place.place} says {quoted(text)}" for _, text, place in (*built, *module))
    places = tuple(place for _, _, place in (*built, *module))
    if not built:
        return _by_module(wanted, module[0][0], said, places[0])
    fits = [_fits(wanted, version) for version, _, _ in built]
    newer = any(line[: len(wanted)] > wanted for line, _, _ in module)
    exact = any(fits) or any(_fits(wanted, line) for line, _, _ in module)
    if exact and False not in fits and not newer:
        return so(f"{said}.", *places)
    if all(fit is False for fit in fits) and all(_fits(wanted, line) is False for line, _, _ in module):
        return otherwise(f"{said}, not Go {quoted(claim.value)}.", *places)
    return partly(f"{said}: Go {quoted(claim.value)} is not in both, or not to the last number.", *places)


def _by_module(wanted: Version, line: Version, said: str, place: Evidence) -> Held:
    """go.mod alone: it is the least version that builds the module (go.dev/doc/toolchain, since Go 1.21)."""
    if line >= (1, 21) and wanted < line[: len(wanted)]:
        return otherwise(f"{said}, which an older Go does not build.", place)
    if _fits(wanted, line):
        return so(f"{said}.", place)
    return nothing(f"{said}; which Go builds the service was not read.", place)


def _of_builder(path: CoveragePath) -> list[tuple[Version, str, Evidence]]:
    found = []
    for build in binary_builds(path):
        chain = stage_chain(path.dockerfile, stage_of(path, build))
        base = chain[-1].base if chain else ""
        if chain and known(base) and go_version(base) is not None:
            version = _version(base.partition("@")[0].rpartition(":")[2])
            if version is not None and (version, base, chain[-1].evidence) not in found:
                found.append((version, base, chain[-1].evidence))
    return found


def _of_module(path: CoveragePath) -> list[tuple[Version, str, Evidence]]:
    line = path.module.go if path.module is not None else None
    version = _version(line.value or "") if line is not None else None
    return [(version, f"go {line.value}", line.evidence)] if line is not None and version is not None else []


def _version(text: str) -> Version | None:
    match = _VERSION.search(text[:200])
    return tuple(int(part) for part in match.groups() if part is not None) if match else None


def _fits(wanted: Version, stands: Version) -> bool | None:
    """`1.22` fits 1.22.5; `1.22.5` against 1.22 cannot be told."""
    if wanted == stands[: len(wanted)]:
        return True
    return None if stands == wanted[: len(stands)] else False
