"""A Postgres of one's own for tests: the one on this machine, else the one that `pgserver` brings."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = "nobody"
"""Postgres refuses to run as root; as root it is run as this user."""


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`: on PATH, where Debian puts it, or in the wheel."""
    folders = [path.parent for path in [Path(found).resolve() for found in [shutil.which("initdb")] if found]]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("pgserver")
    if wheel is not None and wheel.origin is not None:
        folders.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


class Cluster:
    """A cluster that can be stopped and started again; `url` is its address."""

    def __init__(self, found: Path, user: str, folder: Path) -> None:
        self.url = f"postgresql://covcheck@/postgres?host={folder}"
        self._found, self._user, self._folder = found, user, folder

    def start(self) -> None:
        """Start it; gives back when it takes connections."""
        options = f"-c listen_addresses='' -c fsync=off -k {self._folder}"
        start = ("-D", f"{self._folder}/data", "-l", f"{self._folder}/log", "-o", options)
        _run(self._found, self._user, "pg_ctl", *start, "-w", "start")

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        _run(self._found, self._user, "pg_ctl", "-D", f"{self._folder}/data", "-m", "immediate", "stop")


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a new, empty cluster that listens on a socket in its own folder only."""
    with cluster() as made:
        yield made.url


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new, empty cluster, started."""
    found = programs()
    if found is None:
        raise RuntimeError("there is no Postgres here")
    user = UNPRIVILEGED if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="covcheck-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    try:
        _run(found, user, "initdb", "-D", f"{folder}/data", "-U", "covcheck", "-A", "trust", "--no-sync")
        made = Cluster(found, user, folder)
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(found: Path, user: str, program: str, *arguments: str) -> None:
    whom = user if os.geteuid() == 0 else None
    command = [str(found / program), *arguments]
    subprocess.run(command, user=whom, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)
