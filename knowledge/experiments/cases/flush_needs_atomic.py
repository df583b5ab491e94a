"""runtime/coverage refuses to write counters of a running program unless it was built with -covermode=atomic.

Built with -cover, with and without -covermode=atomic; the program calls WriteMetaDir and WriteCountersDir
and goes on. Go 1.20 does not look at the mode here.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.acts import flushed
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "flush-needs-atomic",
    since=21,
    supports=("covermode-not-atomic", "never-stopped"),
    expected=Expected(Symptom.META_ONLY, facts={"says": True, "with atomic, while it runs": "BOTH"}),
)
def flush_needs_atomic(lab: Lab) -> Observed:
    refused, coverdir = lab.directory("refused"), lab.directory()
    done = flushed(lab, lab.build("-cover", package="./cmd/flush"), refused)
    flushed(lab, lab.build("-cover", "-covermode=atomic", package="./cmd/flush"), coverdir)
    facts: dict[str, Fact] = {
        "says": "-covermode=set" in done.stderr,
        "with atomic, while it runs": lab.symptom(coverdir).value,
    }
    return lab.seen(done, refused, facts)
