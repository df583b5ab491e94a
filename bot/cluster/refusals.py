"""What the API server says when it refuses, as our errors."""

from __future__ import annotations

import json

from bot.errors import (
    ClusterConflict,
    ClusterError,
    ClusterForbidden,
    ClusterRefused,
    ClusterUnavailable,
    NotInCluster,
)

LONGEST = 500


def refused(status: int, body: bytes, method: str, path: str) -> ClusterError:
    """The error for an HTTP status and the API's Status object in the body."""
    message = _message(body) or f"{method} {path} gave HTTP {status}"
    if status == 401:
        return ClusterForbidden(
            "The cluster does not accept the account of the kubeconfig.", hint="Renew the kubeconfig."
        )
    if status == 403 and "violates PodSecurity" not in message and "exceeded quota" not in message:
        return ClusterForbidden(message, hint="deploy/rbac.yaml lists the permissions covcheck needs.")
    if status == 404:
        return NotInCluster(message)
    if status == 409:
        return ClusterConflict(message)
    if status in (400, 403, 405, 413, 415, 422):
        return ClusterRefused(message)
    return ClusterUnavailable(f"The API server answered {status}: {message}", hint="Try again in a minute.")


def _message(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    text = found.get("message") if isinstance(found, dict) else None
    return str(text)[:LONGEST] if text else ""


def clause(error: Exception) -> str:
    """What an error says as a reason: the first line without its stop, at most 300 characters."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return text.rstrip(".")[:300]
