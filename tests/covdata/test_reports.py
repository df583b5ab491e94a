"""The reports against those of `go tool covdata`, byte for byte, on real data."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.covdata import load, matcher, report
from bot.covdata.counterfile import read_counters
from tests.covdata import gomodule
from tests.covdata.gomodule import Lab, cov

DIRECTORIES = {
    "set": "set",
    "count": "count",
    "atomic": "atomic",
    "two binaries that share packages": "set,two",
    "two binaries, the other way round": "two,set",
    "the same directory twice": "count,count",
}


def inputs(lab: Lab, names: str) -> str:
    return ",".join(str(lab.data[name]) for name in names.split(","))


def paths(text: str) -> list[Path]:
    return [Path(p) for p in text.split(",")]


@pytest.mark.parametrize("names", DIRECTORIES.values(), ids=DIRECTORIES)
def test_percent_func_and_textfmt_are_those_of_go(lab: Lab, names: str, tmp_path: Path) -> None:
    where = inputs(lab, names)
    assert report.percent(load(paths(where))).encode() == lab.covdata("percent", f"-i={where}").stdout
    assert report.func(load(paths(where))).encode() == lab.covdata("func", f"-i={where}").stdout
    lab.covdata("textfmt", f"-i={where}", f"-o={tmp_path / 'go.txt'}")
    ours = "".join(report.textfmt(load(paths(where), counts=True, one_mode=True)))
    assert ours.encode() == (tmp_path / "go.txt").read_bytes()


def test_two_builds_give_what_go_gives(lab: Lab, tmp_path: Path) -> None:
    """Where units of two builds stand on the same lines, Go's own order is that of a random map."""
    where = inputs(lab, "set,newer")
    profile = load(paths(where))
    assert report.percent(profile).encode() == lab.covdata("percent", f"-i={where}").stdout
    lab.covdata("textfmt", f"-i={where}", f"-o={tmp_path / 'go.txt'}")
    ours = "".join(report.textfmt(profile)).splitlines()
    assert sorted(ours) == sorted((tmp_path / "go.txt").read_text().splitlines())


@pytest.mark.parametrize("names", ["set,count", "count,set", "atomic,set,count"])
def test_mixed_modes_give_what_go_gives_where_go_gives_something(
    lab: Lab, names: str, tmp_path: Path
) -> None:
    where = inputs(lab, names)
    done = lab.covdata("percent", f"-i={where}", f"-o={tmp_path / 'go.txt'}")
    profile = load(paths(where), counts=True)
    assert report.percent(profile).encode() == done.stdout
    assert "".join(report.textfmt(profile)).encode() == (tmp_path / "go.txt").read_bytes()
    assert [p.rule for p in profile.problems] == ["mixed-covermode"]


@pytest.mark.parametrize(
    "pattern", ["...", ".../p0001", "example.com/lab/internal/...", "x,.../p0000,", "no"]
)
def test_packages_are_chosen_as_in_go(lab: Lab, pattern: str) -> None:
    where = inputs(lab, "set,two")
    ours = report.percent(load(paths(where), match=matcher(pattern)))
    assert ours.encode() == lab.covdata("percent", f"-i={where}", f"-pkg={pattern}").stdout


def test_counts_stop_at_the_largest_32_bit_number(lab: Lab, tmp_path: Path) -> None:
    directory = tmp_path / "saturated"
    shutil.copytree(lab.data["count"], directory)
    for file in sorted(directory.glob("covcounters.*"))[:3]:
        _raise_counters(file)
    lab.covdata("textfmt", f"-i={directory}", f"-o={tmp_path / 'go.txt'}")
    expected = (tmp_path / "go.txt").read_bytes()
    assert b" 4294967295\n" in expected
    assert "".join(report.textfmt(load([directory], counts=True))).encode() == expected


def _raise_counters(path: Path) -> None:
    """Replace every counter of a file by 3,000,000,000, in the longer code that this takes."""
    data, file = path.read_bytes(), read_counters(path)
    values = file.decode().values.tolist()
    out, at = bytearray(), 0
    large = bytes((0x80, 0xBC, 0xC1, 0x96, 0x0B))
    for _ in range(file.functions):
        count = values[at]
        for value in values[at : at + 3]:
            out += bytes((value,)) if value < 0x80 else bytes((value & 0x7F | 0x80, value >> 7))
        out += large * count
        at += 3 + count
    path.write_bytes(data[: len(data) - 16 - len(file.payload)] + bytes(out) + data[-16:])


def test_merged_data_is_read_by_go_and_equals_its_own_merge(lab: Lab, tmp_path: Path) -> None:
    where = inputs(lab, "count,two,set")
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    assert cov("merge", f"-i={where}", f"-o={ours}").returncode == 0
    assert lab.covdata("merge", f"-i={where}", f"-o={theirs}").returncode == 0
    _same_merge(ours, theirs)
    assert lab.covdata("func", f"-i={ours}").stdout == lab.covdata("func", f"-i={where}").stdout


def test_a_merge_of_some_packages_equals_that_of_go(lab: Lab, tmp_path: Path) -> None:
    where = inputs(lab, "set,two")
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    words = (f"-i={where}", "-pkg=.../p0001,.../p0003")
    assert cov("merge", *words, f"-o={ours}").returncode == 0
    assert lab.covdata("merge", *words, f"-o={theirs}").returncode == 0
    _same_merge(ours, theirs)


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        ("set", ""),
        ("set,two", ""),
        ("two,set", ".../p0001,.../p0003"),
        ("set,newer", ""),
        ("count,set", ""),
        ("set,count,two,atomic", ""),
        ("set,two", "no"),
    ],
)
def test_programs_are_combined_as_in_go(lab: Lab, names: str, pattern: str, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    words = ("-pcombine", f"-i={inputs(lab, names)}", *([f"-pkg={pattern}"] if pattern else []))
    assert cov("merge", *words, f"-o={ours}").returncode == 0
    assert lab.covdata("merge", *words, f"-o={theirs}").returncode == 0
    _same_merge(ours, theirs)


def _same_merge(ours: Path, theirs: Path) -> None:
    """Same meta-data files and, apart from the time in the name and the random order of Go's string
    table, same counter files."""
    names = [sorted(p.name.rpartition(".")[0] or p.name for p in d.glob("covc*")) for d in (ours, theirs)]
    assert names[0] == names[1]
    for meta in theirs.glob("covmeta.*"):
        assert (ours / meta.name).read_bytes() == meta.read_bytes()
    counters = [sorted(map(_content, d.glob("covcounters.*"))) for d in (ours, theirs)]
    assert counters[0] == counters[1]


def _content(path: Path) -> tuple[str, bytes, list[tuple[str, str]], int]:
    file = read_counters(path)
    return file.hash, bytes(file.payload), sorted(file.args().items()), path.stat().st_size


def test_the_command_writes_what_go_writes(lab: Lab, tmp_path: Path) -> None:
    where = inputs(lab, "atomic")
    for verb in ("percent", "func"):
        assert cov(verb, f"-i={where}").stdout == lab.covdata(verb, f"-i={where}").stdout
    done = cov("textfmt", "-i", where, "-o", str(tmp_path / "ours.txt"), "-pkg=.../p0002")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    lab.covdata("textfmt", f"-i={where}", f"-o={tmp_path / 'go.txt'}", "-pkg=.../p0002")
    assert (tmp_path / "ours.txt").read_bytes() == (tmp_path / "go.txt").read_bytes()


def test_units_that_stand_twice_are_counted_once(tmp_path: Path) -> None:
    if shutil.which("go") is None:
        pytest.skip("Go is not installed, so no real coverage data can be made")
    module = gomodule.write_module(tmp_path / "module", packages=1, functions=4)
    (module / "internal" / "p0000" / "lines.go").write_text(
        "package p0000\n\nfunc twice(n int) int {\n//line same.y:10\n\tif n > 1 {\n\t\tn++\n\t}\n"
        "//line same.y:10\n\tif n > 1 {\n\t\tn++\n\t}\n\treturn n\n}\n\nvar _ = twice(3)\n"
    )
    binary = gomodule.build(module, "one", tmp_path / "binary")
    gomodule.run(binary, tmp_path / "data", 3, 50)
    words = ["go", "tool", "covdata", "percent", f"-i={tmp_path / 'data'}"]
    expected = subprocess.run(words, capture_output=True, check=True).stdout
    assert report.percent(load([tmp_path / "data"])).encode() == expected


def test_a_module_of_200_packages(tmp_path: Path) -> None:
    if shutil.which("go") is None:
        pytest.skip("Go is not installed, so no real coverage data can be made")
    module = gomodule.write_module(tmp_path / "module", packages=200, functions=2)
    binary = gomodule.build(module, "one", tmp_path / "binary")
    for number in range(3):
        gomodule.run(binary, tmp_path / "data", number, 20 * number)
    lab = Lab(tmp_path, {}, {"data": tmp_path / "data"})
    where = f"-i={tmp_path / 'data'}"
    profile = load([tmp_path / "data"], counts=True)
    assert len(profile.packages) >= 200
    assert report.percent(profile).encode() == lab.covdata("percent", where).stdout
    assert report.func(profile).encode() == lab.covdata("func", where).stdout
    lab.covdata("textfmt", where, f"-o={tmp_path / 'go.txt'}")
    assert "".join(report.textfmt(profile)).encode() == (tmp_path / "go.txt").read_bytes()
