"""Trees to workloads: Deployments, StatefulSets, DaemonSets, Jobs, Pods and what is shaped like them.

The same reader serves YAML files, YAML in Go strings, rendered charts and typed Go structs: they all
come as Trees with the API's JSON names. Guards of a part hold for everything inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.facts.build import Guard, Setting
from bot.facts.words import hole
from bot.facts.workload import Container, Toleration, Workload
from bot.path.manifest.podparts import container, flag, scalar_setting, security, settings, volume
from bot.path.manifest.tree import Tree

KINDS = (
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
    "Pod",
    "DeploymentConfig",
    "Rollout",
)
LISTS = ("List", "DeploymentList", "PodList", "Template")
PATTERN = "|".join((*KINDS, *LISTS))
"""The kinds as a regex, for `documents(kinds=...)`: other documents need not be parsed."""

_GROUPS = ("", "apps", "batch", "extensions", "apps.openshift.io", "argoproj.io", "template.openshift.io")
_ROLES = (("initContainers", "init"), ("containers", "container"))
MAX_UNREAD = 20


def workloads(tree: Tree, origin: str) -> tuple[Workload, ...]:
    """Every workload of a document (several for a List), with `origin` as Workload.origin has it."""
    return tuple(_workloads(tree, origin, 0))


def _workloads(tree: Tree, origin: str, depth: int) -> Iterator[Workload]:
    kind = tree.text("kind")
    if kind is None or depth > 3:
        return
    if kind in LISTS:
        for item in (*tree.each("items"), *tree.each("objects")):
            yield from _workloads(replace(item, guards=tree.guards + item.guards), origin, depth + 1)
    elif kind in KINDS and _group(tree) in _GROUPS:
        yield _workload(inherited(tree), kind, origin)


def _group(tree: Tree) -> str:
    version = tree.text("apiVersion") or ""
    return version.rpartition("/")[0]


def inherited(tree: Tree, above: tuple[Guard, ...] = ()) -> Tree:
    """The tree with the guards of every enclosing value added to each value."""
    if not above and not any(part.guards for part in tree.walk()):
        return tree
    guards = above + tuple(guard for guard in tree.guards if guard not in above)
    fields = None if tree.fields is None else {k: inherited(v, guards) for k, v in tree.fields.items()}
    items = None if tree.items is None else tuple(inherited(v, guards) for v in tree.items)
    return replace(tree, guards=guards, fields=fields, items=items)


def _workload(tree: Tree, kind: str, origin: str) -> Workload:
    template = _template(tree, kind)
    empty = Tree(tree.evidence)
    pod = (template or empty).get("spec") or empty
    return Workload(
        kind=kind,
        name=_name(tree),
        namespace=tree.text("metadata", "namespace"),
        evidence=tree.evidence,
        origin=origin,
        containers=tuple(_containers(pod)),
        volumes=tuple(volume(item) for item in pod.each("volumes") if item.fields is not None),
        labels=_labels(tree, template),
        replicas=scalar_setting(tree, "spec", "replicas"),
        node_selector=settings(pod.get("nodeSelector")),
        node_name=scalar_setting(pod, "nodeName"),
        tolerations=tuple(_toleration(item) for item in pod.each("tolerations") if item.fields),
        affinity=tuple(_affinity(pod)),
        security=security(pod.get("securityContext")),
        grace_seconds=scalar_setting(pod, "terminationGracePeriodSeconds"),
        restart_policy=scalar_setting(pod, "restartPolicy"),
        host_pid=flag(pod, "hostPID"),
        guards=tree.guards,
        unread=_unread(tree, pod, template),
    )


def _template(tree: Tree, kind: str) -> Tree | None:
    if kind == "Pod":
        return tree
    if kind == "CronJob":
        return tree.get("spec", "jobTemplate", "spec", "template")
    return tree.get("spec", "template")


def _name(tree: Tree) -> str:
    name = tree.text("metadata", "name")
    if name:
        return name
    prefix = tree.text("metadata", "generateName")
    return prefix + hole("generated") if prefix else hole("name")


def _labels(tree: Tree, template: Tree | None) -> tuple[Setting, ...]:
    """The pod's labels first, then those of the workload itself that differ from them."""
    pod = settings((template or tree).get("metadata", "labels"))
    own = settings(tree.get("metadata", "labels"))
    held = {(label.name, label.value) for label in pod}
    return pod + tuple(label for label in own if (label.name, label.value) not in held)


def _containers(pod: Tree) -> Iterator[Container]:
    for key, role in _ROLES:
        for item in pod.each(key):
            if item.fields is not None:
                yield container(item, role)


def _toleration(tree: Tree) -> Toleration:
    return Toleration(
        key=tree.text("key") or "",
        operator=tree.text("operator") or "Equal",
        value=tree.text("value") or "",
        effect=tree.text("effect") or "",
        evidence=tree.evidence,
    )


def _affinity(pod: Tree) -> Iterator[Setting]:
    required = pod.get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return
    for term in required.each("nodeSelectorTerms"):
        for part in (*term.each("matchExpressions"), *term.each("matchFields")):
            key = part.text("key") or hole("key")
            values = ", ".join(value.scalar or hole("value") for value in part.each("values"))
            text = f"{key} {part.text('operator') or hole('operator')} {values}".rstrip()
            yield Setting(key, text, part.evidence, part.guards)


def _unread(tree: Tree, pod: Tree, template: Tree | None) -> tuple[str, ...]:
    found: list[str] = [] if template is not None else ["the pod template is not given here"]
    for note in tree.notes:
        found.append(note)
    for key, value in pod.walk_named():
        if len(found) >= MAX_UNREAD:
            break
        if value.unknown is not None:
            found.append(f"{key or 'spec'}: {value.unknown}")
        found += [f"{key or 'spec'}: {note}" for note in value.notes]
    return tuple(dict.fromkeys(found))
