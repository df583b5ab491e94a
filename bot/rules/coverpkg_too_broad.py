"""`-coverpkg` reaches into the Go runtime.

What it looks at: the patterns of `-coverpkg`: `all`, `std`, `runtime/...` and `internal/...`.

Why it empties the figure: instrumenting packages that the coverage runtime itself needs makes the
binary crash with `bad pkgID` (golang/go#73465 with Go 1.24, #69806 with 1.23, #59563). With Go 1.26.8 a
small program built with `-coverpkg=all` wrote both files (own experiment), so there it is only possible.

How to fix: name the packages of the repo only, for example `-coverpkg=./...`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.baseimages import go_version
from bot.facts.binary import binary_builds, stage_of
from bot.facts.build import GoBuild
from bot.facts.coverpkg import coverpkg_places
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.model import Certainty, Fix, Link, Missing
from bot.rules.registry import Hit, rule

WHY = "Packages of the Go runtime cannot be instrumented safely: the binary may stop with `bad pkgID`."
BROAD = frozenset({"all", "std", "cmd", "..."})


@rule(
    "coverpkg-too-broad",
    Link.BUILD,
    title="-coverpkg takes in the Go runtime",
    source="golang/go#73465, golang/go#59563",
)
def coverpkg_too_broad(path: CoveragePath) -> Iterator[Hit | Missing]:
    for build in binary_builds(path):
        broad = [p for p in build.coverpkg if p in BROAD or p.split("/")[0] in ("runtime", "internal")]
        if not broad or not build.cover:
            continue
        places = coverpkg_places(path, build)
        old = f"-coverpkg={','.join(build.coverpkg)}"
        edits = [patch.replace(path, place, old, "-coverpkg=./...") for place in places]
        made = [edit for edit in edits if edit is not None]
        yield Hit(
            f"-coverpkg={','.join(build.coverpkg)} takes in packages of the Go runtime ({', '.join(broad)}).",
            WHY,
            Fix("Name the packages of the repo: -coverpkg=./...", patch.diff(path, *made[:1])),
            places,
            _certainty(path, build),
        )
        return


def _certainty(path: CoveragePath, build: GoBuild) -> Certainty:
    chain = stage_chain(path.dockerfile, stage_of(path, build))
    version = go_version(chain[-1].base) if chain else None
    return Certainty.LIKELY if version is not None and version < (1, 25) else Certainty.POSSIBLE
