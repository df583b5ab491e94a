"""A binary built without -cover writes nothing and says nothing, with GOCOVERDIR and without.

Built without -cover.
"""

from __future__ import annotations

from bot.covdata.buildinfo import instrumentation
from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "not-instrumented",
    supports=(
        "not-instrumented",
        "build-arg-not-passed",
        "build-arg-out-of-scope",
        "env-overrides-arg",
        "wrong-binary-copied",
        "stale-image",
        "symptom-nothing",
    ),
    expected=Expected(
        Symptom.NOTHING,
        exits=(0,),
        silent=True,
        facts={"silent without GOCOVERDIR": True, "has the hook": False},
    ),
)
def not_instrumented(lab: Lab) -> Observed:
    binary, coverdir = lab.build(), lab.directory()
    unset = lab.run([binary, "return"], None)
    facts: dict[str, Fact] = {
        "silent without GOCOVERDIR": not unset.stderr,
        "has the hook": instrumentation(binary).hook,
    }
    return lab.seen(lab.run([binary, "return"], coverdir), coverdir, facts)
