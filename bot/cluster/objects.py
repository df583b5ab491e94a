"""Small questions to objects of the API: names, labels, owners, pod specs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cluster.client import Object

WORKLOADS = ("Deployment", "StatefulSet", "ReplicaSet", "Pod")
"""Kinds that a live run can stop and put back."""
GRACE = 30
"""Kubernetes' own grace period, in seconds."""


def name_of(body: Object) -> str:
    """The object's name."""
    return str(body["metadata"]["name"])


def label_of(body: Object) -> str:
    """`deployment/NAME`."""
    return f"{str(body['kind']).lower()}/{name_of(body)}"


def labels_of(body: Object) -> Mapping[str, str]:
    """The labels of the object itself."""
    found: Mapping[str, str] = body["metadata"].get("labels") or {}
    return found


def annotations_of(body: Object) -> Mapping[str, str]:
    """The annotations of the object itself."""
    found: Mapping[str, str] = body["metadata"].get("annotations") or {}
    return found


def owners_of(body: Object) -> tuple[Mapping[str, Any], ...]:
    """The owner references, the controller first."""
    found = body["metadata"].get("ownerReferences") or ()
    return tuple(sorted(found, key=lambda owner: not owner.get("controller")))


def template_of(body: Object) -> Object:
    """The pod of a workload: its template, or the bare pod itself."""
    template: Object = body if body["kind"] == "Pod" else body["spec"]["template"]
    return template


def pod_spec(body: Object) -> Object:
    """The spec of the workload's pods."""
    spec: Object = template_of(body).get("spec") or {}
    return spec


def pod_labels(body: Object) -> Mapping[str, str]:
    """The labels of the workload's pods."""
    found: Mapping[str, str] = (template_of(body).get("metadata") or {}).get("labels") or {}
    return found


def grace_of(spec: Object) -> int:
    """The grace period of a pod spec, in seconds."""
    grace = spec.get("terminationGracePeriodSeconds")
    return GRACE if grace is None else int(grace)


def replicas_of(body: Object) -> int:
    """How many pods the workload asks for; a bare pod is one."""
    if body["kind"] == "Pod":
        return 1
    replicas = body["spec"].get("replicas")
    return 1 if replicas is None else int(replicas)


def selector_text(selector: Object) -> str:
    """A label selector as the API takes it in a query."""
    parts = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for each in selector.get("matchExpressions") or ():
        key, values = each["key"], ",".join(each.get("values") or ())
        forms = {
            "In": f"{key} in ({values})",
            "NotIn": f"{key} notin ({values})",
            "Exists": key,
            "DoesNotExist": f"!{key}",
        }
        parts.append(forms[each["operator"]])
    return ",".join(parts)
