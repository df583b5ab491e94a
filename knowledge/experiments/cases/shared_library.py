"""A C shared library built with -cover never writes counters, however its host ends.

Built with -cover -buildmode=c-shared; Python loads it, calls a function and ends.
"""

from __future__ import annotations

import sys

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "shared-library",
    supports=("cshared-buildmode",),
    needs=("gcc",),
    expected=Expected(Symptom.META_ONLY, exits=(0,)),
)
def shared_library(lab: Lab) -> Observed:
    library, coverdir = (
        lab.build("-cover", "-buildmode=c-shared", package="./cmd/shared", env={"CGO_ENABLED": "1"}),
        lab.directory(),
    )
    load_it = "import ctypes, sys; ctypes.CDLL(sys.argv[1]).Price(3)"
    return lab.seen(lab.run([sys.executable, "-I", "-c", load_it, library], coverdir), coverdir)
