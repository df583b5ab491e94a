"""What `--repo` can name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import RepoNotFound, UsageError
from bot.repo import GitHubSnapshot, LocalSnapshot, open_repo
from bot.repo.client import web_address
from tests.git_repo import GitRepo
from tests.github_server import GitHubServer
from tests.repo.conftest import NAME, Connect


def test_a_folder(shop: GitRepo) -> None:
    snapshot = open_repo(str(shop.path), "v1")
    assert isinstance(snapshot, LocalSnapshot)
    assert snapshot.ref.ref == "v1"


def test_a_name(connect: Connect) -> None:
    assert isinstance(open_repo(NAME, client=connect()), GitHubSnapshot)


def test_an_address(server: GitHubServer, connect: Connect) -> None:
    client = connect(web_url="https://ghe.example")
    for address in (f"https://ghe.example/{NAME}", f"git@ghe.example:{NAME}.git"):
        assert open_repo(address, client=client).ref.web_url == f"https://ghe.example/{NAME}"


def test_a_folder_wins_over_a_name(
    connect: Connect, server: GitHubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / NAME).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RepoNotFound, match="not a git repo"):
        open_repo(NAME, client=connect())
    assert isinstance(open_repo(NAME, client=connect(), local=False), GitHubSnapshot)


@pytest.mark.parametrize(
    "spec",
    ["", "nowhere", "a/b/c", "./a/b", "~nobody/x", "https://elsewhere.example/a/b", "a\0b", "x" * 5000],
)
def test_what_is_neither(connect: Connect, spec: str) -> None:
    with pytest.raises(UsageError):
        open_repo(spec, client=connect())


def test_a_folder_is_refused_where_only_github_may_be_read(connect: Connect, shop: GitRepo) -> None:
    with pytest.raises(UsageError, match="is not OWNER/NAME"):
        open_repo(str(shop.path), client=connect(), local=False)


def test_a_name_without_github() -> None:
    with pytest.raises(UsageError, match="GitHub is not set up"):
        open_repo(NAME)


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://ghe.example/api/v3", "https://ghe.example"),
        ("https://ghe.example/api/v3/", "https://ghe.example"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_web_address_follows_from_the_api(api: str, web: str) -> None:
    assert web_address(api) == web
