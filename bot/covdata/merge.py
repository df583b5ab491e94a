"""`merge`: all runs of each binary in one counter file beside its meta-data, as `go tool covdata` does it."""

from __future__ import annotations

import os
import shutil
import struct
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.covdata import counterfile, meta
from bot.covdata.meta import MetaFile, Package
from bot.covdata.pattern import Match
from bot.covdata.pods import Pod, find_pods
from bot.covdata.problems import DataError, Problem
from bot.covdata.profile import SET, Counts, read_pod_meta, required
from bot.covdata.strings import write_table
from bot.covdata.tally import Seen, Sums, read_records
from bot.covdata.uleb import encode, encode_one

FNV_OFFSET = 0x6C62272E07BB014262B821756295C58D
FNV_PRIME = 0x0000000001000000000000000000013B
FNV_MASK = (1 << 128) - 1


def merge(directories: Sequence[Path], output: Path, *, match: Match | None = None) -> tuple[Problem, ...]:
    """Write, for each binary, its meta-data and one counter file into an existing directory.

    `match` keeps only some packages. Returns what is strange about the data without forbidding the
    merge. Raises DataError when there is no data, when any is broken, or when nothing can be written;
    all data is read before the first file is written.
    """
    if not output.is_dir():
        raise DataError(Problem(f"{output} is not a directory", None, output), hint="Make it first.")
    found = find_pods(directories)
    merged = [_merged(pod, match) for pod in required(found)]
    try:
        for pod, name, meta_bytes, counter_bytes in merged:
            target = output / f"covmeta.{name}"
            if meta_bytes is None:
                shutil.copyfile(pod.meta, target)
                os.chmod(target, pod.meta.stat().st_mode & 0o777)
            else:
                target.write_bytes(meta_bytes)
            (output / f"covcounters.{name}.0.{time.time_ns()}").write_bytes(counter_bytes)
    except (OSError, shutil.SameFileError) as error:
        raise DataError(Problem(f"{output} cannot be written: {error}", None, output)) from None
    return found.problems


def _merged(pod: Pod, match: Match | None) -> tuple[Pod, str, bytes | None, bytes]:
    """The name's hash, the new meta-data (None: the old file as it is) and the counters of one pod."""
    data = read_pod_meta(pod)
    tally = Seen(data) if data.mode == SET else Sums(data)
    present = np.zeros(data.functions.units.size, np.bool_)
    for records in read_records(data, pod.counters, pod.hash):
        tally.add(records)
        present[records.function] = True
    chosen = [p for p in data.packages if match is None or match(p.path)]
    if len({p.path for p in chosen}) < len(chosen):
        raise DataError(Problem(f"{pod.meta} names a package twice", None, pod.meta))
    new = None
    name = data.hash
    if match is not None:
        name = _hash(b"".join(_hash(p.blob) for p in chosen)).hex()
        new = _meta_bytes(data, chosen, bytes.fromhex(name))
    body = _records(data, chosen, tally.units(), present)
    return pod, name, new, _counter_bytes(bytes.fromhex(name), body, _common_args(pod))


def _records(
    data: MetaFile, chosen: list[Package], counts: Counts, present: NDArray[np.bool_]
) -> tuple[int, bytes]:
    """How many functions ran, and their records: packages and functions in the order of the meta-data."""
    functions = data.functions
    pieces: list[NDArray[np.uint32]] = []
    number = 0
    for place, package in enumerate(chosen):
        for index in np.flatnonzero(present[package.first : package.first + package.functions]).tolist():
            low, high = functions.start[package.first + index], functions.start[package.first + index + 1]
            pieces += [np.array((high - low, place, index), np.uint32), counts[low:high].astype(np.uint32)]
            number += 1
    return number, encode(np.concatenate(pieces)) if pieces else b""


def _counter_bytes(digest: bytes, body: tuple[int, bytes], args: Mapping[str, str]) -> bytes:
    """A counter file of one segment, as Go's encodecounter writes it (its strings sorted; Go's order
    is that of a random map)."""
    functions, records = body
    strings = list(dict.fromkeys(["", *(text for key in sorted(args) for text in (key, args[key]))]))
    table = write_table(strings)
    place = {text: number for number, text in enumerate(strings)}
    pairs = encode_one(len(args)) + b"".join(
        encode_one(place[key]) + encode_one(place[args[key]]) for key in sorted(args)
    )
    pairs += bytes(-(len(table) + len(pairs)) % 4)
    head = counterfile.HEADER.pack(counterfile.MAGIC, counterfile.VERSION, digest, counterfile.ULEB, 0)
    segment = counterfile.SEGMENT.pack(functions, len(table), len(pairs))
    return head + segment + table + pairs + records + counterfile.FOOTER.pack(counterfile.MAGIC, 1)


def _common_args(pod: Pod) -> dict[str, str]:
    """What all runs noted alike: the arguments (all or none), GOOS, GOARCH."""
    common: dict[str, str] | None = None
    for path in pod.counters:
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


def _meta_bytes(data: MetaFile, chosen: list[Package], digest: bytes) -> bytes:
    """A meta-data file of some packages, as Go's encodemeta writes it."""
    table = write_table([""])
    at = meta.HEADER.size + 16 * len(chosen)
    start = at + len(table)
    lengths = [len(p.blob) for p in chosen]
    offsets = [start + sum(lengths[:n]) for n in range(len(chosen))]
    total = start + sum(lengths)
    head = meta.HEADER.pack(
        meta.MAGIC, meta.VERSION, total, len(chosen), digest, at, len(table), data.mode, data.granularity
    )
    numbers = struct.pack(f"<{2 * len(chosen)}Q", *offsets, *lengths)
    return head + numbers + table + b"".join(p.blob for p in chosen)


def _hash(data: bytes) -> bytes:
    """FNV-1a of 128 bits, big-endian, as Go's hash/fnv gives it."""
    value = FNV_OFFSET
    for byte in data:
        value = ((value ^ byte) * FNV_PRIME) & FNV_MASK
    return value.to_bytes(16, "big")
