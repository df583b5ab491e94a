"""What several experiments do or look at."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.covdata.profile import load
from bot.model import Symptom
from knowledge.experiments.lab import READY_SECONDS, Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.process import Done

WORKS = Expected(Symptom.BOTH, exits=(0,), silent=True)
"""Both files, exit status 0, not a word."""


def plain_run(lab: Lab, binary: Path) -> Observed:
    """The binary returns from main, with a writable GOCOVERDIR."""
    coverdir = lab.directory()
    return lab.seen(lab.run([binary, "return"], coverdir), coverdir)


def copy_of(lab: Lab, binary: Path) -> Path:
    """The bytes of a binary in a directory of their own, as COPY makes it."""
    copy = lab.directory("image") / "service"
    shutil.copyfile(binary, copy)
    copy.chmod(0o755)
    return copy


def covdata(lab: Lab, verb: str, directory: Path, *flags: str) -> Done:
    """`go tool covdata VERB -i=DIRECTORY`."""
    return lab.go_command("tool", "covdata", verb, f"-i={directory}", *flags)


def packages(directory: Path) -> set[str]:
    """The import paths in a figure."""
    return set(load([directory]).packages)


def sources(directory: Path) -> set[str]:
    """The source files in a figure, as they are named there."""
    return {key.file for package in load([directory]).packages.values() for key in package.functions}


def covered(directory: Path) -> int:
    """How many statements ran."""
    return sum(package.covered for package in load([directory]).packages.values())


def has_symbols(lab: Lab, binary: Path) -> bool:
    """Whether `go tool nm` shows symbols of the coverage runtime."""
    return "coverage" in lab.go_command("tool", "nm", str(binary)).stdout


def flushed(lab: Lab, binary: Path, directory: Path) -> Done:
    """A program that writes its files itself, ended while it goes on."""
    with lab.start([binary, directory], None) as program:
        program.until_says("ready", READY_SECONDS)
        program.kill_all()
        return program.end(READY_SECONDS)
