"""Linker flags, CGO and static linking, of the go build that is taken with coverage on."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.facts.binary import binary_builds
from bot.facts.build import GoBuild, Setting
from bot.facts.lines import line_of
from bot.facts.words import known
from bot.model import Evidence, Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing, otherwise, partly, so
from knowledge.answering.subjects.saying import quoted, when
from knowledge.requests.model import Claim, Subject

_WORDS = (
    "linking linkage linked link statically static dynamically dynamic binary type build builds with go flags"
    " ldflags linker extldflags cgo run our we the is using disabled"
)
_NOT_PLAIN = frozenset({"pie", "c-shared", "c-archive", "plugin", "shared"})
"""Build modes whose result is not a static program, whatever CGO_ENABLED says."""

MAX_LINES = 2_000


@holder(Subject.LDFLAGS, Link.BUILD, _WORDS)
def ldflags(claim: Claim, side: Side) -> Held:
    builds, wanted = binary_builds(side.path), _flags(claim.value)
    if not builds or not wanted:
        return nothing(
            "No go build of the service was read." if wanted else "The statement names no linker flag."
        )
    has = [build for build in builds if wanted <= _flags(build.ldflags or "")]
    if has:
        place = _line(side, has[0])
        return so(
            f"{place.place} builds with -ldflags `{quoted(has[0].ldflags or '')}`.", place, has[0].evidence
        )
    build = builds[0]
    said = f"{build.evidence.place}, the build with coverage on, has {_shown(build)}"
    others = [b for b in side.path.builds if b.taken is False and wanted <= _flags(b.ldflags or "")]
    if others:
        place = _line(side, others[0])
        return partly(f"{place.place} says it of the build without coverage; {said}.", place, build.evidence)
    some = [flag for flag in sorted(wanted) if flag in _flags(build.ldflags or "")]
    if some:
        return partly(f"{said}: only {', '.join(some)} of what is stated.", build.evidence)
    unused = _of_other_dockerfile(side, wanted)
    if unused is not None:
        return nothing(
            f"{said}; {unused.place} has it, which the run does not build.", build.evidence, unused
        )
    if all(_readable(each) for each in builds):
        return otherwise(f"{said}, not {quoted(claim.value)}.", *(each.evidence for each in builds))
    return nothing(f"{said}; not everything of it was readable.", build.evidence)


def _line(side: Side, build: GoBuild) -> Evidence:
    """The line of a go build on which its linker flags stand."""
    return line_of(side.path, build.evidence, "-ldflags") or build.evidence


def _flags(text: str) -> frozenset[str]:
    """`-w -s -extldflags "-static"` as a set of `-w`, `-s`, `-extldflags -static`."""
    plain = (
        re.sub(r"^[\s`]*-ldflags[= ]?", "", text[:2_000])
        .replace('"', " ")
        .replace("'", " ")
        .replace("\\", " ")
    )
    found: set[str] = set()
    words = plain.split()
    for index, word in enumerate(words):
        if re.fullmatch(r"-{1,2}extldflags(?:=.*)?", word):
            behind = [word.partition("=")[2], *words[index + 1 : index + 2]]
            found.update(f"-extldflags {each}" for each in behind if each in ("-static", "-static-pie"))
        elif word in ("-s", "-w"):
            found.add(word)
        elif word == "-linkmode=external" or (
            word == "-linkmode" and words[index + 1 : index + 2] == ["external"]
        ):
            found.add("-linkmode external")
    return frozenset(found)


def _shown(build: GoBuild) -> str:
    return f"-ldflags `{quoted(build.ldflags)}`" if build.ldflags else "no -ldflags"


def _readable(build: GoBuild) -> bool:
    words = build.all_flags
    return build.taken is True and all(known(w) or w.startswith("-ldflags") for w in words) and _plain(build)


def _plain(build: GoBuild) -> bool:
    """Whether what hides in -ldflags can only be the value of an -X."""
    words = re.sub(r"\$\{[^{}]*\}", "${}", (build.ldflags or "")[:20_000]).split()
    pairs = zip(["", *words], words, strict=False)
    return not any("${}" in word and before != "-X" and not word.startswith("-X=") for before, word in pairs)


def _of_other_dockerfile(side: Side, wanted: frozenset[str]) -> Evidence | None:
    """The line of another Dockerfile that was read on the way and has these linker flags."""
    used = side.path.dockerfile.path if side.path.dockerfile else None
    for path, text in side.path.texts.items():
        if path == used or "ockerfile" not in path:
            continue
        for number, line in enumerate(text.split("\n")[:MAX_LINES], 1):
            if "-ldflags" in line and wanted <= _flags(line.partition("-ldflags")[2]):
                url = side.path.repo.permalink(path, number, number)
                return Evidence(path, number, number, line[:300].rstrip(), url)
    return None


@holder(Subject.CGO, Link.BUILD, _WORDS)
def cgo(claim: Claim, side: Side) -> Held:
    settings = [(build, _cgo(build)) for build in binary_builds(side.path)]
    if not settings:
        return nothing("No go build of the service was read.")
    told = [
        (s.value, s.evidence, when(s.guards)) for _, s in settings if s is not None and s.value in ("0", "1")
    ]
    if len(told) < len(settings):
        return nothing("Nothing that was read sets CGO_ENABLED for this build.", settings[0][0].evidence)
    value, place, condition = told[0]
    said = f"{place.place} says CGO_ENABLED={value}{condition}"
    if all(each[0] == claim.value.strip() for each in told):
        return so(f"{said}.", *(each[1] for each in told))
    if all(each[0] != claim.value.strip() for each in told):
        return otherwise(f"{said}, not {quoted(claim.value)}.", *(each[1] for each in told))
    return partly(f"{said}, another build of the service says otherwise.", *(each[1] for each in told))


def _cgo(build: GoBuild) -> Setting | None:
    return next((s for s in reversed(build.env) if s.name == "CGO_ENABLED"), None)


@holder(Subject.LINKING, Link.BUILD, _WORDS)
def linking(claim: Claim, side: Side) -> Held:
    value, builds = claim.value.lower(), binary_builds(side.path)
    if match := re.search(r"cgo_enabled\s?=\s?([01])", value[:600]):
        return cgo(replace(claim, value=match[1]), side)
    wanted = next((word for word in ("static", "dynamic") if word in value), None)
    if wanted is None:
        return nothing("The statement names neither static nor dynamic linking.")
    told = [each for build in builds if (each := _static(build)) is not None]
    if not builds or len(told) < len(builds):
        return nothing("Nothing that was read settles whether the binary is linked statically.")
    said, places = told[0][0], tuple(dict.fromkeys(place for _, place in told))
    if wanted == "dynamic":
        return otherwise(f"{said}, not dynamically.", *places)
    if "-extldflags" in claim.text and not any("-extldflags" in (build.ldflags or "") for build in builds):
        return partly(f"{said}, without -extldflags.", *places)
    return so(f"{said}.", *places)


def _static(build: GoBuild) -> tuple[str, Evidence] | None:
    """Why the binary is static, with the line; None when that is not sure.

    With CGO_ENABLED=0 Go links no C library (`go help environment`; the experiment `static`); `-extldflags
    -static` alone does nothing where Go links by itself (`go tool link -help`: it is for the external one).
    """
    setting = _cgo(build)
    if build.tool not in ("go", "ko") or (build.buildmode or "exe") in _NOT_PLAIN:
        return None
    if setting is not None and setting.value == "0":
        return f"{setting.evidence.place} says CGO_ENABLED=0, which links statically", setting.evidence
    if {"-linkmode external", "-extldflags -static"} <= _flags(build.ldflags or ""):
        return f"{build.evidence.place} links with -linkmode external and -extldflags -static", build.evidence
    return None
