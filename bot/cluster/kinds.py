"""The kinds of objects that covcheck touches and where the API keeps them."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """Where a kind lives: API group (empty: core), version, plural."""

    group: str
    version: str
    plural: str
    namespaced: bool = True

    def path(self, namespace: str | None, name: str | None = None, sub: str | None = None) -> str:
        """The URL path of the collection, of one object, or of its subresource."""
        prefix = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        parts = [prefix]
        if self.namespaced and namespace is not None:
            parts += ["namespaces", namespace]
        parts.append(self.plural)
        parts += [part for part in (name, sub) if part]
        return "/".join(parts)


KINDS: dict[str, Kind] = {
    "Pod": Kind("", "v1", "pods"),
    "Node": Kind("", "v1", "nodes", namespaced=False),
    "Namespace": Kind("", "v1", "namespaces", namespaced=False),
    "Service": Kind("", "v1", "services"),
    "Event": Kind("", "v1", "events"),
    "PersistentVolumeClaim": Kind("", "v1", "persistentvolumeclaims"),
    "Deployment": Kind("apps", "v1", "deployments"),
    "StatefulSet": Kind("apps", "v1", "statefulsets"),
    "ReplicaSet": Kind("apps", "v1", "replicasets"),
    "DaemonSet": Kind("apps", "v1", "daemonsets"),
    "Job": Kind("batch", "v1", "jobs"),
    "Lease": Kind("coordination.k8s.io", "v1", "leases"),
    "HorizontalPodAutoscaler": Kind("autoscaling", "v2", "horizontalpodautoscalers"),
}
