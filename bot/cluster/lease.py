"""The lease of a workload: who stops it, and how to put it back. Taken before anything is changed.

A Kubernetes Lease in the workload's namespace. Its annotation holds the undo record, so the way back is in
the cluster and outlives whoever took it. Times are this machine's: clocks of people who share a cluster must
agree within the lease's length, which is some 60 seconds.
"""

from __future__ import annotations

import hashlib
import threading
import time
from typing import Self

from bot.cluster.client import Cluster, Object
from bot.cluster.objects import replicas_of
from bot.cluster.options import RunOptions
from bot.cluster.plan import Plan
from bot.cluster.record import ANNOTATION, MANAGED_LABEL, MANAGER, RUN_LABEL, Undo, undo_record
from bot.cluster.undo import micro_time, run_of, undo, undo_expired, utc_now
from bot.errors import ClusterConflict, ClusterError, LeaseHeld, NotInCluster, PlanChanged

LONGEST_NAME = 253
LONGEST_HOLDER = 200


class Lease:
    """A lease that this process holds and renews in the background until `release` or `put_back`.

    `run` is the id of the run, `record` what is put back, `object` the lease as the API gave it last (for
    owner references). `lost` says, in one sentence, that the lease is no longer ours.
    """

    def __init__(self, cluster: Cluster, namespace: str, taken: Object, record: Undo, seconds: int) -> None:
        self.namespace = namespace
        self.name: str = taken["metadata"]["name"]
        self.uid: str = taken["metadata"]["uid"]
        self.run = record.run
        self.record = record
        self.object = taken
        self.lost: str | None = None
        self._cluster = cluster
        self._seconds = seconds
        self._over = False
        self._renewed = time.monotonic()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._renewing, name=f"renew {self.name}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.put_back()

    def check(self) -> None:
        """Raise LeaseHeld when the lease is no longer ours."""
        if self.lost is not None:
            raise LeaseHeld(self.lost, holder=self._holder())

    def put_back(self) -> tuple[str, ...]:
        """Stop renewing, put everything back, delete the lease; a line for each. Raises ClusterError."""
        self._stop_renewing()
        if self._over:
            return ()
        lines = undo(self._cluster, self.namespace, self.name, run=self.run, record=self.record)
        self._over = True
        return lines

    def release(self) -> None:
        """Stop renewing and delete the lease, if it is still ours, without putting anything back."""
        self._stop_renewing()
        self._over = True
        try:
            found = self._cluster.get("Lease", self.name, self.namespace)
            if self._ours(found):
                metadata = found["metadata"]
                version = metadata["resourceVersion"]
                self._cluster.delete("Lease", self.name, self.namespace, uid=self.uid, version=version)
        except (NotInCluster, ClusterConflict):
            return

    def _stop_renewing(self) -> None:
        self._ending.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _renewing(self) -> None:
        """Renew three times within the lease's length, until the end or until it is lost."""
        while not self._ending.wait(self._seconds / 3):
            try:
                self._renew()
            except ClusterError as error:
                if time.monotonic() - self._renewed > self._seconds:
                    self.lost = f"The lease {self.name} could not be renewed in time: {error}"
            if self.lost is not None:
                return

    def _renew(self) -> None:
        try:
            found = self._cluster.get("Lease", self.name, self.namespace)
            if not self._ours(found):
                who = _holder_of(found)
                self.lost = f"The lease {self.name} was taken by {who} meanwhile."
                return
            found["spec"]["renewTime"] = micro_time(utc_now())
            self.object = self._cluster.replace("Lease", found, self.namespace)
            self._renewed = time.monotonic()
        except NotInCluster:
            self.lost = f"The lease {self.name} was deleted by somebody meanwhile."

    def _ours(self, found: Object) -> bool:
        return found["metadata"]["uid"] == self.uid and run_of(found) == self.run

    def _holder(self) -> str:
        try:
            return _holder_of(self._cluster.get("Lease", self.name, self.namespace))
        except ClusterError:
            return "nobody known"


def take(cluster: Cluster, plan: Plan, run_id: str, holder: str, options: RunOptions) -> Lease:
    """Take the lease of a plan's workload, with the record of the way back in it.

    `holder` names person and run for others to read. What an expired run left is put back first. Raises
    LeaseHeld with who holds it and since when, PlanChanged when the workload is not as planned.
    """
    name = lease_name(plan.kind, plan.name)
    _clear(cluster, plan, name)
    record = _recorded_now(cluster, plan, run_id, options)
    try:
        taken = cluster.create("Lease", _body(name, plan, record, holder, options), plan.namespace)
    except ClusterConflict:
        raise _held(cluster, plan, name) from None
    return Lease(cluster, plan.namespace, taken, record, options.lease_seconds)


def lease_name(kind: str, name: str) -> str:
    """`covcheck-KIND-NAME`; a name that gets too long is cut and ends in a hash of the whole."""
    full = f"covcheck-{kind.lower()}-{name}"
    if len(full) <= LONGEST_NAME:
        return full
    digest = hashlib.sha256(full.encode()).hexdigest()[:10]
    return f"{full[: LONGEST_NAME - 11].rstrip('-.')}-{digest}"


def _clear(cluster: Cluster, plan: Plan, name: str) -> None:
    """Undo what an expired lease says. Of two that try, one claims it; the other is told who has it."""
    try:
        if undo_expired(cluster, plan.namespace, name) is None:
            raise _held(cluster, plan, name)
    except NotInCluster:
        return
    except ClusterConflict:
        raise _held(cluster, plan, name) from None


def _recorded_now(cluster: Cluster, plan: Plan, run_id: str, options: RunOptions) -> Undo:
    """The record, after a look whether the workload still stands as planned."""
    try:
        body = cluster.get(plan.kind, plan.name, plan.namespace)
    except NotInCluster:
        body = None
    if body is None or body["metadata"]["uid"] != plan.uid or replicas_of(body) != plan.replicas:
        raise PlanChanged(
            f"{plan.target} is no longer as it was planned. Nothing was stopped.", hint="Ask for a new plan."
        )
    return undo_record(plan, run_id, options.tool_namespace, body if plan.kind == "Pod" else None)


def _body(name: str, plan: Plan, record: Undo, holder: str, options: RunOptions) -> Object:
    now = micro_time(utc_now())
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {
            "name": name,
            "namespace": plan.namespace,
            "labels": {MANAGED_LABEL: MANAGER, RUN_LABEL: record.run},
            "annotations": {ANNOTATION: record.encode()},
        },
        "spec": {
            "holderIdentity": holder[:LONGEST_HOLDER] or record.run,
            "acquireTime": now,
            "renewTime": now,
            "leaseDurationSeconds": options.lease_seconds,
        },
    }


def _held(cluster: Cluster, plan: Plan, name: str) -> LeaseHeld:
    try:
        found = cluster.get("Lease", name, plan.namespace)
    except NotInCluster:
        found = {}
    holder = _holder_of(found)
    since = str((found.get("spec") or {}).get("acquireTime", ""))[:19].replace("T", " ")
    return LeaseHeld(
        f"{plan.target} is being stopped by {holder}{since and f', since {since} UTC'}.",
        holder=holder,
        hint="Wait for that run to end.",
    )


def _holder_of(found: Object) -> str:
    return str((found.get("spec") or {}).get("holderIdentity") or "somebody")
