"""What the Home tab offers to whom."""

from __future__ import annotations

from handlers.access import Access
from handlers.home import rights


def test_who_may_confirm_is_offered_live_runs_where_there_is_a_cluster() -> None:
    access = Access(default_repo="acme/shop", confirmers=("U1",))
    assert rights(access, live=True)("U1").live
    assert not rights(access, live=False)("U1").live
    assert rights(access, live=False)("U2").live_note == "", "of what is not there nothing is said"


def test_who_may_not_is_told_where_a_run_can_be_asked_for() -> None:
    other = rights(Access(default_repo="acme/shop", confirmers=("U1",)), live=True)("U2")
    assert not other.live
    assert "ask for one in a channel where they are" in other.live_note


def test_where_nobody_may_that_is_said() -> None:
    other = rights(Access(default_repo="acme/shop"), live=True)("U2")
    assert other.live_note.startswith("Nobody may confirm a live run yet.")


def test_only_repos_that_the_settings_name_are_shown() -> None:
    mine = rights(Access(default_repo="acme/shop", repos=("acme/*",)), live=False)("U1")
    assert [mine.reads(repo) for repo in ("acme/shop", "ACME/other", "secret/plans")] == [True, True, False]


def test_who_may_not_ask_is_refused() -> None:
    assert rights(Access(users=frozenset({"U1"})), live=False)("U2").refused.startswith("You may not use")
    assert rights(Access(users=frozenset({"U1"})), live=False)("U1").refused == ""
