"""Tool pods: short-lived pods on given nodes that mount host directories or a claim, to read them.

Everything is mounted read-only. A host directory is mounted with type `Directory`: without a type the runtime
would make a missing one. The kubelet then reports `FailedMount` and makes nothing (tried with 1.34), and
the pod starts again without that directory.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from bot.cluster.attach import HOPELESS
from bot.cluster.client import Cluster, Object, WatchExpired
from bot.cluster.exec import Ran
from bot.cluster.options import RunOptions
from bot.cluster.toolspec import Wanted, manifest
from bot.errors import ClusterError, NotInCluster
from bot.model import Link, Missing

START_SECONDS = 30.0
"""How long tool pods may take to start."""
NOT_THERE = re.compile(r'volume "d(\d+)" : hostPath type check failed')


@dataclass(frozen=True, slots=True)
class ToolPod:
    """A running tool pod. `mounts` maps each host directory (or the claim's name) to where it is mounted."""

    cluster: Cluster
    namespace: str
    name: str
    uid: str
    node: str
    mounts: Mapping[str, str]

    def exec(self, argv: tuple[str, ...], *, seconds: float = 30, limit: int = 64 << 20) -> Ran:
        """Run a command of the tool image. Raises ClusterError."""
        return self.cluster.exec(self.namespace, self.name, "tool", argv, seconds=seconds, limit=limit)

    def delete(self) -> None:
        """Take the pod away; that it is gone already is fine. Raises ClusterError."""
        with suppress(NotInCluster):
            self.cluster.delete("Pod", self.name, self.namespace, grace=1, uid=self.uid)


@dataclass(frozen=True, slots=True)
class Tools:
    """The tool pods that started; `absent` are nodes and paths with no directory there; `missing` says which
    pods did not start, and why."""

    pods: tuple[ToolPod, ...] = ()
    absent: tuple[tuple[str, str], ...] = ()
    missing: tuple[Missing, ...] = ()

    def on(self, node: str | None, mounted: str) -> ToolPod | None:
        """The pod on a node that mounts a directory or a claim."""
        return next((pod for pod in self.pods if pod.node == node and mounted in pod.mounts), None)


@contextmanager
def tool_pods(
    cluster: Cluster,
    namespace: str,
    wanted: Sequence[Wanted],
    *,
    options: RunOptions,
    run_id: str,
    lease: Object | None = None,
    lifetime: int = 600,
) -> Iterator[Tools]:
    """Start all wanted pods at once, wait until they run, and take them away at the end.

    What cannot start is told in `missing`, never raised. `lease` is the run's Lease as the API gives it:
    the pods of its namespace go when it goes. `lifetime` in seconds bounds them where nobody deletes them.
    """
    start = _Start(cluster, options, run_id, lease, lifetime)
    try:
        for one in wanted:
            place = namespace if one.claim else options.tool_namespace or namespace
            start.create(one, place)
        start.wait(time.monotonic() + START_SECONDS)
        yield start.tools()
    finally:
        start.delete()


@dataclass(slots=True)
class _Pending:
    wanted: Wanted
    pod: ToolPod
    ready: bool = False


class _Start:
    """Tool pods on their way, by name."""

    def __init__(
        self, cluster: Cluster, options: RunOptions, run_id: str, lease: Object | None, lifetime: int
    ) -> None:
        self._cluster, self._options, self._run_id = cluster, options, run_id
        self._lease, self._lifetime = lease, lifetime
        self._pods: dict[str, _Pending] = {}
        self._absent: list[tuple[str, str]] = []
        self._missing: list[Missing] = []

    def create(self, wanted: Wanted, namespace: str) -> None:
        """Create one pod; a refusal becomes a Missing."""
        body = manifest(
            wanted, namespace, self._options.image, self._run_id, self._lease, lifetime=self._lifetime
        )
        try:
            made = self._cluster.create("Pod", body, namespace)["metadata"]
        except ClusterError as error:
            self._give_up(wanted, f"the tool pod was refused: {error}")
            return
        pod = ToolPod(self._cluster, namespace, made["name"], made["uid"], wanted.node, wanted.mounts)
        self._pods[pod.name] = _Pending(wanted, pod)

    def wait(self, deadline: float) -> None:
        """Watch until every pod runs or is given up; once a second look for absent directories."""
        try:
            while self._waiting() and time.monotonic() < deadline:
                for namespace in {one.pod.namespace for one in self._waiting()}:
                    self._watch(namespace)
                    self._look_for_absent(namespace)
        except ClusterError as error:
            for one in self._waiting():
                self._drop(one, f"the tool pod could not be watched: {error}")
        for one in self._waiting():
            self._drop(one, f"the tool pod did not start within {START_SECONDS:.0f} s")

    def tools(self) -> Tools:
        """What came of it."""
        pods = tuple(one.pod for one in self._pods.values())
        return Tools(pods, tuple(self._absent), tuple(self._missing))

    def delete(self) -> None:
        """Delete all pods; what cannot be deleted ends by its own deadline."""
        for one in self._pods.values():
            with suppress(ClusterError):
                one.pod.delete()

    def _waiting(self) -> list[_Pending]:
        return [one for one in self._pods.values() if not one.ready]

    def _watch(self, namespace: str) -> None:
        labels = f"covcheck.dev/run={self._run_id}"
        listed = self._cluster.list("Pod", namespace, labels=labels)
        for pod in listed.items:
            self._judge(pod)
        if not self._waiting():
            return
        with suppress(WatchExpired):
            changes = self._cluster.watch("Pod", namespace, since=listed.version, seconds=1, labels=labels)
            for change in changes:
                self._judge(change.object)
                if not self._waiting():
                    return

    def _judge(self, pod: Object) -> None:
        one = self._pods.get(pod["metadata"]["name"])
        if one is None or one.ready:
            return
        status = pod.get("status") or {}
        state = ((status.get("containerStatuses") or [{}])[0]).get("state") or {}
        waiting = state.get("waiting") or {}
        if "running" in state:
            one.ready = True
        elif status.get("phase") in ("Failed", "Succeeded"):
            reason = status.get("message") or status.get("reason") or "it ended at once"
            self._drop(one, f"the tool pod did not start: {reason}")
        elif waiting.get("reason") in HOPELESS:
            self._drop(
                one, f"the tool pod did not start: {waiting['reason']} {waiting.get('message', '')}".strip()
            )

    def _look_for_absent(self, namespace: str) -> None:
        if not self._waiting():
            return
        absent: dict[str, set[int]] = {}
        for event in self._cluster.list("Event", namespace, fields="reason=FailedMount").items:
            about = event.get("involvedObject") or {}
            one = self._pods.get(about.get("name", ""))
            found = NOT_THERE.search(event.get("message") or "")
            if one and not one.ready and about.get("uid") == one.pod.uid and found:
                absent.setdefault(one.pod.name, set()).add(int(found[1]))
        for name, numbers in absent.items():
            self._without(self._pods[name], numbers)

    def _without(self, one: _Pending, numbers: set[int]) -> None:
        """Start a pod again without the directories that its node does not have."""
        self._forget(one)
        paths = one.wanted.paths
        self._absent += [(one.wanted.node, paths[number]) for number in sorted(numbers)]
        rest = tuple(path for number, path in enumerate(paths) if number not in numbers)
        if rest:
            self.create(replace(one.wanted, paths=rest), one.pod.namespace)

    def _drop(self, one: _Pending, reason: str) -> None:
        self._forget(one)
        self._give_up(one.wanted, reason)

    def _forget(self, one: _Pending) -> None:
        del self._pods[one.pod.name]
        with suppress(ClusterError):
            one.pod.delete()

    def _give_up(self, wanted: Wanted, reason: str) -> None:
        what = f"the claim {wanted.claim}" if wanted.claim else ", ".join(wanted.paths)
        link = Link.VOLUME if wanted.claim else Link.NODE
        self._missing.append(Missing(f"{what} on node {wanted.node}", reason[:300], link))
