"""The nodes of the cluster, and a directory on each of them as tool pods see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot.cluster.client import Cluster, Object
from bot.cluster.listing import Place, list_files, see_place, steady
from bot.cluster.mounts import backing_of, mount_at
from bot.cluster.permissions import Permission
from bot.cluster.probes.base import Probe
from bot.cluster.probes.directory import Mount
from bot.cluster.toolpods import ToolPod, Tools
from bot.cluster.toolspec import NODE_MOUNT, Wanted
from bot.errors import ClusterError
from bot.facts.live import Backing, NodeDirectory, NodeSeen
from bot.model import Link, Missing

PROBE = Probe(
    "nodes",
    (
        Permission("list", "Node", None, "see the nodes and their taints", place="cluster"),
        Permission("create", "Pod", None, "look at directories of nodes", place="tools"),
        Permission("list", "Pod", None, "wait for a tool pod", place="tools"),
        Permission("watch", "Pod", None, "wait for a tool pod", place="tools"),
        Permission("delete", "Pod", None, "remove tool pods", place="tools"),
        Permission("get", "Pod", "exec", "look at directories of nodes", place="tools"),
        Permission("create", "Pod", "exec", "look at directories of nodes", place="tools"),
        Permission("list", "Event", None, "tell a directory that a node does not have", place="tools"),
    ),
    "one short-lived pod a node",
    "a directory on each node: owner, mode, what is behind it, its files",
)
PERMISSIONS = PROBE.permissions
MOST_NODES = 8
MOST_PATHS = 8
CORDONED = "node.kubernetes.io/unschedulable"
ROLE = "node-role.kubernetes.io/"


def read_nodes(cluster: Cluster) -> tuple[NodeSeen, ...]:
    """All nodes of the cluster. Raises ClusterError."""
    return tuple(_node(node) for node in cluster.list("Node").items)


def wanted_on_nodes(
    nodes: Sequence[NodeSeen], first: Iterable[str], paths: Sequence[str]
) -> tuple[tuple[Wanted, ...], tuple[Missing, ...]]:
    """The tool pods that look at `paths` on each node that can run pods, and what is left out.

    `first` names the nodes where the workload runs; they are looked at whatever their state.
    """
    runs = set(first)
    chosen = [n for n in nodes if n.name in runs] + [n for n in nodes if n.name not in runs and _usable(n)]
    looked = tuple(dict.fromkeys(path for path in paths if path.startswith("/")))[:MOST_PATHS]
    left = [
        Missing(f"the directories of node {n.name}", f"only {MOST_NODES} nodes are looked at", Link.NODE)
        for n in chosen[MOST_NODES:]
    ]
    wanted = tuple(Wanted(node.name, looked) for node in chosen[:MOST_NODES] if looked)
    return wanted, tuple(left)


def see_nodes(
    tools: Tools, nodes: Sequence[NodeSeen], *, extra_mounts: Sequence[str] = ()
) -> tuple[tuple[NodeDirectory, ...], tuple[Missing, ...]]:
    """Every directory that the tool pods mount, with the files in it now as `before`.

    `extra_mounts` are the containerPaths of the repo's Kind config, where it was read.
    """
    kinds = {node.name: node.kind for node in nodes}
    jobs = [(pod, path) for pod in tools.pods for path in pod.mounts if path.startswith("/")]
    found = [_absent(node, path) for node, path in tools.absent]
    missing = list(tools.missing)
    for (pod, path), seen in zip(jobs, _each(jobs, kinds, extra_mounts), strict=True):
        if isinstance(seen, NodeDirectory):
            found.append(seen)
        else:
            missing.append(Missing(f"{path} on node {pod.node}", str(seen), Link.NODE))
    return tuple(sorted(found, key=lambda one: (one.node, one.path))), tuple(missing)


def see_again(tools: Tools, directories: Sequence[NodeDirectory]) -> tuple[NodeDirectory, ...]:
    """The same directories with their files after the stop as `after`; None where they cannot be listed."""

    def again(one: NodeDirectory) -> NodeDirectory:
        pod = tools.on(one.node, one.path)
        if pod is None:
            return one
        try:
            return replace(one, after=list_files(pod.exec, pod.mounts[one.path]))
        except ClusterError:
            return one

    with ThreadPoolExecutor(4) as pool:
        return tuple(pool.map(again, directories))


def _each(
    jobs: Sequence[tuple[ToolPod, str]], kinds: Mapping[str, bool], extra_mounts: Sequence[str]
) -> list[NodeDirectory | ClusterError]:
    def one(job: tuple[ToolPod, str]) -> NodeDirectory | ClusterError:
        pod, path = job
        try:
            return _directory(pod, path, kinds.get(pod.node, False), extra_mounts)
        except ClusterError as error:
            return error

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, jobs))


def _directory(pod: ToolPod, path: str, kind: bool, extra_mounts: Sequence[str]) -> NodeDirectory:
    inside = pod.mounts[path]
    ran = steady(lambda: pod.exec(("cat", "/proc/self/mountinfo"), limit=4 << 20))
    table = ran.stdout.decode("utf-8", "replace")
    mount = mount_at(table, inside)
    place = see_place(pod.exec, inside)
    own = mount_at(table, NODE_MOUNT)
    backing = backing_of(path, mount, kind=kind, extra_mounts=extra_mounts, own=own)
    return NodeDirectory(
        node=pod.node,
        path=path,
        exists=place is not None,
        uid=place.uid if place else None,
        gid=place.gid if place else None,
        mode=place.mode if place else None,
        fstype=mount.fstype if mount else None,
        source=mount.root if mount else None,
        backing=backing,
        seen=PROBE.saw(f"node {pod.node}", _text(path, place, mount, backing)),
        before=list_files(pod.exec, inside),
    )


BEHIND = {
    Backing.HOST: "the host's directory {root}",
    Backing.NODE: "the node container's own layer, not the host",
    Backing.TMPFS: "the node's memory (tmpfs), not the host",
    Backing.DOCKER_VOLUME: "the node's anonymous volume, not a host directory of yours",
}


def _text(path: str, place: Place | None, mount: Mount | None, backing: Backing) -> str:
    what = (
        f"{path} is a directory of {place.uid}:{place.gid} mode {place.mode}" if place else f"{path} is there"
    )
    behind = BEHIND.get(backing, "")
    return f"{what}; behind it is {behind.format(root=mount.root)}" if mount and behind else what


def _absent(node: str, path: str) -> NodeDirectory:
    seen = PROBE.saw(f"node {node}", f"there is no directory {path}")
    return NodeDirectory(node, path, False, None, None, None, None, None, Backing.UNKNOWN, seen)


def _node(node: Object) -> NodeSeen:
    metadata, spec, status = node["metadata"], node.get("spec") or {}, node.get("status") or {}
    labels = metadata.get("labels") or {}
    taints = spec.get("taints") or ()
    conditions = {c["type"]: c["status"] for c in status.get("conditions") or ()}
    return NodeSeen(
        name=metadata["name"],
        roles=tuple(sorted(key.removeprefix(ROLE) for key in labels if key.startswith(ROLE))),
        kind=str(spec.get("providerID", "")).startswith("kind://"),
        ready=conditions.get("Ready") == "True",
        taints=tuple(_taint(taint) for taint in taints),
    )


def _taint(taint: Object) -> str:
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def _usable(node: NodeSeen) -> bool:
    return node.ready and not any(taint.startswith(CORDONED) for taint in node.taints)
