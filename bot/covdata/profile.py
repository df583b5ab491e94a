"""What ran, package by package, over all pods: the figures that every report is made from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.covdata.meta import MODES, Ints, MetaFile, Package, read_meta
from bot.covdata.pattern import Match
from bot.covdata.pods import Found, Pod, find_pods
from bot.covdata.problems import DataError, Problem
from bot.covdata.tally import MAX_COUNT, read_tally

SET = 1
HASH = np.array([pow(0x9E3779B97F4A7C15, n, 1 << 64) for n in range(3, 21, 2)], np.uint64)
"""Odd factors that spread the columns of a unit over 64 bits."""
UnitTable = dict[tuple["FunctionKey", tuple[int, ...]], int]
Counts = NDArray[np.uint64]


class FunctionKey(NamedTuple):
    """A function as people know it; `literal` marks a function without a name of its own."""

    file: str
    name: str
    literal: bool


@dataclass
class PackageProfile:
    """The units of one package and how often each ran. `owner` is each unit's function (a row of
    `functions`); `unit` has first line, first column, last line, last column, statements."""

    path: str
    source: Package
    columns: tuple[Ints, Ints, NDArray[np.bool_]]
    owner: Ints
    unit: NDArray[np.uint32]
    counts: Counts

    @cached_property
    def functions(self) -> list[FunctionKey]:
        """Raises DataError where the meta-data gives a function no name."""
        rows = zip(*(column.tolist() for column in self.columns), strict=True)
        try:
            strings = self.source.strings
            return [FunctionKey(strings[file], strings[name], literal) for file, name, literal in rows]
        except IndexError:
            text = f"the meta-data of {self.path} is damaged: a function without a name"
            raise DataError(Problem(text, "counters-truncated")) from None

    @property
    def statements(self) -> int:
        """All statements of the package."""
        return int(self.unit[:, 4].sum(dtype=np.int64))

    @property
    def covered(self) -> int:
        """The statements that ran."""
        return int(self.unit[self.counts != 0, 4].sum(dtype=np.int64))


@dataclass
class Profile:
    """All packages by import path, in order; `mode` is `set`, `count` or `atomic`; `problems` are what is
    strange about the data without making the figures impossible."""

    mode: str
    packages: dict[str, PackageProfile]
    problems: tuple[Problem, ...]


def load(
    directories: Sequence[Path], *, match: Match | None = None, counts: bool = False, one_mode: bool = False
) -> Profile:
    """Read all coverage data of some directories and merge it, as `go tool covdata` does.

    `match` narrows the packages. With `counts` units are counted where the mode counts, else 1 says that
    a unit ran. `one_mode` refuses data of different modes. Raises DataError when there is no data, or when
    any of it is broken.
    """
    found = find_pods(directories)
    pods = [(pod, read_pod_meta(pod)) for pod in required(found)]
    problems = (*found.problems, *_mixed([meta for _, meta in pods], one_mode))
    mode = pods[0][1].mode
    packages: dict[str, PackageProfile] = {}
    for pod, meta in pods:
        tally = read_tally(meta, pod.counters, pod.hash, counts=counts and mode != SET)
        for package in _packages(meta, tally.units, match):
            known = packages.get(package.path)
            packages[package.path] = _merged(known, package, mode) if known else package
    return Profile(MODES[mode], dict(sorted(packages.items())), problems)


def required(found: Found) -> tuple[Pod, ...]:
    """The pods that were found. Raises DataError when there are none."""
    if not found.pods:
        raise DataError(*found.problems, hint="Look at what wrote the files: `covcheck check SERVICE`.")
    return found.pods


def read_pod_meta(pod: Pod) -> MetaFile:
    """A pod's meta-data. Raises DataError when it cannot be read or belongs to another name."""
    meta = read_meta(pod.meta)
    if meta.hash != pod.hash:
        text = f"{pod.meta} was renamed: inside it is covmeta.{meta.hash}"
        raise DataError(Problem(text, "counters-renamed", pod.meta))
    return meta


def _mixed(metas: list[MetaFile], one_mode: bool) -> list[Problem]:
    """Different modes (refused where one is needed) or different builds of one binary."""
    first = metas[0]
    for meta in metas[1:]:
        if meta.granularity != first.granularity:
            raise DataError(Problem(f"{meta.path} counts functions, {first.path} blocks", None, meta.path))
        if meta.mode != first.mode:
            text = f"{meta.path} was built with mode {meta.mode_name}, {first.path} with {first.mode_name}"
            problem = Problem(text, "mixed-covermode", meta.path)
            if one_mode:
                raise DataError(problem, hint="Build all binaries with one -covermode, or read them apart.")
            return [problem]
    mains: dict[str, MetaFile] = {}
    for meta in metas:
        if meta.main and mains.setdefault(meta.main, meta) is not meta:
            text = f"{meta.path} and {mains[meta.main].path} come from two builds of {meta.main}"
            return [Problem(text, "mixed-builds", meta.path)]
    return []


def _packages(meta: MetaFile, counts: Counts, match: Match | None) -> Iterator[PackageProfile]:
    functions = meta.functions
    owner = np.repeat(np.arange(functions.units.size), functions.units)
    doubled = _doubled(meta, owner)
    for number, package in enumerate(meta.packages):
        if match is not None and not match(package.path):
            continue
        first, last = package.first, package.first + package.functions
        low, high = int(functions.start[first]), int(functions.start[last])
        columns = functions.file[first:last], functions.name[first:last], functions.literal[first:last]
        rows = functions.unit[low:high]
        profile = PackageProfile(
            package.path, package, columns, owner[low:high] - first, rows, counts[low:high]
        )
        yield _merged(None, profile, meta.mode) if number in doubled else profile


def _doubled(meta: MetaFile, owner: Ints) -> set[int]:
    """The numbers of packages in which a unit may stand twice (`//line` makes such); they are merged with
    care. Told by hashes, so rarely one too many, never one too few."""
    functions = meta.functions
    owners = np.stack((functions.package, functions.file, functions.name, functions.literal))
    rows = (HASH[:4] @ owners.astype(np.uint64))[owner]
    for column, factor in zip(functions.unit.T, HASH[4:], strict=True):
        rows += column * factor
    order = np.argsort(rows, kind="stable")
    twice = np.flatnonzero(rows[order][1:] == rows[order][:-1])
    return set(functions.package[owner[order[twice]]].tolist())


def _merged(known: PackageProfile | None, new: PackageProfile, mode: int) -> PackageProfile:
    """Two views of one package (or one that names units twice) as one, unit by unit."""
    if known is not None and known.source.blob == new.source.blob and known.unit.shape == new.unit.shape:
        known.counts = _added(known.counts, new.counts, mode)
        return known
    table: UnitTable = {}
    for package in (known, new):
        if package is None:
            continue
        keys = package.functions
        rows = zip(package.owner.tolist(), package.unit.tolist(), package.counts.tolist(), strict=True)
        for owner, unit, count in rows:
            key = keys[owner], tuple(unit)
            total = table.get(key, 0) + count
            table[key] = min(total, 1 if mode == SET else MAX_COUNT)
    return _from_table(new, table)


def _added(one: Counts, other: Counts, mode: int) -> Counts:
    total: Counts = np.minimum(one + other, np.uint64(1 if mode == SET else MAX_COUNT))
    return total


def _from_table(like: PackageProfile, table: UnitTable) -> PackageProfile:
    numbers: dict[FunctionKey, int] = {}
    owner = np.array([numbers.setdefault(key, len(numbers)) for key, _ in table], np.int64)
    unit = np.array([row for _, row in table], np.uint32).reshape(-1, 5)
    counts = np.array(list(table.values()), np.uint64)
    source = dataclasses.replace(like.source, blob=b"")
    merged = PackageProfile(like.path, source, like.columns, owner, unit, counts)
    merged.functions = list(numbers)
    return merged
