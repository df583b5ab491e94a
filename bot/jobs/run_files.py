"""The files of a live run for its thread: the treemap and the raw data, on disk beside the run's own."""

from __future__ import annotations

import logging
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

from bot.covdata import load
from bot.covdata.treemap import alt_text, treemap_png
from bot.errors import CovcheckError
from bot.live import LiveResult
from bot.render.plain import one_line
from bot.render.slack import Snippet

LOG = logging.getLogger("covcheck.jobs")

MAX_RAW = 50_000_000
"""Bytes of raw files that are offered as a download, before they are packed."""
MAX_FILES = 20_000
_DEPTH = 4


def run_files(result: LiveResult, folder: Path) -> tuple[tuple[Snippet, ...], tuple[str, ...]]:
    """Make the treemap and the archive of a run in `folder`; gives them and, as sentences, what could
    not be made. Never raises."""
    if result.folder is None:
        return (), ()
    files: list[Snippet] = []
    notes: list[str] = []
    for name, make in (("The picture", _treemap), ("The archive of the raw files", _archive)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            made = make(result, Path(result.folder), folder)
        except CovcheckError as error:
            notes.append(f"{name} could not be made: {error}")
        except Exception as error:
            LOG.exception("run %s: %s could not be made", result.run_id, name)
            notes.append(f"{name} could not be made: {type(error).__name__}.")
        else:
            files += [made] if made is not None else []
    return tuple(files), tuple(notes)


def _title(result: LiveResult) -> str:
    commit = f" @ {result.commit[:7]}" if result.commit else ""
    return one_line(f"{result.live.service}{commit}")


def _treemap(result: LiveResult, raw: Path, folder: Path) -> Snippet | None:
    if result.coverage is None or not result.coverage.statements:
        return None
    profile = load([raw])
    name = f"coverage.{result.run_id[:8]}.png"
    path = folder / name
    path.write_bytes(treemap_png(profile, _title(result)))
    return Snippet(name, f"{_title(result)}: coverage map", path=str(path), alt_text=alt_text(profile))


def _archive(result: LiveResult, raw: Path, folder: Path) -> Snippet | None:
    found = list(_coverage_files(raw))
    if not found:
        return None
    size = sum(size for _, size in found)
    if size > MAX_RAW or len(found) > MAX_FILES:
        raise CovcheckError(
            f"{len(found):,} files of {size / 1e6:,.0f} MB together are more than is sent through Slack."
        )
    name = f"covdata.{result.run_id[:8]}.tar.gz"
    path = folder / name
    with tarfile.open(path, "w:gz", compresslevel=6) as archive:
        for file, _ in found:
            archive.add(file, arcname=str(file.relative_to(raw)), recursive=False, filter=_plain)
    return Snippet(name, f"{_title(result)}: raw coverage files", path=str(path))


def _coverage_files(raw: Path) -> Iterator[tuple[Path, int]]:
    """The coverage files under a folder with their sizes, in order; nothing behind symbolic links."""
    for place, folders, names in os.walk(raw):
        here = Path(place)
        folders[:] = sorted(folders) if len(here.relative_to(raw).parts) < _DEPTH else []
        for name in sorted(names):
            status = (here / name).lstat()
            if name.startswith(("covmeta.", "covcounters.")) and stat.S_ISREG(status.st_mode):
                yield here / name, status.st_size


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """The entry without who owns it on this machine."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o644
    return entry
