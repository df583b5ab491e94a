"""Who may ask, and about which repo."""

from __future__ import annotations

import pytest

from bot.errors import UsageError
from handlers.access import Access, team_of

ACCESS = Access(default_repo="acme/shop", channels={"C2": "acme/other"}, repos=("tools/*",))


@pytest.mark.parametrize(
    ("channel", "named", "meant"),
    [
        ("C1", None, "acme/shop"),
        ("C2", None, "acme/other"),
        ("C1", "acme/other", "acme/other"),
        ("C1", "Acme/Shop", "Acme/Shop"),
        ("C1", "tools/x", "tools/x"),
    ],
)
def test_the_repo_that_is_meant(channel: str, named: str | None, meant: str) -> None:
    assert ACCESS.repo(channel, named) == meant


@pytest.mark.parametrize("named", ["acme/secret", "toolsx/y", "evil/tools"])
def test_other_repos_are_refused(named: str) -> None:
    with pytest.raises(UsageError, match="may not read"):
        ACCESS.repo("C1", named)


def test_no_repo_is_said() -> None:
    with pytest.raises(UsageError, match="no repo yet"):
        Access().repo("C1", None)


def test_who_may_ask() -> None:
    assert Access().admits("U1", "T9")
    assert not Access(teams=frozenset({"T1"})).admits("U1", "T9")
    assert Access(teams=frozenset({"T1"})).admits("U1", None)
    assert not Access(users=frozenset({"U2"})).admits("U1", "T1")
    assert Access(users=frozenset({"U2"})).admits("U2", "T1")


def test_the_team_of_a_guest_is_theirs() -> None:
    assert team_of({"team": "T1", "user_team": "T9"}) == "T9"
    assert team_of({"team_id": "T1"}) == "T1"
    assert team_of({}) is None


def test_who_may_confirm_is_named_or_nobody() -> None:
    assert not Access().confirms("U1")
    assert Access(confirmers=("U1",)).confirms("U1")
    assert not Access(users=frozenset({"U2"}), confirmers=("U1",)).confirms("U2")


def test_the_repo_of_a_channel_may_be_none() -> None:
    assert ACCESS.repo_if_any("C2") == "acme/other"
    assert Access().repo_if_any("C1") is None


def test_who_decides_about_saved_answers_is_named_or_nobody() -> None:
    assert not Access().reviews("U1")
    assert Access(reviewers=("U1",)).reviews("U1")
    assert not Access(confirmers=("U2",), reviewers=("U1",)).reviews("U2")
