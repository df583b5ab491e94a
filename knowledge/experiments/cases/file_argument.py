"""A build of main.go instead of its package gives a package command-line-arguments with an absolute path.

Built with -cover ./cmd/service/main.go; the packages and files of the figure are read.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.acts import packages, sources
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "file-argument",
    supports=("file-argument-build", "container-source-paths"),
    expected=Expected(
        Symptom.BOTH, exits=(0,), facts={"package": "command-line-arguments", "path is absolute": True}
    ),
)
def file_argument(lab: Lab) -> Observed:
    coverdir = lab.directory()
    done = lab.run([lab.build("-cover", package="./cmd/service/main.go"), "return"], coverdir)
    named = packages(coverdir)
    facts: dict[str, Fact] = {
        "package": "command-line-arguments" if "command-line-arguments" in named else " ".join(sorted(named)),
        "path is absolute": any(file.startswith("/") for file in sources(coverdir)),
    }
    return lab.seen(done, coverdir, facts)
