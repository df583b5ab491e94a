"""The files of a run: whole, bounded, nothing behind links, and not kept for ever."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from bot.jobs.run_files import RawFiles, forget_old, run_files
from tests.scenarios.livework import write_coverage

RUN = "0123456789abcdef" * 2


def raw(folder: Path, *, figures: bool = True) -> RawFiles:
    return RawFiles(RUN, str(folder), "shop @ 4f2c1e7", figures)


def test_only_coverage_files_are_packed_and_no_link_is_followed(tmp_path: Path) -> None:
    source = write_coverage(tmp_path / "raw", {"example.com/shop/cart": (4, 2)})
    write_coverage(source / "pod-2", {"example.com/shop/cart": (4, 2)})
    (source / "secret.txt").write_text("no")
    (source / "covcounters.link").symlink_to("/etc/passwd")
    (source / "elsewhere").symlink_to("/etc")
    files, notes = run_files(raw(source), tmp_path / "out")
    assert notes == ()
    assert [file.name for file in files] == ["coverage.01234567.png", "covdata.01234567.tar.gz"]
    assert files[0].alt_text
    with tarfile.open(str(files[1].path)) as archive:
        names = archive.getnames()
    assert len(names) == 4
    assert sum(name.startswith("pod-2/") for name in names) == 2


def test_what_cannot_be_made_is_said(tmp_path: Path) -> None:
    files, notes = run_files(raw(tmp_path / "gone"), tmp_path / "out")
    assert files == ()
    assert len(notes) == 1
    assert notes[0].startswith("The picture could not be made:")
    assert str(tmp_path) not in notes[0]
    (tmp_path / "file").write_text("")
    files, notes = run_files(raw(tmp_path, figures=False), tmp_path / "file" / "out")
    assert (files, len(notes)) == ((), 2)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_costs_the_files_and_is_said(tmp_path: Path) -> None:
    source = write_coverage(tmp_path / "raw", {"example.com/shop/cart": (4, 2)})
    out = tmp_path / "out"
    out.mkdir()
    for name in ("coverage.01234567.png", "covdata.01234567.tar.gz"):
        (out / name).symlink_to("/dev/full")
    files, notes = run_files(raw(source), out)
    assert files == ()
    assert notes == (
        "The picture could not be made: No space left on device.",
        "The archive of the raw files could not be made: No space left on device.",
    )


def test_old_runs_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    for name in (RUN, "fedcba987654", "notes", "0" * 5):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / ("a" * 32)).mkdir()
    (tmp_path / ("b" * 32)).symlink_to(tmp_path / "notes")
    forget_old(tmp_path, now=(tmp_path / ("a" * 32)).stat().st_mtime + 86_400)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["0" * 5, "a" * 32, "b" * 32, "notes"]
    forget_old(tmp_path / "absent", now=0.0)
