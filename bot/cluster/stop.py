"""The stop: ask a workload to end, and see how the service's container of each pod does.

Logs are followed and pods watched before anything is asked, so that nothing is missed. Nothing is put back
here: the lease does that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.cluster.client import Change, Cluster, Object
from bot.cluster.ends import Follower, PodEnd, container_state, see_end, who_scaled
from bot.cluster.lease import Lease
from bot.cluster.objects import grace_of, name_of, pod_spec, selector_text
from bot.cluster.options import RunOptions
from bot.cluster.podlog import PodLog
from bot.cluster.stopreport import missing_of, observed, stop_seen
from bot.cluster.target import Target
from bot.errors import ClusterConflict, ClusterError, NotInCluster, PlanChanged
from bot.facts.live import StopSeen
from bot.model import Link, Missing, Observation

TRIES = 8
SETTLE = 2.0
"""Seconds that the logs get to bring what was written before the stop."""
LOOK = 1.0
"""Seconds after which the lease is looked at again when nothing else happens."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """How the pods ended: `stops` by pod name, for pods whose container ran when it was asked to stop.

    `first_coverage_lines` are Go's lines about coverage that stood in a pod's log before that.
    `scaled_back` says who scaled the workload up again while it was held at 0, None: nobody was seen.
    """

    stops: Mapping[str, StopSeen]
    scaled_back: str | None
    missing: tuple[Missing, ...]
    observations: tuple[Observation, ...]
    first_coverage_lines: Mapping[str, tuple[str, ...]]


def stop(
    cluster: Cluster,
    target: Target,
    lease: Lease,
    options: RunOptions,
    *,
    progress: Callable[[str], None] = lambda text: None,
    when_ended: Callable[[str], None] = lambda pod: None,
) -> Stopped:
    """Scale to 0 (a bare pod: delete it) and wait for the end of every pod.

    `when_ended(pod)` is called once a pod, from a thread of its own, as soon as its service's container has
    ended; the stop waits for it. Waits at most for the grace period and `options.extra_seconds`; what was
    not seen by then is Missing. Raises LeaseHeld when the lease is lost, PlanChanged when the workload is
    not the target any more (then nothing was stopped), ClusterError.
    """
    stopping = _Stopping(cluster, target, lease, options, when_ended)
    try:
        stopping.prepare()
        lease.check()
        progress(f"Stopping {target.label}: {len(target.pods)} pod{'s' * (len(target.pods) != 1)}.")
        stopping.ask()
        stopping.wait(progress)
        return stopping.result()
    finally:
        stopping.close()


class _Stopping:
    """One stop under way: what threads tell comes together under one condition."""

    def __init__(
        self,
        cluster: Cluster,
        target: Target,
        lease: Lease,
        options: RunOptions,
        when_ended: Callable[[str], None],
    ) -> None:
        self.cluster, self.target, self.lease = cluster, target, lease
        self.when_ended = when_ended
        self.seconds = _longest(target) + options.extra_seconds
        self.news = threading.Condition()
        self.ends = {end.uid: end for end in map(self._end, target.pods)}
        self.logs: dict[str, PodLog] = {}
        self.hooked: set[str] = set()
        self.handled: set[str] = set()
        self.followers: list[Follower] = []
        self.missing: list[Missing] = []
        self.scaled_back: str | None = None
        self.asked = self.wall = 0.0

    def prepare(self) -> None:
        """Watch the pods and follow the logs."""
        fields, labels = "", ""
        if self.target.kind == "Pod":
            fields = f"metadata.name={self.target.name}"
        else:
            labels = selector_text(self.target.body["spec"]["selector"])
        self._follow("Pod", self._see_pod, labels=labels, fields=fields)
        for end in self.ends.values():
            container = self._container(end.name)
            if end.running and container is not None:
                self.logs[end.uid] = self._log(end, container)
        until = time.monotonic() + SETTLE
        for log in self.logs.values():
            log.settle(until)

    def ask(self) -> None:
        """Ask the workload to stop, bound to the very object and number of replicas that were planned."""
        self.asked, self.wall = time.monotonic(), time.time()
        if self.target.kind == "Pod":
            try:
                self.cluster.delete("Pod", self.target.name, self.target.namespace, uid=self.target.uid)
            except (NotInCluster, ClusterConflict):
                raise _changed(self.target) from None
            return
        version = _scale_down(self.cluster, self.target)
        fields = f"metadata.name={self.target.name}"
        self._follow(self.target.kind, self._see_workload, fields=fields, since=version)

    def wait(self, progress: Callable[[str], None]) -> None:
        """Until every pod is over, or the time is."""
        told: set[str] = set()
        deadline = self.asked + self.seconds
        while (left := deadline - time.monotonic()) > 0:
            self.lease.check()
            self._hook_unlogged()
            with self.news:
                over = [end for end in self.ends.values() if self._over(end)]
                if len(over) == len(self.ends):
                    return
                self.news.wait(min(left, LOOK))
            for end in over:
                if end.uid not in told:
                    told.add(end.uid)
                    progress(f"pod/{end.name} has ended: {len(told)} of {len(self.ends)}.")

    def result(self) -> Stopped:
        """What was seen until now."""
        with self.news:
            stops, missing, observations, before = {}, list(self.missing), [], {}
            for end in self.ends.values():
                log = self.logs.get(end.uid)
                missing += missing_of(end, log, self.seconds, self._container(end.name))
                if not end.running:
                    continue
                stops[end.name] = seen = stop_seen(end, log, self.asked, self.wall)
                before[end.name] = log.log.coverage_lines(before=self.asked) if log is not None else ()
                observations.append(seen.seen)
            if self.scaled_back is not None:
                text = f"was scaled up again while it was held at 0, by {self.scaled_back}"
                observations.append(observed(self.target.label, text, time.time()))
            for follower in self.followers:
                if follower.error is not None:
                    missing.append(Missing(follower.about, str(follower.error), Link.STOP, needed=False))
            return Stopped(stops, self.scaled_back, tuple(missing), tuple(observations), before)

    def close(self) -> None:
        """Let the threads go."""
        for follower in self.followers:
            follower.close()

    def _follow(
        self, kind: str, see: Callable[[Change], None], *, labels: str = "", fields: str = "", since: str = ""
    ) -> None:
        follower = Follower(
            self.cluster, kind, self.target.namespace, see, labels=labels, fields=fields, since=since
        )
        self.followers.append(follower)

    def _end(self, pod: Object) -> PodEnd:
        state = container_state(pod, self._container(name_of(pod)))
        reason = next((str(why.get("reason", word)) for word, why in state.items() if why), "not started")
        running = "running" in state
        return PodEnd(name_of(pod), pod["metadata"]["uid"], grace_of(pod["spec"]), running, reason)

    def _container(self, pod: str) -> str | None:
        """The service's container: the target's, or the only one that a pod has."""
        if self.target.container is not None:
            return self.target.container
        names = [c["name"] for p in self.target.pods if name_of(p) == pod for c in p["spec"]["containers"]]
        return names[0] if len(names) == 1 else None

    def _log(self, end: PodEnd, container: str) -> PodLog:
        return PodLog(
            self.cluster,
            self.target.namespace,
            end.name,
            container,
            seconds=self.seconds + 60,
            at_end=lambda: self._log_ended(end),
        )

    def _log_ended(self, end: PodEnd) -> None:
        if self.logs[end.uid].ended_at is not None:
            self._hook(end)
        self._wake()

    def _hook_unlogged(self) -> None:
        """Call the hook for pods that ended although their log did not tell."""
        for end in self.ends.values():
            if end.ended is not None or end.gone:
                self._hook(end)

    def _hook(self, end: PodEnd) -> None:
        with self.news:
            if end.uid in self.hooked:
                return
            self.hooked.add(end.uid)
        try:
            self.when_ended(end.name)
        except ClusterError as error:
            self.missing.append(Missing(f"the files of pod {end.name}", str(error), Link.COLLECT))
        finally:
            self.handled.add(end.uid)
            self._wake()

    def _over(self, end: PodEnd) -> bool:
        """Whether nothing more is to be seen of a pod, and its hook is through."""
        log = self.logs.get(end.uid)
        quiet = log is None or log.finished.is_set()
        return (
            (end.gone or (end.ended is not None and end.asked_at is not None))
            and quiet
            and end.uid in self.handled
        )

    def _see_pod(self, change: Change) -> None:
        with self.news:
            end = self.ends.get(change.object["metadata"]["uid"])
            if end is not None:
                see_end(end, change, self._container(end.name))
                self.news.notify_all()
            elif self.target.kind == "Pod" and change.type != "DELETED":
                self.scaled_back = self.scaled_back or "somebody who made the pod again"

    def _see_workload(self, change: Change) -> None:
        if change.object["metadata"]["uid"] != self.target.uid:
            return
        with self.news:
            if change.type == "DELETED":
                text = f"{self.target.label} was deleted by somebody during the run"
                self.missing.append(Missing("the way back", text, Link.STOP, needed=False))
            elif change.object["spec"].get("replicas", 1) > 0 and self.scaled_back is None:
                self.scaled_back = who_scaled(change.object)

    def _wake(self) -> None:
        with self.news:
            self.news.notify_all()


def _longest(target: Target) -> float:
    """Seconds that all pods may take: a StatefulSet stops one after the other, unless told otherwise."""
    graces = [grace_of(pod["spec"]) for pod in target.pods]
    spec = target.body.get("spec") or {}
    ordered = target.kind == "StatefulSet" and spec.get("podManagementPolicy") != "Parallel"
    own = grace_of(pod_spec(target.body))
    return float(max(own, sum(graces) if ordered else max(graces, default=0)))


def _scale_down(cluster: Cluster, target: Target) -> str:
    """Scale to 0 and give the object's version after that."""
    for _ in range(TRIES):
        try:
            scale = cluster.get(target.kind, target.name, target.namespace, "scale")
            found = scale["metadata"]
            if found["uid"] != target.uid or scale["spec"].get("replicas", 0) != target.replicas:
                raise _changed(target)
            body = {"metadata": {"resourceVersion": found["resourceVersion"]}, "spec": {"replicas": 0}}
            done = cluster.patch(target.kind, target.name, body, target.namespace, "scale")
        except NotInCluster:
            raise _changed(target) from None
        except ClusterConflict:
            continue
        return str(done["metadata"]["resourceVersion"])
    raise ClusterConflict(f"{target.label} changes all the time and could not be scaled.")


def _changed(target: Target) -> PlanChanged:
    return PlanChanged(f"{target.label} is no longer as it was planned. Nothing was stopped.")
