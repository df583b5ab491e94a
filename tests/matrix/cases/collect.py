"""Faults of the repo's own collection. covcheck collects by itself, so the cluster shows BOTH."""

from __future__ import annotations

from tests.matrix.case import BOTH, Case, Edit, Files
from tests.matrix.images import MULTI_STAGE, tag
from tests.matrix.workload import CREATED, Shop

SHOP = Shop(tag(MULTI_STAGE), volume=CREATED, pod={"securityContext": {"runAsUser": 0}})
WAIT = 'kubectl -n "${NAMESPACE}" wait --for=delete pod -l app=shop --timeout=60s\n'
STOPPED = 'if [ -z "$(ls -A'
COPY = 'rm -rf collected && mkdir collected\ndocker cp "${CLUSTER}-%s:%s" collected\n'
LOOKED = '"${COVERAGE_DIR}"'


def _copied(node: str, source: str) -> tuple[Edit, ...]:
    """The script copies `source` from a node and reports from the copy."""
    reads = "percent -i=%s", "textfmt -i=%s"
    copy = Edit("hack/e2e.sh", STOPPED, COPY % (node, source) + STOPPED)
    return copy, *(Edit("hack/e2e.sh", each % LOOKED, each % "collected") for each in reads)


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
        files=Files(_copied("worker", "{directory}")),
    ),
    Case(
        "collect-wrong-path",
        SHOP,
        "collect-wrong-path",
        BOTH,
        files=Files(_copied("worker", "/var/coverage/.")),
    ),
    Case(
        "collect-wrong-node",
        SHOP,
        "collect-wrong-node",
        BOTH,
        why="the pod runs on the worker, the copy is of the control plane",
        files=Files(_copied("control-plane", "{directory}/.")),
    ),
)
