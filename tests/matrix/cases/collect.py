"""Faults of the repo's own collection. covcheck collects by itself, so the cluster shows BOTH."""

from __future__ import annotations

from tests.matrix.case import BOTH, Case, Edit, Files
from tests.matrix.images import MULTI_STAGE, tag
from tests.matrix.workload import CREATED, Shop

SHOP = Shop(tag(MULTI_STAGE), volume=CREATED, pod={"securityContext": {"runAsUser": 0}})
WAIT = 'kubectl -n "${NAMESPACE}" wait --for=delete pod -l app=shop --timeout=60s\n'
STOPPED = 'if [ -z "$(ls -A'
COPY = 'rm -rf collected && mkdir collected\ndocker cp "${CLUSTER}-worker:%s" collected\n'
LOOKED = '"${COVERAGE_DIR}"'

COLLECT = (
    Case(
        "collect-before-exit",
        SHOP,
        "collect-before-exit",
        BOTH,
        why="the repo's own run reads while the process still ends",
        files=Files((Edit("hack/e2e.sh", WAIT, ""),)),
    ),
    Case(
        "collect-nested",
        SHOP,
        "collect-nested",
        BOTH,
        why="the copy makes collected/NAME, one folder too deep",
        files=Files(
            (
                Edit("hack/e2e.sh", STOPPED, COPY % "{directory}" + STOPPED),
                Edit("hack/e2e.sh", 'percent -i="${COVERAGE_DIR}"', "percent -i=collected"),
                Edit("hack/e2e.sh", 'textfmt -i="${COVERAGE_DIR}"', "textfmt -i=collected"),
            )
        ),
    ),
    Case(
        "collect-wrong-path",
        SHOP,
        "collect-wrong-path",
        BOTH,
        files=Files(
            (
                Edit("hack/e2e.sh", STOPPED, COPY % "/var/coverage/." + STOPPED),
                Edit("hack/e2e.sh", 'percent -i="${COVERAGE_DIR}"', "percent -i=collected"),
                Edit("hack/e2e.sh", 'textfmt -i="${COVERAGE_DIR}"', "textfmt -i=collected"),
            )
        ),
    ),
)
