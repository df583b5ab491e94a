"""Other modules of the repo are linked in, but only the main module is measured.

What it looks at: an instrumented go build without `-coverpkg`, and the modules of the same repo that
go.mod replaces by a directory.

Why it spoils the figure: without `-coverpkg` only packages of the main module (every module of a
go.work) are instrumented; replaced, nested and vendored modules run unmeasured (own experiment). The
figure is right for what it measures, but says nothing of the others.

How to fix: list them, for example `-coverpkg=./...,example.com/shop/sdk/...`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.binary import binary_builds
from bot.facts.build import Setting
from bot.facts.path import CoveragePath
from bot.model import Certainty, Effect, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Without -coverpkg, go build -cover instruments the packages of the main module only."


@rule(
    "coverpkg-misses-modules",
    Link.BUILD,
    title="Modules of the repo stay out of the figure",
    source="own experiment",
    effect=Effect.DEGRADES,
    symptom=Symptom.BOTH,
)
def coverpkg_misses_modules(path: CoveragePath) -> Iterator[Hit | Missing]:
    module = path.module
    build = next((b for b in binary_builds(path) if b.cover and not b.coverpkg), None)
    if module is None or build is None or module.workspace is not None:
        return
    local = [r for r in module.replaces if _is_local(r) and r.name in module.requires]
    if not local:
        return
    names = ", ".join(r.name for r in local[:4])
    patterns = ",".join(["./...", *(f"{r.name}/..." for r in local)])
    yield Hit(
        f"The go build has no -coverpkg, so {names} {_verb(local)} not measured: only {module.path} is.",
        WHY,
        Fix(f"If the service runs their code and it should count, build with -coverpkg={patterns}."),
        (*(r.evidence for r in local[:4]), build.evidence),
        Certainty.POSSIBLE,
    )


def _is_local(replaced: Setting) -> bool:
    """Whether a replace names a directory of the repo (`=> ./sdk`), not another module."""
    return (replaced.value or "").startswith("./")


def _verb(local: list[Setting]) -> str:
    return "is" if len(local) == 1 else "are"
