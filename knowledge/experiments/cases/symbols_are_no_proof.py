"""`go tool nm` finds coverage symbols in an instrumented binary, and none in a stripped one that works as
well.

Built with -cover, with and without -ldflags "-s -w"; the symbols are listed.
"""

from __future__ import annotations

from bot.covdata.buildinfo import instrumentation
from knowledge.experiments.acts import has_symbols
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "symbols-are-no-proof",
    supports=("not-instrumented", "folk-stripping"),
    expected=Expected(facts={"symbols": True, "symbols when stripped": False, "hook when stripped": True}),
)
def symbols_are_no_proof(lab: Lab) -> Observed:
    plain, stripped = lab.build("-cover"), lab.build("-cover", "-ldflags=-s -w")
    facts: dict[str, Fact] = {
        "symbols": has_symbols(lab, plain),
        "symbols when stripped": has_symbols(lab, stripped),
        "hook when stripped": instrumentation(stripped).hook,
    }
    return Observed(facts=facts)
