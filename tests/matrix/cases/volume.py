"""Faults of the volume."""

from __future__ import annotations

from tests.matrix.case import (
    BOTH,
    COUNTERS_ONLY,
    LOST,
    META_ONLY,
    NOTHING,
    WRITABLE,
    Case,
    Files,
    Ready,
)
from tests.matrix.images import tag
from tests.matrix.workload import CREATED, EMPTY_DIR, PREPARED, Shop, busybox, env

ON_WORKER = (("worker", WRITABLE),)
STATE = {"name": "state", "emptyDir": {}}
LATE = "/coverdata/late"
MAKES_IT_LATE = f"sleep 3; mkdir -m 0777 {LATE}; trap 'exit 0' TERM; while :; do sleep 1; done"

VOLUME = (
    Case(
        "gocoverdir-not-mounted",
        Shop(tag("own-directory")),
        "gocoverdir-not-mounted",
        LOST,
        why="written to the container's own layer, gone with the pod",
    ),
    Case(
        "gocoverdir-mounted-elsewhere",
        Shop(tag("own-directory"), volume=PREPARED, mount_path="/var/coverage"),
        "gocoverdir-not-mounted",
        LOST,
        nodes=ON_WORKER,
    ),
    Case("gocoverdir-missing", Shop(), "gocoverdir-missing", NOTHING, ("no such file",)),
    Case(
        "gocoverdir-missing-below-the-mount",
        Shop(env=({"name": "GOCOVERDIR", "value": "/coverdata/shop"},), volume=PREPARED),
        "gocoverdir-missing",
        NOTHING,
        ("no such file",),
        nodes=ON_WORKER,
    ),
    Case(
        "gocoverdir-not-a-directory",
        Shop(volume={"hostPath": {"path": "{directory}/file", "type": "File"}}),
        "gocoverdir-not-a-directory",
        NOTHING,
        ("not a directory",),
        nodes=(("worker", f"{WRITABLE} && touch {{directory}}/file && chmod 0666 {{directory}}/file"),),
    ),
    Case(
        "gocoverdir-not-writable",
        Shop(volume=CREATED),
        "gocoverdir-not-writable",
        NOTHING,
        ("permission denied",),
    ),
    Case(
        "gocoverdir-not-writable-other-owner",
        Shop(volume=PREPARED, pod={"securityContext": {"runAsUser": 2000, "runAsGroup": 2000}}),
        "gocoverdir-not-writable",
        NOTHING,
        ("permission denied",),
        nodes=(
            ("worker", "mkdir -p {directory} && chown 65532:65532 {directory} && chmod 0750 {directory}"),
        ),
    ),
    Case(
        "fsgroup-ignored",
        Shop(volume=CREATED, pod={"securityContext": {"fsGroup": 65532}}),
        "fsgroup-ignored",
        NOTHING,
        ("permission denied",),
    ),
    Case(
        "volume-read-only-mount",
        Shop(volume=PREPARED, mount={"readOnly": True}),
        "volume-read-only",
        NOTHING,
        ("read-only",),
        nodes=ON_WORKER,
    ),
    Case(
        "volume-read-only-root",
        Shop(tag("own-directory"), container={"securityContext": {"readOnlyRootFilesystem": True}}),
        "volume-read-only",
        NOTHING,
        ("read-only",),
    ),
    Case(
        "emptydir-lost",
        Shop(volume=EMPTY_DIR),
        "emptydir-lost",
        BOTH,
        why="covcheck keeps the pod until it has the files; the repo's own run loses them",
        files=Files(),
    ),
    Case(
        "restart-discards",
        Shop(
            tag("own-directory"),
            env=env(SHOP_FAILS_ONCE="/state/marker"),
            container={"volumeMounts": [{"name": "state", "mountPath": "/state"}]},
            pod={"volumes": [STATE], "securityContext": {"fsGroup": 65532}},
        ),
        "restart-discards",
        (*META_ONLY, *LOST),
        ("restart",),
        why="no volume either: only the container's own layer is lost with a restart",
        ready=Ready(restarts=1),
    ),
    Case(
        "directory-created-late",
        Shop(
            env=({"name": "GOCOVERDIR", "value": LATE},),
            volume=PREPARED,
            beside=(
                busybox(
                    "janitor",
                    MAKES_IT_LATE,
                    volumeMounts=[{"name": "coverage", "mountPath": "/coverdata"}],
                ),
            ),
        ),
        "directory-created-late",
        COUNTERS_ONLY,
        ("meta-data emit failed",),
        nodes=ON_WORKER,
        ready=Ready(settle=4),
    ),
)
