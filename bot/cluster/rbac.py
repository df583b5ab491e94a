"""deploy/rbac.yaml and docs/permissions.md, made from the table of permissions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.cluster.kinds import KINDS
from bot.cluster.permissions import Permission, all_permissions, all_probes
from bot.cluster.probes.base import Probe

NAME = "covcheck"
HEAD = """\
# The account of covcheck's live runs, with what they need and no more. Generated from
# bot/cluster/permissions.py by `make docs`; docs/permissions.md says what each verb is for.
#
#   kubectl apply -f deploy/rbac.yaml
#   kubectl create rolebinding covcheck -n NAMESPACE \\
#     --clusterrole=covcheck-live --serviceaccount=covcheck:covcheck
#
# The second one, once for each namespace whose services may be stopped. Set [cluster] tool_namespace to
# `covcheck`, so that pods are made there and not next to the workload. Where pods that nothing owns, or
# services that write to a claim, are to be looked at, bind covcheck-tools in that namespace too:
#
#   kubectl create rolebinding covcheck-tools -n NAMESPACE \\
#     --clusterrole=covcheck-tools --serviceaccount=covcheck:covcheck
"""
OBJECTS = """\
# Tool pods mount directories of nodes: the namespace must let them, and nobody else should work in it.
apiVersion: v1
kind: Namespace
metadata:
  name: covcheck
  labels:
    pod-security.kubernetes.io/enforce: privileged
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: covcheck
  namespace: covcheck
"""
LIVE = "# Bound by a RoleBinding in each namespace whose services may be stopped; never cluster-wide."
TOOLS = "# Making pods gives the secrets of a namespace away. Bound in the namespace of the tool pods."
NODES = "# For the whole cluster: only what has no namespace, and only to read."


def rbac_manifest() -> str:
    """deploy/rbac.yaml."""
    parts = [
        HEAD,
        OBJECTS,
        _role(LIVE, f"{NAME}-live", live_permissions()),
        _role(TOOLS, f"{NAME}-tools", tool_permissions()),
        _binding("RoleBinding", f"{NAME}-tools"),
        _role(NODES, f"{NAME}-nodes", cluster_permissions()),
        _binding("ClusterRoleBinding", f"{NAME}-nodes"),
    ]
    return "---\n".join(parts)


def live_permissions() -> tuple[Permission, ...]:
    """What every run needs in the workload's namespace. What only bare pods and claims need is not in it."""
    makes = ("Pod", "PersistentVolumeClaim")
    return tuple(p for p in all_permissions() if p.place == "workload" and p.only not in makes)


def tool_permissions() -> tuple[Permission, ...]:
    """What is needed where pods are made: of tools, of claims, of what nothing owns."""
    return tuple(p for p in all_permissions() if p.place == "tools")


def cluster_permissions() -> tuple[Permission, ...]:
    """What is needed outside of namespaces."""
    return tuple(p for p in all_permissions() if p.place == "cluster")


def permissions_markdown() -> str:
    """docs/permissions.md: every verb, where, and what it is for."""
    lines = [
        "# Permissions of a live run",
        "",
        "Generated from `bot/cluster/permissions.py` by `make docs`. `deploy/rbac.yaml` grants them. Without",
        "a required one no run starts; without another, what it shows is reported as missing.",
        "Which people may ask for a run in Slack and confirm it: [access.md](access.md).",
    ]
    places = {
        "In the workload's namespace": [p for p in all_permissions() if p.place == "workload"],
        "Where tool pods are made": tool_permissions(),
        "In the cluster": cluster_permissions(),
    }
    for title, permissions in places.items():
        lines += ["", f"## {title}", "", "| resource | verb | required | to |", "| --- | --- | --- | --- |"]
        lines += [_row(permission) for permission in permissions]
    lines += ["", "## Probes", "", "| probe | sees | costs | needs |", "| --- | --- | --- | --- |"]
    lines += [_probe_row(probe) for probe in all_probes()]
    return "\n".join(lines) + "\n"


def _row(permission: Permission) -> str:
    only = f" (only for a {permission.only})" if permission.only else ""
    required = "yes" if permission.vital else ""
    return f"| `{permission.resource}` | {permission.verb} | {required} | {permission.purpose}{only} |"


def _probe_row(probe: Probe) -> str:
    needs = dict.fromkeys(f"{permission.verb} `{permission.resource}`" for permission in probe.permissions)
    return f"| {probe.name} | {probe.doc} | {probe.cost} | {', '.join(needs)} |"


def _role(comment: str, name: str, permissions: Iterable[Permission]) -> str:
    lines = [comment, "apiVersion: rbac.authorization.k8s.io/v1", "kind: ClusterRole", "metadata:"]
    lines += [f"  name: {name}", "rules:", *_rules(permissions)]
    return "\n".join(lines) + "\n"


def _rules(permissions: Iterable[Permission]) -> Iterator[str]:
    """One rule a resource, with what it is for above it."""
    rules: dict[tuple[str, str], list[Permission]] = {}
    for permission in permissions:
        rules.setdefault((KINDS[permission.kind].group, permission.resource), []).append(permission)
    for (group, resource), each in rules.items():
        verbs = ", ".join(f'"{verb}"' for verb in dict.fromkeys(p.verb for p in each))
        yield from (f"  # {purpose}" for purpose in dict.fromkeys(p.purpose for p in each))
        yield f'  - apiGroups: ["{group}"]'
        yield f'    resources: ["{resource}"]'
        yield f"    verbs: [{verbs}]"


def _binding(kind: str, role: str) -> str:
    place = f"\n  namespace: {NAME}" if kind == "RoleBinding" else ""
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata:
  name: {role}{place}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {role}
subjects:
  - kind: ServiceAccount
    name: {NAME}
    namespace: {NAME}
"""
