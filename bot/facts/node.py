"""Facts of the link node: the Kind config and who makes the host directory."""

from __future__ import annotations

from dataclasses import dataclass

from bot.facts.build import Guard, Setting
from bot.model import Evidence


@dataclass(frozen=True, slots=True)
class ExtraMount:
    """A Kind extraMount: `host_path` on the machine that runs kind, `container_path` in the node."""

    host_path: str
    container_path: str
    evidence: Evidence
    read_only: bool = False
    selinux_relabel: bool = False
    propagation: str | None = None
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class KindNode:
    """A node of a Kind cluster. `role` is `control-plane` or `worker`; `name` is kind's own suffix.

    kind names nodes `<cluster>-control-plane`, `-control-plane2`, ..., `<cluster>-worker`,
    `-worker2`, ...; `suffix` is the part after the cluster name. A control-plane node carries the
    NoSchedule taint unless it is the only node (kind removes it then).
    """

    role: str
    suffix: str
    evidence: Evidence
    mounts: tuple[ExtraMount, ...] = ()
    labels: tuple[Setting, ...] = ()
    image: Setting | None = None
    taints: tuple[Setting, ...] | None = None
    """What kubeadm patches register instead of the default taint, as name `key` and value
    `value:effect`; () takes the control-plane taint away, None leaves kubeadm's default."""


@dataclass(frozen=True, slots=True)
class KindConfig:
    """A kind.x-k8s.io Cluster. `path` is the file, or the Go or shell file that holds it inline.

    `implicit` marks the default cluster of `kind create cluster` without a config: one
    control-plane node, no mounts.
    """

    path: str
    nodes: tuple[KindNode, ...]
    evidence: Evidence
    name: str | None = None
    implicit: bool = False
