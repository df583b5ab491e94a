#!/usr/bin/env bash
# Runs the shop in kind and collects what its tests cover.
set -euo pipefail

CLUSTER=shop
COVERAGE_DIR="${COVERAGE_DIR:-/tmp/shop-coverage}"

rm -rf "${COVERAGE_DIR}"
mkdir -p "${COVERAGE_DIR}"
chmod 0777 "${COVERAGE_DIR}"

kind create cluster --name "${CLUSTER}" --config hack/kind.yaml
kind load docker-image shop:coverage --name "${CLUSTER}"
kubectl apply -f k8s/shop.yaml
kubectl rollout status deployment/shop --timeout=120s

kubectl port-forward svc/shop 8080:8080 &
curl --retry 10 --retry-connrefused --fail http://localhost:8080/orders

kubectl scale deployment/shop --replicas=0
kubectl wait --for=delete pod -l app=shop --timeout=60s

if [ -z "$(ls -A "${COVERAGE_DIR}")" ]; then
  echo "no coverage files in ${COVERAGE_DIR}" >&2
  exit 1
fi
go tool covdata percent -i="${COVERAGE_DIR}"
go tool covdata textfmt -i="${COVERAGE_DIR}" -o=coverage.txt

kind delete cluster --name "${CLUSTER}"
