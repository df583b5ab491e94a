"""Two flags quoted as one word stop the build, on the command line and in GOFLAGS.

Built with "-cover -coverpkg=./..." as one word, and with the same words in quotes in GOFLAGS, and
without quotes there.
"""

from __future__ import annotations

from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "quoted-flags",
    supports=("goflags-quoting",),
    expected=Expected(
        facts={
            "build fails": True,
            "build names the flag": True,
            "GOFLAGS fails": True,
            "GOFLAGS names the flag": True,
            "GOFLAGS with a blank builds": True,
        }
    ),
)
def quoted_flags(lab: Lab) -> Observed:
    word = "-cover -coverpkg=./..."
    line, _ = lab.try_build(word)
    flags, _ = lab.try_build(env={"GOFLAGS": f"'{word}'"})
    blank, _ = lab.try_build(env={"GOFLAGS": f"{word} -mod=mod"})
    facts: dict[str, Fact] = {
        "build fails": line.exit != 0,
        "build names the flag": "-cover -coverpkg" in line.stderr,
        "build says": lab.clean(line.stderr),
        "GOFLAGS fails": flags.exit != 0,
        "GOFLAGS names the flag": "unknown flag -cover -coverpkg" in flags.stderr,
        "GOFLAGS with a blank builds": blank.exit == 0,
        "GOFLAGS says": lab.clean(flags.stderr),
    }
    return Observed(facts=facts)
