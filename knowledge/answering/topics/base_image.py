"""What the final image stands on, what builds the binary, and that it does not matter for coverage."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.facts.baseimages import repository
from bot.facts.binary import binary_builds, stage_of
from bot.facts.build import Stage
from bot.facts.joints import final_stage
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import known
from bot.model import Link, Missing
from knowledge.answering.asking import Ask, Point
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, listed, places, sentence, unknown_parts

_KINDS: tuple[tuple[str, str, str], ...] = (
    ("distroless", r"distroless", ""),
    ("alpine", r"alpine", r"\balpine"),
    ("debian", r"debian", r"\b(?:bookworm|bullseye|buster|trixie)\b"),
    ("ubuntu", r"ubuntu", r"\b(?:noble|jammy|focal)\b"),
    ("scratch", r"scratch", ""),
    ("ubi", r"ubi\d*(?:-(?:minimal|micro|init))?", r"\bubi\d"),
    ("fedora", r"fedora", ""),
    ("busybox", r"busybox", ""),
)
"""Kind, what the last part of the image's name is then, and what its tag may say instead."""
_ASKED = ("distroless", "alpine", "debian", "ubuntu", "scratch", "ubi", "fedora", "busybox")
_NAMES = {"ubi": "UBI"}


@topic("base-image", Link.IMAGE, anywhere=True, settles=True)
def base_image(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is not None:
        yield from _of_final(ask, ask.path)
        yield from _of_builder(ask.path)
        yield from ask.yours(_point)
    yield from ask.shown("whether the base image matters", "scratch")


def _of_final(ask: Ask, path: CoveragePath) -> Iterator[Statement | Missing]:
    point = _point(path)
    if point is None:
        yield ask.gap("the base image", Link.IMAGE, Link.BUILD)
        return
    base = _base(path)
    text = f"the final image is {point.value}."
    if unknown_parts(base):
        text = f"the final image is {point.value}; {unknown_parts(base)}."
    yield Statement(_opened(ask, base, text), point.evidence)


def _opened(ask: Ask, base: str, text: str) -> str:
    """With what the question offers (`distroless? alpine?`) answered first, where the image's name tells."""
    offered = [kind for kind in _ASKED if ask.says(rf"\b{kind}\b")]
    kind = kind_of(base)
    if not offered or kind is None or not ask.leads or ask.general or ask.says(r"\bwhy\b"):
        return sentence(text)
    if kind not in offered and (built := [each for each in _builders(ask) if each in offered]):
        return f"{_named(built[0])} for the build only: {text}"
    if len(offered) == 1 and ask.yes_or_no:
        return ask.open(kind in offered, text)
    if kind in offered:
        return f"{_named(kind)}: {text}"
    words = [_NAMES.get(each, each) for each in offered]
    return f"Neither {listed(words, 'nor')}: {text}" if len(words) > 1 else f"Not {words[0]}: {text}"


def _named(kind: str) -> str:
    return _NAMES.get(kind, kind.capitalize())


def _builders(ask: Ask) -> list[str | None]:
    """The kinds of the images that build the binary."""
    return [kind_of(stage.base) for stage in _build_stages(ask.path)] if ask.path is not None else []


def kind_of(base: str) -> str | None:
    """Which well-known kind of image a reference names, by its name and tag; None when they tell none."""
    if not known(base):
        return None
    name, tag = repository(base), base[len(repository(base)) :].partition("@")[0]
    if "distroless" in name:
        return "distroless"
    last = name.rpartition("/")[2]
    for kind, names, tags in _KINDS:
        if re.fullmatch(names, last) is not None or (tags and re.search(tags, tag) is not None):
            return kind
    return None


def _of_builder(path: CoveragePath) -> Iterator[Statement]:
    for stage in _build_stages(path):
        yield Statement(f"The binary is built in {code(stage.base)}.", places(stage.evidence))


def _build_stages(path: CoveragePath) -> list[Stage]:
    """The stages with the images that the binary is built on, where that is not the final one."""
    found = [stage_of(path, build) for build in binary_builds(path)[:2]]
    final = path.dockerfile.final if path.dockerfile is not None else None
    bases = [stage_chain(path.dockerfile, s)[-1] for s in found if s is not None and s.index != final]
    return list(dict.fromkeys(bases))


def _base(path: CoveragePath) -> str:
    return stage_chain(path.dockerfile, final_stage(path))[-1].base


def _point(path: CoveragePath) -> Point | None:
    chain = stage_chain(path.dockerfile, final_stage(path))
    return Point(f"FROM {code(chain[-1].base)}", places(chain[-1].evidence)) if chain else None
