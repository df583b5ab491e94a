"""Who made a workload and keeps it as it is: owners, Helm, Argo CD, Flux, field managers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.cluster.client import Object
from bot.cluster.objects import annotations_of, labels_of, owners_of

ARGO = "argocd.argoproj.io"
FLUX = {
    "kustomize.toolkit.fluxcd.io": "Flux Kustomization",
    "helm.toolkit.fluxcd.io": "Flux HelmRelease",
}
MANAGERS = {
    "helm": "Helm",
    "argocd-controller": "Argo CD",
    "argocd-application-controller": "Argo CD",
    "kustomize-controller": "Flux",
    "helm-controller": "Flux",
    "kubectl-client-side-apply": "kubectl apply",
    "kubectl": "kubectl apply --server-side",
    "kubectl-create": "kubectl create",
    "kubectl-run": "kubectl run",
    "kubectl-edit": "kubectl edit",
}
"""Field managers as people call them; others stand under their own name."""
KUBERNETES = frozenset({"kube-controller-manager", "kubelet", "kube-scheduler", "kube-apiserver"})
TOUCHED = frozenset(
    {"kubectl-rollout", "kubectl-scale", "kubectl-patch", "kubectl-label", "kubectl-annotate"}
)
"""Managers that changed something once and own nothing."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made a workload. `keeps`: it watches the workload and may scale it back while it is stopped."""

    name: str
    keeps: bool = False


def makers_of(body: Object) -> tuple[Maker, ...]:
    """Who made the workload, each once, the surest first."""
    named = [*_owners(body), *_argo(body), *_flux(body), *_helm(body)]
    tools = {maker.name.split(" ")[0] for maker in named}
    managers = [maker for maker in _managers(body) if maker.name.split(" ")[0] not in tools]
    unique = {maker.name: maker for maker in (*managers, *named)}
    return tuple(unique[name] for name in dict.fromkeys(maker.name for maker in (*named, *managers)))


def _owners(body: Object) -> Iterator[Maker]:
    for owner in owners_of(body):
        group = str(owner.get("apiVersion", "")).rpartition("/")[0]
        of = f" ({group})" if group else ""
        yield Maker(f"{owner.get('kind')} {owner.get('name')}{of}", bool(owner.get("controller")))


def _argo(body: Object) -> Iterator[Maker]:
    tracking = annotations_of(body).get(f"{ARGO}/tracking-id", "").partition(":")[0]
    name = labels_of(body).get(f"{ARGO}/instance") or tracking
    if name:
        yield Maker(f"Argo CD application {name}", True)


def _flux(body: Object) -> Iterator[Maker]:
    labels = labels_of(body)
    for group, what in FLUX.items():
        if name := labels.get(f"{group}/name"):
            yield Maker(f"{what} {labels.get(f'{group}/namespace', '?')}/{name}", True)


def _helm(body: Object) -> Iterator[Maker]:
    release = annotations_of(body).get("meta.helm.sh/release-name")
    by = labels_of(body).get("app.kubernetes.io/managed-by")
    if release:
        yield Maker(f"Helm release {release}")
    elif by:
        yield Maker(by)


def _managers(body: Object) -> Iterator[Maker]:
    """Field managers of the object itself, not of its status or scale."""
    for entry in body["metadata"].get("managedFields") or ():
        manager = str(entry.get("manager", ""))
        if not manager or entry.get("subresource") or manager in KUBERNETES | TOUCHED:
            continue
        name = MANAGERS.get(manager, manager)
        yield Maker(name, name in ("Argo CD", "Flux"))
