"""Getting beside a service's process as the right user, with as few containers and rights as possible.

Where the pod's spec says user and group, the container starts as them. Else it starts as root, sees the user
and becomes it; where root is refused (restricted Pod Security, a policy) it starts as some user, sees
the service's, and a second one starts as that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.cluster.attach import NO_IMAGE, NotStarted, attach
from bot.cluster.client import Cluster, Object
from bot.cluster.probes.process import LIST, Identity, Process, parse_processes
from bot.cluster.probes.session import Session, can_read, writes_like
from bot.errors import ClusterRefused

LIFE = 90
"""Seconds after which the ephemeral container ends by itself."""
EXEC_SECONDS = 40.0
SOMEBODY = 65_532
CAPABILITIES = (
    *("CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"),
    *("LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK"),
    *("IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN"),
    *("SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE"),
    *("AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP"),
)
"""By bit (linux/capability.h)."""
COMMON = frozenset(
    {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"}
    | {"NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}
)
"""What containers have unless they say otherwise (containerd, baseline Pod Security)."""


@dataclass(frozen=True, slots=True)
class Rights:
    """As whom an ephemeral container starts; `capabilities` None: the runtime's own set."""

    uid: int
    gid: int | None = None
    capabilities: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What it takes to attach beside one container of one pod. `identifier` is its containerID."""

    cluster: Cluster
    body: Object
    container: Object
    identifier: str
    image: str
    run_id: str

    def start(self, rights: Rights) -> Session:
        """A new ephemeral container with these rights. Raises ClusterError."""
        attached = attach(
            self.cluster,
            self.body["metadata"]["namespace"],
            self.body,
            image=self.image,
            target=self.container["name"],
            run_id=self.run_id,
            seconds=LIFE,
            uid=rights.uid,
            gid=rights.gid,
            capabilities=rights.capabilities,
        )
        return Session(self.cluster, attached, EXEC_SECONDS)

    def session_for(self, session: Session, who: Identity) -> Session:
        """The session, or another one that can read what `who` runs. Raises ClusterError.

        Where rights that covcheck does not ask for would be needed (a privileged service), the session stays.
        """
        own = session.own
        if own is None or (can_read(own, who) and writes_like(own, who)):
            return session
        rights = exact_rights(who)
        if rights is None:
            return session
        other = self.start(rights)
        other.own, _ = self.processes(other)
        return other

    def processes(self, session: Session) -> tuple[Identity | None, tuple[Process, ...]]:
        """As whom the session runs, and the processes of the service's container. Raises ClusterError."""
        spec = self.body["spec"]
        alone = not (spec.get("hostPID") or spec.get("shareProcessNamespace"))
        values = {"CC_ID": self.identifier.rpartition("/")[2], "CC_ALONE": "1" if alone else "0"}
        return parse_processes(session.run(LIST, values))


def enter(access: Access) -> tuple[Session, tuple[Process, ...]]:
    """A session beside the service's container, and the processes there. Raises ClusterError."""
    refused: ClusterRefused | None = None
    for rights in first_rights(access.body, access.container):
        try:
            session = access.start(rights)
        except NotStarted as error:
            if error.reason in NO_IMAGE:
                raise
            refused = error
        except ClusterRefused as error:
            refused = error
        else:
            session.own, processes = access.processes(session)
            return session, processes
    assert refused is not None
    raise refused


def first_rights(body: Object, container: Object) -> Iterator[Rights]:
    """The rights to start with, the likeliest to do first."""
    uid, gid = declared(body, container, "runAsUser"), declared(body, container, "runAsGroup")
    if uid and gid is not None:
        yield Rights(uid, gid)
    yield Rights(0, 0)
    if not (uid and gid is not None):
        yield Rights(uid or SOMEBODY, gid if gid is not None else uid or SOMEBODY)


def declared(body: Object, container: Object, key: str) -> int | None:
    """A number of the security context: the container's, else the pod's."""
    for holder in (container, body["spec"]):
        value = (holder.get("securityContext") or {}).get(key)
        if isinstance(value, int):
            return value
    return None


def exact_rights(who: Identity) -> Rights | None:
    """The rights to be just that process; None where they go beyond what any container has."""
    if who.uid != 0:
        return None if who.permitted else Rights(who.uid, who.gid)
    names = capability_names(who.effective)
    if names is None or not set(names) <= COMMON or capability_names(who.permitted) != names:
        return None
    return Rights(0, who.gid, names)


def capability_names(bits: int) -> tuple[str, ...] | None:
    """The names of capability bits as the API writes them; None when one has no name here."""
    if bits >> len(CAPABILITIES):
        return None
    named: Sequence[str] = [name for bit, name in enumerate(CAPABILITIES) if bits >> bit & 1]
    return tuple(named)
