"""All the usual suspects at once do not remove coverage.

Built with -cover, -a, -installsuffix cgo, -trimpath, -ldflags "-s -w -extldflags -static" and CGO_ENABLED=0;
copied to another place and run as a user other than root with a directory behind a symbolic link.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS, copy_of
from knowledge.experiments.lab import NOBODY, Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment(
    "all-together",
    supports=(
        "not-a-cause",
        "folk-stripping",
        "folk-static-linking",
        "folk-rebuild-all",
        "folk-installsuffix",
        "folk-trimpath",
        "folk-multi-stage-copy",
        "working-setup",
    ),
    expected=WORKS,
)
def all_together(lab: Lab) -> Observed:
    flags = ("-cover", "-a", "-installsuffix", "cgo", "-trimpath", "-ldflags=-s -w -extldflags -static")
    binary = copy_of(lab, lab.build(*flags, env={"CGO_ENABLED": "0"}))
    coverdir = lab.directory()
    link = lab.folder / "link"
    link.symlink_to(coverdir)
    return lab.seen(lab.run([binary, "return"], link, user=NOBODY if lab.is_root else None), coverdir)
