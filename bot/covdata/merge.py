"""`merge`: all runs of each binary in one counter file beside its meta-data, as `go tool covdata` does it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.covdata import counterfile
from bot.covdata.combine import Combined
from bot.covdata.encode import Counted, counter_file, meta_file
from bot.covdata.meta import MetaFile, Package
from bot.covdata.pattern import Match
from bot.covdata.pods import Pod, find_pods
from bot.covdata.problems import DataError, Problem
from bot.covdata.profile import SET, read_pod_meta, required
from bot.covdata.tally import Tally, read_tally


@dataclass(frozen=True, slots=True)
class _Written:
    """What is to be written: the hash of the names, meta-data (bytes, or a file to copy), counters."""

    hash: str
    meta: bytes | Path
    counters: bytes


def merge(
    directories: Sequence[Path], output: Path, *, match: Match | None = None, combine: bool = False
) -> tuple[Problem, ...]:
    """Write, for each binary, its meta-data and one counter file into an existing directory.

    `match` keeps only some packages; with `combine` all binaries become one. Returns what is strange about
    the data without forbidding the merge. Raises DataError when there is no data, when any is broken, or
    when nothing can be written; all data is read before the first file is written.
    """
    if not output.is_dir():
        raise DataError(Problem(f"{output} is not a directory", None, output), hint="Make it first.")
    found = find_pods(directories)
    pods = required(found)
    merged = [_combined(pods, match)] if combine else [_merged(pod, match) for pod in pods]
    try:
        for each in merged:
            _write(each, output)
    except (OSError, shutil.SameFileError) as error:
        raise DataError(Problem(f"{output} cannot be written: {error}", None, output)) from None
    return found.problems


def _write(written: _Written, output: Path) -> None:
    target = output / f"covmeta.{written.hash}"
    if isinstance(written.meta, Path):
        shutil.copyfile(written.meta, target)
        os.chmod(target, written.meta.stat().st_mode & 0o777)
    else:
        target.write_bytes(written.meta)
    (output / f"covcounters.{written.hash}.0.{time.time_ns()}").write_bytes(written.counters)


def _merged(pod: Pod, match: Match | None) -> _Written:
    """One pod as Go merges it: the meta-data as it is, or that of the chosen packages."""
    data = read_pod_meta(pod)
    tally = read_tally(data, pod.counters, pod.hash, counts=data.mode != SET)
    chosen = _chosen(data, match)
    if len({p.path for p in chosen}) < len(chosen):
        raise DataError(Problem(f"{pod.meta} names a package twice", None, pod.meta))
    digest, meta = bytes.fromhex(data.hash), None
    if match is not None:
        digest, meta = meta_file([p.blob for p in chosen], data.mode, data.granularity)
    counters = counter_file(digest, _ran(data, chosen, tally), _common_args(pod.counters))
    return _Written(digest.hex(), pod.meta if meta is None else meta, counters)


def _combined(pods: Sequence[Pod], match: Match | None) -> _Written:
    """All pods as one program, under the most telling of their modes."""
    combined = Combined()
    for pod in pods:
        data = read_pod_meta(pod)
        combined.begin(data)
        tally = read_tally(data, pod.counters, pod.hash, counts=combined.mode != SET)
        for package in _chosen(data, match):
            combined.add(data, package, tally)
    digest, meta = meta_file(combined.blobs(), combined.mode, combined.granularity)
    args = _common_args(path for pod in pods for path in pod.counters)
    return _Written(digest.hex(), meta, counter_file(digest, combined.ran(), args))


def _chosen(data: MetaFile, match: Match | None) -> list[Package]:
    return [p for p in data.packages if match is None or match(p.path)]


def _ran(data: MetaFile, chosen: Sequence[Package], tally: Tally) -> Iterator[Counted]:
    """The functions that ran: packages and functions in the order of the meta-data."""
    start = data.functions.start
    for place, package in enumerate(chosen):
        for index in np.flatnonzero(tally.ran[package.first : package.first + package.functions]).tolist():
            low, high = start[package.first + index : package.first + index + 2].tolist()
            yield place, index, tally.units[low:high]


def _common_args(paths: Iterable[Path]) -> dict[str, str]:
    """What all runs noted alike: the arguments (all or none), GOOS, GOARCH."""
    common: dict[str, str] | None = None
    for path in paths:
        args = dict(counterfile.read_counters(path).args())
        command = {k: v for k, v in args.items() if k == "argc" or k.startswith("argv")}
        rest = {k: v for k, v in args.items() if k in ("GOOS", "GOARCH") and v}
        if common is None:
            common = command | rest
            continue
        before = {k: v for k, v in common.items() if k == "argc" or k.startswith("argv")}
        kept = {k: v for k, v in rest.items() if common.get(k) == v}
        common = (before if before == command else {}) | kept
    return common or {}
