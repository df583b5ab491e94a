"""The service is built as a C shared library.

What it looks at: `-buildmode` of the instrumented go build.

Why it empties the figure: with `-buildmode=c-shared` there is no Go main that returns, so the counters
are never written at the exit; only the metadata file appears (golang/go#64371, open).

How to fix: none yet in Go; build the code as a program for the tests, or write the counters through
`runtime/coverage` before the end.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.binary import binary_builds
from bot.facts.path import CoveragePath
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "A c-shared library has no exit of Go's main, so counters are never written (golang/go#64371)."


@rule(
    "cshared-buildmode",
    Link.BUILD,
    title="-buildmode=c-shared writes no counters",
    source="golang/go#64371",
    symptom=Symptom.META_ONLY,
)
def cshared_buildmode(path: CoveragePath) -> Iterator[Hit | Missing]:
    for build in binary_builds(path):
        if build.buildmode not in ("c-shared", "c-archive") or build.cover is False:
            continue
        certain = build.buildmode == "c-shared" and build.taken is True and build.cover is True
        yield Hit(
            f"The binary is built with -buildmode={build.buildmode}, which writes no counters at its end.",
            WHY,
            Fix("Build a program for the tests, or call runtime/coverage.WriteCountersDir before the end."),
            (build.evidence,),
            Certainty.CERTAIN if certain else Certainty.LIKELY,
        )
        return
