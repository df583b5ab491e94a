"""What an experiment works with: builds of the module, a directory of its own, and eyes for what was written.

Programs get an environment of PATH and GOCOVERDIR only.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.covdata.pods import find_pods
from bot.covdata.problems import DataError
from bot.model import Symptom
from knowledge.experiments.builds import Builds
from knowledge.experiments.golang import DEFAULT_PATH
from knowledge.experiments.model import Fact, Observed
from knowledge.experiments.process import Done, Started

NOBODY = 65532
"""The uid of distroless's `nonroot`."""
RUN_SECONDS = 20.0
READY_SECONDS = 20.0
MAX_LINES = 6


class Lab:
    """The bench of one experiment. `folder` is its own; `go` the version that builds."""

    def __init__(self, builds: Builds, folder: Path) -> None:
        self._builds = builds
        self.folder = folder
        self.go = builds.go.version
        self._runs = 0

    @property
    def is_root(self) -> bool:
        return os.geteuid() == 0

    @property
    def module(self) -> Path:
        """The sources. Not to be changed: all experiments share them."""
        return self._builds.module

    def build(
        self,
        *flags: str,
        package: str = "./cmd/service",
        env: Mapping[str, str] | None = None,
        cwd: str = ".",
    ) -> Path:
        """A binary built with some flags, made once a session. Raises BuildFailed."""
        return self._builds.binary(*flags, package=package, env=env or {}, cwd=cwd)

    def try_build(
        self, *flags: str, package: str = "./cmd/service", env: Mapping[str, str] | None = None
    ) -> tuple[Done, Path]:
        """`go build` that may fail, and where its binary would be."""
        output = self.folder / "tried"
        return self._builds.build(*flags, package=package, output=output, env=env or {}), output

    def go_command(self, *words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Done:
        """The go command in the module, or in another directory."""
        return self._builds.command(*words, env=env or {}, cwd=cwd or self.module)

    def directory(self, name: str = "coverdata", mode: int = 0o777) -> Path:
        """A new directory in the experiment's folder, with a mode that no umask cuts."""
        made = self.folder / name
        made.mkdir()
        made.chmod(mode)
        return made

    def start(
        self,
        words: Sequence[str | Path],
        coverdir: Path | str | None,
        *,
        cwd: Path | None = None,
        user: int | None = None,
    ) -> Started:
        """Start a program with GOCOVERDIR (None: not set)."""
        self._runs += 1
        env = {"PATH": os.environ.get("PATH", DEFAULT_PATH)}
        if coverdir is not None:
            env["GOCOVERDIR"] = str(coverdir)
        log = self.folder / f"run-{self._runs}"
        return Started([str(w) for w in words], env=env, cwd=cwd or self.folder, log=log, user=user)

    def run(
        self,
        words: Sequence[str | Path],
        coverdir: Path | str | None,
        *,
        cwd: Path | None = None,
        user: int | None = None,
    ) -> Done:
        """Run a program to its end."""
        with self.start(words, coverdir, cwd=cwd, user=user) as program:
            return program.end(RUN_SECONDS)

    def stopped(self, words: Sequence[str | Path], coverdir: Path, *signals: tuple[float, int]) -> Done:
        """Run a program until it is ready, send signals, each after some seconds, and wait for the end."""
        with self.start(words, coverdir) as program:
            program.until_says("ready", READY_SECONDS)
            for seconds, number in signals:
                if program.runs and seconds:
                    wait_for_end(program, seconds)
                if program.runs:
                    program.send(number)
            return program.end(RUN_SECONDS)

    def terminated(self, words: Sequence[str | Path], coverdir: Path) -> Done:
        """Run a program until it is ready, send SIGTERM and wait for the end."""
        return self.stopped(words, coverdir, (0, signal.SIGTERM))

    def symptom(self, directory: Path) -> Symptom:
        """What lies in a coverage directory; NOTHING where there is none."""
        try:
            return find_pods([directory]).symptom
        except DataError:
            return Symptom.NOTHING

    def seen(self, done: Done, directory: Path, facts: Mapping[str, Fact] | None = None) -> Observed:
        """What a run left behind."""
        return self.observed(self.symptom(directory), done, facts)

    def observed(
        self, symptom: Symptom | None, done: Done, facts: Mapping[str, Fact] | None = None
    ) -> Observed:
        """A symptom, the end of a program and facts, without paths of this machine."""
        clean = {n: self.clean(v) if isinstance(v, str) else v for n, v in (facts or {}).items()}
        return Observed(symptom, done.exit, self.clean(done.stderr), clean)

    def clean(self, text: str) -> str:
        """The first lines of a text, without paths, hashes and ids that differ from run to run."""
        go = self._builds.go
        for path, name in (
            (self.folder, "DIR"),
            (self._builds.root, "ROOT"),
            (go.root, "GOROOT"),
            (go.cache, "GOCACHE"),
        ):
            text = text.replace(str(path), name)
        text = re.sub(r"\b[0-9a-f]{32}[0-9]{0,30}\b", "HASH", text)
        text = re.sub(r"HASH\.[0-9]{1,20}\.[0-9]{1,20}", "HASH.PID.TIME", text)
        text = re.sub(r"\b[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8}\b", "TIME", text)
        text = re.sub(r"\b(0x[0-9a-f]{1,16}|go-build[0-9]{1,20})\b", "ID", text)
        return "\n".join(line.rstrip()[:300] for line in text.strip().splitlines()[:MAX_LINES])


def wait_for_end(program: Started, seconds: float) -> None:
    """Wait some seconds, or until the program has ended."""
    end = time.monotonic() + seconds
    while program.runs and time.monotonic() < end:
        time.sleep(0.02)
