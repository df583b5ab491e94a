"""The one tree of errors. Each carries one clear sentence and what to do next.

CovcheckError
├── UsageError            the request cannot be understood
│   ├── UnknownService    no such service; `nearest` names the closest ones
│   └── AmbiguousService  several candidates; `candidates` names them
├── SettingsError         covcheck.toml or the environment; names the key
├── RepoError             a repo cannot be read
│   ├── RepoNotFound      missing, or private and not visible to the token
│   ├── RefNotFound       no such branch, tag or commit
│   ├── AccessDenied      the token is refused or lacks a permission
│   ├── RateLimited       primary or secondary limit; `retry_after` seconds
│   ├── RequestBudgetSpent  the request budget of one check is used up
│   └── RepoUnavailable   network, server or git failure
├── ClusterError          the Kind cluster
│   ├── ClusterUnavailable  no kubeconfig, no connection, a broken stream
│   ├── ClusterForbidden  the account lacks a permission; names verb and resource
│   ├── NotInCluster      no such object
│   ├── AmbiguousTarget   several workloads or containers could be the service; `candidates`
│   ├── ClusterConflict   the object changed meanwhile, or is there already
│   ├── ClusterRefused    the API server does not accept the object (admission, validation)
│   ├── NotStoppable      the workload cannot be stopped and restored
│   ├── PlanChanged       what was confirmed is no longer what is there
│   └── LeaseHeld         somebody else has the lease of the workload
├── StoreError            the store cannot be read or written
│   └── StoreUnavailable  not now: no connection, no room, locked; trying again may help
├── KnowledgeError        the knowledge base: an article, a document or the index; names file and line
├── PushError             a figure could not be pushed: refused, or nothing answers
└── SlackError            Slack refused a call
    └── TokenRefused      Slack refuses the token: revoked, expired, another one; only people can help
"""

from __future__ import annotations

from bot.redact import redact


class CovcheckError(Exception):
    """Base of every error that people may see.

    `str(error)` is one clear sentence without secrets; `hint` says what to do next.
    """

    hint: str = ""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(redact(message))
        if hint:
            self.hint = redact(hint)


class UsageError(CovcheckError):
    """The request cannot be understood; the message names the place that is wrong."""


class UnknownService(UsageError):
    """No such service in the repo."""

    def __init__(self, name: str, nearest: tuple[str, ...] = (), *, hint: str = "") -> None:
        self.name = name
        self.nearest = nearest
        known = f" Nearest: {', '.join(nearest)}." if nearest else ""
        super().__init__(
            f"There is no service named {name!r} in this repo.{known}",
            hint=hint or "List what was found with `covcheck services`.",
        )


class AmbiguousService(UsageError):
    """More than one set of files could be the service; nothing is guessed."""

    def __init__(self, name: str, candidates: tuple[str, ...], *, hint: str = "") -> None:
        self.name = name
        self.candidates = candidates
        super().__init__(
            f"{name!r} can mean {len(candidates)} things here: {', '.join(candidates)}.",
            hint=hint or "Name the files in .covcheck.yaml, or ask with the full name.",
        )


class SettingsError(CovcheckError):
    """covcheck.toml or the environment is wrong; the message names file and key."""


class RepoError(CovcheckError):
    """A repo cannot be read."""


class RepoNotFound(RepoError):
    """The repo does not exist, or the token cannot see it (GitHub answers 404 for both)."""


class RefNotFound(RepoError):
    """The repo has no such branch, tag or commit."""


class AccessDenied(RepoError):
    """The token is refused (401) or lacks a permission (403 without a rate limit)."""


class RateLimited(RepoError):
    """GitHub's primary or secondary limit; `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class RequestBudgetSpent(RepoError):
    """The number of requests that one check may spend is used up."""


class RepoUnavailable(RepoError):
    """The server, the network or git failed; trying again may help."""


class ClusterError(CovcheckError):
    """The cluster cannot be reached, or refuses."""


class ClusterUnavailable(ClusterError):
    """No kubeconfig, no connection, or a stream that broke; trying again may help."""


class ClusterForbidden(ClusterError):
    """The account lacks a permission; the message names verb, resource and namespace."""


class NotInCluster(ClusterError):
    """There is no such object."""


class AmbiguousTarget(ClusterError):
    """Several workloads, or several containers of one, could be the service; nothing is guessed."""

    def __init__(self, message: str, candidates: tuple[str, ...], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.candidates = candidates


class ClusterConflict(ClusterError):
    """The object changed meanwhile, or one of that name is there already."""


class ClusterRefused(ClusterError):
    """The API server does not accept the object: validation, Pod Security, a quota, a webhook."""


class NotStoppable(ClusterError):
    """The workload cannot be stopped and put back as it was; the message says why."""


class PlanChanged(ClusterError):
    """The workload is no longer what the confirmed plan describes; nothing was stopped."""


class LeaseHeld(ClusterError):
    """Somebody else has the lease of the workload; `holder` says who."""

    def __init__(self, message: str, *, holder: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.holder = holder


class StoreError(CovcheckError):
    """The store cannot be read or written."""


class StoreUnavailable(StoreError):
    """The store cannot be read or written now: no connection, no room, locked. Trying again may help."""


class KnowledgeError(CovcheckError):
    """An article, a document or the index of the knowledge base is wrong; the message names file and line."""


class PushError(CovcheckError):
    """A figure could not be pushed: the server refuses it, redirects, or cannot be reached."""


class SlackError(CovcheckError):
    """Slack refused a call."""


class TokenRefused(SlackError):
    """Slack refuses the token; nothing can be said in Slack until whoever runs covcheck sets another."""


class CovdataError(CovcheckError):
    """Coverage data (covmeta, covcounters) or a Go binary cannot be read; the message names the file."""
