"""The files of a live run for its thread: the treemap and the raw data, on disk beside the run's own."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.covdata import load
from bot.covdata.treemap import alt_text, treemap_png
from bot.errors import CovcheckError
from bot.jobs.orders import without_paths
from bot.live import LiveResult
from bot.render.plain import one_line
from bot.render.slack import Snippet

LOG = logging.getLogger("covcheck.jobs")

MAX_RAW = 50_000_000
"""Bytes of raw files that are offered as a download, before they are packed."""
MAX_FILES = 20_000
_DEPTH = 4
KEPT_DAYS = 30.0
_RUN = re.compile(r"[0-9a-f]{12,64}")
"""The name of a run's folder: its id."""


@dataclass(frozen=True, slots=True)
class RawFiles:
    """Where a run's raw files are on this machine, what they are of, and whether they give figures."""

    run_id: str
    folder: str
    title: str
    figures: bool


def raw_files(result: LiveResult) -> RawFiles | None:
    """What `run_files` needs of a result; None where nothing was copied out of the cluster."""
    if result.folder is None:
        return None
    commit = f" @ {result.commit[:7]}" if result.commit else ""
    figures = result.coverage is not None and result.coverage.statements > 0
    return RawFiles(result.run_id, result.folder, one_line(f"{result.live.service}{commit}"), figures)


def run_files(raw: RawFiles, folder: Path) -> tuple[tuple[Snippet, ...], tuple[str, ...]]:
    """Make the treemap and the archive of a run in `folder`; gives them and, as sentences, what could
    not be made. Never raises."""
    files: list[Snippet] = []
    notes: list[str] = []
    for name, make in (("The picture", _treemap), ("The archive of the raw files", _archive)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            made = make(raw, folder)
        except CovcheckError as error:
            notes.append(f"{name} could not be made: {without_paths(str(error), raw.folder)}")
        except OSError as error:
            LOG.error("run %s: %s could not be made: %s", raw.run_id, name, error)
            notes.append(f"{name} could not be made: {error.strerror or type(error).__name__}.")
        except Exception as error:
            LOG.exception("run %s: %s could not be made", raw.run_id, name)
            notes.append(f"{name} could not be made: {type(error).__name__}.")
        else:
            files += [made] if made is not None else []
    return tuple(files), tuple(notes)


def forget_old(runs: Path, now: float, days: float = KEPT_DAYS) -> None:
    """Remove the files of runs that ended more than `days` ago; what cannot be removed stays."""
    try:
        folders = [entry for entry in runs.iterdir() if _RUN.fullmatch(entry.name) and not entry.is_symlink()]
    except OSError:
        return
    for entry in folders:
        with contextlib.suppress(OSError):
            if now - entry.lstat().st_mtime > days * 86_400:
                shutil.rmtree(entry, ignore_errors=True)


def _treemap(raw: RawFiles, folder: Path) -> Snippet | None:
    if not raw.figures:
        return None
    profile = load([Path(raw.folder)])
    name = f"coverage.{raw.run_id[:8]}.png"
    path = folder / name
    path.write_bytes(treemap_png(profile, raw.title))
    return Snippet(name, f"{raw.title}: coverage map", path=str(path), alt_text=alt_text(profile))


def _archive(raw: RawFiles, folder: Path) -> Snippet | None:
    source = Path(raw.folder)
    found = list(_coverage_files(source))
    if not found:
        return None
    size = sum(size for _, size in found)
    if size > MAX_RAW or len(found) > MAX_FILES:
        raise CovcheckError(
            f"{len(found):,} files of {size / 1e6:,.0f} MB together are more than is sent through Slack."
        )
    name = f"covdata.{raw.run_id[:8]}.tar.gz"
    path = folder / name
    with tarfile.open(path, "w:gz", compresslevel=6) as archive:
        for file, _ in found:
            archive.add(file, arcname=str(file.relative_to(source)), recursive=False, filter=_plain)
    return Snippet(name, f"{raw.title}: raw coverage files", path=str(path))


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
