"""`go test -cover` replaces GOCOVERDIR for the programs that the test starts; another name gets through.

A test starts an instrumented program with the environment it got, and once with GOCOVERDIR from a variable
of another name; it is run by go test -cover and by go test.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "go-test-overrides",
    supports=("gocoverdir-test-overrides",),
    expected=Expected(
        Symptom.NOTHING, exits=(0,), facts={"by another name": "BOTH", "without -cover": "BOTH"}
    ),
)
def go_test_overrides(lab: Lab) -> Observed:
    binary, coverdir = lab.build("-cover"), lab.directory()
    other, plain = lab.directory("other"), lab.directory("plain")
    words = ("test", "-count=1", "-vet=off", "./e2e")
    env = {"SERVICE": str(binary), "GOCOVERDIR": str(coverdir), "SERVICE_COVERDIR": str(other)}
    done = lab.go_command(*words[:1], "-cover", *words[1:], env=env)
    lab.go_command(*words, env={"SERVICE": str(binary), "GOCOVERDIR": str(plain)})
    return lab.seen(
        done,
        coverdir,
        {"by another name": lab.symptom(other).value, "without -cover": lab.symptom(plain).value},
    )
