"""Opening files that others wrote: regular files of a sane size only, so nothing blocks or floods memory."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from bot.covdata.problems import DataError, Problem, foreign

MAX_BYTES = 256 << 20
"""Larger files are refused: the counters of a program of a million functions take some 20 MB."""


def read(path: Path) -> bytes:
    """The bytes of a regular file. Raises DataError for anything else, also for one that is too large."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise DataError(Problem(f"{path} cannot be opened: {error.strerror}", None, path)) from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise foreign(path, "is not a regular file")
        if found.st_size > MAX_BYTES:
            raise foreign(path, f"is larger than {MAX_BYTES >> 20} MiB, which no counter file is")
        return _read_all(descriptor, found.st_size)
    except OSError as error:
        raise DataError(Problem(f"{path} cannot be read: {error.strerror}", None, path)) from None
    finally:
        os.close(descriptor)


def _read_all(descriptor: int, size: int) -> bytes:
    data = os.read(descriptor, size)
    while len(data) < size:
        more = os.read(descriptor, size - len(data))
        if not more:
            break
        data += more
    return data
