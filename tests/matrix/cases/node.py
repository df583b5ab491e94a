"""Faults between the pod's hostPath and the machine that runs Kind; they show only beside the repo's files.

The node has the files (so the symptom there is BOTH), the machine has none.
"""

from __future__ import annotations

from tests.matrix.case import BOTH, Case, Edit, Files
from tests.matrix.images import MULTI_STAGE, tag
from tests.matrix.workload import CREATED, LABELS, Shop

ROOT = {"securityContext": {"runAsUser": 0}}
IMAGE = tag(MULTI_STAGE)
EXTRA_MOUNT = "  extraMounts:\n  - hostPath: {coverdata}\n    containerPath: /coverdata\n"
SPREAD = [
    {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": LABELS},
    }
]

NODE = (
    Case(
        "extramount-missing",
        Shop(IMAGE, volume=CREATED, pod=ROOT),
        "extramount-missing",
        BOTH,
        parent="/srv/coverage",
        files=Files((Edit("hack/kind.yaml", EXTRA_MOUNT, ""),)),
    ),
    Case(
        "path-mismatch",
        Shop(IMAGE, volume=CREATED, pod=ROOT),
        "path-mismatch",
        BOTH,
        parent="/tmp/coverage",
        why="/tmp/coverage in the manifest, /coverdata in the Kind config",
        files=Files(),
    ),
    Case(
        "extramount-wrong-node",
        Shop(
            IMAGE,
            volume=CREATED,
            node="",
            pod={**ROOT, "nodeSelector": {"node-role.kubernetes.io/control-plane": ""}},
        ),
        "extramount-wrong-node",
        BOTH,
        why="only the worker has the extraMount",
        files=Files(),
    ),
    Case(
        "extramount-wrong-node-replicas",
        Shop(IMAGE, volume=CREATED, node="", replicas=2, pod={**ROOT, "topologySpreadConstraints": SPREAD}),
        "extramount-wrong-node",
        BOTH,
        why="one of two pods runs on the node without the extraMount",
        files=Files(),
    ),
)
