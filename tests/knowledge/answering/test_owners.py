"""Owners: CODEOWNERS as GitHub documents it, the settings above it."""

from __future__ import annotations

import pytest

from knowledge.answering.codeowners import parse_pattern, read_codeowners
from knowledge.answering.model import Owner, Side
from knowledge.answering.owners import MAX_PATHS, Owners, grouped
from knowledge.requests.model import Party
from tests.path.in_memory import Texts

DOCUMENTED = """
# each line is a pattern and its owners; the last match wins
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
spaced\\ name.md @spacer
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README", ("@global-owner1", "@global-owner2")),
        ("deep/down/a.js", ("@js-owner",)),
        ("cmd/x/main.go", ("docs@example.com",)),
        ("notes/a.txt", ("@octo-org/octocats",)),
        ("build/logs/today", ("@octocat",)),
        ("deep/build/logs/today", ("@octocat",)),
        ("docs/getting-started.md", ("@doctocat",)),
        ("docs/build/troubleshooting.md", ("@doctocat",)),
        ("lib/apps/a/b", ("@octocat",)),
        ("scripts/a/b.sh", ("@doctocat", "@octocat")),
        ("apps/other", ("@octocat",)),
        ("apps/github", None),
        ("apps/github/below", None),
        ("x/spaced name.md", ("@spacer",)),
    ],
)
def test_the_examples_of_github(path: str, owners: tuple[str, ...] | None) -> None:
    found = read_codeowners(Texts({".github/CODEOWNERS": DOCUMENTED})).of(path)
    assert (found[0] if found else None) == owners


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/sub/a.md", False),
        ("docs/**", "docs/sub/a.md", True),
        ("*", "a/b/c", True),
        ("/*", "a", True),
        ("/*", "a/b", False),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "b/a/z", False),
        ("?.go", "x/a.go", True),
        ("?.go", "x/ab.go", False),
        ("\\*.md", "*.md", True),
        ("\\*.md", "a.md", False),
        ("Docs/", "docs/a", False),
        ("/a", "b/a", False),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:
    found = read_codeowners(Texts({"CODEOWNERS": f"{pattern} @x\n"})).of(path)
    assert (found is not None) is matches


@pytest.mark.parametrize("line", ["!a @x", "a[bc] @x", "a not-an-owner", "a @x y", "[Section] @x", "/ @x"])
def test_lines_that_github_refuses_are_passed_over(line: str) -> None:
    found = read_codeowners(Texts({"CODEOWNERS": f"* @all\n{line}\n"})).of("a")
    assert found is not None
    assert found[0] == ("@all",)


def test_the_first_of_the_three_places_counts_and_the_line_is_evidence() -> None:
    files = {"docs/CODEOWNERS": "* @docs", "CODEOWNERS": "* @root", ".github/CODEOWNERS": "\n* @hub"}
    found = read_codeowners(Texts(files)).of("a/b")
    assert found is not None
    owners, why = found
    assert (owners, why.place, why.excerpt) == (("@hub",), ".github/CODEOWNERS:1", "* @hub")
    assert read_codeowners(Texts({})).of("a") is None
    assert read_codeowners(Texts({})).why == "the repo has no CODEOWNERS"


def test_hostile_patterns_cost_no_more_than_plain_ones() -> None:
    lines = ["*a" * 190 + "b @x", "**/" * 130 + "z @x", "/".join(["*a*a*a*"] * 40) + "/b @x"] * 300
    owners = read_codeowners(Texts({"CODEOWNERS": "\n".join(lines)}))
    assert owners.of("a" * 3000) is None
    assert owners.of("/".join(["a" * 60] * 60)) is None
    assert parse_pattern("a" * 500) is None


SETTINGS = {"Signal Processing": "@acme/sp", "docker/*": "S1 U2", "cmd/": "@acme/cmd"}


def test_settings_win_and_name_teams_services_and_patterns() -> None:
    owners = Owners(SETTINGS, read_codeowners(Texts({"CODEOWNERS": "* @all"})))
    assert owners.of_path("docker/a.Dockerfile") == Owner(("S1", "U2"), "docker/a.Dockerfile")
    assert owners.of_names(["other", "signalprocessing"]) == Owner(("@acme/sp",), "signalprocessing")
    other = owners.of_path("Makefile")
    assert other is not None
    assert (other.names, other.why is not None) == (("@all",), True)


def test_who_answers_for_a_service(ours: Side) -> None:
    none = read_codeowners(Texts({}))
    by_party = Owners(SETTINGS, none).of_side(None, (Party("signal processing", "team", 1),))
    assert [owner.names for owner in by_party] == [("@acme/sp",)]
    code = Owners({}, read_codeowners(Texts({"CODEOWNERS": "/cmd @cmd\n/docker/ @docker\n"})))
    assert [owner.names for owner in code.of_side(ours)] == [("@cmd",), ("@docker",)]
    assert Owners({}, none).of_side(ours) == ()


def test_owners_of_many_files_are_one_line() -> None:
    found = grouped(Owner(("@a",), f"f{n}") for n in range(MAX_PATHS + 2))
    assert found == (Owner(("@a",), "f0, f1, f2 and 2 more"),)
