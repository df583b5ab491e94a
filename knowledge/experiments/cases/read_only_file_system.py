"""A directory on a read-only file system stays empty, for root too; Go says so and exits with 0.

Built with -cover; in a mount namespace of its own, the directory is bound to itself read-only.
"""

from __future__ import annotations

from pathlib import Path

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, NotHere, Observed
from knowledge.experiments.registry import experiment

MOUNT = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 99; exec "$0" return'


@experiment(
    "read-only-file-system",
    supports=("volume-read-only",),
    needs=("unshare", "mount", "sh"),
    root=True,
    expected=Expected(
        Symptom.NOTHING,
        exits=(0,),
        says=("error: coverage meta-data emit failed", "read-only file system"),
    ),
)
def read_only_file_system(lab: Lab) -> Observed:
    coverdir = lab.directory()
    words: list[str | Path] = ["unshare", "--mount", "sh", "-c", MOUNT, lab.build("-cover"), coverdir]
    done = lab.run(words, coverdir)
    if done.exit:
        raise NotHere("a mount namespace with a read-only mount cannot be made here")
    return lab.seen(done, coverdir)
