"""A shell test for exactly `-cover` is false for anything longer; a pattern is not.

sh compares two values of GOFLAGS with = and with case.
"""

from __future__ import annotations

from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "exact-compare",
    supports=("goflags-exact-compare",),
    needs=("sh",),
    expected=Expected(facts={"-cover": "equal pattern", "-cover -covermode=atomic": "pattern"}),
)
def exact_compare(lab: Lab) -> Observed:
    script = '[ "$1" = "-cover" ] && echo equal; case " $1 " in *" -cover "*) echo pattern;; esac'
    values = ("-cover", "-cover -covermode=atomic")
    said = {value: lab.run(["sh", "-c", script, "sh", value], None).stdout for value in values}
    return Observed(facts={value: " ".join(text.split()) for value, text in said.items()})
