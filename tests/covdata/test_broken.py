"""Broken, foreign and hostile data: the exact cause, never a crash, never a silent 0.0%."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cov_command import app
from bot.covdata import DataError, load, merge, report
from bot.covdata.html import page
from bot.covdata.summary import summarize
from bot.model import Symptom
from tests.covdata.gomodule import Lab, cov


@pytest.fixture
def data(lab: Lab, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lab.data["set"], tmp_path / "data"))


def counters(directory: Path) -> list[Path]:
    return sorted(directory.glob("covcounters.*"))


def refused(*directories: Path, one_mode: bool = False) -> list[str | None]:
    with pytest.raises(DataError) as caught:
        load(directories, one_mode=one_mode)
    return [problem.rule for problem in caught.value.problems]


def told(*directories: Path) -> list[str | None]:
    return [problem.rule for problem in load(directories).problems]


def test_healthy_data_has_no_problem(data: Path) -> None:
    assert told(data) == []


@pytest.mark.parametrize("kept", [0, 3, 20, 40, 70, 300, -17, -1])
def test_a_truncated_counter_file(data: Path, kept: int) -> None:
    file = counters(data)[5]
    file.write_bytes(file.read_bytes()[:kept])
    assert refused(data) == ["counters-truncated"]


def test_every_truncated_file_is_told(data: Path) -> None:
    for file in counters(data)[2:5]:
        file.write_bytes(file.read_bytes()[:-40])
    assert refused(data) == ["counters-truncated"] * 3


@pytest.mark.parametrize("kept", [0, 30, 60, 200, 2000, -1])
def test_truncated_meta_data(data: Path, kept: int) -> None:
    (file,) = data.glob("covmeta.*")
    file.write_bytes(file.read_bytes()[:kept])
    assert refused(data) == ["counters-truncated"]


@pytest.mark.parametrize("name", ["counters.1", "tmp.{0}", "{0}.bak", "covcounters.x", "pod-1-{0}"])
def test_renamed_counter_files_are_told_and_the_rest_counts(data: Path, name: str) -> None:
    file = counters(data)[0]
    file.rename(data / name.format(file.name))
    assert told(data) == ["counters-renamed"]


def test_only_renamed_counter_files_are_no_silent_zero(data: Path) -> None:
    for file in counters(data):
        file.rename(data / f"pod-{file.name}")
    done = cov("percent", f"-i={data}")
    assert done.returncode == 1
    assert b"[counters-renamed]" in done.stderr


def test_counters_renamed_to_another_build(lab: Lab, data: Path) -> None:
    tag = next(lab.data["newer"].glob("covmeta.*")).name.partition(".")[2]
    shutil.copy(lab.data["newer"] / f"covmeta.{tag}", data)
    file = counters(data)[0]
    file.rename(data / f"covcounters.{tag}.1.1")
    assert refused(data) == ["counters-renamed"]


def test_meta_data_of_another_name(data: Path) -> None:
    (file,) = data.glob("covmeta.*")
    file.rename(data / f"covmeta.{'0' * 32}")
    assert refused(data) == ["counters-renamed"]


def test_mixed_modes_are_told_and_refused_where_one_is_needed(lab: Lab) -> None:
    assert told(lab.data["set"], lab.data["atomic"]) == ["mixed-covermode"]
    assert refused(lab.data["set"], lab.data["atomic"], one_mode=True) == ["mixed-covermode"]


def test_two_builds_of_one_binary(lab: Lab) -> None:
    assert told(lab.data["set"], lab.data["newer"]) == ["mixed-builds"]
    assert told(lab.data["set"], lab.data["two"]) == []


def test_an_empty_directory(tmp_path: Path) -> None:
    assert refused(tmp_path) == ["empty-input-succeeds"]
    done = cov("textfmt", f"-i={tmp_path}", f"-o={tmp_path / 'out'}")
    assert (done.returncode, done.stdout) == (1, b"")
    assert not (tmp_path / "out").exists()


def test_a_directory_in_the_directory(data: Path) -> None:
    assert refused(data.parent) == ["collect-nested"]


def test_meta_data_alone(data: Path) -> None:
    for file in counters(data):
        file.unlink()
    (problem,) = load([data]).problems
    assert problem.symptom is Symptom.META_ONLY
    assert cov("percent", f"-i={data}").returncode == 1


def test_counters_alone(data: Path) -> None:
    next(data.glob("covmeta.*")).unlink()
    assert set(refused(data)) == {"directory-created-late"}


@pytest.mark.parametrize(
    "content", [b"mode: set\na.go:1.1,2.2 1 1\n", b"\x7fELF" + bytes(500), b"\x00cwm" * 90]
)
def test_foreign_files_under_the_name_of_counters(data: Path, content: bytes) -> None:
    counters(data)[0].write_bytes(content)
    assert len(refused(data)) == 1


def test_what_is_not_a_file_is_passed_over_or_refused_and_never_waited_for(data: Path) -> None:
    name = counters(data)[0].name.rpartition(".")[0]
    os.mkfifo(data / f"{name}.77")
    os.mkfifo(data / "other")
    (data / f"{name}.78").mkdir()
    assert refused(data) == [None]


def test_other_files_do_not_matter(data: Path) -> None:
    (data / "README.md").write_text("covcounters")
    (data / "loop").symlink_to(data)
    (data / "gone").symlink_to(data / "nowhere")
    assert told(data) == []


def test_a_missing_directory(tmp_path: Path) -> None:
    assert refused(tmp_path / "none") == [None]
    done = cov("percent", f"-i={tmp_path / 'none'}")
    assert done.returncode == 1
    assert b"No such file" in done.stderr


def test_wrong_commands(data: Path, tmp_path: Path) -> None:
    def status(*words: str) -> int:
        return CliRunner().invoke(app, words).exit_code

    assert status("percent") == 2
    assert status("percent", f"-i={data},") == 2
    assert status("textfmt", f"-i={data}") == 2
    assert status("textfmt", f"-i={data}", f"-o={tmp_path / 'no' / 'file'}") == 2
    assert status("merge", f"-i={data}", f"-o={tmp_path / 'no'}") == 1


def huge(file: Path, at: int, value: int, size: int = 4) -> None:
    raw = bytearray(file.read_bytes())
    raw[at : at + size] = value.to_bytes(size, "little")
    file.write_bytes(bytes(raw))


def test_lengths_made_to_flood_memory(data: Path) -> None:
    huge(counters(data)[0], 32, 1 << 60, 8)
    huge(counters(data)[1], 40, 0xFFFFFFFF)
    huge(counters(data)[2], 44, 0xFFFFFFF0)
    assert refused(data) == ["counters-truncated"] * 3
    (meta,) = data.glob("covmeta.*")
    huge(meta, 16, 1 << 40, 8)
    assert refused(data) == ["counters-truncated"]


Edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6)
QUIET = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


def mutated(file: Path, edits: list[tuple[float, int]]) -> None:
    raw = bytearray(file.read_bytes())
    for place, value in edits:
        raw[int(place * (len(raw) - 1))] = value
    file.write_bytes(bytes(raw))


def all_reports(directory: Path, output: Path) -> None:
    """Everything that reads data, whatever comes out; only DataError may stop it."""
    with suppress(DataError):
        profile = load([directory], counts=True)
        report.percent(profile)
        report.func(profile)
        "".join(report.textfmt(profile))
        "".join(page(profile, "mutated"))
    with suppress(DataError):
        summarize(load([directory]))
    for combine in (False, True):
        with suppress(DataError):
            merge([directory], output, combine=combine)


@QUIET
@given(edits=Edits, cut=st.floats(0.3, 1))
def test_mutated_counters_never_crash(
    lab: Lab, tmp_path: Path, edits: list[tuple[float, int]], cut: float
) -> None:
    directory = tmp_path / "mutated"
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(lab.data["count"], directory)
    file = counters(directory)[3]
    file.write_bytes(file.read_bytes()[: None if cut > 0.5 else -int(cut * 50)])
    mutated(file, edits)
    all_reports(directory, tmp_path)


@QUIET
@given(edits=Edits)
def test_mutated_meta_data_never_crashes(lab: Lab, tmp_path: Path, edits: list[tuple[float, int]]) -> None:
    directory = tmp_path / "mutated"
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(lab.data["set"], directory)
    mutated(next(directory.glob("covmeta.*")), edits)
    all_reports(directory, tmp_path)
