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


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a new, empty cluster that listens on a socket in its own folder only."""
    found = programs()
    if found is None:
        raise RuntimeError("there is no Postgres here")
    user = UNPRIVILEGED if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="covcheck-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    try:
        _run(found, user, "initdb", "-D", f"{folder}/data", "-U", "covcheck", "-A", "trust", "--no-sync")
        options = f"-c listen_addresses='' -c fsync=off -k {folder}"
        start = ("-D", f"{folder}/data", "-l", f"{folder}/log", "-o", options)
        _run(found, user, "pg_ctl", *start, "-w", "start")
        try:
            yield f"postgresql://covcheck@/postgres?host={folder}"
        finally:
            _run(found, user, "pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(found: Path, user: str, program: str, *arguments: str) -> None:
    whom = user if os.geteuid() == 0 else None
    command = [str(found / program), *arguments]
    subprocess.run(command, user=whom, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)
