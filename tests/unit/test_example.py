"""The example as a git repo of its own: the same commit everywhere, made anew when its files changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import RepoUnavailable
from bot.example import example_repo
from bot.repo.base import File
from bot.repo.local import open_local


def source(folder: Path, **more: str) -> Path:
    files = {"go.mod": "module shop\n", "cmd/shop/main.go": "package main\n"} | more
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def commit(repo: Path) -> str:
    with open_local(repo) as snapshot:
        return snapshot.ref.commit


def test_the_commit_is_the_same_whoever_makes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = source(tmp_path / "files")
    first = example_repo(tmp_path / "one", files)
    config = tmp_path / ".gitconfig"
    config.write_text("[user]\n\tname = Else\n[core]\n\tautocrlf = true\n[commit]\n\tgpgsign = true\n")
    for name, value in {
        "HOME": str(tmp_path),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_DIR": str(tmp_path / "nowhere"),
        "GIT_AUTHOR_NAME": "Else",
        "TZ": "Asia/Tokyo",
    }.items():
        monkeypatch.setenv(name, value)
    second = example_repo(tmp_path / "two", files)
    monkeypatch.delenv("GIT_DIR")
    assert commit(first) == commit(second)
    assert first == tmp_path / "one" / "example" / "platform"


def test_changed_files_make_another_commit_in_the_same_place(tmp_path: Path) -> None:
    files = source(tmp_path / "files")
    before = commit(example_repo(tmp_path, files))
    assert commit(example_repo(tmp_path, files)) == before
    source(files, **{"new.txt": "new\n"})
    (files / "go.mod").unlink()
    repo = example_repo(tmp_path, files)
    assert commit(repo) != before
    with open_local(repo) as snapshot:
        assert set(snapshot.entries) == {"cmd/shop/main.go", "new.txt"}
    assert [each.name for each in repo.parent.iterdir()] == ["platform"]


def test_collected_coverage_and_a_git_folder_do_not_go_in(tmp_path: Path) -> None:
    more = {"coverdata/covmeta.1": "x", ".git/config": "broken", "test/coverdata/x": "x"}
    with open_local(example_repo(tmp_path, source(tmp_path / "files", **more))) as snapshot:
        assert set(snapshot.entries) == {"go.mod", "cmd/shop/main.go"}


def test_the_one_that_ships_holds_its_services(tmp_path: Path) -> None:
    with open_local(example_repo(tmp_path)) as snapshot:
        assert isinstance(snapshot.read("cmd/datastorage/main.go"), File)
        assert isinstance(snapshot.read("cmd/signalprocessing/main.go"), File)
        assert snapshot.ref.name == "platform"


def test_an_example_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RepoUnavailable, match="not beside the program") as caught:
        example_repo(tmp_path / "state", tmp_path / "nothing")
    assert "checkout" in caught.value.hint
    assert not (tmp_path / "state").exists()


def test_without_git_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RepoUnavailable, match="git is not installed"):
        example_repo(tmp_path / "state", source(tmp_path / "files"))


def test_an_empty_example_is_an_error_of_git(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    with pytest.raises(RepoUnavailable, match="git could not make the example repo"):
        example_repo(tmp_path / "state", tmp_path / "files")


def test_a_state_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands here")
    with pytest.raises(RepoUnavailable, match="cannot be written") as caught:
        example_repo(tmp_path / "state", source(tmp_path / "files"))
    assert "COVCHECK_HOME" in caught.value.hint
