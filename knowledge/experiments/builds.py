"""The module of the experiments, and its binaries: each way of building it is built once a session."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from knowledge.experiments.golang import Go
from knowledge.experiments.model import BuildFailed
from knowledge.experiments.process import Done, Started

MODULE = Path(__file__).parent / "module"
BUILD_SECONDS = 400.0


class Builds:
    """Binaries of one session under `root`, by the way they are built."""

    def __init__(self, go: Go, root: Path) -> None:
        self.go = go
        self.root = root
        self.module = root / "module"
        shutil.copytree(MODULE, self.module, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        self._made: dict[tuple[object, ...], Path] = {}
        self._commands = 0

    def binary(self, *flags: str, package: str, env: Mapping[str, str], cwd: str = ".") -> Path:
        """The binary of a package built with some flags. Raises BuildFailed."""
        key = (flags, package, cwd, tuple(sorted(env.items())))
        if key not in self._made:
            path = self.root / "bin" / str(len(self._made)) / "service"
            done = self.build(*flags, package=package, output=path, env=env, cwd=cwd)
            if done.exit:
                raise BuildFailed(done.stderr)
            self._made[key] = path
        return self._made[key]

    def build(self, *flags: str, package: str, output: Path, env: Mapping[str, str], cwd: str = ".") -> Done:
        """Run `go build`, whatever comes of it."""
        return self.command("build", "-buildvcs=false", "-o", str(output), *flags, package, env=env, cwd=cwd)

    def command(self, *words: str, env: Mapping[str, str], cwd: str | Path = ".") -> Done:
        """Run the go command in the module (or in another directory)."""
        self._commands += 1
        log = self.root / f"go-{self._commands}"
        all_env = {**self.go.env, **env}
        with Started([str(self.go.command), *words], env=all_env, cwd=self.module / cwd, log=log) as go:
            return go.end(BUILD_SECONDS)
