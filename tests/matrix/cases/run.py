"""Faults of how the container runs."""

from __future__ import annotations

from tests.matrix.case import META_ONLY, NOTHING, WRITABLE, Case, Files
from tests.matrix.images import tag
from tests.matrix.workload import CREATED, DIRECTORY, EMPTY_DIR, GOCOVERDIR, PREPARED, Shop, busybox

ON_WORKER = (("worker", WRITABLE),)
ROOT = {"securityContext": {"runAsUser": 0}}
MOUNT = [{"name": "coverage", "mountPath": DIRECTORY}]
WAITS = "trap 'exit 0' TERM; while :; do sleep 1; done"

RUN = (
    Case(
        "gocoverdir-unset",
        Shop(env=(), volume=PREPARED),
        "gocoverdir-unset",
        NOTHING,
        ("GOCOVERDIR not set",),
        nodes=ON_WORKER,
    ),
    Case(
        "gocoverdir-on-a-sidecar",
        Shop(
            env=(),
            volume=PREPARED,
            beside=(busybox("logger", WAITS, env=[GOCOVERDIR], volumeMounts=MOUNT),),
        ),
        "gocoverdir-wrong-container",
        NOTHING,
        ("GOCOVERDIR not set",),
        nodes=ON_WORKER,
    ),
    Case(
        "gocoverdir-on-an-init-container",
        Shop(env=(), volume=EMPTY_DIR, before=(busybox("migrate", "true", env=[GOCOVERDIR]),)),
        "gocoverdir-wrong-container",
        NOTHING,
        ("GOCOVERDIR not set",),
    ),
    Case(
        "gocoverdir-set-twice",
        Shop(env=(GOCOVERDIR, {"name": "GOCOVERDIR", "value": "/tmp/coverage"}), volume=PREPARED),
        "gocoverdir-overridden",
        NOTHING,
        ("/tmp/coverage",),
        nodes=ON_WORKER,
    ),
    Case(
        "gocoverdir-emptied",
        Shop(env=(GOCOVERDIR, {"name": "GOCOVERDIR", "value": ""}), volume=PREPARED),
        "gocoverdir-overridden",
        NOTHING,
        ("GOCOVERDIR not set",),
        nodes=ON_WORKER,
    ),
    Case(
        "gocoverdir-reset-by-command",
        Shop(
            tag("own-directory"),
            volume=PREPARED,
            container={"command": ["/bin/sh", "-c", "export GOCOVERDIR=/home; exec /usr/local/bin/shop"]},
        ),
        "gocoverdir-overridden",
        NOTHING,
        ("/home",),
        nodes=ON_WORKER,
    ),
    Case(
        "gocoverdir-relative",
        Shop(
            env=(
                {"name": "GOCOVERDIR", "value": "coverage"},
                {"name": "SHOP_CHDIR", "value": "/"},
            ),
            volume=PREPARED,
            mount_path="/data/coverage",
            container={"workingDir": "/data"},
        ),
        "gocoverdir-relative",
        META_ONLY,
        ("coverage",),
        nodes=ON_WORKER,
    ),
    Case(
        "gocoverdir-set-in-code",
        Shop(tag("setenv"), env=(), volume=CREATED, pod=ROOT),
        "gocoverdir-set-in-code",
        NOTHING,
        ("GOCOVERDIR not set",),
        files=Files(replace={"cmd/shop/main.go": "cmd/setenv/main.go"}),
    ),
)
