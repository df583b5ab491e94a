"""Who may ask, and about which repo.

The bot reads repos with its own token, so people could see through it what they may not read
themselves: only repos that the settings name are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from bot.errors import UsageError

REFUSED = "You may not use covcheck here. Ask whoever runs it."
ONLY_THEY = "You may plan a live run, and not confirm one. Those who may:"
ONLY_REVIEWERS = "Only reviewers decide about saved answers:"
NO_REVIEWER = (
    "Nobody may decide about saved answers yet. Whoever runs covcheck can name people in `answers.reviewers`."
)
NOBODY = "Nobody may confirm a live run yet. Whoever runs covcheck can name people in `cluster.people`."


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

    def repo(self, channel: str, named: str | None) -> str:
        """The repo that is meant. Raises UsageError when none is, or when it may not be read."""
        if named is None:
            meant = self.channels.get(channel, self.default_repo)
            if meant is None:
                raise UsageError(
                    "This channel has no repo yet.",
                    hint="Name one: `in OWNER/NAME`. Whoever runs covcheck can set `repos.channels`.",
                )
            return meant
        if self.allows(named):
            return named
        raise UsageError(
            f"I may not read {named} for people in Slack.",
            hint="Whoever runs covcheck can allow it in `repos.allowed`.",
        )

    def allows(self, named: str) -> bool:
        """Whether the settings name this repo, as a default one or by a pattern."""
        known = {repo.lower() for repo in (self.default_repo, *self.channels.values()) if repo}
        wanted = named.lower()
        return wanted in known or any(fnmatchcase(wanted, pattern.lower()) for pattern in self.repos)

    def repo_if_any(self, channel: str) -> str | None:
        """The repo that is meant where none is named; None where the channel has none."""
        return self.channels.get(channel, self.default_repo)

    def confirms(self, user: str) -> bool:
        """Whether this person may have a workload stopped."""
        return user in self.confirmers

    def reviews(self, user: str) -> bool:
        """Whether this person may decide about saved answers."""
        return user in self.reviewers

    def admits(self, user: str | None, team: str | None) -> bool:
        """Whether this person may ask; an unknown team is taken as the bot's own."""
        if self.teams and team is not None and team not in self.teams:
            return False
        return not self.users or user in self.users


def team_of(payload: Mapping[str, Any]) -> str | None:
    """The workspace of the person behind an event or a command, when Slack says it."""
    for name in ("user_team", "source_team", "team_id", "team"):
        value = payload.get(name)
        if isinstance(value, str):
            return value
    return None
