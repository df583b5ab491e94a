"""Where flags that people suspect stand in the files: the line of each, not the whole instruction."""

from __future__ import annotations

import re

from bot.facts.binary import binary_builds
from bot.facts.joints import final_stage
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.model import Evidence

MAX_PLACES = 4


def flag_places(path: CoveragePath, *flags: str) -> list[tuple[str, Evidence]]:
    """Where go builds of the service are given one of these flags, and the flag; at most four places.

    Flags inside `-ldflags` count (`-s`, `-w`, `-extldflags`). All go builds of the service are looked
    at, also those of the branch that is not taken with coverage on: people suspect them too.
    """
    found: dict[Evidence, str] = {}
    for build in path.builds:
        words = {flag for flag in flags if _has(build.all_flags, build.ldflags, build.argv, flag)}
        if words:
            for place, word in _lines(path, build.evidence, words):
                found.setdefault(place, word)
    return [(word, place) for place, word in list(found.items())[:MAX_PLACES]]


def _has(all_flags: tuple[str, ...], ldflags: str | None, argv: tuple[str, ...], flag: str) -> bool:
    if flag in ("-s", "-w", "-extldflags"):
        text = ldflags or ""
        return re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", text) is not None
    return any(word == flag or word.startswith(f"{flag}=") for word in (*all_flags, *argv))


def _lines(path: CoveragePath, whole: Evidence, words: set[str]) -> list[tuple[Evidence, str]]:
    """The lines of an instruction on which one of the words stands; the instruction when on none."""
    text = path.texts.get(whole.path)
    if text is None:
        return [(whole, " ".join(sorted(words)))]
    rows = text.split("\n")
    found = []
    for number in range(whole.line, min(whole.end_line, len(rows)) + 1):
        here = [
            w for w in sorted(words) if re.search(rf"(?<![\w-]){re.escape(w)}(?![\w-])", rows[number - 1])
        ]
        if here:
            found.append((_cut(whole, number, rows[number - 1]), " ".join(here)))
    return found or [(whole, " ".join(sorted(words)))]


def _cut(whole: Evidence, number: int, text: str) -> Evidence:
    """Evidence for one line of a larger place, its permalink moved along."""
    url = whole.url.partition("#")[0] + f"#L{number}" if whole.url else None
    return Evidence(whole.path, number, number, text[:300].rstrip(), url)


def strip_places(path: CoveragePath) -> list[tuple[str, Evidence]]:
    """Where a RUN of the stages that build or hold the binary calls strip (or upx)."""
    built = {build.stage for build in binary_builds(path)}
    chain = {stage.index for stage in stage_chain(path.dockerfile, final_stage(path))}
    stages = path.dockerfile.stages if path.dockerfile else ()
    runs = [run for s in stages if s.index in built | chain for run in s.runs]
    return [("strip", run.evidence) for run in runs if re.search(r"(^|[;&|\s])strip\s+\S", run.text)][
        :MAX_PLACES
    ]
