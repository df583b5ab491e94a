"""Faults of the build."""

from __future__ import annotations

from tests.matrix.case import BOTH, NOTHING, WRITABLE, Case, Edit, Files
from tests.matrix.images import tag
from tests.matrix.workload import CREATED, EMPTY_DIR, PREPARED, Shop

BUILD_LINE = "RUN CGO_ENABLED=0 go build ${GO_BUILD_FLAGS} -trimpath"
EXACT = (
    'RUN if [ "${GO_BUILD_FLAGS}" = "-cover" ]; then export GOFLAGS="${GO_BUILD_FLAGS}"; fi; '
    "CGO_ENABLED=0 go build -trimpath"
)

BUILD = (
    Case(
        "not-instrumented",
        Shop(tag("plain"), volume=PREPARED),
        "not-instrumented",
        NOTHING,
        ("-cover",),
        nodes=(("worker", WRITABLE),),
    ),
    Case(
        "not-instrumented-empty-dir",
        Shop(tag("plain"), volume=EMPTY_DIR),
        "not-instrumented",
        NOTHING,
        ("-cover",),
    ),
    Case(
        "coverpkg-excludes-main",
        Shop(tag("no-main"), volume=PREPARED),
        "coverpkg-excludes-main",
        NOTHING,
        ("-cover",),
        nodes=(("worker", WRITABLE),),
    ),
    Case(
        "file-argument-build",
        Shop(tag("file-argument"), volume=PREPARED),
        "file-argument-build",
        BOTH,
        ("command-line-arguments",),
        why="coverage works; only the package's name is wrong",
        nodes=(("worker", WRITABLE),),
    ),
    Case(
        "build-arg-not-passed",
        Shop(tag("plain"), volume=CREATED, pod={"securityContext": {"runAsUser": 0}}),
        "build-arg-not-passed",
        NOTHING,
        ("-cover",),
        why="the binary shows that it is not instrumented, the repo why",
        files=Files((Edit("hack/e2e.sh", ' --build-arg GO_BUILD_FLAGS="-cover -coverpkg=./..."', ""),)),
    ),
    Case(
        "goflags-exact-compare",
        Shop(tag("plain"), volume=CREATED, pod={"securityContext": {"runAsUser": 0}}),
        "goflags-exact-compare",
        NOTHING,
        ("-cover",),
        why="the binary shows that it is not instrumented, the repo why",
        files=Files((Edit("Dockerfile", BUILD_LINE, EXACT),)),
    ),
)
