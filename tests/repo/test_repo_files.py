"""What both readers promise of files: the same repo from a git directory and from GitHub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.repo import Budget, File, Skip, Snapshot, open_github, open_local
from tests.git_repo import GitRepo
from tests.repo.conftest import FILES, NAME, Connect


@pytest.fixture(params=["local", "github"])
def snapshot(request: pytest.FixtureRequest, shop: GitRepo) -> Iterator[Snapshot]:
    if request.param == "local":
        with open_local(shop.path) as opened:
            yield opened
    else:
        connect: Connect = request.getfixturevalue("connect")
        yield open_github(connect(), NAME, budget=Budget(1000))


def test_every_path_is_listed(snapshot: Snapshot) -> None:
    assert set(snapshot.entries) == set(FILES)
    assert snapshot.gaps == ()
    assert snapshot.entries["run.sh"].executable
    assert not snapshot.entries["README.md"].executable
    kinds = {path: entry.kind for path, entry in snapshot.entries.items()}
    assert kinds["deploy/current"] == "symlink"
    assert kinds["vendor/module"] == "submodule"
    assert kinds["README.md"] == "file"
    assert snapshot.entries["README.md"].size == 14


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "one\ntwo\nthree\n"),
        ("empty", ""),
        ("crlf.txt", "a\nb\n"),
        ("bom.yaml", "key: value\n"),
        ("latin.txt", "caf�\n"),
        ("talks-of-lfs.md", "see version https://git-lfs.github.com/spec/v1\n"),
        ("nearly-big.json", "x" * 999_999),
        ("dir with space/ümlaut #1?.txt", "odd\n"),
    ],
)
def test_text_is_read(snapshot: Snapshot, path: str, text: str) -> None:
    file = snapshot.read(path)
    assert isinstance(file, File)
    assert (file.path, file.text) == (path, text)
    assert file.sha == snapshot.entries[path].sha


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("picture.png", "is a binary file"),
        ("to-binary", "is a binary file"),
        ("model.bin", "is a Git LFS pointer"),
        ("big.json", "is too large to read (1,000,000 bytes)"),
        ("vendor/module", "is a submodule"),
        ("to-module", "is a submodule"),
        ("vendor/module/file.go", "is not a file of the repo"),
        ("outside", "leads out of the repo"),
        ("absolute", "leads out of the repo"),
        ("dangling", "is a symlink to nowhere"),
        ("loop", "more than 8 symlinks"),
        ("links/l0", "more than 8 symlinks"),
        ("absent.txt", "is not a file of the repo"),
        ("deploy", "is not a file of the repo"),
        ("README.md/x", "is not a file of the repo"),
        ("../README.md", "is not a file of the repo"),
        ("", "is not a file of the repo"),
    ],
)
def test_what_is_no_text_is_skipped_with_the_reason(snapshot: Snapshot, path: str, reason: str) -> None:
    skip = snapshot.read(path)
    assert isinstance(skip, Skip)
    assert skip.path == path or path == "to-binary"
    assert reason in skip.reason


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("deploy/link.yaml", "deploy/prod/app.yaml"),
        ("deploy/current/app.yaml", "deploy/prod/app.yaml"),
        ("deploy/through.yaml", "deploy/prod/app.yaml"),
        ("links/l2", "README.md"),
    ],
)
def test_symlinks_inside_the_repo_are_followed(snapshot: Snapshot, path: str, leads_to: str) -> None:
    file = snapshot.read(path)
    assert isinstance(file, File)
    assert file.path == leads_to


def test_evidence_points_to_lines_at_the_commit(snapshot: Snapshot) -> None:
    file = snapshot.read("README.md")
    assert isinstance(file, File)
    evidence = file.at(2, 3)
    assert evidence.excerpt == "two\nthree"
    if snapshot.ref.web_url is not None:
        assert evidence.url == f"{snapshot.ref.web_url}/blob/{snapshot.ref.commit}/README.md#L2-L3"


def test_prefetch_takes_any_path(snapshot: Snapshot) -> None:
    snapshot.prefetch([*FILES, "absent", "../x", "deploy/current/app.yaml"])
    assert isinstance(snapshot.read("README.md"), File)
