"""The live workload as text and facts, its pods, its events and its log."""

from __future__ import annotations

from typing import Any

from bot.cluster.probes.events import read_events
from bot.cluster.probes.livetext import live_text, read_live
from bot.cluster.probes.log import coverage_lines
from bot.cluster.probes.workload import differences, pod_seen

TOKEN = "ghp_" + "a1" * 18
CONTAINER: dict[str, Any] = {
    "env": [
        {"name": "GOCOVERDIR", "value": "/coverdata"},
        {"name": "DB_PASSWORD", "value": "hunter2-and-more"},
        {"name": "NOTE", "value": f"use {TOKEN}"},
        {"name": "FROM", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
    ],
    "image": "shop:e2e",
    "name": "shop",
    "volumeMounts": [
        {"mountPath": "/coverdata", "name": "cov"},
        {"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": "kube-api-access-x7f2k"},
    ],
}
SPEC: dict[str, Any] = {
    "containers": [CONTAINER],
    "volumes": [
        {"hostPath": {"path": "/coverdata"}, "name": "cov"},
        {"name": "kube-api-access-x7f2k", "projected": {}},
    ],
}


def deployment(spec: dict[str, Any] = SPEC) -> dict[str, Any]:
    return {
        "kind": "Deployment",
        "apiVersion": "apps/v1",
        "metadata": {
            "name": "shop",
            "namespace": "team",
            "managedFields": [{"manager": "kubectl"}],
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "own": "note"},
        },
        "spec": {"replicas": 1, "template": {"metadata": {"labels": {"app": "shop"}}, "spec": spec}},
        "status": {"replicas": 1},
    }


def test_the_text_is_read_like_a_manifest_with_its_lines() -> None:
    path, text = live_text(deployment())
    assert path == "cluster:team/deployment/shop"
    lines = text.splitlines()
    workload = read_live(path, text)
    assert workload is not None
    container = workload.containers[0]
    assert (workload.kind, workload.name, container.name) == ("Deployment", "shop", "shop")
    for fact, shown in (
        (container.env[0], "- name: GOCOVERDIR"),
        (container.mounts[0], "- name: cov"),
        (workload.volumes[0], "- name: cov"),
    ):
        assert fact.evidence.path == path
        assert lines[fact.evidence.line - 1].strip() == shown
    assert [volume.kind for volume in workload.volumes] == ["hostPath"]
    assert len(container.mounts) == 1


def test_the_text_holds_neither_secrets_nor_what_the_server_keeps() -> None:
    _, text = live_text(deployment())
    for word in ("hunter2", TOKEN, "managedFields", "last-applied", "status", "kube-api-access"):
        assert word not in text
    assert "own: note" in text
    assert "key: password" in text


def test_an_odd_object_is_no_workload() -> None:
    path, text = live_text({"kind": "Pod", "metadata": {"name": "x"}, "spec": None})
    workload = read_live(path, text)
    assert workload is not None
    assert workload.containers == ()
    assert read_live("x", "kind: [") is None


def test_a_pod_of_its_template_does_not_differ() -> None:
    template = read_live(*live_text(deployment()))
    pod = read_live(
        *live_text({"kind": "Pod", "metadata": {"name": "shop-1"}, "spec": {**SPEC, "nodeName": "n"}})
    )
    assert template is not None
    assert pod is not None
    assert differences(template, pod) == ()


def test_what_was_put_in_is_named() -> None:
    env = [{"name": "GOCOVERDIR", "value": "/tmp/x"}, *CONTAINER["env"][1:], {"name": "NEW", "value": "1"}]
    changed = {**SPEC, "containers": [{**CONTAINER, "env": env}, {"name": "proxy", "image": "proxy:1"}]}
    template = read_live(*live_text(deployment()))
    pod = read_live(*live_text({"kind": "Pod", "metadata": {"name": "shop-1"}, "spec": changed}))
    assert template is not None
    assert pod is not None
    assert differences(template, pod) == (
        "container shop: env GOCOVERDIR",
        "container shop: env NEW",
        "container proxy",
    )


def pod_body(**status: Any) -> dict[str, Any]:
    own = {"name": "shop", "image": "shop:e2e", "imageID": "sha256:ab", "restartCount": 0, **status}
    return {
        "metadata": {"name": "shop-1", "uid": "u", "namespace": "team"},
        "spec": {**SPEC, "nodeName": "worker"},
        "status": {"phase": "Running", "containerStatuses": [own]},
    }


def test_a_running_pod() -> None:
    body = pod_body(ready=True, state={"running": {"startedAt": "2026-11-23T01:00:00Z"}})
    seen = pod_seen(body, "shop")
    assert (seen.name, seen.node, seen.phase, seen.ready) == ("shop-1", "worker", "Running", True)
    assert (seen.image, seen.image_id, seen.waiting, seen.last) == ("shop:e2e", "sha256:ab", None, None)
    assert seen.started_at == 1795395600.0


def test_a_pod_that_crashes() -> None:
    ended = {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-23T01:00:00Z"}
    body = pod_body(
        restartCount=3,
        state={"waiting": {"reason": "CrashLoopBackOff", "message": f"back-off {TOKEN}"}},
        lastState={"terminated": ended},
    )
    seen = pod_seen(body, None)
    assert (seen.waiting, seen.restarts) == ("CrashLoopBackOff", 3)
    assert seen.last is not None
    assert (seen.last.exit_code, seen.last.reason, seen.last.signal) == (137, "OOMKilled", None)
    assert seen.seen.text.endswith("3 restarts, container shop ended before with exit code 137 (OOMKilled)")
    assert TOKEN not in seen.waiting_message + seen.seen.excerpt


def test_a_pod_that_finds_no_node() -> None:
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/2 nodes"}
    body = {**pod_body(), "status": {"phase": "Pending", "conditions": [condition]}}
    seen = pod_seen(body, "shop")
    assert (seen.waiting, seen.waiting_message, seen.image) == ("Unschedulable", "0/2 nodes", "shop:e2e")


def event(reason: str, **fields: Any) -> dict[str, Any]:
    involved = {"kind": "Pod", "name": "shop-1", "uid": "u"}
    return {"metadata": {}, "involvedObject": involved, "reason": reason, "type": "Warning", **fields}


def test_events_of_both_forms_and_without_the_usual_ones() -> None:
    old = event("FailedMount", message=f"no {TOKEN}", count=4, lastTimestamp="2026-11-23T01:00:00Z")
    new = event("BackOff", eventTime="2026-11-23T01:00:01.5Z", series={"count": 7})
    found = read_events([old, event("Pulled"), new, event("Odd", lastTimestamp="x")])
    assert [(each.reason, each.about, each.count) for each in found] == [
        ("FailedMount", "pod/shop-1", 4),
        ("BackOff", "pod/shop-1", 7),
        ("Odd", "pod/shop-1", 1),
    ]
    assert TOKEN not in found[0].message
    assert (found[0].at, found[1].at, found[2].at) == (1795395600.0, 1795395601.5, 0.0)


def test_lines_of_go_about_coverage() -> None:
    lines = [
        b"starting with GOCOVERDIR=/cov",
        b"warning: GOCOVERDIR not set, no coverage data emitted",
        b"warning: GOCOVERDIR not set, no coverage data emitted",
        b"error: coverage meta-data emit failed: open /cov: permission denied",
        b"encountered bad pkgID: 0  at slot: 3",
        b"\xff coverage of the earth",
    ]
    assert coverage_lines(lines) == (
        "warning: GOCOVERDIR not set, no coverage data emitted",
        "error: coverage meta-data emit failed: open /cov: permission denied",
        "encountered bad pkgID: 0  at slot: 3",
    )
    assert coverage_lines([]) == ()
