"""Build info and the proof of instrumentation, against `go version -m`."""

from __future__ import annotations

import struct
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.covdata.buildinfo import instrumentation, read_build_info
from bot.errors import CovdataError
from tests.covdata.gomodule import Lab


@pytest.mark.parametrize(
    ("name", "cover", "rule"),
    [
        ("set", True, None),
        ("atomic", True, None),
        ("plain", False, "not-instrumented"),
        ("no-main", True, "coverpkg-excludes-main"),
    ],
)
def test_the_proof(lab: Lab, name: str, cover: bool, rule: str | None) -> None:
    found = instrumentation(lab.binaries[name])
    assert (found.cover, found.rule, found.hook) == (cover, rule, rule is None)


def test_versions_that_do_not_note_it_leave_the_cause_open(lab: Lab, tmp_path: Path) -> None:
    real = lab.binaries["plain"].read_bytes()
    version = read_build_info(lab.binaries["plain"]).go.encode()
    older = b"go1.21".ljust(len(version), b".")
    (tmp_path / "older").write_bytes(real.replace(version, older))
    found = instrumentation(tmp_path / "older")
    assert (found.cover, found.hook, found.rule) == (None, False, None)


def test_the_same_as_go_version(lab: Lab) -> None:
    for binary in lab.binaries.values():
        shown = subprocess.run(
            ["go", "version", "-m", str(binary)], capture_output=True, text=True, check=True
        )
        lines = [line.split("\t") for line in shown.stdout.splitlines()]
        info = read_build_info(binary)
        assert lines[0][0].endswith(f": {info.go}")
        assert [line[2] for line in lines if line[1:2] == ["path"]] == [info.path]
        assert [line[2] for line in lines if line[1:2] == ["mod"]] == [info.module]
        keys = [line[2].partition("=")[0] for line in lines if line[1:2] == ["build"]]
        assert keys == list(info.settings)


def test_settings_in_quotes(lab: Lab) -> None:
    assert read_build_info(lab.binaries["plain"]).settings["-ldflags"] == "-s -w"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("wide", [True, False])
def test_other_machines(lab: Lab, tmp_path: Path, order: str, wide: bool) -> None:
    """The block in a writable segment of a 32 or 64 bit binary of either byte order, no sections."""
    real = lab.binaries["plain"].read_bytes()
    block = real[real.index(b"\xff Go buildinf:") :][:8000]
    word = "Q" if wide else "I"
    head = b"\x7fELF" + bytes((2 if wide else 1, 1 if order == "<" else 2)) + bytes(10)
    size = 16 + struct.calcsize(f"{order}HHI{word * 3}I6H")
    segment = (1, 6, 256, 0, 0, 8000, 8000, 0) if wide else (1, 256, 0, 0, 8000, 8000, 6, 0)
    packed = struct.pack(order + ("IIQQQQQQ" if wide else "8I"), *segment)
    head += struct.pack(f"{order}HHI{word * 3}I6H", 2, 0, 1, 0, size, 0, 0, size, len(packed), 1, 0, 0, 0)
    (tmp_path / "binary").write_bytes((head + packed).ljust(256, b"\0") + block)
    assert read_build_info(tmp_path / "binary") == read_build_info(lab.binaries["plain"])


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"\x7fELF" + bytes(100), b"#!/bin/sh\n", b"MZ"])
def test_what_is_no_go_binary(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(CovdataError):
        instrumentation(tmp_path / "file")


def test_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(CovdataError):
            read_build_info(path)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(edits=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=8))
def test_mutated_binaries_never_crash(lab: Lab, tmp_path: Path, edits: list[tuple[int, int]]) -> None:
    raw = bytearray(lab.binaries["plain"].read_bytes()[:400_000])
    for at, value in edits:
        raw[at] = value
    (tmp_path / "mutated").write_bytes(bytes(raw))
    with suppress(CovdataError):
        instrumentation(tmp_path / "mutated")
