"""The Go that experiments are run with: its version, and an environment without network and surprises."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from knowledge.experiments.model import ExperimentError, GoVersion

KEPT = ("HOME", "GOCACHE", "GOPATH", "XDG_CACHE_HOME", "TMPDIR", "LANG")
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
FIXED = {
    "GOFLAGS": "-mod=mod",
    "GOPROXY": "off",
    "GOTOOLCHAIN": "local",
    "GOENV": "off",
    "GOWORK": "off",
    "GO111MODULE": "on",
    "GOTELEMETRY": "off",
}


@dataclass(frozen=True, slots=True)
class Go:
    """A Go command and what it says of itself. `env` is what builds get; it has no GOCOVERDIR."""

    command: Path
    version: GoVersion
    root: str
    cache: str
    env: dict[str, str]


def open_go(command: Path) -> Go:
    """Ask a Go command (a path, or a name on the PATH) for its version.

    Raises ExperimentError when it is not Go, or older than 1.20.
    """
    command = Path(shutil.which(command) or command).absolute()
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    env |= {"PATH": os.environ.get("PATH", DEFAULT_PATH), **FIXED}
    words = [str(command), "env", "-json", "GOVERSION", "GOOS", "GOARCH", "GOROOT", "GOCACHE"]
    try:
        done = subprocess.run(words, env=env, capture_output=True, timeout=60, check=True)
        said = json.loads(done.stdout)
        name, platform = str(said["GOVERSION"]), f"{said['GOOS']}/{said['GOARCH']}"
        root, cache = str(said["GOROOT"]), str(said["GOCACHE"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        raise ExperimentError(f"{command} does not answer like a Go command.") from None
    found = re.search(r"go1\.(\d{1,3})", name)
    if found is None or int(found[1]) < 20:
        raise ExperimentError(f"{command} is {name}; `go build -cover` came with Go 1.20.")
    return Go(command, GoVersion(name.split(maxsplit=1)[0], int(found[1]), platform), root, cache, env)
