"""Faults of the image."""

from __future__ import annotations

from tests.matrix.case import LOST, META_ONLY, NOTHING, WRITABLE, Case, Files, Ready
from tests.matrix.images import STALE, tag
from tests.matrix.workload import CREATED, EMPTY_DIR, PREPARED, Shop

ROOT = {"securityContext": {"runAsUser": 0}}
SHORT = {"terminationGracePeriodSeconds": 10}
ON_WORKER = (("worker", WRITABLE),)

IMAGE = (
    Case(
        "image-name-mismatch",
        Shop("mx-shop:cover", volume=EMPTY_DIR),
        "image-name-mismatch",
        LOST,
        ("ErrImageNeverPull",),
        why="the node has localhost/mx-shop:cover, the manifest says mx-shop:cover; the pod never starts",
        ready=Ready(waiting="ErrImageNeverPull"),
    ),
    Case(
        "stale-image",
        Shop(tag(STALE), volume=CREATED, pod=ROOT),
        "stale-image",
        NOTHING,
        ("-cover",),
        why="the repo builds this tag with -cover and loads it; the node has an older one without",
        files=Files(),
    ),
    Case(
        "shell-entrypoint-form",
        Shop(tag("shell-form"), volume=PREPARED, pod=SHORT),
        "shell-entrypoint",
        META_ONLY,
        ("sh",),
        nodes=ON_WORKER,
    ),
    Case(
        "shell-entrypoint-script",
        Shop(tag("script"), volume=PREPARED, pod=SHORT),
        "shell-entrypoint",
        META_ONLY,
        ("entrypoint.sh",),
        nodes=ON_WORKER,
    ),
    Case(
        "shell-entrypoint-command",
        Shop(
            tag("own-directory"),
            volume=PREPARED,
            pod=SHORT,
            container={"command": ["/bin/sh", "-c", "echo starting; /usr/local/bin/shop; echo closed"]},
        ),
        "shell-entrypoint",
        META_ONLY,
        ("sh",),
        nodes=ON_WORKER,
    ),
    Case(
        "user-directory-mismatch",
        Shop(tag("other-directory")),
        "user-directory-mismatch",
        NOTHING,
        ("permission denied",),
        why="no volume either: the directory of an image shows only where none is mounted",
    ),
)
