"""A GOCOVERDIR that is a file gets nothing written; Go says not a directory and exits with 0.

Built with -cover; GOCOVERDIR names a file.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "directory-is-a-file",
    supports=("gocoverdir-not-a-directory",),
    expected=Expected(Symptom.NOTHING, exits=(0,), says=("not a directory",)),
)
def directory_is_a_file(lab: Lab) -> Observed:
    file = lab.folder / "file"
    file.write_text("")
    return lab.seen(lab.run([lab.build("-cover"), "return"], file), file)
