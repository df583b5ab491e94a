"""Without -coverpkg only the main module is measured; a nested module that go.mod replaces is not.

Built with -cover, and with -coverpkg=./...,example.com/shop/sdk/...; the packages in the figure are
compared.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.acts import packages
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "coverpkg-other-modules",
    supports=("coverpkg-misses-modules", "symptom-partial"),
    expected=Expected(Symptom.BOTH, facts={"sdk by default": False, "sdk when listed": True}),
)
def coverpkg_other_modules(lab: Lab) -> Observed:
    coverdir, listed = lab.directory(), lab.directory("listed")
    done = lab.run([lab.build("-cover"), "return"], coverdir)
    lab.run([lab.build("-cover", "-coverpkg=./...,example.com/shop/sdk/..."), "return"], listed)
    sdk = "example.com/shop/sdk"
    return lab.seen(
        done,
        coverdir,
        {"sdk by default": sdk in packages(coverdir), "sdk when listed": sdk in packages(listed)},
    )
