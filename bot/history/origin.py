"""What a figure is of: repo, commit, branch and run, as named, else as GitHub Actions' environment says.

The variables: docs.github.com, "Variables reference", default environment variables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import UsageError

_MOST_EVENT = 16 << 20
_COMMIT = re.compile(r"[0-9a-f]{40}")
_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True)
class Origin:
    """`repo` is OWNER/NAME, `commit` 40 hex digits, `branch` None where it is not known; `run` tells
    measurements of one commit apart, empty when there is only one."""

    repo: str
    service: str
    commit: str
    branch: str | None
    run: str


@dataclass(frozen=True, slots=True)
class Named:
    """What was said on the command line; empty: not said."""

    service: str
    repo: str = ""
    commit: str = ""
    branch: str = ""
    run: str = ""


def origin(named: Named, environ: Mapping[str, str]) -> Origin:
    """What is named, else what GitHub Actions says. Raises UsageError with the option that is missing."""
    service = named.service.strip()
    if not 0 < len(service) <= 200 or not service.isprintable():
        raise UsageError("--service needs the name of a service, of at most 200 characters.")
    repo = named.repo or environ.get("GITHUB_REPOSITORY", "")
    if not repo:
        raise UsageError("No repo is named.", hint="Name it: --repo OWNER/NAME.")
    if _REPO.fullmatch(repo) is None:
        raise UsageError(f"{repo[:120]!r} is no repo.", hint="Write --repo OWNER/NAME.")
    commit = (named.commit or environ.get("GITHUB_SHA", "")).lower()
    if not commit:
        raise UsageError("No commit is named.", hint='Name it: --commit "$(git rev-parse HEAD)".')
    if _COMMIT.fullmatch(commit) is None:
        raise UsageError(
            f"{commit[:80]!r} is no full commit: 40 hex digits.", hint='--commit "$(git rev-parse HEAD)"'
        )
    return Origin(repo, service, commit, named.branch or _branch(environ), named.run or _run(environ))


def _branch(environ: Mapping[str, str]) -> str | None:
    """The branch of a pull request, else the one that was pushed; None for a tag. A fork's is `owner:branch`,
    as GitHub labels it, so that its `main` is not taken for the repo's own."""
    head = environ.get("GITHUB_HEAD_REF", "")
    label = _fork_label(environ) if head else ""
    pushed = environ.get("GITHUB_REF_NAME", "") if environ.get("GITHUB_REF_TYPE") == "branch" else ""
    return label or head or pushed or None


def _fork_label(environ: Mapping[str, str]) -> str:
    """`owner:branch` of a pull request from a fork, out of the event's payload; else empty."""
    try:
        with open(environ.get("GITHUB_EVENT_PATH", ""), "rb") as file:
            head = json.loads(file.read(_MOST_EVENT))["pull_request"]["head"]
        label, own = head["label"], environ.get("GITHUB_REPOSITORY", "").lower()
        whose = (head["repo"] or {}).get("full_name", "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    known = isinstance(label, str) and isinstance(whose, str)
    return label if known and whose.lower() != own else ""


def _run(environ: Mapping[str, str]) -> str:
    run, attempt = environ.get("GITHUB_RUN_ID", ""), environ.get("GITHUB_RUN_ATTEMPT", "")
    return f"{run}/{attempt}" if run and attempt else run
