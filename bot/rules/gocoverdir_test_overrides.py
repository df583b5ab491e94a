"""`go test -cover` replaces GOCOVERDIR before the value reaches the service.

What it looks at: `go test` or `ginkgo` calls with `-cover`, and whether the service gets its GOCOVERDIR from
the environment of the test (`os.Getenv("GOCOVERDIR")` in the suite, or the test runs the binary itself).

Why it empties the figure: `go test -cover` sets GOCOVERDIR to a directory of its own for the test binary and
all it runs (golang/go#63660), and removes it afterwards.

How to fix: hand the path over under another name, for example SHOP_COVERDIR.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.facts.events import GoTest
from bot.facts.joints import VARIABLE, gocoverdir
from bot.facts.path import CoveragePath
from bot.facts.words import holes
from bot.facts.workload import EnvVar
from bot.model import Certainty, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "go test -cover sets GOCOVERDIR to its own temporary directory for all it runs (golang/go#63660)."


@rule(
    "gocoverdir-test-overrides",
    Link.RUN,
    title="go test -cover replaces GOCOVERDIR",
    source="golang/go#63660",
    symptom=Symptom.NOTHING,
)
def gocoverdir_test_overrides(path: CoveragePath) -> Iterator[Hit | Missing]:
    test = next((t for t in path.events(GoTest) if t.cover), None)
    if test is None:
        return
    place = _taken_from_test(path, test)
    if place is None:
        return
    yield Hit(
        "The service gets GOCOVERDIR from the test's environment, where go test -cover replaces it.",
        WHY,
        Fix("Pass the path under another name, or run the suite without -cover."),
        (test.evidence, place),
        Certainty.LIKELY if path.workload is not None else Certainty.POSSIBLE,
    )


def _taken_from_test(path: CoveragePath, test: GoTest) -> Evidence | None:
    entry = gocoverdir(path)
    if entry is not None:
        from_test = any(VARIABLE in name for name in holes(entry.value or "")) or _reads(entry)
        return entry.evidence if from_test else None
    given = next((s for s in test.env if s.name == VARIABLE), None)
    return given.evidence if given is not None and path.workload is None else None


def _reads(entry: EnvVar) -> bool:
    """Whether the line that gives the value asks the test's environment for it, whatever it is there."""
    return re.search(r"(Getenv|LookupEnv)\(\"GOCOVERDIR\"\)", entry.evidence.excerpt) is not None
