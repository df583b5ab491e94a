"""Default branches and merge bases: over GitHub's API and from a git directory, the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import RefNotFound, RepoNotFound, UsageError
from bot.repo import Budget, GitHubClient, TokenAuth
from bot.repo.branches import Branches, BranchesOf, GitHubBranches, LocalBranches
from tests.git_repo import GitRepo
from tests.github_server import ANY, GitHubServer
from tests.repo.openapi import complaints

TOKEN = "ghp_" + "b" * 36


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    repo = GitRepo(tmp_path_factory.mktemp("branches") / "shop.git", branch="trunk")
    repo.commit({"a": "1"})
    left = repo.commit({"a": "2"})
    repo.git("update-ref", "refs/heads/fix/retry", left)
    repo.commit({"b": "1"}, branch="fix/retry")
    repo.commit({"a": "3"})
    return repo


@pytest.fixture(params=["github", "local"])
def branches(request: pytest.FixtureRequest, shop: GitRepo) -> Iterator[Branches]:
    if request.param == "local":
        yield LocalBranches(shop.path)
        return
    with (
        GitHubServer({"acme/shop": shop.path}, tokens={TOKEN: ANY}) as server,
        GitHubClient(TokenAuth(TOKEN), api_url=server.api_url, sleep=lambda _: None) as client,
    ):
        yield GitHubBranches(client, "acme/shop", Budget())
        assert [text for seen in server.requests for text in complaints(seen)] == []


def tip(shop: GitRepo, branch: str) -> str:
    return shop.git("rev-parse", branch).strip()


def test_the_default_branch(branches: Branches) -> None:
    assert branches.default() == "trunk"


def test_where_a_branch_left_another(branches: Branches, shop: GitRepo) -> None:
    found = branches.merge_base("trunk", tip(shop, "fix/retry"))
    assert (found.commit, found.at) == (tip(shop, "trunk~1"), 1_700_000_000.0)
    assert branches.merge_base("fix/retry", tip(shop, "trunk")) == found


def test_what_is_not_there(branches: Branches, shop: GitRepo) -> None:
    with pytest.raises(RefNotFound):
        branches.merge_base("nope", tip(shop, "trunk"))
    with pytest.raises(RefNotFound):
        branches.merge_base("trunk", "f" * 40)
    with pytest.raises(UsageError):
        branches.merge_base("--output=/tmp/x", tip(shop, "trunk"))


def test_a_directory_is_read_only_where_that_is_allowed(shop: GitRepo) -> None:
    def never() -> GitHubClient:
        raise AssertionError("GitHub was asked")

    of = BranchesOf(never, Budget, lambda repo: repo == str(shop.path))
    assert of.default(str(shop.path)) == "trunk"
    assert of(str(shop.path.parent)) is None
    with pytest.raises(RepoNotFound):
        LocalBranches(Path("/nowhere"))
