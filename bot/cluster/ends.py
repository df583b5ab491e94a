"""Watch the pods of a workload to their end, and the workload for somebody who scales it back.

What the API shows (tried with Kubernetes 1.34, containerd 1.6): a container's exit code comes in a MODIFIED
event before the pod object goes, and stands in DELETED too. With several containers it comes only when
the last of them has ended, however early the service's own did. A pod with a grace period of 0 goes while its
container is still `running`: its exit code is never visible. The kubelet gives at least 2 s before SIGKILL.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cluster.client import Change, Cluster, Object, WatchExpired
from bot.errors import ClusterError, ClusterUnavailable
from bot.facts.live import Ended

WATCH_SECONDS = 10
PAUSE = 1.0


@dataclass(slots=True)
class PodEnd:
    """What was seen of one pod's end. Times are monotonic; `asked_at` is when its deletion showed first.

    `running` says whether the service's container ran when the watch began; `state` is how it stood
    else. `server_seconds` from request to end by the cluster's own clocks, which tell whole seconds.
    """

    name: str
    uid: str
    grace: int
    running: bool
    state: str
    asked_at: float | None = None
    ended: Ended | None = None
    seen_at: float | None = None
    server_seconds: float | None = None
    gone: bool = False


class Follower:
    """A thread that lists, watches, and lists again when the watch is too old or broke; until `close`."""

    def __init__(
        self,
        cluster: Cluster,
        kind: str,
        namespace: str,
        see: Callable[[Change], None],
        *,
        labels: str = "",
        fields: str = "",
        since: str = "",
    ) -> None:
        self.error: ClusterError | None = None
        self.about = "the end of the pods" if kind == "Pod" else "whether somebody scales it back"
        self._cluster, self._kind, self._namespace = cluster, kind, namespace
        self._select = {"labels": labels, "fields": fields}
        self._see = see
        self._known: dict[str, Object] = {}
        self._closing = threading.Event()
        self._version = since or self._list()
        threading.Thread(target=self._run, name=f"watch {kind}", daemon=True).start()

    def close(self) -> None:
        """No more is told; the thread ends by itself when its watch does."""
        self._closing.set()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._watch()
            except WatchExpired:
                self._again()
            except ClusterUnavailable:
                self._closing.wait(PAUSE)
                self._again()
            except ClusterError as error:
                self.error = error
                return

    def _again(self) -> None:
        try:
            self._version = self._list()
        except ClusterError as error:
            self.error = error if not isinstance(error, ClusterUnavailable) else None

    def _watch(self) -> None:
        changes = self._cluster.watch(
            self._kind, self._namespace, since=self._version, seconds=WATCH_SECONDS, **self._select
        )
        for change in changes:
            if self._closing.is_set():
                return
            self._tell(change)
            self._version = change.object["metadata"]["resourceVersion"]

    def _list(self) -> str:
        """Tell what is there, and that what was there before is not."""
        listed = self._cluster.list(self._kind, self._namespace, **self._select)
        now = {item["metadata"]["uid"]: item for item in listed.items}
        for uid in [uid for uid in self._known if uid not in now]:
            self._tell(Change("DELETED", self._known[uid]))
        for item in now.values():
            self._tell(Change("ADDED", item))
        return listed.version

    def _tell(self, change: Change) -> None:
        uid = change.object["metadata"]["uid"]
        if change.type == "DELETED":
            self._known.pop(uid, None)
        else:
            self._known[uid] = change.object
        self._see(change)


def see_end(end: PodEnd, change: Change, container: str | None) -> None:
    """Take from a change what it shows of a pod's end."""
    metadata, now = change.object["metadata"], time.monotonic()
    if end.asked_at is None and "deletionTimestamp" in metadata:
        end.asked_at = now
    ended = ended_of(change.object, container)
    if ended is not None and end.ended is None:
        end.ended, end.seen_at = ended, now
        end.server_seconds = _server_seconds(metadata, ended)
    if change.type == "DELETED":
        end.gone = True
        end.seen_at = end.seen_at or now


def container_state(pod: Object, container: str | None) -> Mapping[str, Any]:
    """The `state` of a container's status; empty when there is none yet."""
    for status in (pod.get("status") or {}).get("containerStatuses") or ():
        if status.get("name") == container:
            state: Mapping[str, Any] = status.get("state") or {}
            return state
    return {}


def ended_of(pod: Object, container: str | None) -> Ended | None:
    """How a container ended, when its state says so."""
    found = container_state(pod, container).get("terminated")
    if not found or "exitCode" not in found:
        return None
    return Ended(
        exit_code=found["exitCode"],
        reason=found.get("reason") or "",
        signal=found.get("signal") or None,
        message=(found.get("message") or "")[:500],
        started_at=epoch(found.get("startedAt")),
        finished_at=epoch(found.get("finishedAt")),
    )


def who_scaled(workload: Object) -> str:
    """The field manager that owns `spec.replicas`, and when it wrote it.

    Scaling through the subresource takes the field from its owner and notes no new one (tried with 1.34), so
    an owner that is there wrote after we scaled.
    """
    writers = list(_writers(workload))
    if writers:
        at, manager = max(writers)
        return f"{manager} at {at}"
    return "somebody through the scale subresource, where the API notes no name"


def epoch(text: str | None) -> float | None:
    """A time of the API as seconds since the epoch."""
    try:
        return float(datetime.fromisoformat(text).timestamp()) if text else None
    except ValueError:
        return None


def _writers(workload: Object) -> Iterator[tuple[str, str]]:
    for entry in workload["metadata"].get("managedFields") or ():
        if "f:replicas" in ((entry.get("fieldsV1") or {}).get("f:spec") or {}):
            yield entry.get("time", ""), entry.get("manager", "somebody")


def _server_seconds(metadata: Mapping[str, Any], ended: Ended) -> float | None:
    """From the request to the end: the deletion time is the request's plus the grace period."""
    due = epoch(metadata.get("deletionTimestamp"))
    grace: float | None = metadata.get("deletionGracePeriodSeconds")
    if due is None or not grace or ended.finished_at is None:
        return None
    return max(0.0, ended.finished_at - (due - grace))
