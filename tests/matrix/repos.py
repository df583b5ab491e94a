"""The repo of a case: what a team would have around the workload that runs, with one thing changed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.git_repo import GitRepo, Program
from tests.kind.live import CONFIG, LiveCluster
from tests.matrix.case import Case, Files
from tests.matrix.images import SERVICES
from tests.matrix.workload import objects

MAKEFILE = """\
.PHONY: image-coverage e2e-coverage

image-coverage:
	docker build --build-arg GO_BUILD_FLAGS="-cover -coverpkg=./..." -t {image} .

e2e-coverage:
	./hack/e2e.sh
"""
SCRIPT = """\
#!/usr/bin/env bash
# Runs the shop in kind and collects what its tests cover.
set -euo pipefail

CLUSTER={cluster}
NAMESPACE={namespace}
COVERAGE_DIR="{coverdata}/{namespace}"

rm -rf "${{COVERAGE_DIR}}"
mkdir -p "${{COVERAGE_DIR}}"
chmod 0777 "${{COVERAGE_DIR}}"

docker build --build-arg GO_BUILD_FLAGS="-cover -coverpkg=./..." -t {image} .
kind create cluster --name "${{CLUSTER}}" --config hack/kind.yaml
kind load docker-image {image} --name "${{CLUSTER}}"
kubectl create namespace "${{NAMESPACE}}"
kubectl -n "${{NAMESPACE}}" apply -f k8s/shop.yaml
kubectl -n "${{NAMESPACE}}" rollout status deployment/shop --timeout=120s

kubectl -n "${{NAMESPACE}}" port-forward deployment/shop 8080:8080 &
curl --retry 10 --retry-connrefused --fail http://localhost:8080/orders

kubectl -n "${{NAMESPACE}}" scale deployment/shop --replicas=0
kubectl -n "${{NAMESPACE}}" wait --for=delete pod -l app=shop --timeout=60s

if [ -z "$(ls -A "${{COVERAGE_DIR}}")" ]; then
  echo "no coverage files in ${{COVERAGE_DIR}}" >&2
  exit 1
fi
go tool covdata percent -i="${{COVERAGE_DIR}}"
go tool covdata textfmt -i="${{COVERAGE_DIR}}" -o=coverage.txt

kind delete cluster --name "${{CLUSTER}}"
"""
OWN_FILES = ("go.mod", "Dockerfile", "cmd/shop/main.go", "internal/orders/orders.go", "internal/end/end.go")


def manifest(case: Case, cluster: str) -> list[dict[str, Any]]:
    """The case's objects with its own names in them."""
    text = json.dumps(list(objects(case.shop, cluster)))
    made: list[dict[str, Any]] = json.loads(case.fill(text))
    return made


def make_repo(case: Case, files: Files, cluster: LiveCluster, folder: Path) -> Path:
    """A checkout in `folder` with one commit. Raises AssertionError when an edit finds nothing to change."""
    texts = _texts(case, cluster)
    for path, source in files.replace.items():
        texts[path] = (SERVICES / source).read_text("utf-8")
    _edit(texts, case, files, str(cluster.coverdata))
    bare = GitRepo(folder / "bare")
    bare.commit({path: Program(text) if path.endswith(".sh") else text for path, text in texts.items()})
    checkout = folder / "shop"
    command = ["git", "clone", "-q", str(bare.path), str(checkout)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return checkout


def _texts(case: Case, cluster: LiveCluster) -> dict[str, str]:
    words: Mapping[str, str] = {
        "cluster": cluster.name,
        "namespace": case.namespace,
        "coverdata": str(cluster.coverdata),
        "image": case.shop.image,
    }
    return {
        **{path: (SERVICES / path).read_text("utf-8") for path in OWN_FILES},
        "Makefile": MAKEFILE.format(**words),
        "hack/kind.yaml": CONFIG.format(**words),
        "hack/e2e.sh": SCRIPT.format(**words),
        "k8s/shop.yaml": _yaml(manifest(case, cluster.name)),
    }


def _edit(texts: dict[str, str], case: Case, files: Files, coverdata: str) -> None:
    for edit in files.edits:
        old = case.fill(edit.old).replace("{coverdata}", coverdata)
        assert old in texts[edit.path], f"{case.name}: {edit.path} does not hold {old!r}"
        texts[edit.path] = texts[edit.path].replace(old, case.fill(edit.new))


def _yaml(made: Iterable[dict[str, Any]]) -> str:
    return yaml.safe_dump_all(made, sort_keys=False)
