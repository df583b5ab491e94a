"""A C shared library writes no counters by itself, however its host ends; a call of runtime/coverage does.

Built with -cover -covermode=atomic -buildmode=c-shared; Python loads it, calls a function and ends, and then
once more with a call of an exported function that uses WriteCountersDir.
"""

from __future__ import annotations

import sys

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment

CALLS = "import ctypes, sys; library = ctypes.CDLL(sys.argv[1]); [library[name](3) for name in sys.argv[2:]]"


@experiment(
    "shared-library",
    supports=("cshared-buildmode",),
    needs=("gcc",),
    expected=Expected(Symptom.META_ONLY, exits=(0,), facts={"with a call of WriteCountersDir": "BOTH"}),
)
def shared_library(lab: Lab) -> Observed:
    flags = ("-cover", "-covermode=atomic", "-buildmode=c-shared")
    library = lab.build(*flags, package="./cmd/shared", env={"CGO_ENABLED": "1"})
    coverdir, flushed = lab.directory(), lab.directory("flushed")
    host = (sys.executable, "-I", "-c", CALLS, library)
    done = lab.run([*host, "Price"], coverdir)
    lab.run([*host, "Price", "Flush"], flushed)
    return lab.seen(done, coverdir, {"with a call of WriteCountersDir": lab.symptom(flushed).value})
