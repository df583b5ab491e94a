"""The shared cluster has the shape that live tests count on."""

from __future__ import annotations


def test_two_untainted_nodes_and_the_mount_on_the_worker_only(live_cluster):
    client = live_cluster.connect()
    nodes = {node["metadata"]["name"]: node["spec"] for node in client.list("Node").items}
    assert set(nodes) == {live_cluster.control_plane, live_cluster.worker}
    assert [spec.get("taints") for spec in nodes.values()] == [None, None]
    assert live_cluster.coverdata.is_dir()


def test_a_namespace_of_its_own(live_cluster, live_namespace):
    found = live_cluster.connect().get("Namespace", live_namespace)
    assert found["status"]["phase"] == "Active"
