"""Which Kind nodes a pod can run on."""

from __future__ import annotations

import pytest

from bot.facts.build import Setting
from bot.facts.node import KindConfig, KindNode
from bot.facts.nodes import CONTROL_PLANE_LABEL, possible_nodes
from bot.facts.path import CoveragePath
from bot.facts.workload import Toleration, Workload
from bot.model import Evidence, RepoRef, Service

HERE = Evidence("f", 1, 1)
CONTROL = KindNode("control-plane", "control-plane", HERE)
WORKER = KindNode("worker", "worker", HERE)
WORKER2 = KindNode("worker", "worker2", HERE, labels=(Setting("disk", "fast", HERE),))
TOLERATES = Toleration(CONTROL_PLANE_LABEL, "Exists", "", "NoSchedule", HERE)
TOLERATES_ALL = Toleration("", "Exists", "", "", HERE)
TOLERATES_OTHER = Toleration("other", "Exists", "", "NoSchedule", HERE)


def setting(name: str, value: str) -> Setting:
    return Setting(name, value, HERE)


def names(nodes: tuple[KindNode, ...], **pod: object) -> list[str] | None:
    workload = Workload("Deployment", "shop", None, HERE, "yaml", (), **pod)  # type: ignore[arg-type]
    path = CoveragePath(
        Service("shop", {}), RepoRef("r", "0" * 40), workload=workload, kind=KindConfig("k", nodes, HERE)
    )
    found = possible_nodes(path)
    return None if found is None else [node.suffix for node in found]


def test_the_control_plane_is_for_those_who_tolerate_it_and_for_single_nodes():
    assert names((CONTROL, WORKER)) == ["worker"]
    assert names((CONTROL, WORKER), tolerations=(TOLERATES,)) == ["control-plane", "worker"]
    assert names((CONTROL, WORKER), tolerations=(TOLERATES_ALL,)) == ["control-plane", "worker"]
    assert names((CONTROL, WORKER), tolerations=(TOLERATES_OTHER,)) == ["worker"]
    assert names((CONTROL,)) == ["control-plane"]


def test_a_taint_taken_away_or_added_in_the_config_counts():
    open_control = KindNode("control-plane", "control-plane", HERE, taints=())
    assert names((open_control, WORKER)) == ["control-plane", "worker"]
    dedicated = KindNode("worker", "worker", HERE, taints=(setting("team", "db:NoSchedule"),))
    assert names((CONTROL, dedicated, WORKER2)) == ["worker2"]
    admits = Toleration("team", "Equal", "db", "NoSchedule", HERE)
    assert names((CONTROL, dedicated, WORKER2), tolerations=(admits,)) == ["worker", "worker2"]
    soft = KindNode("worker", "worker", HERE, taints=(setting("team", "db:PreferNoSchedule"),))
    assert names((CONTROL, soft)) == ["worker"]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (setting("disk", "fast"), ["worker2"]),
        (setting("disk", "slow"), []),
        (setting("kubernetes.io/os", "linux"), ["worker", "worker2"]),
        (setting("kubernetes.io/arch", "amd64"), ["worker", "worker2"]),
        (setting("kubernetes.io/hostname", "shop-e2e-worker"), ["worker"]),
        (setting("disk", "${DISK}"), None),
    ],
)
def test_selectors(selector, expected):
    assert names((CONTROL, WORKER, WORKER2), node_selector=(selector,)) == expected


def test_a_node_name_beats_taints_and_affinity_is_not_guessed():
    assert names((CONTROL, WORKER), node_name=setting("nodeName", "kind-control-plane")) == ["control-plane"]
    assert names((CONTROL, WORKER), node_name=setting("nodeName", "${NODE}")) is None
    assert names((CONTROL, WORKER), affinity=(setting("disk", "In fast"),)) is None
