"""Who may ask, and about which repo."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import pytest

from bot.errors import UsageError
from bot.store.channels import ChannelSettings
from handlers.access import (
    ASK_AGAIN,
    NO_AUDITOR,
    NO_SCOPE,
    NOBODY,
    ONLY_THEY,
    REFUSED,
    Access,
    Deed,
    Member,
    Refusal,
    team_of,
)

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


@dataclass
class Said:
    """What is said of groups, and how old it may have been."""

    says: Member
    asked: list[tuple[tuple[str, ...], float]] = field(default_factory=list)

    def member(self, groups: Collection[str], user: str, within: float) -> Member:
        self.asked.append((tuple(groups), within))
        return self.says


def test_a_person_is_named_by_a_group() -> None:
    said = Said(Member.YES)
    access = Access(users=frozenset({"SASKERS01"}), confirmers=("U9", "SLEADS001"), groups=said)
    assert access.admits("U1", None)
    assert access.confirms("U1")
    assert said.asked == [(("SASKERS01",), 3_600.0), (("SLEADS001",), 600.0)]


def test_who_is_named_themselves_is_not_looked_up() -> None:
    said = Said(Member.NO_SCOPE)
    assert Access(confirmers=("SLEADS001", "U1"), groups=said).confirms("U1")
    assert not Access(confirmers=("U2",), groups=said).confirms("U1")
    assert said.asked == []


@pytest.mark.parametrize(
    ("member", "told"),
    [
        (Member.NO, Refusal(ONLY_THEY, ("SLEADS001",))),
        (Member.LATER, Refusal(ASK_AGAIN)),
        (Member.NO_SCOPE, Refusal(NO_SCOPE)),
    ],
)
def test_what_is_not_known_is_not_allowed_and_the_person_is_told_why(member: Member, told: Refusal) -> None:
    access = Access(confirmers=("SLEADS001",), groups=Said(member))
    assert access.refusal(Deed.CONFIRM, "U1") == told
    assert not access.confirms("U1")


def test_without_anything_that_knows_groups_nobody_gets_in_by_one() -> None:
    assert Access(users=frozenset({"SASKERS01"})).refusal(Deed.ASK, "U1") == Refusal(ASK_AGAIN)


@pytest.mark.parametrize("made_up", ["S", "S12", "SLEADS001 ", "sleads001", "<!subteam^SLEADS001>", "S" * 60])
def test_what_is_no_id_of_a_group_is_nobody(made_up: str) -> None:
    said = Said(Member.YES)
    assert Access(users=frozenset({made_up}), groups=said).refusal(Deed.ASK, "U1") == Refusal(REFUSED)
    assert said.asked == []


def test_nobody_is_named_and_nobody_asks() -> None:
    assert Access().refusal(Deed.CONFIRM, "U1") == Refusal(NOBODY)
    assert Access().refusal(Deed.AUDIT, "U1") == Refusal(NO_AUDITOR)
    assert Access(confirmers=("U1",)).refusal(Deed.AUDIT, "U1") is None
    assert Access(users=frozenset({"U1"})).refusal(Deed.ASK, None) == Refusal(REFUSED)


def test_who_may_set_up_a_channel() -> None:
    assert Access().refusal(Deed.ADMINISTER, "U1") is None
    assert Access(admins=("U1",)).refusal(Deed.ADMINISTER, "U1") is None
    refused = Access(admins=("U2", "SADMINS01"), groups=Said(Member.NO)).refusal(Deed.ADMINISTER, "U1")
    assert refused is not None
    assert refused.people == ("U2", "SADMINS01")


def test_the_channels_own_repo_comes_first() -> None:
    own = {"C2": "acme/shop", "C3": "evil/secret"}
    access = replace(ACCESS, own=lambda channel: ChannelSettings(channel, own.get(channel)))
    assert access.repo("C2", None) == "acme/shop"
    assert access.repo("C1", None) == "acme/shop"
    assert access.repo("C2", "tools/x") == "tools/x"
    assert access.repo_if_any("C2") == "acme/shop"
    assert access.repo_if_any("C3") is None
    with pytest.raises(UsageError, match="may not read evil/secret") as refused:
        access.repo("C3", None)
    assert "/covcheck settings" in refused.value.hint
