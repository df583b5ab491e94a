"""What the tests of repos share: one repo with everything in it, a clock, and a judged server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.repo import GitHubClient, NoAuth, ObjectCache, TokenAuth
from tests.git_repo import GitRepo, Program, Submodule, Symlink
from tests.github_server import ANY, GitHubServer
from tests.repo.openapi import complaints

NAME = "acme/shop"
TOKEN = "ghp_" + "a" * 36

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
DEEP = {f"links/l{n}": Symlink(f"l{n + 1}" if n < 9 else "../README.md") for n in range(10)}
FILES = {
    "README.md": "one\ntwo\nthree\n",
    "empty": "",
    "crlf.txt": "a\r\nb\r\n",
    "bom.yaml": b"\xef\xbb\xbfkey: value\n",
    "latin.txt": b"caf\xe9\n",
    "run.sh": Program("#!/bin/sh\n"),
    "picture.png": b"\x89PNG\0\0",
    "model.bin": LFS,
    "talks-of-lfs.md": "see version https://git-lfs.github.com/spec/v1\n",
    "big.json": b"x" * 1_000_000,
    "nearly-big.json": b"x" * 999_999,
    "deploy/prod/app.yaml": "kind: Deployment\n",
    "deploy/current": Symlink("prod"),
    "deploy/link.yaml": Symlink("prod/../prod/app.yaml"),
    "deploy/through.yaml": Symlink("current/app.yaml"),
    "outside": Symlink("../../etc/passwd"),
    "absolute": Symlink("/etc/passwd"),
    "dangling": Symlink("nowhere"),
    "to-module": Symlink("vendor/module"),
    "loop": Symlink("loop"),
    "to-binary": Symlink("picture.png"),
    "vendor/module": Submodule(),
    "dir with space/ümlaut #1?.txt": "odd\n",
} | DEEP


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1_800_000_000.0

    def __post_init__(self) -> None:
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    """A repo with two commits on main, a branch, tags, and a file of every kind."""
    repo = GitRepo(tmp_path_factory.mktemp("git") / "shop.git")
    first = repo.commit({"README.md": "old\n"})
    repo.git("tag", "v1", first)
    repo.git("branch", "feature/x", first)
    repo.commit(FILES)
    repo.git("-c", "user.name=a", "-c", "user.email=a@example.org", "tag", "-a", "-m", "x", "v2", "main")
    return repo


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(shop: GitRepo, time: Time) -> Iterator[GitHubServer]:
    """GitHub with the repo acme/shop; every request made to it is judged by GitHub's description."""
    with GitHubServer({NAME: shop.path}, tokens={TOKEN: ANY}, clock=time.clock) as running:
        yield running
    assert not [
        (seen.raw_path, text) for seen in running.requests for text in complaints(seen, running.prefix)
    ]


Connect = Callable[..., GitHubClient]


@pytest.fixture
def connect(server: GitHubServer, time: Time, tmp_path: Path) -> Iterator[Connect]:
    """Makes clients of the server; all share one cache folder, as processes do."""
    made: list[GitHubClient] = []

    def client(token: str | None = TOKEN, **options: Any) -> GitHubClient:
        auth = options.pop("auth", None) or (TokenAuth(token) if token else NoAuth())
        options = {"cache": ObjectCache(tmp_path / "cache"), "api_url": server.api_url} | options
        made.append(GitHubClient(auth, sleep=time.sleep, clock=time.clock, **options))
        return made[-1]

    yield client
    for one in made:
        one.close()
