"""The way back: what the record of a lease says is put back, tool pods are removed, the lease goes last.

Doing it twice does no more than once. Nobody is overruled: a workload that was deleted or scaled meanwhile
stays as it is. Two that undo at the same time cannot both hold the lease: each claims it by its version.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from bot.cluster.client import Cluster, Object, WatchExpired
from bot.cluster.record import ANNOTATION, MANAGED_LABEL, MANAGER, RUN_LABEL, Undo
from bot.errors import (
    ClusterConflict,
    ClusterError,
    ClusterUnavailable,
    NotInCluster,
)

TRIES = 8
UNDOING = "covcheck.dev/undoing"
"""Annotation of a lease: who puts back what it says. A run and its guard are one, each sweep its own."""
LONGEST_UNDO = 60
"""Seconds beyond the grace period after which a claim to undo is void."""
TOOL_GRACE = 1
"""Seconds that a tool pod gets to end: it holds nothing."""
WAIT_BEYOND_GRACE = 30


def undo(
    cluster: Cluster, namespace: str, lease_name: str, *, run: str, record: Undo | None = None
) -> tuple[str, ...]:
    """Put back what the lease of a run says and delete the lease; a line for each thing put back.

    A lease that is another run's by now is left alone. `record` is what the run knows itself: it is used
    when the lease was deleted by somebody. Raises ClusterError when something could not be put back; the
    lease then stays, so that a later call goes on.
    """

    def mine(lease: Object) -> bool:
        if run_of(lease) == run and _undoing(lease) not in (None, run) and not is_over(lease):
            raise ClusterConflict(f"What the lease {lease_name} says is being put back by somebody else.")
        return run_of(lease) == run

    try:
        lease = _claim(cluster, namespace, lease_name, run, mine)
    except NotInCluster:
        return () if record is None else _put_back(cluster, namespace, record)
    return () if lease is None else _undone(cluster, namespace, lease)


def undo_expired(
    cluster: Cluster, namespace: str, lease_name: str, *, now: datetime | None = None
) -> tuple[str, ...] | None:
    """As `undo`, for the lease of any run whose time is over; None when it is not, or another undoes it.

    Raises also NotInCluster when the lease is gone.
    """
    lease = _claim(cluster, namespace, lease_name, uuid.uuid4().hex, lambda found: is_over(found, now))
    return None if lease is None else _undone(cluster, namespace, lease)


def sweep(cluster: Cluster, namespaces: Iterable[str], *, now: datetime | None = None) -> tuple[str, ...]:
    """Undo what runs left whose lease is over, in these namespaces; a line for each thing.

    A namespace that cannot be read and a lease that cannot be undone are lines too: the rest goes on.
    """
    lines: list[str] = []
    for namespace in namespaces:
        try:
            found = cluster.list("Lease", namespace, labels=f"{MANAGED_LABEL}={MANAGER}").items
        except ClusterError as error:
            lines.append(f"Leases of namespace {namespace} cannot be read: {error}")
            continue
        for lease in found:
            if is_over(lease, now):
                lines += _swept(cluster, namespace, lease["metadata"]["name"], now)
    return tuple(lines)


def recorded(lease: Object) -> Undo:
    """The undo record of a lease. Raises ClusterError when there is none that can be read."""
    return Undo.decode((lease["metadata"].get("annotations") or {}).get(ANNOTATION, ""))


def run_of(lease: Object) -> str | None:
    """The id of the run that has a lease."""
    found: str | None = (lease["metadata"].get("labels") or {}).get(RUN_LABEL)
    return found


def is_over(lease: Object, now: datetime | None = None) -> bool:
    """Whether nobody renewed a lease within its time. A lease without times is over."""
    spec = lease.get("spec") or {}
    try:
        renewed = datetime.fromisoformat(spec["renewTime"])
        return renewed + timedelta(seconds=spec["leaseDurationSeconds"]) < (now or utc_now())
    except (KeyError, TypeError, ValueError):
        return True


def utc_now() -> datetime:
    """The time as this machine knows it."""
    return datetime.now(UTC)


def micro_time(at: datetime) -> str:
    """A time as the API writes those of a lease."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _put_back(cluster: Cluster, namespace: str, record: Undo) -> tuple[str, ...]:
    """The workload first: people wait for it. A failure of one part does not keep the others back."""
    lines: list[str] = []
    failed: ClusterError | None = None
    try:
        lines += _workload_back(cluster, namespace, record)
    except ClusterError as error:
        failed = error
    for place in record.tools:
        try:
            lines += _tools_gone(cluster, place, record.run)
        except ClusterError as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return tuple(lines)


def _workload_back(cluster: Cluster, namespace: str, record: Undo) -> Iterator[str]:
    if record.pod is not None:
        return _pod_back(cluster, namespace, record, record.pod)
    return _scale_back(cluster, namespace, record)


def _scale_back(cluster: Cluster, namespace: str, record: Undo) -> Iterator[str]:
    """Scale up again, bound to the version that was looked at: a change in between is seen, not undone."""
    for _ in range(TRIES):
        try:
            scale = cluster.get(record.kind, record.name, namespace, "scale")
            if scale["metadata"]["uid"] != record.uid:
                yield f"{record.target} was deleted and made again by somebody meanwhile: left as it is."
                return
            replicas = scale["spec"].get("replicas", 0)
            if replicas == record.replicas:
                return
            if replicas > 0:
                yield f"{record.target} was scaled to {replicas} by somebody meanwhile: left as it is."
                return
            version = {"resourceVersion": scale["metadata"]["resourceVersion"]}
            body = {"metadata": version, "spec": {"replicas": record.replicas}}
            cluster.patch(record.kind, record.name, body, namespace, "scale")
        except NotInCluster:
            yield f"{record.target} was deleted by somebody meanwhile: not made again."
            return
        except ClusterConflict:
            continue
        yield f"{record.target} is back at {record.replicas} replica{'s' * (record.replicas != 1)}."
        return
    raise ClusterConflict(f"{record.target} changes all the time and could not be scaled back yet.")


def _pod_back(cluster: Cluster, namespace: str, record: Undo, manifest: Object) -> Iterator[str]:
    """Create a bare pod again once the one that was stopped is gone."""
    if not _gone(cluster, namespace, record):
        return
    try:
        cluster.create("Pod", manifest, namespace)
    except ClusterConflict:
        return
    except NotInCluster:
        yield f"The namespace {namespace} is gone: {record.target} was not made again."
        return
    yield f"{record.target} was created again."


def _gone(cluster: Cluster, namespace: str, record: Undo) -> bool:
    """Wait for the end of a pod that is being deleted. False: it runs, or another has its name."""
    deadline = utc_now() + timedelta(seconds=record.grace + WAIT_BEYOND_GRACE)
    while (left := (deadline - utc_now()).total_seconds()) > 0:
        found = cluster.list("Pod", namespace, fields=f"metadata.name={record.name}")
        if not found.items:
            return True
        metadata = found.items[0]["metadata"]
        if metadata["uid"] != record.uid or "deletionTimestamp" not in metadata:
            return False
        _await_deletion(cluster, namespace, record, found.version, left)
    raise ClusterUnavailable(f"{record.target} does not end, so it cannot be created again yet.")


def _await_deletion(cluster: Cluster, namespace: str, record: Undo, since: str, left: float) -> None:
    fields = f"metadata.name={record.name}"
    try:
        for change in cluster.watch("Pod", namespace, since=since, seconds=int(left) + 1, fields=fields):
            if change.type == "DELETED":
                return
    except WatchExpired:
        return


def _tools_gone(cluster: Cluster, namespace: str, run: str) -> Iterator[str]:
    try:
        pods = cluster.list("Pod", namespace, labels=f"{RUN_LABEL}={run},{MANAGED_LABEL}={MANAGER}").items
    except NotInCluster:
        return
    for pod in pods:
        metadata = pod["metadata"]
        try:
            cluster.delete("Pod", metadata["name"], namespace, grace=TOOL_GRACE, uid=metadata["uid"])
        except (NotInCluster, ClusterConflict):
            continue
        yield f"The tool pod {metadata['name']} was removed."


def _claim(
    cluster: Cluster, namespace: str, name: str, by: str, wanted: Callable[[Object], bool]
) -> Object | None:
    """Note in a lease that it is being undone `by` somebody; None when it is not the wanted one.

    It is bound to the version looked at, so that of two only one undoes: the other gets ClusterConflict.
    Raises NotInCluster when there is no such lease.
    """
    for _ in range(TRIES):
        lease = cluster.get("Lease", name, namespace)
        if not wanted(lease):
            return None
        lease["metadata"].setdefault("annotations", {})[UNDOING] = by
        lease["spec"]["renewTime"] = micro_time(utc_now())
        lease["spec"]["leaseDurationSeconds"] = recorded(lease).grace + LONGEST_UNDO
        try:
            return cluster.replace("Lease", lease, namespace)
        except ClusterConflict:
            continue
    raise ClusterConflict(f"The lease {name} changes all the time.")


def _undoing(lease: Object) -> str | None:
    found: str | None = (lease["metadata"].get("annotations") or {}).get(UNDOING)
    return found


def _undone(cluster: Cluster, namespace: str, lease: Object) -> tuple[str, ...]:
    lines = _put_back(cluster, namespace, recorded(lease))
    _drop(cluster, namespace, lease)
    return lines


def _drop(cluster: Cluster, namespace: str, lease: Object) -> None:
    """Delete this very lease in this very version; when somebody took it over meanwhile, it stays."""
    metadata = lease["metadata"]
    try:
        cluster.delete(
            "Lease", metadata["name"], namespace, uid=metadata["uid"], version=metadata["resourceVersion"]
        )
    except (NotInCluster, ClusterConflict):
        return


def _swept(cluster: Cluster, namespace: str, name: str, now: datetime | None) -> tuple[str, ...]:
    try:
        lines = undo_expired(cluster, namespace, name, now=now)
    except NotInCluster:
        return ()
    except ClusterError as error:
        return (f"What the lease {namespace}/{name} says could not be put back: {error}",)
    return () if lines is None else (*lines, f"The expired lease {namespace}/{name} was removed.")
