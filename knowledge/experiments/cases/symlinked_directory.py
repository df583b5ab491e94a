"""A coverage directory behind a symbolic link works.

Built with -cover; GOCOVERDIR names a link to a directory.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment("symlinked-directory", supports=("not-a-cause", "folk-symlink"), expected=WORKS)
def symlinked_directory(lab: Lab) -> Observed:
    coverdir = lab.directory()
    link = lab.folder / "link"
    link.symlink_to(coverdir)
    return lab.seen(lab.run([lab.build("-cover"), "return"], link), coverdir)
