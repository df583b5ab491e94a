"""Figures out of zips that others made: the real ones are read, the hostile ones refused in bounded space."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.covdata import DataError, load
from bot.covdata.summary import summarize
from bot.history.artifacts import Bounds, summarize_zip, unpack
from tests.covdata.gomodule import Lab

TEXT = "mode: set\nexample.com/shop/cart.go:1.1,2.2 4 1\n"


def zipped(place: Path, files: Mapping[str, str | bytes]) -> Path:
    archive = place / "artifact.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return archive


def test_raw_data_of_several_folders_is_one_figure(lab: Lab, tmp_path: Path) -> None:
    files = {}
    for folder in ("set", "newer"):
        for file in lab.data[folder].iterdir():
            files[f"coverage/{folder}/{file.name}"] = file.read_bytes()
    found = summarize_zip(zipped(tmp_path, {**files, "log.json": "{}"})).summary
    wanted = summarize(load([lab.data["set"], lab.data["newer"]]))
    assert (found.statements, found.covered) == (wanted.statements, wanted.covered)


def test_a_text_profile(tmp_path: Path) -> None:
    found = summarize_zip(zipped(tmp_path, {"out/cover.out": TEXT, "notes.txt": "mode? no"})).summary
    assert (found.statements, found.covered) == (4, 4)


def test_two_text_profiles_are_not_chosen_between(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds 2 text profiles"):
        summarize_zip(zipped(tmp_path, {"a.out": TEXT, "b.out": TEXT}))


def test_nothing_of_ours(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no covmeta"):
        summarize_zip(zipped(tmp_path, {"README.md": "hello"}))


def test_names_that_lead_out_stay_inside(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    names = ("../../evil.out", "/etc/evil.out", "C:\\evil.out", "a/../../b.out", "../covmeta.0123")
    unpack(zipped(tmp_path, dict.fromkeys(names, TEXT)), inside)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["artifact.zip", "inside"]
    assert sorted(p.name for p in inside.iterdir()) == ["raw-0", "text-0", "text-1", "text-2", "text-3"]


def test_links_are_passed_over(tmp_path: Path) -> None:
    archive = tmp_path / "artifact.zip"
    with zipfile.ZipFile(archive, "w") as made:
        link = zipfile.ZipInfo("covmeta.abc")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match="holds no covmeta"):
        summarize_zip(archive)


def test_a_bomb_is_stopped_while_it_is_read(tmp_path: Path) -> None:
    archive = zipped(tmp_path, {"cover.out": b"\0" * (8 << 20)})
    assert archive.stat().st_size < 100_000
    with pytest.raises(DataError, match="larger than 3,145,728 bytes"):
        summarize_zip(archive, Bounds(file=3 << 20))


def test_many_entries(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="more than 5 entries"):
        summarize_zip(zipped(tmp_path, {f"{n}.txt": "" for n in range(6)}), Bounds(entries=5))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice(tmp_path: Path) -> None:
    archive = tmp_path / "artifact.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for content in ("one", "two"):
            made.writestr("covmeta.abc", content)
    with pytest.raises(DataError, match="twice in one folder"):
        summarize_zip(archive)


@pytest.mark.parametrize("damage", ["cut", "flipped", "none of it"])
def test_damaged_zips(tmp_path: Path, damage: str) -> None:
    archive = zipped(tmp_path, {"cover.out": TEXT * 500})
    data = bytearray(archive.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "flipped":
        data[60:80] = bytes(20)
    else:
        data = bytearray(b"hello")
    archive.write_bytes(data)
    with pytest.raises(DataError, match=r"cannot be unpacked|no block of a profile"):
        summarize_zip(archive)


def test_odd_names_of_raw_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="odd name"):
        summarize_zip(zipped(tmp_path, {"covmeta.\n<!channel>": "x"}))
