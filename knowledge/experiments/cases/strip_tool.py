"""`strip` of the finished binary does not remove coverage.

Built with -cover, then a copy goes through strip of binutils.
"""

from __future__ import annotations

import shutil

from knowledge.experiments.acts import WORKS, plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import NotHere, Observed
from knowledge.experiments.registry import experiment


@experiment("strip-tool", supports=("not-a-cause", "folk-stripping"), needs=("strip",), expected=WORKS)
def strip_tool(lab: Lab) -> Observed:
    binary = lab.folder / "stripped"
    shutil.copy2(lab.build("-cover"), binary)
    done = lab.run(["strip", binary], None)
    if done.exit:
        raise NotHere(f"strip does not take this binary: {lab.clean(done.stderr)}")
    return plain_run(lab, binary)
