"""Issues and pull requests over the API; every request is held against GitHub's description (conftest)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import AccessDenied, RepoNotFound, RepoUnavailable
from bot.repo import Budget
from bot.repo.issues import Issue, read_issue
from tests.github_server import GitHubServer, Reply
from tests.repo.conftest import NAME, Connect, Time


def test_an_issue_is_its_title_over_its_text(server: GitHubServer, connect: Connect) -> None:
    server.issues[NAME, 12] = {"title": "Coverage is\nempty", "body": "Why?\r\nHelp."}
    issue = read_issue(connect(), NAME, 12)
    assert issue == Issue(NAME, 12, "Coverage is\nempty", "Why?\r\nHelp.")
    assert issue.markdown == "# Coverage is empty\n\nWhy?\r\nHelp."
    assert server.paths() == [f"/repos/{NAME}/issues/12"]


def test_an_issue_without_text_is_its_title(server: GitHubServer, connect: Connect) -> None:
    server.issues[NAME, 1] = {"title": "Help", "body": None}
    assert read_issue(connect(), NAME, 1).markdown == "# Help\n\n"


def test_what_is_not_there_is_said(connect: Connect) -> None:
    with pytest.raises(RepoNotFound, match="There is no issue or pull request 9 in acme/shop"):
        read_issue(connect(), NAME, 9)


def test_a_deleted_issue_is_not_there(server: GitHubServer, connect: Connect) -> None:
    server.script(Reply(410, {"message": "This issue was deleted"}), "/issues/")
    with pytest.raises(RepoNotFound):
        read_issue(connect(), NAME, 9)


def test_an_issue_that_lies_in_another_repo_is_not_read(server: GitHubServer, connect: Connect) -> None:
    elsewhere = f"{server.api_url}/repos/evil/private"
    server.issues[NAME, 2] = {"title": "secret", "body": "secret", "repository_url": elsewhere}
    with pytest.raises(RepoNotFound, match="is now in another repo"):
        read_issue(connect(), NAME, 2)


def test_a_denied_issue_says_which_right_is_needed(server: GitHubServer, connect: Connect) -> None:
    server.script(Reply(403, {"message": "Resource not accessible by integration"}), "/issues/")
    with pytest.raises(AccessDenied) as raised:
        read_issue(connect(), NAME, 2)
    assert raised.value.hint == "The token needs read access to the repo's issues."


@pytest.mark.parametrize("body", [{"title": 3, "body": "x"}, {"title": "x", "body": ["x"]}])
def test_an_odd_answer_is_an_error(server: GitHubServer, connect: Connect, body: dict[str, object]) -> None:
    server.issues[NAME, 2] = body
    with pytest.raises(RepoUnavailable):
        read_issue(connect(), NAME, 2)


def test_a_huge_answer_is_left_off(server: GitHubServer, connect: Connect) -> None:
    server.issues[NAME, 2] = {"title": "x", "body": "x" * 1_100_000}
    with pytest.raises(RepoUnavailable, match="larger than"):
        read_issue(connect(), NAME, 2)


def test_outages_are_tried_again_within_the_budget(
    server: GitHubServer, connect: Connect, time: Time, tmp_path: Path
) -> None:
    server.issues[NAME, 2] = {"title": "x", "body": "y"}
    server.script(Reply(502), "/issues/", times=2)
    budget = Budget(5, 30)
    assert read_issue(connect(), NAME, 2, budget=budget).body == "y"
    assert budget.spent == 3
