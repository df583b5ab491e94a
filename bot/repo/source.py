"""What `--repo` names: a folder on this machine, or `OWNER/NAME` on GitHub."""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.errors import UsageError
from bot.repo.base import Snapshot
from bot.repo.local import open_local
from bot.repo.names import GITHUB_HOSTS, is_full_name, parse_remote

if TYPE_CHECKING:
    from bot.repo.client import GitHubClient
    from bot.repo.limits import Budget


def open_repo(
    spec: str,
    ref: str | None = None,
    *,
    client: GitHubClient | None = None,
    budget: Budget | None = None,
    local: bool = True,
) -> Snapshot:
    """Open a repo at the commit of `ref`. A folder that exists wins over a repo of that name.

    `spec` is `DIR`, `OWNER/NAME` or the web or clone address of a repo on the client's GitHub.
    `local` False refuses folders: a request from Slack must not read this machine's disk.

    Raises UsageError when `spec` is neither, or names a GitHub repo and there is no `client`; and
    what `open_local` and `open_github` raise.
    """
    hosts = _hosts(client)
    if local and os.path.isdir(spec):
        return open_local(spec, ref, hosts=hosts)
    remote = parse_remote(spec, hosts)
    name = remote.name if remote is not None and remote.host in hosts else spec
    if not is_full_name(name):
        kinds = "a folder that exists, nor OWNER/NAME" if local else "OWNER/NAME"
        raise UsageError(f"{spec[:200]!r} is not {kinds}.", hint="For example --repo . or --repo owner/name.")
    if client is None:
        raise UsageError(f"{name} is not a folder here, and GitHub is not set up.")
    from bot.repo.github import open_github  # loads the HTTP client, which folders don't need

    return open_github(client, name, ref, budget=budget)


def _hosts(client: GitHubClient | None) -> tuple[str, ...]:
    """GitHub's web hosts: those of the client, and github.com for the remotes of local clones."""
    own = urlsplit(client.web_url).netloc if client is not None else ""
    return tuple(dict.fromkeys(host for host in (own, *GITHUB_HOSTS) if host))
