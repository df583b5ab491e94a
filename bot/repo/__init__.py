"""A repo at a commit, from GitHub's REST API or from a git directory on this machine."""

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
