"""Two flags are quoted as one word.

What it looks at: the words of the go build command and of GOFLAGS, for a flag whose name holds a space
(`"-cover -coverpkg=./..."`).

Why it empties the figure: go takes the whole word for the name of one flag and stops the build:
`flag provided but not defined: -cover -coverpkg`, in GOFLAGS `unknown flag -cover -coverpkg` (own
experiment, Go 1.26.8). When the script goes on, an older image is what runs.

How to fix: leave the quotes out, so that the shell (or go, for GOFLAGS) splits the flags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.facts import patch
from bot.facts.binary import stage_of
from bot.facts.build import GoBuild
from bot.facts.buildargs import flag_variables, passed
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "go reads one word as one flag, so the build stops with `unknown flag -cover -coverpkg`."
TAKES_VALUE = frozenset(
    {"-ldflags", "-gcflags", "-asmflags", "-gccgoflags", "-tags", "-toolexec", "-o", "-C"}
)
_TWO = re.compile(r"^--?[a-z]+(?:=\S*)?\s+-")
_QUOTED = re.compile(r"""(?:^|\s)(["'])(--?cover[^"']*\s-[^"']*)\1(?:\s|$)""")


@rule(
    "goflags-quoting",
    Link.BUILD,
    title="Two flags are quoted as one",
    source="own experiment",
    symptom=Symptom.NOTHING,
    explains=("not-instrumented",),
)
def goflags_quoting(path: CoveragePath) -> Iterator[Hit | Missing]:
    for build in path.builds:
        if build.taken is False:
            continue
        word = _word_of_two(build) or _quoted_goflags(build)
        if word is not None:
            yield _hit(path, build, word)
            return


def _word_of_two(build: GoBuild) -> str | None:
    before = ""
    for word in build.argv:
        if _TWO.match(word) and "cover" in word and before.replace("--", "-") not in TAKES_VALUE:
            return word
        before = word
    return None


def _quoted_goflags(build: GoBuild) -> str | None:
    found = _QUOTED.search(build.goflags.value or "") if build.goflags is not None else None
    return found[2] if found else None


def _hit(path: CoveragePath, build: GoBuild, word: str) -> Hit:
    settings = [build.goflags] if build.goflags is not None and word in (build.goflags.value or "") else []
    names = flag_variables(path, build) if stage_of(path, build) is not None else ()
    args = [arg for name in names if (arg := passed(path.image_builds, name)) and word in (arg.value or "")]
    evidence = tuple(dict.fromkeys((build.evidence, *(s.evidence for s in (*settings, *args)))))
    unquoted = [
        edit
        for name in names
        for written in (f'"${{{name}}}"', f'"${name}"')
        if (edit := patch.replace(path, build.evidence, f" {written}", f" {written[1:-1]}")) is not None
    ]
    text = "Take the quotes away, so that each flag is a word of its own."
    return Hit(
        f"go build gets `{word}` as one word, because it is quoted.",
        WHY,
        Fix(text, patch.diff(path, unquoted[0]) if len(unquoted) == 1 else None),
        evidence,
    )
