"""Files proposed as one pull request: once, on one branch, and only with the right to write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.errors import AccessDenied, RepoNotFound, RepoUnavailable, UsageError
from bot.repo import AppAuth, GitHubClient, NoAuth, TokenAuth
from bot.repo.limits import Budget
from bot.repo.proposal import FILES_A_TREE, MARK, Proposal, Proposer
from tests.git_repo import GitRepo
from tests.github_server import ANY, App, GitHubServer, Reply
from tests.repo.openapi import complaints
from tests.repo.test_repo_auth import PEM, pem

NAME = "acme/docs"
TOKEN = "ghp_" + "b" * 36
FILES = {"docs/covcheck/a.md": "# A\n", "docs/covcheck/b c.md": "# Größe\n", "README.md": "new\n"}
PROPOSAL = Proposal(NAME, FILES, "covcheck/knowledge", "Articles of the knowledge base", "What is in it.")


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    made = GitRepo(tmp_path / "docs.git", "trunk")
    made.commit({"README.md": "old\n", "docs/covcheck/a.md": "# A\n", "src/main.go": "package main\n"})
    return made


@pytest.fixture
def github(repo: GitRepo) -> Iterator[GitHubServer]:
    with GitHubServer({NAME: repo.path}, tokens={TOKEN: ANY}) as running:
        yield running
    wrong = [(seen.raw_path, text) for seen in running.requests for text in complaints(seen)]
    assert not wrong


@pytest.fixture
def proposer(github: GitHubServer) -> Iterator[Proposer]:
    with GitHubClient(TokenAuth(TOKEN), api_url=github.api_url, sleep=lambda _: None) as client:
        yield Proposer(client)


def writes(github: GitHubServer) -> list[str]:
    return [f"{seen.method} {seen.raw_path}" for seen in github.requests if seen.method != "GET"]


def at(repo: GitRepo, path: str, branch: str = "covcheck/knowledge") -> str:
    return repo.git("show", f"{branch}:{path}")


def test_one_branch_one_commit_and_one_pull_request_with_what_the_base_lacks(github, proposer, repo):
    before = repo.git("rev-parse", "trunk")
    plan, pull = proposer.propose(PROPOSAL)
    assert (plan.base, plan.added, plan.changed) == ("trunk", ("docs/covcheck/b c.md",), ("README.md",))
    assert pull is not None
    assert (pull.number, pull.url, pull.state, pull.made) == (
        1,
        f"https://github.test/{NAME}/pull/1",
        "open",
        True,
    )
    assert repo.git("rev-parse", "trunk") == before, "the base is left alone"
    assert repo.git("rev-list", "--count", "trunk..covcheck/knowledge") == "1"
    assert repo.git("diff", "--name-only", "-z", "trunk", "covcheck/knowledge").split("\0")[:2] == [
        "README.md",
        "docs/covcheck/b c.md",
    ]
    assert at(repo, "docs/covcheck/b c.md") == "# Größe"
    assert repo.git("log", "-1", "--format=%s|%b", "covcheck/knowledge") == f"{PROPOSAL.title}|{MARK}"
    prefix = f"POST /repos/{NAME}"
    assert writes(github) == [
        f"{prefix}/git/trees",
        f"{prefix}/git/commits",
        f"{prefix}/git/refs",
        f"{prefix}/pulls",
    ]


def test_the_same_content_again_gives_the_same_pull_request_and_writes_nothing(github, proposer):
    proposer.propose(PROPOSAL)
    number = len(writes(github))
    plan, pull = proposer.propose(PROPOSAL)
    assert (pull.number, pull.made, plan.is_done) == (1, False, True)
    assert len(writes(github)) == number


def test_a_plan_writes_nothing(github, proposer):
    plan = proposer.plan(PROPOSAL)
    assert not plan.is_done
    assert writes(github) == []


def test_what_the_base_has_needs_no_pull_request(github, proposer):
    plan, pull = proposer.propose(replace(PROPOSAL, files={"README.md": "old\n"}))
    assert (plan.is_done, plan.added, plan.changed, pull) == (True, (), (), None)
    assert writes(github) == []


def test_more_content_goes_onto_the_open_pull_request_after_what_others_put_there(proposer, repo):
    proposer.propose(PROPOSAL)
    repo.commit({"docs/covcheck/note.md": "by a person\n"}, "covcheck/knowledge")
    _, pull = proposer.propose(replace(PROPOSAL, files={**FILES, "docs/covcheck/d.md": "# D\n"}))
    assert (pull.number, pull.made) == (1, False)
    assert repo.git("rev-list", "--count", "trunk..covcheck/knowledge") == "3"
    assert at(repo, "docs/covcheck/note.md") == "by a person"
    assert at(repo, "docs/covcheck/d.md") == "# D"


def test_a_closed_pull_request_with_this_content_is_given_and_not_opened_again(github, proposer, repo):
    proposer.propose(PROPOSAL)
    github.writing[NAME].pulls[0]["state"] = "closed"
    number = len(writes(github))
    _, pull = proposer.propose(PROPOSAL)
    assert (pull.number, pull.state, pull.made) == (1, "closed", False)
    assert len(writes(github)) == number


def test_a_branch_left_from_a_closed_one_begins_anew_at_the_base_for_other_content(github, proposer, repo):
    proposer.propose(PROPOSAL)
    github.writing[NAME].pulls[0]["state"] = "closed"
    repo.commit({"src/main.go": "package main // later\n"})
    _, pull = proposer.propose(replace(PROPOSAL, files={"docs/covcheck/e.md": "# E\n"}))
    assert (pull.number, pull.made) == (2, True)
    assert repo.git("diff", "--name-only", "trunk", "covcheck/knowledge") == "docs/covcheck/e.md"
    assert repo.git("rev-list", "--count", "trunk..covcheck/knowledge") == "1"


def test_a_branch_without_a_pull_request_gets_one_as_after_a_crash(github, proposer):
    github.script(Reply(drop=True), r"/pulls$", times=6)
    with pytest.raises(RepoUnavailable):
        proposer.propose(PROPOSAL)
    github._scripts.clear()
    _, pull = proposer.propose(PROPOSAL)
    assert (pull.number, pull.made) == (1, True)
    assert len(github.writing[NAME].pulls) == 1


def test_two_at_once_make_one(github, proposer):
    """The second plans before the first has written; its branch is refused, and it plans anew."""
    plan = proposer.plan(PROPOSAL)
    proposer.propose(PROPOSAL)
    carried = proposer.carry_out

    def late(first):
        proposer.carry_out = carried
        return carried(plan)

    proposer.carry_out = late
    _, pull = proposer.propose(PROPOSAL)
    assert (pull.number, pull.made) == (1, False)
    assert len(github.writing[NAME].pulls) == 1


def test_a_branch_of_somebody_else_is_left_alone(github, proposer, repo):
    repo.commit({"x": "y"}, "covcheck/knowledge")
    head = repo.git("rev-parse", "covcheck/knowledge")
    with pytest.raises(UsageError, match="a branch covcheck/knowledge that covcheck did not make"):
        proposer.propose(PROPOSAL)
    assert repo.git("rev-parse", "covcheck/knowledge") == head
    assert writes(github) == []


def test_many_files_go_in_portions(github, proposer, repo):
    files = {f"docs/{n:03}.md": f"# {n}\n" for n in range(FILES_A_TREE * 2 + 1)}
    proposer.propose(replace(PROPOSAL, files=files))
    assert [line.rpartition("/")[2] for line in writes(github)] == ["trees"] * 3 + [
        "commits",
        "refs",
        "pulls",
    ]
    assert (
        len(repo.git("ls-tree", "-r", "--name-only", "covcheck/knowledge", "docs/").split()) == len(files) + 1
    )


def test_another_base(proposer, repo):
    repo.git("branch", "release/1", "trunk")
    plan, _ = proposer.propose(replace(PROPOSAL, base="release/1"))
    assert plan.base == "release/1"


def test_a_token_that_may_not_write_is_told_which_rights_it_lacks(github, proposer, repo):
    github.read_only.add(TOKEN)
    with pytest.raises(AccessDenied) as caught:
        proposer.propose(PROPOSAL)
    assert "contents and pull requests" in caught.value.hint
    assert "covcheck/knowledge" not in repo.git("branch")


def test_a_person_without_push_is_told_before_anything_is_written(github, proposer):
    github.writing[NAME].push = False
    with pytest.raises(AccessDenied, match="may not write to acme/docs"):
        proposer.propose(PROPOSAL)
    assert writes(github) == []


def test_a_classic_token_without_scope_is_answered_not_found_on_writing(github, proposer):
    github.script(Reply(404, {"message": "Not Found"}), r"/git/trees$")
    with pytest.raises(AccessDenied, match="does not let the token write"):
        proposer.propose(PROPOSAL)


def test_a_repo_that_has_moved_is_written_to_under_its_new_name(github, proposer):
    github.moved["old/name"] = NAME
    plan, pull = proposer.propose(replace(PROPOSAL, repo="old/name"))
    assert (plan.proposal.repo, pull.made) == (NAME, True)


def test_nobody_and_what_is_not_there_or_archived(github, proposer):
    with GitHubClient(NoAuth(), api_url=github.api_url) as nobody, pytest.raises(AccessDenied):
        Proposer(nobody).propose(PROPOSAL)
    with pytest.raises(RepoNotFound):
        proposer.propose(replace(PROPOSAL, repo="acme/absent"))
    github.writing[NAME].archived = True
    with pytest.raises(AccessDenied, match="archived"):
        proposer.propose(PROPOSAL)


def test_an_app_asks_for_the_right_to_write_and_is_told_when_it_has_none(repo):
    key = rsa.generate_private_key(65537, 2048)
    private = pem(key)
    public = key.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    rights = {"contents": "write", "pull_requests": "write"}
    for granted in (rights, {"contents": "read"}):
        app = App("7", public, {NAME: 3}, permissions=granted)
        with (
            GitHubServer({NAME: repo.path}, app=app) as github,
            GitHubClient(AppAuth("7", private, writes=tuple(rights)), api_url=github.api_url) as client,
        ):
            if granted == rights:
                _, pull = Proposer(client).propose(PROPOSAL)
                assert pull is not None
                asked = next(seen for seen in github.requests if seen.path.endswith("/access_tokens"))
                assert json.loads(asked.body) == {"permissions": rights}
            else:
                with pytest.raises(AccessDenied, match="not granted to this installation") as caught:
                    Proposer(client).propose(PROPOSAL)
                assert "contents and pull requests" in caught.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"repo": "https://example.org/a/b"},
        {"repo": "../up"},
        {"branch": "a..b"},
        {"branch": "-x"},
        {"base": "a b"},
        {"files": {"../up.md": ""}},
        {"files": {"/abs.md": ""}},
        {"files": {"a//b.md": ""}},
        {"files": {".git/hooks/x": ""}},
        {"files": {"a/.GIT/x": ""}},
        {"files": {"a\nb.md": ""}},
    ],
)
def test_names_that_cannot_be_are_refused_before_anything_is_asked(github, proposer, change):
    with pytest.raises(UsageError):
        proposer.propose(replace(PROPOSAL, **change))
    assert github.requests == []


def test_requests_are_bounded(github):
    with GitHubClient(TokenAuth(TOKEN), api_url=github.api_url) as client:
        budget = Budget(30)
        Proposer(client, budget).propose(PROPOSAL)
    assert budget.spent <= 10
