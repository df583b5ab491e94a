"""Who may ask, confirm, decide and set up, and about which repo.

The bot reads repos with its own token, so people could see through it what they may not read
themselves: only repos that the settings name are read.

Wherever people are named a user group may be named, too. What is not known is not allowed: when Slack cannot
say who is in a group, nobody gets in by it, and the person is told why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Protocol

from bot.errors import UsageError
from bot.jobs.orders import Whisper
from bot.store.channels import ChannelSettings

REFUSED = "You may not use covcheck here. Ask whoever runs it."
ONLY_THEY = "You may plan a live run, and not confirm one. Those who may:"
ONLY_REVIEWERS = "Only reviewers decide about saved answers:"
NO_REVIEWER = (
    "Nobody may decide about saved answers yet. Whoever runs covcheck can name people in `answers.reviewers`."
)
NOBODY = "Nobody may confirm a live run yet. Whoever runs covcheck can name people in `cluster.people`."
ONLY_AUDITORS = "The audit log is told to those who may confirm live runs:"
NO_AUDITOR = (
    "The audit log is told to those who may confirm live runs, and nobody may yet. Whoever runs covcheck can "
    "name people in `cluster.people`, and read the log with `covcheck audit`."
)
ONLY_ADMINS = "You may not change what is set for a channel. Those who may:"
ASK_AGAIN = (
    "Slack does not tell me right now who is in the user group that may do this. Ask again in a minute."
)
NO_SCOPE = (
    "I cannot look into the user group that may do this. Whoever runs covcheck must add the scope "
    "`usergroups:read` to the Slack app and install it again."
)

ASKING_SECONDS = 3_600.0
"""So old what was last known of a group may be when Slack fails, for those who ask."""
DECIDING_SECONDS = 600.0
"""The same for those who stop workloads, decide about articles or set up channels."""

GROUP = re.compile(r"S[A-Z0-9]{7,20}")
"""The id of a user group."""


class Member(StrEnum):
    """Whether a person is in a group: it may be that Slack does not say now, or never for want of a scope."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    NO_SCOPE = "no scope"


class Groups(Protocol):
    """Who is in user groups."""

    def member(self, groups: Collection[str], user: str, within: float) -> Member:
        """Whether a person is in one of the groups, by what Slack said at most `within` seconds ago.

        Answers within about a second, whatever Slack does.
        """
        ...


class NoGroups:
    """Nothing can be said of groups."""

    def member(self, groups: Collection[str], user: str, within: float) -> Member:
        """Not now."""
        return Member.LATER


class Deed(StrEnum):
    """What people may or may not do."""

    ASK = "ask"
    CONFIRM = "confirm"
    REVIEW = "review"
    ADMINISTER = "administer"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a person may not do something; `people` are named after the text."""

    text: str
    people: tuple[str, ...] = ()

    @property
    def whisper(self) -> Whisper:
        """The order that tells it to the person alone."""
        return Whisper(self.text, self.people)


@dataclass(frozen=True, slots=True)
class Access:
    """`repos` are patterns (`acme/*`) beside the default ones; `channels` maps a channel's id to the
    repo meant there; `teams` are workspaces whose people may ask (empty: every workspace that
    Slack lets through); `users` the only ones who may ask (empty: everybody); `confirmers` the only ones
    who may have a workload of the cluster stopped (empty: nobody)."""

    default_repo: str | None = None
    channels: Mapping[str, str] = field(default_factory=dict)
    repos: tuple[str, ...] = ()
    teams: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    confirmers: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    """The only ones who may confirm, change or reject saved answers (empty: nobody)."""
    github: str = "https://github.com"
    """The web address of the GitHub whose links are followed."""
    admins: tuple[str, ...] = ()
    """The only ones who may change what is set for a channel (empty: whoever may ask)."""
    groups: Groups = field(default_factory=NoGroups)
    namespaces: tuple[str, ...] = ()
    """Namespaces, or patterns, that live runs may touch (empty: there are none from Slack)."""
    unfurl: bool = False
    """Whether links are shown as cards in channels where nobody has said otherwise."""
    own: Callable[[str], ChannelSettings] = ChannelSettings
    """What people have set for a channel, which comes before everything above. Raises StoreError."""

    def repo(self, channel: str, named: str | None) -> str:
        """The repo that is meant. Raises UsageError when none is, or when it may not be read, and StoreError
        when what is set for the channel cannot be read."""
        meant = named or self.own(channel).repo
        if meant is None:
            meant = self.channels.get(channel, self.default_repo)
            if meant is None:
                raise UsageError(
                    "This channel has no repo yet.",
                    hint="Name one: `in OWNER/NAME`, or set one for the channel: `/covcheck settings`.",
                )
            return meant
        if self.allows(meant):
            return meant
        set_here = "" if named else "It is set for this channel: `/covcheck settings`. "
        raise UsageError(
            f"I may not read {meant} for people in Slack.",
            hint=f"{set_here}Whoever runs covcheck can allow it in `repos.allowed`.",
        )

    @property
    def named(self) -> tuple[str, ...]:
        """The repos that the settings name by themselves, not by a pattern."""
        return tuple(repo for repo in (self.default_repo, *self.channels.values()) if repo)

    def allows(self, named: str) -> bool:
        """Whether the settings name this repo, as a default one or by a pattern."""
        known = {repo.lower() for repo in self.named}
        wanted = named.lower()
        return wanted in known or any(fnmatchcase(wanted, pattern.lower()) for pattern in self.repos)

    def repo_if_any(self, channel: str) -> str | None:
        """The repo that is meant where none is named; None where the channel has none that may be read.
        Raises StoreError."""
        own = self.own(channel).repo
        if own is not None:
            return own if self.allows(own) else None
        return self.channels.get(channel, self.default_repo)

    def confirms(self, user: str) -> bool:
        """Whether this person may have a workload stopped."""
        return self.refusal(Deed.CONFIRM, user) is None

    def reviews(self, user: str) -> bool:
        """Whether this person may decide about saved answers."""
        return self.refusal(Deed.REVIEW, user) is None

    def admits(self, user: str | None, team: str | None) -> bool:
        """Whether this person may ask; an unknown team is taken as the bot's own."""
        return self.refusal(Deed.ASK, user, team) is None

    def refusal(self, deed: Deed, user: str | None, team: str | None = None) -> Refusal | None:
        """Why this person may not do this; None when they may."""
        match deed:
            case Deed.ASK:
                if self.teams and team is not None and team not in self.teams:
                    return Refusal(REFUSED)
                told = Refusal(REFUSED)
                return self._unless(self.users, user, told, ASKING_SECONDS) if self.users else None
            case Deed.CONFIRM:
                return self._unless(self.confirmers, user, _only(ONLY_THEY, self.confirmers, NOBODY))
            case Deed.REVIEW:
                return self._unless(self.reviewers, user, _only(ONLY_REVIEWERS, self.reviewers, NO_REVIEWER))
            case Deed.AUDIT:
                return self._unless(self.confirmers, user, _only(ONLY_AUDITORS, self.confirmers, NO_AUDITOR))
            case Deed.ADMINISTER:
                told = Refusal(ONLY_ADMINS, self.admins)
                return self._unless(self.admins, user, told) if self.admins else None

    def _unless(
        self, named: Collection[str], user: str | None, told: Refusal, within: float = DECIDING_SECONDS
    ) -> Refusal | None:
        """None when a person is named, by themselves or by a group; else what they are told."""
        if user is None or user in named:
            return told if user is None else None
        groups = tuple(sorted(name for name in named if GROUP.fullmatch(name)))
        if not groups:
            return told
        match self.groups.member(groups, user, within):
            case Member.YES:
                return None
            case Member.NO:
                return told
            case Member.LATER:
                return Refusal(ASK_AGAIN)
            case Member.NO_SCOPE:
                return Refusal(NO_SCOPE)


def _only(text: str, people: tuple[str, ...], nobody: str) -> Refusal:
    return Refusal(text, people) if people else Refusal(nobody)


def team_of(payload: Mapping[str, Any]) -> str | None:
    """The workspace of the person behind an event or a command, when Slack says it."""
    for name in ("user_team", "source_team", "team_id", "team"):
        value = payload.get(name)
        if isinstance(value, str):
            return value
    return None
