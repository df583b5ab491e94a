"""A static binary writes coverage in a root file system that holds nothing else, as in scratch or distroless.

Built with -cover and CGO_ENABLED=0; run by chroot as uid 65532 in a directory with the binary and the
coverage directory alone.
"""

from __future__ import annotations

from pathlib import Path

from knowledge.experiments.acts import WORKS, copy_of
from knowledge.experiments.lab import NOBODY, Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment(
    "scratch",
    supports=("not-a-cause", "folk-distroless", "folk-non-root", "folk-static-linking"),
    needs=("chroot",),
    root=True,
    expected=WORKS,
)
def scratch(lab: Lab) -> Observed:
    place = copy_of(lab, lab.build("-cover", env={"CGO_ENABLED": "0"})).parent
    coverdir = place / "coverdata"
    coverdir.mkdir()
    coverdir.chmod(0o777)
    words: list[str | Path] = ["chroot", f"--userspec={NOBODY}:{NOBODY}", place, "/service", "return"]
    return lab.seen(lab.run(words, "/coverdata"), coverdir)
