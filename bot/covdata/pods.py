"""Which files of some directories belong together: a pod is one meta-data file and its counter files.

Files are taken by name, as Go does it. What Go passes over in silence is told here: counter files that
were renamed, left unfinished, or have lost their meta-data.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.covdata import counterfile, meta
from bot.covdata.problems import DataError, Problem
from bot.model import Symptom

META_NAME = re.compile(r"covmeta\.(\S+)", re.ASCII)
COUNTER_NAME = re.compile(r"covcounters\.(\S+)\.([0-9]+)\.[0-9]+", re.ASCII)
MAX_FILES = 200_000
MAX_PEEKED = 2_000
LARGEST_PID = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Pod:
    """A meta-data file and the counter files of its runs, in Go's order. `hash` is what the names say."""

    hash: str
    meta: Path
    counters: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The pods of some directories, and what is strange about the directories. `symptom` is that of
    all of them together."""

    pods: tuple[Pod, ...]
    problems: tuple[Problem, ...]
    symptom: Symptom


def find_pods(directories: Sequence[Path]) -> Found:
    """Find the pods in some directories. Raises DataError when a directory cannot be listed."""
    names = [entry for directory in directories for entry in _listed(directory)]
    metas: dict[str, Path] = {}
    for path in names:
        match = META_NAME.fullmatch(path.name)
        if match:
            metas.setdefault(match[1], path)
    counters: dict[str, list[Path]] = {tag: [] for tag in metas}
    orphans: list[Path] = []
    others: list[Path] = []
    for path in names:
        match = COUNTER_NAME.fullmatch(path.name)
        if match and int(match[2][:20]) <= LARGEST_PID:
            counters.get(match[1], orphans).append(path)
        elif not META_NAME.fullmatch(path.name):
            others.append(path)
    order = sorted(metas, key=lambda tag: str(metas[tag]))
    pods = tuple(Pod(tag, metas[tag], tuple(counters[tag])) for tag in order)
    symptom = _symptom(bool(metas), bool(orphans) or any(counters.values()))
    problems = (*_ignored(others), *_orphaned(orphans, metas), *_empty(directories, pods, symptom))
    return Found(pods, problems, symptom)


def _listed(directory: Path) -> list[Path]:
    try:
        with os.scandir(directory) as entries:
            names = sorted(e.name for e in entries if not e.is_dir(follow_symlinks=False))
    except OSError as error:
        raise DataError(Problem(f"{directory} cannot be read: {error.strerror}", None, directory)) from None
    if len(names) > MAX_FILES:
        raise DataError(Problem(f"{directory} holds more than {MAX_FILES} files", None, directory))
    return [directory / name for name in names]


def _symptom(metas: bool, counters: bool) -> Symptom:
    if metas:
        return Symptom.BOTH if counters else Symptom.META_ONLY
    return Symptom.COUNTERS_ONLY if counters else Symptom.NOTHING


def _ignored(others: list[Path]) -> list[Problem]:
    """Files that hold counters or meta-data but are not named so."""
    problems = []
    for path in others[:MAX_PEEKED]:
        if _magic(path) in (counterfile.MAGIC, meta.MAGIC):
            text = f"{path} holds coverage data, but a file of that name is passed over"
            problems.append(Problem(text, "counters-renamed", path))
    return problems


def _magic(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 4)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _orphaned(orphans: list[Path], metas: dict[str, Path]) -> list[Problem]:
    problems: list[Problem] = []
    for path in orphans:
        try:
            inside = counterfile.read_counters(path).hash
        except DataError as error:
            problems += error.problems
            continue
        if inside in metas:
            text = f"{path} was renamed: inside it belongs to {metas[inside].name}"
            problems.append(Problem(text, "counters-renamed", path))
        else:
            text = f"{path} has no covmeta.{inside} beside it, so it counts nothing"
            problems.append(Problem(text, "directory-created-late", path, Symptom.COUNTERS_ONLY))
    return problems


def _empty(directories: Sequence[Path], pods: tuple[Pod, ...], symptom: Symptom) -> list[Problem]:
    where = ", ".join(str(d) for d in directories)
    if symptom is Symptom.NOTHING:
        nested = _nested(directories)
        if nested:
            text = f"no coverage files in {where}, but in {nested}: a copy made a directory in a directory"
            return [Problem(text, "collect-nested", nested, symptom)]
        text = f"no coverage files in {where}; `go tool covdata` would succeed with no figure"
        return [Problem(text, "empty-input-succeeds", directories[0], symptom)]
    if symptom is Symptom.META_ONLY:
        text = f"META_ONLY: {where} has meta-data and no counters, so no run has ended by a normal exit"
        return [Problem(text, None, pods[0].meta, symptom)]
    return []


def _nested(directories: Sequence[Path]) -> Path | None:
    """A directory one level down that holds coverage files."""
    for directory in directories:
        for child in sorted(p for p in directory.iterdir() if p.is_dir() and not p.is_symlink())[:100]:
            try:
                names = [p.name for p in child.iterdir()]
            except OSError:
                continue
            if any(META_NAME.fullmatch(name) or COUNTER_NAME.fullmatch(name) for name in names):
                return child
    return None
