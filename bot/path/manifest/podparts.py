"""The parts of a pod: containers, environment, mounts, volumes and security contexts."""

from __future__ import annotations

from bot.facts.build import Setting
from bot.facts.words import hole
from bot.facts.workload import Container, EnvVar, Security, Volume, VolumeMount
from bot.path.manifest.tree import Tree

_TRUE = {"true", "yes", "on", "y"}


def flag(tree: Tree, *keys: str) -> bool:
    """A boolean field; absent or unreadable is False, the API's default."""
    return (tree.text(*keys) or "").lower() in _TRUE


def scalar_setting(tree: Tree | None, *keys: str) -> Setting | None:
    """A scalar field as a Setting named by its key; None when absent or null."""
    found = tree.get(*keys) if tree is not None else None
    if found is None:
        return None
    if found.unknown is not None:
        return Setting(keys[-1], hole(keys[-1]), found.evidence, found.guards)
    return None if found.scalar is None else Setting(keys[-1], found.scalar, found.evidence, found.guards)


def settings(tree: Tree | None) -> tuple[Setting, ...]:
    """A map of strings (labels, a nodeSelector) as Settings."""
    if tree is None or tree.fields is None:
        return ()
    return tuple(
        Setting(name, hole(name) if value.unknown else value.scalar or "", value.evidence, value.guards)
        for name, value in tree.fields.items()
    )


def container(tree: Tree, role: str) -> Container:
    """A container; an init container that restarts always is a sidecar."""
    if role == "init" and tree.text("restartPolicy") == "Always":
        role = "sidecar"
    said = tree.get("command") or tree.get("args")
    return Container(
        name=tree.text("name") or hole("container"),
        image=scalar_setting(tree, "image"),
        evidence=tree.evidence,
        role=role,
        pull_policy=scalar_setting(tree, "imagePullPolicy"),
        command=_words(tree.get("command")),
        args=_words(tree.get("args")),
        command_evidence=None if said is None else said.evidence,
        working_dir=scalar_setting(tree, "workingDir"),
        env=tuple(_env(item) for item in tree.each("env") if item.fields is not None),
        env_from=tuple(found for item in tree.each("envFrom") if (found := _env_from(item)) is not None),
        mounts=tuple(_mount(item) for item in tree.each("volumeMounts") if item.fields is not None),
        security=security(tree.get("securityContext")),
        memory_limit=scalar_setting(tree, "resources", "limits", "memory"),
        pre_stop=_pre_stop(tree.get("lifecycle", "preStop")),
    )


def _words(tree: Tree | None) -> tuple[str, ...] | None:
    if tree is None:
        return None
    if tree.unknown is not None:
        return (hole(tree.unknown),)
    if tree.items is None:
        return None if tree.scalar is None else (tree.scalar,)
    return tuple(item.scalar if item.scalar is not None else _odd_word(item) for item in tree.items)


def _odd_word(item: Tree) -> str:
    return hole(item.unknown) if item.unknown else ""


def _env(tree: Tree) -> EnvVar:
    source = tree.get("valueFrom")
    value = tree.get("value")
    if value is not None and value.unknown is not None:
        text: str | None = hole(value.unknown)
    else:
        text = None if value is None else value.scalar
    if source is not None and source.fields is None and source.unknown is None:
        source = None
    if source is None and text is None:
        text = ""
    name = tree.text("name") or hole("name")
    said = None if source is None else _value_from(source)
    return EnvVar(name, text, tree.evidence, tree.guards, said)


def _value_from(tree: Tree) -> str:
    """`configMapKeyRef name/key`, `fieldRef metadata.name`, ..."""
    if not tree.fields:
        return hole(tree.unknown or "valueFrom")
    kind, source = next(iter(tree.fields.items()))
    parts = [source.text(key) for key in ("name", "key", "fieldPath", "resource")]
    return f"{kind} {'/'.join(part for part in parts if part)}".strip()


def _env_from(tree: Tree) -> Setting | None:
    for kind in ("configMapRef", "secretRef"):
        source = tree.get(kind)
        if source is not None:
            return Setting(kind, source.text("name") or hole("name"), tree.evidence, tree.guards)
    return None


def _mount(tree: Tree) -> VolumeMount:
    return VolumeMount(
        volume=tree.text("name") or hole("name"),
        path=tree.text("mountPath") or hole("mountPath"),
        evidence=tree.evidence,
        read_only=flag(tree, "readOnly"),
        sub_path=tree.text("subPath") or tree.text("subPathExpr"),
        guards=tree.guards,
    )


def volume(tree: Tree) -> Volume:
    """A pod volume; without a source it is an emptyDir (the API server's default)."""
    kinds = [key for key, value in (tree.fields or {}).items() if key != "name"]
    kind = kinds[0] if kinds else "emptyDir"
    source = tree.get(kind) or Tree(tree.evidence)
    if source.unknown is not None:
        return Volume(tree.text("name") or hole("name"), kind, tree.evidence, hole(kind), guards=tree.guards)
    return Volume(
        name=tree.text("name") or hole("name"),
        kind=kind,
        evidence=tree.evidence,
        path=_path(source) if kind == "hostPath" else None,
        host_type=(source.text("type") or None) if kind == "hostPath" else None,
        claim=source.text("claimName") if kind == "persistentVolumeClaim" else None,
        read_only=flag(source, "readOnly"),
        guards=tree.guards,
    )


def _path(source: Tree) -> str:
    return source.text("path") or hole("path")


def security(tree: Tree | None) -> Security:
    """A pod's or container's security context."""
    if tree is None or tree.fields is None:
        return Security()
    return Security(
        run_as_user=scalar_setting(tree, "runAsUser"),
        run_as_group=scalar_setting(tree, "runAsGroup"),
        fs_group=scalar_setting(tree, "fsGroup"),
        run_as_non_root=scalar_setting(tree, "runAsNonRoot"),
        read_only_root=scalar_setting(tree, "readOnlyRootFilesystem"),
        privileged=scalar_setting(tree, "privileged"),
        selinux_type=scalar_setting(tree, "seLinuxOptions", "type"),
    )


def _pre_stop(tree: Tree | None) -> Setting | None:
    """The preStop hook: the command it runs, `httpGet PATH` or `sleep SECONDS`."""
    if tree is None:
        return None
    words = _words(tree.get("exec", "command"))
    if words is not None:
        text = " ".join(words)
    elif tree.get("sleep") is not None:
        text = f"sleep {tree.text('sleep', 'seconds') or hole('seconds')}"
    elif tree.get("httpGet") is not None:
        text = f"httpGet {tree.text('httpGet', 'path') or hole('path')}"
    else:
        text = hole("preStop")
    return Setting("preStop", text, tree.evidence, tree.guards)
