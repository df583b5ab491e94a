"""Kind configs: node names, mounts, labels and taints."""

from __future__ import annotations

from bot.facts.node import KindConfig
from bot.model import Evidence, RepoRef
from bot.path.manifest.kindconfig import default_kind, read_kind
from bot.repo.base import text_file

HEAD = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"


def read(text: str) -> KindConfig:
    (config,) = read_kind(text_file("kind.yaml", HEAD + text, "0", RepoRef("r", "0" * 40)))
    return config


def test_nodes_are_named_as_kind_names_them() -> None:
    config = read("name: e2e\nnodes:\n- role: worker\n- role: control-plane\n- role: worker\n- {}\n")
    assert [node.suffix for node in config.nodes] == ["worker", "control-plane", "worker2", "control-plane2"]
    assert config.name == "e2e"
    assert not config.implicit


def test_mounts_with_their_places() -> None:
    config = read(
        "nodes:\n- role: worker\n  extraMounts:\n  - hostPath: ./coverdata\n    containerPath: /coverdata\n"
        "  - hostPath: ${PWD}/x\n    containerPath: /x\n    readOnly: true\n    selinuxRelabel: true\n"
        "    propagation: HostToContainer\n  - hostPath: $HOME/y\n    containerPath: /y\n"
    )
    plain, full, envsubst = config.nodes[0].mounts
    assert (plain.host_path, plain.container_path, plain.read_only) == ("./coverdata", "/coverdata", False)
    assert (plain.evidence.line, plain.evidence.end_line) == (6, 7)
    assert (full.host_path, full.read_only, full.selinux_relabel) == ("${PWD}/x", True, True)
    assert full.propagation == "HostToContainer"
    assert envsubst.host_path == "${HOME}/y"


def test_no_nodes_are_one_control_plane() -> None:
    assert [node.suffix for node in read("").nodes] == ["control-plane"]
    config = default_kind(Evidence("Makefile", 3, 3))
    assert (config.implicit, config.path, [node.suffix for node in config.nodes]) == (
        True,
        "Makefile",
        ["control-plane"],
    )


def test_labels_from_the_config_and_from_both_forms_of_kubeadm_patches() -> None:
    config = read(
        "nodes:\n- role: control-plane\n  kubeadmConfigPatches:\n  - |\n    kind: InitConfiguration\n"
        "    nodeRegistration:\n      kubeletExtraArgs:\n        node-labels: a=1,b\n"
        "- role: worker\n  labels:\n    tier: cov\n  kubeadmConfigPatches:\n  - |\n"
        "    kind: JoinConfiguration\n"
        "    nodeRegistration:\n      kubeletExtraArgs:\n      - name: node-labels\n        value: c=2\n"
        "  - |\n    kind: InitConfiguration\n    nodeRegistration:\n      kubeletExtraArgs:\n"
        "        node-labels: unused=1\n"
    )
    first, second = config.nodes
    assert [(s.name, s.value, s.evidence.line) for s in first.labels] == [("a", "1", 10), ("b", "", 10)]
    assert [(s.name, s.value, s.evidence.line) for s in second.labels] == [
        ("tier", "cov", 13),
        ("c", "2", 20),
    ]


def test_taints_are_kept_removed_or_replaced() -> None:
    patch = "  - |\n    kind: {}Configuration\n    nodeRegistration:\n      taints: {}\n"
    plane = "- role: control-plane\n  kubeadmConfigPatches:\n"
    none = patch.format("Init", "[]")
    other = patch.format("Join", "[{key: a, value: b, effect: NoExecute}]")
    first, second, third = read("nodes:\n" + plane + none + plane + other + "- role: control-plane\n").nodes
    assert first.taints == ()
    assert [(taint.name, taint.value) for taint in second.taints or ()] == [("a", "b:NoExecute")]
    assert third.taints is None


def test_json_patches_of_the_whole_config() -> None:
    config = read(
        "kubeadmConfigPatchesJSON6902:\n- kind: InitConfiguration\n  patch: |\n"
        "    - op: add\n      path: /nodeRegistration/kubeletExtraArgs/node-labels\n      value: a=1\n"
    )
    assert [(s.name, s.value, s.evidence.line) for s in config.nodes[0].labels] == [("a", "1", 8)]


def test_other_clusters_are_no_kind_configs() -> None:
    capi = "kind: Cluster\napiVersion: cluster.x-k8s.io/v1beta1\n"
    assert read_kind(text_file("c.yaml", capi, "0", RepoRef("r", "0" * 40))) == ()
