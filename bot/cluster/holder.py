"""A holder: an ephemeral container that keeps a stopping pod until the files of its volume are copied.

It mounts the service's volume read-only, in a process namespace of its own, and ignores SIGTERM: the
service's container ends as ever, the pod (and with it an emptyDir) stays until the holder is released, at
most for the pod's grace period. It runs as the service's own user, so that it passes runAsNonRoot and
reads 0700.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from bot.cluster.attach import Attached, attach
from bot.cluster.client import Cluster, Object
from bot.cluster.exec import Ran
from bot.errors import ClusterError

MOUNT = "/covcheck"
MARK = "covcheck-holds-the-files"
SCRIPT = """trap '' TERM INT HUP
trap 'exit 0' USR1
n=0
while [ "$n" -lt {seconds} ]; do sleep 1 & wait $!; n=$((n+1)); done"""

RELEASE = f"""trap '' USR1
for p in /proc/[0-9]*; do grep -q {MARK} $p/cmdline 2>/dev/null && kill -USR1 ${{p#/proc/}}; done"""
"""Finds the holder by its mark: it is PID 1 only where the pod does not share its process namespace."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A running holder; the volume is mounted at MOUNT."""

    cluster: Cluster
    attached: Attached

    def exec(self, argv: tuple[str, ...], *, seconds: float = 30, limit: int = 64 << 20) -> Ran:
        """Run a command of the tool image beside the volume. Raises ClusterError."""
        there = self.attached
        return self.cluster.exec(there.namespace, there.pod, there.name, argv, seconds=seconds, limit=limit)

    def release(self) -> None:
        """Let the pod go. Where that fails it goes at the end of its grace period."""
        with suppress(ClusterError):
            self.exec(("sh", "-c", RELEASE), seconds=5)


def hold(
    cluster: Cluster,
    namespace: str,
    pod: Object,
    volume: str,
    *,
    image: str,
    run_id: str,
    seconds: int,
    uid: int | None,
    gid: int | None,
) -> Holder:
    """Attach a holder to a running pod; it lets go by itself after `seconds`. Raises ClusterError."""
    attached = attach(
        cluster,
        namespace,
        pod,
        image=image,
        target=None,
        run_id=run_id,
        seconds=seconds,
        uid=uid,
        gid=gid,
        mounts=({"name": volume, "mountPath": MOUNT, "readOnly": True},),
        argv=("sh", "-c", SCRIPT.format(seconds=int(seconds)), MARK),
    )
    return Holder(cluster, attached)
