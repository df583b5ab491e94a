"""The log of a running service before the stop: Go's own lines about coverage, and an earlier crash."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from bot.cluster.client import Cluster
from bot.cluster.golog import is_coverage_line
from bot.cluster.permissions import Permission
from bot.cluster.probes.base import Probe
from bot.redact import redact

PROBE = Probe(
    "log",
    (Permission("get", "Pod", "log", "read Go's lines about coverage in the log"),),
    "reads the beginning of one log a pod, and the end of the log before a restart",
    "what Go said about coverage when the service started, and the last lines before a crash",
)
PERMISSIONS = PROBE.permissions

BAD_PACKAGE = "encountered bad pkgID"
"""What a program says whose runtime packages were instrumented (`-coverpkg=all`)."""
MAX_LINES = 3_000
MAX_FOUND = 20
MAX_LINE = 500
CRASH_LINES = 40


def first_lines(cluster: Cluster, namespace: str, pod: str, container: str) -> tuple[str, ...]:
    """Go's lines about coverage near the beginning of a container's log. Raises ClusterError."""
    return coverage_lines(_head(cluster.logs(namespace, pod, container, seconds=10)))


def crash_lines(cluster: Cluster, namespace: str, pod: str, container: str) -> tuple[str, ...]:
    """The last lines of the log that ended in the restart before. Raises ClusterError."""
    lines = cluster.logs(namespace, pod, container, previous=True, tail=CRASH_LINES, seconds=10)
    return tuple(_shown(line) for line in deque(lines, CRASH_LINES))


def coverage_lines(lines: Iterable[bytes]) -> tuple[str, ...]:
    """Go's lines about coverage among the lines of a log, each once, redacted."""
    found: dict[str, None] = {}
    for line in lines:
        text = _shown(line)
        if (is_coverage_line(text) or BAD_PACKAGE in text) and len(found) < MAX_FOUND:
            found[text] = None
    return tuple(found)


def _head(lines: Iterable[bytes]) -> Iterable[bytes]:
    for number, line in enumerate(lines):
        if number >= MAX_LINES:
            return
        yield line


def _shown(line: bytes) -> str:
    return redact(line[: 4 * MAX_LINE].decode("utf-8", "replace"))[:MAX_LINE].rstrip()
