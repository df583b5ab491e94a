"""The code writes counters itself, but the binary is not built with `-covermode=atomic`.

What it looks at: calls of runtime/coverage's WriteCounters, WriteCountersDir and ClearCounters in the
main package, and the `-covermode` of the go build (`-race` means atomic).

Why it empties the figure: these calls return the error `WriteCountersDir invoked for program built with
-covermode=set` and write nothing (own experiment). A normal exit still writes the files, so a service that
handles SIGTERM loses less.

How to fix: build with `-covermode=atomic`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.binary import binary_builds
from bot.facts.build import CodeFact, GoBuild
from bot.facts.path import CoveragePath
from bot.model import Effect, Fix, Link, Missing
from bot.rules.registry import Hit, rule

WHY = "runtime/coverage writes and clears counters only in a binary built with -covermode=atomic."
CALLS = ("WriteCounters", "ClearCounters")


@rule(
    "covermode-not-atomic",
    Link.BUILD,
    title="runtime/coverage is called without -covermode=atomic",
    source="own experiment",
)
def covermode_not_atomic(path: CoveragePath) -> Iterator[Hit | Missing]:
    call = _call(path)
    for build in binary_builds(path):
        if call is None or not build.cover or _atomic(build):
            continue
        exits = path.main is not None and path.main.handles_sigterm
        yield Hit(
            f"The code calls {call.value}, but go build runs with -covermode={build.covermode or 'set'}.",
            WHY,
            Fix("Add -covermode=atomic where -cover is passed."),
            (call.evidence, build.evidence),
            effect=Effect.DEGRADES if exits else Effect.BLOCKS,
        )
        return


def _call(path: CoveragePath) -> CodeFact | None:
    code = path.main.code if path.main is not None else ()
    return next((c for c in code if c.kind == "coverage-api" and any(n in c.value for n in CALLS)), None)


def _atomic(build: GoBuild) -> bool:
    return build.covermode == "atomic" or "-race" in build.all_flags
