"""A SIGTERM that the program handles is a normal exit: both files are written.

Built with -cover; the program waits with signal.Notify and returns from main when SIGTERM comes.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment(
    "sigterm-handled",
    supports=("no-signal-handler", "hard-exit", "never-stopped", "working-setup"),
    expected=WORKS,
)
def sigterm_handled(lab: Lab) -> Observed:
    coverdir = lab.directory()
    return lab.seen(lab.terminated([lab.build("-cover"), "handle"], coverdir), coverdir)
