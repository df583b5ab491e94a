"""Where the local console keeps its state: apart from a real bot's, and from another console's.

The durable jobs of a SQLite file belong to one process: a second one would go on with the jobs of the first.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import SettingsError
from bot.settings import home

NAME = "console"
MOST = 20
"""Consoles that may run at the same time on one machine."""


@contextmanager
def own_state() -> Iterator[Path]:
    """The state folder of this console while it runs: `console` in the state folder, else `console-2`, …

    Meanwhile `home()` is this folder, so that every part keeps its files here. Raises SettingsError when no
    folder can be had.
    """
    root, before = home(), os.environ.get("COVCHECK_HOME")
    folder, lock = _taken(root)
    os.environ["COVCHECK_HOME"] = str(folder)
    try:
        yield folder
    finally:
        os.close(lock)
        if before is None:
            del os.environ["COVCHECK_HOME"]
        else:
            os.environ["COVCHECK_HOME"] = before


def _taken(root: Path) -> tuple[Path, int]:
    """A folder that no other process has, and the lock that says so."""
    for number in range(1, MOST + 1):
        folder = root / (NAME if number == 1 else f"{NAME}-{number}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SettingsError(
                f"The state folder {folder} cannot be made: {error.strerror}.", hint="Set COVCHECK_HOME."
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            continue
        return folder, lock
    raise SettingsError(f"{MOST} consoles run already.", hint="Stop one of them, or set COVCHECK_HOME.")
