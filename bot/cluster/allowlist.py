"""Which namespaces live runs are held to: the setting `[cluster] namespaces`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.cluster.client import Cluster

SYSTEM = "kube-"
"""Namespaces of Kubernetes itself: a pattern that begins with a wildcard does not mean them."""
NOBODY = "Whoever runs covcheck can name it in `[cluster] namespaces`."


def matches(namespace: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns (`shop`, `team-*`) names the namespace; an empty list names none."""
    return any(_names(pattern, namespace) for pattern in patterns)


def allowed(namespace: str, patterns: tuple[str, ...]) -> None:
    """Raise UsageError, naming the setting, when live runs may not touch the namespace."""
    if matches(namespace, patterns):
        return
    if not patterns:
        raise UsageError("No namespace is allowed for live runs from Slack.", hint=NOBODY)
    raise UsageError(
        f"Namespace {namespace} is not one that live runs may touch ({', '.join(patterns)}).", hint=NOBODY
    )


def namespaces(cluster: Cluster, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The namespaces that the patterns name, sorted. Plain names are taken as they are, without a look.

    Raises ClusterForbidden when there is a pattern and the account may not list namespaces.
    """
    plain = {pattern for pattern in patterns if not _is_pattern(pattern)}
    if len(plain) == len(patterns):
        return tuple(sorted(plain))
    there = (body["metadata"]["name"] for body in cluster.list("Namespace").items)
    return tuple(sorted(plain | {name for name in there if matches(name, patterns)}))


def _names(pattern: str, namespace: str) -> bool:
    if _is_pattern(pattern) and namespace.startswith(SYSTEM) and not pattern.startswith(SYSTEM):
        return False
    return fnmatchcase(namespace, pattern)


def _is_pattern(text: str) -> bool:
    return any(sign in text for sign in "*?[")
