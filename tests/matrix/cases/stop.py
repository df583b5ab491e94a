"""Faults of how the process ends."""

from __future__ import annotations

from tests.matrix.case import BOTH, META_ONLY, WRITABLE, Case, Edit, Files, Ready
from tests.matrix.images import MULTI_STAGE, tag
from tests.matrix.workload import CREATED, EMPTY_DIR, PREPARED, Shop, env

ON_WORKER = (("worker", WRITABLE),)
ROOT = {"securityContext": {"runAsUser": 0}}
LIMIT = {"resources": {"limits": {"memory": "64Mi"}}}
STOPS = (
    'kubectl -n "${NAMESPACE}" scale deployment/shop --replicas=0\n'
    'kubectl -n "${NAMESPACE}" wait --for=delete pod -l app=shop --timeout=60s\n'
)

STOP = (
    Case(
        "no-signal-handler",
        Shop(env=env(SHOP_END="unhandled"), volume=PREPARED),
        "no-signal-handler",
        META_ONLY,
        ("exit",),
        nodes=ON_WORKER,
    ),
    Case(
        "no-signal-handler-empty-dir",
        Shop(env=env(SHOP_END="unhandled"), volume=EMPTY_DIR, node=""),
        "no-signal-handler",
        META_ONLY,
        ("exit",),
    ),
    Case(
        "grace-too-short",
        Shop(env=env(SHOP_END="slow"), volume=PREPARED, pod={"terminationGracePeriodSeconds": 2}),
        "grace-too-short",
        META_ONLY,
        ("137",),
        why="the shutdown takes 5 s, the pod gets 2",
        nodes=ON_WORKER,
    ),
    Case(
        "shutdown-blocked",
        Shop(env=env(SHOP_END="block"), volume=PREPARED, pod={"terminationGracePeriodSeconds": 20}),
        "shutdown-blocked",
        META_ONLY,
        ("137",),
        nodes=ON_WORKER,
    ),
    Case(
        "hard-exit",
        Shop(env=env(SHOP_END="hard-exit"), volume=PREPARED),
        "hard-exit",
        META_ONLY,
        ("exit",),
        why="syscall.Exit(0) after SIGTERM",
        nodes=ON_WORKER,
    ),
    Case(
        "panic-exit",
        Shop(env=env(SHOP_END="panic"), volume=PREPARED),
        "panic-exit",
        META_ONLY,
        ("panic",),
        nodes=ON_WORKER,
    ),
    Case(
        "oom-killed",
        Shop(env=env(SHOP_END="oom"), volume=PREPARED, container=LIMIT),
        "oom-killed",
        META_ONLY,
        ("OOMKilled",),
        why="the memory runs out in the shutdown",
        nodes=ON_WORKER,
    ),
    Case(
        "oom-killed-while-it-runs",
        Shop(env=env(SHOP_END="oom-early"), volume=PREPARED, container=LIMIT),
        "oom-killed",
        META_ONLY,
        ("OOMKilled",),
        why="killed over and over before anybody stops it",
        nodes=ON_WORKER,
        ready=Ready(restarts=1),
    ),
    Case(
        "never-stopped",
        Shop(tag(MULTI_STAGE), volume=CREATED, pod=ROOT),
        "never-stopped",
        BOTH,
        why="the repo's own run never stops the pod; covcheck does, and gets both files",
        files=Files((Edit("hack/e2e.sh", STOPS, ""),)),
    ),
)
