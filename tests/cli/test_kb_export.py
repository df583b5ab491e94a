"""`covcheck kb export --pull-request` as a user runs it, against a local GitHub over a real repo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_cli import as_json, covcheck
from tests.git_repo import GitRepo
from tests.github_server import ANY, GitHubServer
from tests.repo.openapi import complaints

FIXTURES = Path(__file__).resolve().parents[1] / "knowledge" / "fixtures"
NAME = "acme/docs"
TOKEN = "ghp_" + "c" * 36
SECRET = "ghp_" + "d" * 36
CASE = (
    f"# Zebra\n\nuse `{SECRET}` or\n\npassword: hunter2secret\n\n- name: DB_PASSWORD\n  value: s3cr3tvalue\n"
)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    made = GitRepo(tmp_path / "docs.git")
    made.commit({"README.md": "docs\n"})
    return made


@pytest.fixture
def github(repo: GitRepo) -> Iterator[GitHubServer]:
    with GitHubServer({NAME: repo.path}, tokens={TOKEN: ANY}) as running:
        yield running
    assert not [(seen.raw_path, text) for seen in running.requests for text in complaints(seen)]


@pytest.fixture
def env(github: GitHubServer, tmp_path: Path) -> dict[str, str]:
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "ZEBRA.md").write_text(CASE)
    home = {"COVCHECK_HOME": str(tmp_path / "home")}
    for folder in (cases, FIXTURES / "articles"):
        assert covcheck("kb", "import", str(folder), env=home).returncode == 0
    return {**home, "GITHUB_TOKEN": TOKEN, "COVCHECK_GITHUB__API_URL": github.api_url}


PROPOSE = ("kb", "export", "--pull-request", "--repo", NAME)


def test_own_documents_are_proposed_once_and_without_secrets(env, github, repo):
    first = as_json(covcheck(*PROPOSE, "--only", "own", "--path", "docs/kb", "--yes", "--json", env=env))
    assert first["documents"] == 3
    assert first["pull_request"] == {
        "number": 1,
        "url": f"https://github.test/{NAME}/pull/1",
        "state": "open",
        "made": True,
    }
    assert first["added"] == ["docs/kb/ZEBRA.md", "docs/kb/no-signal-handler.md", "docs/kb/path-mismatch.md"]
    text = repo.git("show", "covcheck/knowledge:docs/kb/ZEBRA.md")
    assert text.count("[redacted]") == 3
    assert not any(word in text for word in (SECRET, "hunter2secret", "s3cr3tvalue"))
    assert "Secrets were taken out of 1 of them." in github.writing[NAME].pulls[0]["body"]
    assert all(SECRET.encode() not in seen.body for seen in github.requests)
    again = covcheck(*PROPOSE, "--only", "own", "--path", "docs/kb", "--yes", env=env)
    assert again.stdout == f"https://github.test/{NAME}/pull/1 was there already.\n"
    assert repo.git("rev-list", "--count", "main..covcheck/knowledge") == "1"


def test_what_is_merged_can_be_imported_and_is_not_proposed_again(env, repo, tmp_path):
    covcheck(*PROPOSE, "--only", "confirmed", "--yes", env=env)
    repo.git("update-ref", "refs/heads/main", repo.git("rev-parse", "covcheck/knowledge"))
    done = covcheck(*PROPOSE, "--only", "confirmed", "--yes", env=env)
    assert done.stdout == "acme/docs has all of it on main: nothing was proposed.\n"
    repo.git("--work-tree", str(tmp_path), "checkout", "-q", "main", "--", "docs")
    imported = as_json(covcheck("kb", "import", str(tmp_path / "docs"), "--json", env=env))
    assert imported["problems"] == []


def test_without_yes_and_without_a_terminal_nothing_is_proposed(env, github):
    done = covcheck(*PROPOSE, "--only", "case", env=env)
    assert done.returncode == 2
    assert "a new pull request to main: 1 new files, 0 changed." in done.stderr
    assert "Say --yes." in done.stderr
    assert {seen.method for seen in github.requests} == {"GET"}


def test_a_token_that_may_not_write_is_told_what_to_add(env, github):
    github.read_only.add(TOKEN)
    done = covcheck(*PROPOSE, "--only", "case", "--yes", env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Resource not accessible by personal access token" in done.stderr
    assert "contents and pull requests" in done.stderr
    assert TOKEN not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("kb", "export"), "Name a folder"),
        (("kb", "export", "x", "--repo", NAME), "Name a folder, or say --pull-request"),
        (("kb", "export", "--pull-request"), "needs --repo OWNER/NAME"),
        ((*PROPOSE, "--only", "best"), "--only takes one of confirmed, draft, stale, case, own"),
        ((*PROPOSE, "--only", "stale"), "There is no such document"),
        ((*PROPOSE, "--only", "case", "--path", "../up"), "cannot be a path in a repo"),
    ],
)
def test_words_that_do_not_fit(env, words, said):
    done = covcheck(*words, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_folder_takes_only_what_is_asked_for_as_it_is_kept(env, tmp_path):
    out = tmp_path / "out"
    done = covcheck("kb", "export", str(out), "--only", "case", env=env)
    assert done.stdout == f"1 documents written to {out}.\n"
    assert [file.name for file in out.iterdir()] == ["ZEBRA.md"]
    assert (out / "ZEBRA.md").read_text() == CASE
