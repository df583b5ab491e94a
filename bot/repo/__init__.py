"""A repo at a commit, from GitHub's REST API or from a git directory on this machine.

Names are imported when they are first used: reading a directory does not load the HTTP client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.repo.auth import AppAuth, Auth, NoAuth, TokenAuth
    from bot.repo.base import Entry, File, Skip, Snapshot
    from bot.repo.cache import MemoryCache, ObjectCache
    from bot.repo.client import GitHubClient, RateLeft
    from bot.repo.github import GitHubSnapshot, open_github
    from bot.repo.limits import Budget
    from bot.repo.local import LocalSnapshot, open_local
    from bot.repo.source import open_repo

__all__ = [
    "AppAuth",
    "Auth",
    "Budget",
    "Entry",
    "File",
    "GitHubClient",
    "GitHubSnapshot",
    "LocalSnapshot",
    "MemoryCache",
    "NoAuth",
    "ObjectCache",
    "RateLeft",
    "Skip",
    "Snapshot",
    "TokenAuth",
    "open_github",
    "open_local",
    "open_repo",
]

_HOMES = {
    "auth": ("AppAuth", "Auth", "NoAuth", "TokenAuth"),
    "base": ("Entry", "File", "Skip", "Snapshot"),
    "cache": ("MemoryCache", "ObjectCache"),
    "client": ("GitHubClient", "RateLeft"),
    "github": ("GitHubSnapshot", "open_github"),
    "limits": ("Budget",),
    "local": ("LocalSnapshot", "open_local"),
    "source": ("open_repo",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"bot.repo.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
