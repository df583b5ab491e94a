"""Coverage files of a directory, listed by a busybox in the cluster. Names are hostile, one a line."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.cluster.exec import Ran
from bot.errors import ClusterRefused
from bot.facts.live import FileSeen

Exec = Callable[[tuple[str, ...]], Ran]
"""Runs a command where the directory is mounted."""
MAX_FILES = 20_000
HICCUP = "Internal error occurred"
"""How the API server begins to tell that the runtime failed, as it does now and then on a busy node."""
PAUSE = 0.5
ABSENT = 3
LIST = """[ -e "$1" ] || exit 3
cd "$1" 2>/dev/null && ls >/dev/null 2>&1 || exit 4
find . -maxdepth 2 -type f \\( -name '*covmeta.*' -o -name '*covcounters.*' -o -name 'tmp.*' \\) \
! -path "*$2*" -exec stat -c '%s %y %n' {} + 2>/dev/null
exit 0"""
LINE = re.compile(
    r"(?P<size>\d{1,18}) (?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(?P<part>\d{1,9}))? "
    r"(?P<zone>[+-]\d{4}) \./(?P<name>.+)"
)


def steady(run: Callable[[], Ran]) -> Ran:
    """Run a command that only reads, once more when the runtime could not start it. Raises ClusterError."""
    ran = run()
    if not ran.error.startswith(HICCUP):
        return ran
    time.sleep(PAUSE)
    return run()


@dataclass(frozen=True, slots=True)
class Place:
    """A directory as the tool sees it: `kind` is `directory`, `regular file`, ... in the words of `stat`."""

    kind: str
    uid: int
    gid: int
    mode: str


def see_place(run: Exec, path: str) -> Place | None:
    """What is at a path (links are followed); None when nothing is. Raises ClusterError."""
    ran = steady(lambda: run(("stat", "-L", "-c", "%u %g %a %F", path)))
    words = ran.stdout.decode("utf-8", "replace").strip().split(" ", 3)
    if ran.code != 0 or len(words) != 4:
        return None
    return Place(words[3], int(words[0]), int(words[1]), words[2].zfill(4))


def list_files(run: Exec, path: str) -> tuple[FileSeen, ...] | None:
    """Coverage files in a directory and one level down (`sub/covmeta.x`), at most MAX_FILES.

    None when nothing is there. Raises ClusterRefused when it is no directory or cannot be read, and other
    errors of ClusterError.
    """
    ran = steady(lambda: run(("sh", "-c", LIST, "list", path, "\n")))
    if ran.code == ABSENT:
        return None
    if ran.code != 0:
        raise ClusterRefused(f"The directory cannot be listed: {ran.error or 'it is not readable there'}.")
    lines = ran.stdout.decode("utf-8", "surrogateescape").split("\n")
    found = [file for line in lines if (file := _file(line)) is not None]
    return tuple(sorted(found, key=lambda file: file.name)[:MAX_FILES])


def _file(line: str) -> FileSeen | None:
    match = LINE.fullmatch(line)
    if match is None:
        return None
    try:
        at = datetime.strptime(f"{match['time']} {match['zone']}", "%Y-%m-%d %H:%M:%S %z").timestamp()
    except (ValueError, OverflowError):
        return None
    return FileSeen(match["name"], int(match["size"]), at + float(f"0.{match['part'] or 0}"))
