"""Real coverage of Go programs, pushed by a real process: raw data, Go's own text profile and a zip agree."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.covdata import load
from bot.covdata.summary import summarize
from bot.store.answers import Store
from tests.covdata.gomodule import Lab
from tests.history.server import taking
from tests.history.test_push import covcheck


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    yield store
    store.close()


def test_every_form_of_the_data_is_the_same_figure(lab: Lab, store: Store, tmp_path: Path) -> None:
    folders = [lab.data["set"], lab.data["two"]]
    raw = ",".join(map(str, folders))
    profile, archive = tmp_path / "cover.out", tmp_path / "artifact.zip"
    subprocess.run(["go", "tool", "covdata", "textfmt", f"-i={raw}", f"-o={profile}"], check=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for folder in folders:
            for file in folder.iterdir():
                made.write(file, f"{folder.name}/{file.name}")
    with taking(store.history) as url:
        for number, given in enumerate((raw, str(profile), str(archive))):
            done = covcheck(f"-i={given}", "--service", "lab", "--run", str(number), "--url", url)
            assert done.returncode == 0, done.stderr
    wanted = summarize(load(folders))
    figures = store.history.figures("acme/shop", "lab")
    packages = {(row.path, row.statements, row.covered) for row in wanted.packages if row.statements}
    assert [(f.statements, f.covered) for f in figures] == [(wanted.statements, wanted.covered)] * 3
    for figure in figures:
        assert {(p.path, p.statements, p.covered) for p in figure.packages if p.statements} == packages


def test_data_that_is_not_all_there_is_not_pushed(lab: Lab, store: Store, tmp_path: Path) -> None:
    cut = shutil.copytree(lab.data["set"], tmp_path / "cut")
    counters = sorted(cut.glob("covcounters.*"))
    counters[0].write_bytes(counters[0].read_bytes()[:-40])
    lost = shutil.copytree(lab.data["set"], tmp_path / "lost")
    for file in lab.data["newer"].glob("covcounters.*"):
        shutil.copy(file, lost)
    with taking(store.history) as url:
        for folder, why in ((cut, "counters-truncated"), (lost, "directory-created-late")):
            done = covcheck("-i", str(folder), "--service", "lab", "--url", url)
            assert (done.returncode, done.stdout, why in done.stderr) == (1, "", True), done.stderr
    assert store.history.count() == 0
