"""Trees that GitHub cuts: nothing that is there is lost in silence, and little is asked twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import RepoUnavailable
from bot.repo import Budget, File, GitHubSnapshot, Skip, listing, open_github
from bot.repo.trees import Item, parse_tree, tree_sha
from tests.git_repo import Content, GitRepo, Program, Submodule, Symlink
from tests.github_server import GitHubServer
from tests.repo.conftest import Connect

NAME = "acme/large"
FILES: dict[str, Content] = {
    **{f"a/deep/er/f{n}": str(n) for n in range(6)},
    **{f"b{n}/f": str(n) for n in range(6)},
    "a-file": "sorts between a/ and a.",
    "a.txt": "x",
    "z/link": Symlink("../a.txt"),
    "z/module": Submodule(),
    "z/run": Program("x"),
    "ümlaut/ß": "x",
}


@pytest.fixture
def large(server: GitHubServer, tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "large.git")
    repo.commit(FILES)
    server.repos[NAME] = type(next(iter(server.repos.values())))(repo.path)
    return repo


def trees(server: GitHubServer) -> int:
    return sum("/git/trees/" in path for path in server.paths())


def read(snapshot: GitHubSnapshot, path: str) -> str:
    file = snapshot.read(path)
    assert isinstance(file, File)
    return file.text


@pytest.mark.parametrize("lines", [0, 1, 5, 9, 12, 17, 20, 25])
def test_a_cut_tree_is_completed(server: GitHubServer, connect: Connect, large: GitRepo, lines: int) -> None:
    server.truncate = lines
    snapshot = open_github(connect(), NAME, budget=Budget(100))
    assert set(snapshot.entries) == set(FILES)
    assert snapshot.gaps == ()
    assert snapshot.entries["z/run"].executable
    assert read(snapshot, "a/deep/er/f3") == "3"
    server.requests.clear()
    again = open_github(connect(), NAME)
    assert dict(again.entries) == dict(snapshot.entries)
    assert len(server.requests) == 1


def test_folders_that_are_whole_are_not_asked_for_again(
    server: GitHubServer, connect: Connect, large: GitRepo
) -> None:
    server.truncate = len(large.git("ls-tree", "-r", "-t", "main").splitlines()) - 1
    open_github(connect(), NAME)
    assert trees(server) == 3


def test_a_whole_tree_is_one_request(server: GitHubServer, connect: Connect, large: GitRepo) -> None:
    open_github(connect(), NAME)
    assert trees(server) == 1


def test_what_the_budget_does_not_reach(server: GitHubServer, connect: Connect, large: GitRepo) -> None:
    server.truncate = 5
    snapshot = open_github(connect(), NAME, budget=Budget(8))
    assert trees(server) == 4
    assert snapshot.gaps
    assert read(snapshot, "a.txt") == "x"
    missing = next(path for path in FILES if path not in snapshot.entries)
    skip = snapshot.read(missing)
    assert isinstance(skip, Skip)
    assert "could not be looked up" in skip.reason


def test_the_next_check_gets_further(server: GitHubServer, connect: Connect, large: GitRepo) -> None:
    server.truncate = 5
    for _ in range(8):
        snapshot = open_github(connect(), NAME, budget=Budget(8))
        if not snapshot.gaps:
            break
    assert set(snapshot.entries) == set(FILES)
    server.requests.clear()
    open_github(connect(), NAME, budget=Budget(8))
    assert len(server.requests) == 1


def test_known_files_of_a_cut_folder_are_kept(server: GitHubServer, connect: Connect, large: GitRepo) -> None:
    server.truncate = 7
    snapshot = open_github(connect(), NAME, budget=Budget(3))
    assert [gap.path for gap in snapshot.gaps] == [""]
    assert "a/deep/er/f0" in snapshot.entries
    assert read(snapshot, "a/deep/er/f0") == "0"


def test_a_tree_with_more_paths_than_are_listed(
    server: GitHubServer, connect: Connect, large: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.repo.trees.MAX_ENTRIES", 5)
    snapshot = open_github(connect(), NAME)
    assert len(snapshot.entries) == 5
    assert "more than 5 paths" in snapshot.gaps[0].reason
    assert "more than 5 paths" in snapshot.read("z/run").reason  # type: ignore[union-attr]


def test_ids_of_folders_are_those_of_git(large: GitRepo) -> None:
    for folder in ("main:", "main:a/deep", "main:z"):
        sha = large.git("rev-parse", folder)
        items = []
        for line in large.git("ls-tree", "-z", folder).split("\0"):
            if line:
                (mode, _, of), path = line.split("\t")[0].split(), line.split("\t")[1]
                items.append(Item(path, mode.lstrip("0"), of, None))
        assert tree_sha(items, sha) == sha
        assert tree_sha(items[1:], sha) != sha


@pytest.mark.parametrize("body", [{}, {"tree": [{}]}, {"tree": 3}, {"tree": ["x"]}])
def test_what_is_no_tree(body: dict[str, Any]) -> None:
    with pytest.raises(RepoUnavailable):
        parse_tree(body)


def test_a_listing_survives_the_cache() -> None:
    entries = [
        listing.entry("100644", "a" * 40, 3, "a b\nc\td"),
        listing.entry("100755", "b" * 40, 0, "run"),
        listing.entry("120000", "c" * 40, 5, "link"),
        listing.entry("160000", "d" * 40, None, "module"),
    ]
    assert [listing.parse(line) for line in listing.lines([listing.dump(entries)])] == entries
