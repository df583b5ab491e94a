"""The undo record and the manifest of a bare pod in it."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster.plan import Plan, PlannedPod
from bot.cluster.record import Undo, creatable, undo_record
from bot.errors import ClusterError, NotStoppable

TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"


def live_pod(owns_node: bool = False) -> dict:
    """A pod as the API gives it after admission, scheduling and start (fields seen with Kubernetes 1.34)."""
    fields = {"f:containers": {}, **({"f:nodeName": {}} if owns_node else {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "shop",
            "namespace": "team",
            "uid": "u1",
            "resourceVersion": "77",
            "generation": 1,
            "creationTimestamp": "2026-11-23T01:06:23Z",
            "labels": {"app": "shop"},
            "annotations": {"team.dev/keep": "1", "cni.projectcalico.org/podIP": "10.0.0.1/32"},
            "managedFields": [
                {"manager": "kubectl", "fieldsV1": {"f:spec": fields}},
                {"manager": "kubelet", "subresource": "status", "fieldsV1": {"f:status": {}}},
            ],
        },
        "spec": {
            "nodeName": "worker",
            "priority": 0,
            "preemptionPolicy": "PreemptLowerPriority",
            "priorityClassName": "high",
            "serviceAccount": "default",
            "serviceAccountName": "default",
            "terminationGracePeriodSeconds": 7,
            "ephemeralContainers": [{"name": "debug", "image": "busybox"}],
            "containers": [
                {
                    "name": "main",
                    "image": "shop:1",
                    "volumeMounts": [
                        {"name": "data", "mountPath": "/data"},
                        {"name": "kube-api-access-k9kdd", "mountPath": TOKEN},
                    ],
                },
                {"name": "side", "image": "s", "volumeMounts": [{"name": "kube-api-access-k9kdd"}]},
            ],
            "initContainers": [{"name": "i", "volumeMounts": [{"name": "kube-api-access-k9kdd"}]}],
            "volumes": [
                {"name": "data", "hostPath": {"path": "/coverdata"}},
                {"name": "kube-api-access-k9kdd", "projected": {"sources": []}},
            ],
        },
        "status": {"phase": "Running"},
    }


def a_plan(kind: str = "Deployment", namespace: str = "team") -> Plan:
    pods = (PlannedPod("a", "1", "n", 5), PlannedPod("b", "2", "n", 9))
    return Plan("shop", "kind-x", namespace, kind, "shop", "u1", 3, 2, None, pods)


def test_what_the_server_added_is_gone_and_the_rest_stays():
    made = creatable(live_pod())
    assert set(made) == {"apiVersion", "kind", "metadata", "spec"}
    assert made["metadata"] == {
        "name": "shop",
        "namespace": "team",
        "labels": {"app": "shop"},
        "annotations": {"team.dev/keep": "1"},
    }
    main, side = made["spec"]["containers"]
    assert main["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]
    assert "volumeMounts" not in side
    assert "volumeMounts" not in made["spec"]["initContainers"][0]
    assert made["spec"]["volumes"] == [{"name": "data", "hostPath": {"path": "/coverdata"}}]
    assert {"nodeName", "priority", "preemptionPolicy", "ephemeralContainers"}.isdisjoint(made["spec"])
    assert made["spec"]["priorityClassName"] == "high"
    assert made["spec"]["serviceAccountName"] == "default"
    assert made["spec"]["terminationGracePeriodSeconds"] == 7


def test_a_node_that_a_client_asked_for_stays():
    assert creatable(live_pod(owns_node=True))["spec"]["nodeName"] == "worker"


def test_a_volume_that_a_person_named_like_the_token_stays():
    pod = live_pod()
    pod["spec"]["volumes"] = [{"name": "kube-api-access-k9kdd", "emptyDir": {}}]
    assert creatable(pod)["spec"]["volumes"] == [{"name": "kube-api-access-k9kdd", "emptyDir": {}}]


def test_the_live_object_is_not_touched():
    pod = live_pod()
    before = copy.deepcopy(pod)
    creatable(pod)["spec"]["containers"][0]["image"] = "other"
    assert pod == before


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=12).map("x-".__add__), VALUES, max_size=4))
def test_cleaning_keeps_what_it_does_not_know_and_is_the_same_twice(extra: dict):
    pod = live_pod()
    pod["spec"].update(extra)
    made = creatable(pod)
    assert {key: made["spec"][key] for key in extra} == extra
    assert creatable(made) == made


@given(VALUES, st.integers(0, 50))
def test_a_record_comes_back_as_it_was(value: object, replicas: int):
    record = Undo("run", "Pod", "shop", "u1", replicas, 30, ("team", "tools"), {"spec": value})
    assert Undo.decode(record.encode()) == record


@given(st.text(max_size=60) | VALUES.map(repr))
def test_what_is_no_record_is_refused(text: str):
    with pytest.raises(ClusterError):
        Undo.decode(text)


def test_deep_nesting_is_refused():
    with pytest.raises(ClusterError):
        Undo.decode("[" * 200_000)


def test_the_record_of_a_plan():
    record = undo_record(a_plan(), "r1", "", None)
    assert (record.replicas, record.grace, record.tools, record.pod) == (2, 9, ("team",), None)
    assert undo_record(a_plan(), "r1", "tools", None).tools == ("team", "tools")
    assert undo_record(a_plan("Pod"), "r1", "", live_pod()).pod == creatable(live_pod())


def test_a_manifest_that_no_annotation_holds_is_refused_before_anything_is_changed():
    pod = live_pod()
    pod["metadata"]["annotations"]["team.dev/blob"] = "x" * 250_000
    with pytest.raises(NotStoppable, match="too large"):
        undo_record(a_plan("Pod"), "r1", "", pod).encode()
