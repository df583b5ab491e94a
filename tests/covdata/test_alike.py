"""Files that are alike are decoded once, and only those: the figures are those of one by one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.covdata import DataError, load, report
from bot.covdata.alike import Alike
from bot.covdata.counterfile import read_counters
from bot.covdata.meta import read_meta
from bot.covdata.records import Layout, read_records
from bot.covdata.tally import Seen, read_tally
from tests.covdata import gomodule
from tests.covdata.gomodule import Lab


def counters(directory: Path) -> list[Path]:
    return sorted(directory.glob("covcounters.*"))


def one_by_one(directory: Path) -> list[int]:
    """Units that ran, each file decoded by itself."""
    meta = read_meta(next(directory.glob("covmeta.*")))
    seen = Seen(meta)
    for path in counters(directory):
        for records in read_records(Layout(meta), [read_counters(path)], []):
            seen.add(records)
    return seen.units().tolist()


def together(directory: Path) -> list[int]:
    meta = read_meta(next(directory.glob("covmeta.*")))
    tally = read_tally(meta, counters(directory), meta.hash, counts=False)
    return tally.units.tolist()


@pytest.mark.parametrize("name", ["set", "count", "atomic", "two"])
def test_files_of_many_runs_give_what_each_gives(lab: Lab, name: str, tmp_path: Path) -> None:
    directory = Path(shutil.copytree(lab.data[name], tmp_path / "data"))
    for seed in range(30):
        gomodule.run(lab.binaries[name], directory, seed, 60)
    assert together(directory) == one_by_one(directory)


def renumbered(path: Path, number: int, change: tuple[int, int] | None = None) -> Path:
    """A copy of a counter file under a new process id, perhaps with one byte of its records changed."""
    copy = path.with_name(f"{path.name.rsplit('.', 2)[0]}.{900_000 + number}.1")
    data = bytearray(path.read_bytes())
    if change:
        start = len(data) - 16 - len(read_counters(path).payload)
        data[start + change[0]] = change[1]
    copy.write_bytes(bytes(data))
    return copy


def test_a_counter_that_only_one_replica_has_counts(lab: Lab, tmp_path: Path) -> None:
    directory = Path(shutil.copytree(lab.data["set"], tmp_path / "data"))
    last = counters(directory)[0]
    payload = bytes(read_counters(last).payload)
    place = len(payload) - 1
    for path in counters(directory):
        if path != last:
            path.unlink()
    data = bytearray(last.read_bytes())
    data[-17] = 0
    last.write_bytes(bytes(data))
    before = sum(together(directory))
    renumbered(last, 1, (place, 1))
    renumbered(last, 2, (place, 0))
    assert sum(together(directory)) == before + 1


def test_files_of_one_length_with_other_records_are_kept_apart(lab: Lab, tmp_path: Path) -> None:
    """The function of a record is changed to another of as many units: same length, other records."""
    directory = Path(shutil.copytree(lab.data["set"], tmp_path / "data"))
    meta = read_meta(next(directory.glob("covmeta.*")))
    path = counters(directory)[3]
    first = next(iter(read_records(Layout(meta), [read_counters(path)], [])))
    units = meta.functions.units
    ran = set(first.function.tolist())
    for head, function in zip(first.heads.tolist(), first.function.tolist(), strict=True):
        package = meta.packages[int(meta.functions.package[function])]
        others = [
            f
            for f in range(package.first, package.first + package.functions)
            if f not in ran and units[f] == units[function]
        ]
        if others:
            renumbered(path, 1, (head + 2, others[0] - package.first))
            break
    else:
        pytest.fail("no function to change")
    assert together(directory) == one_by_one(directory)


def test_a_broken_file_among_alike_ones_is_told(lab: Lab, tmp_path: Path) -> None:
    directory = Path(shutil.copytree(lab.data["set"], tmp_path / "data"))
    path = counters(directory)[-1]
    renumbered(path, 1)
    broken = renumbered(path, 2, (1, 120))
    with pytest.raises(DataError) as caught:
        load([directory])
    assert [p.path for p in caught.value.problems] == [broken]


def test_more_than_is_held_is_decoded_apart(lab: Lab) -> None:
    alike = Alike(most=0)
    assert not any(alike.take(read_counters(path)) for path in counters(lab.data["set"]))


def test_real_data_with_repeats_gives_the_same_report(lab: Lab, tmp_path: Path) -> None:
    directory = Path(shutil.copytree(lab.data["atomic"], tmp_path / "data"))
    before = report.func(load([directory]))
    for number, path in enumerate(counters(directory)):
        renumbered(path, number)
    assert report.func(load([directory])) == before
    units = load([directory]).packages
    assert all(np.all(p.counts <= 1) for p in units.values())
