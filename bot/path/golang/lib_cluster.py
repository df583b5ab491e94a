"""Calls of Kubernetes clients, Helm's and kind's Go libraries, the e2e-framework's cluster helpers."""

from __future__ import annotations

import re

from bot.facts.build import Setting
from bot.facts.events import ClusterCreate, Deploy, ImageLoad, Stop, Teardown
from bot.path.golang.apinames import object_kind
from bot.path.golang.calls import METHODS, Call, library
from bot.path.golang.manifests import kind_trees, text_trees
from bot.path.golang.trees import tree_of
from bot.path.golang.values import (
    Effect,
    Fault,
    List,
    Many,
    Map,
    Opaque,
    Scalar,
    Struct,
    Text,
    Value,
    as_text,
    known_text,
    plain,
)
from bot.path.golang.waits import select_from_options
from bot.path.manifest.tree import Tree

_RESOURCES = {
    "Deployments": ("k8s.io/api/apps/v1", "Deployment"),
    "StatefulSets": ("k8s.io/api/apps/v1", "StatefulSet"),
    "DaemonSets": ("k8s.io/api/apps/v1", "DaemonSet"),
    "ReplicaSets": ("k8s.io/api/apps/v1", "ReplicaSet"),
    "Jobs": ("k8s.io/api/batch/v1", "Job"),
    "CronJobs": ("k8s.io/api/batch/v1", "CronJob"),
    "Pods": ("k8s.io/api/core/v1", "Pod"),
    "Namespaces": ("k8s.io/api/core/v1", "Namespace"),
}
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")
_ZERO_REPLICAS = re.compile(r'"?replicas"?\s*:\s*0\b|"value"\s*:\s*0\b.*replicas|replicas.*"value"\s*:\s*0\b')


@library(
    "k8s.io/utils/ptr.To", "k8s.io/utils/pointer.Int32", "k8s.io/utils/pointer.Int64",
    "k8s.io/utils/pointer.Bool",
    "k8s.io/utils/pointer.String", "k8s.io/utils/pointer.To", "k8s.io/utils/pointer.Int32Ptr",
    "k8s.io/utils/pointer.Int64Ptr", "k8s.io/utils/pointer.BoolPtr", "github.com/samber/lo.ToPtr",
    "k8s.io/apimachinery/pkg/api/resource.MustParse", "k8s.io/apimachinery/pkg/util/intstr.FromInt",
    "k8s.io/apimachinery/pkg/util/intstr.FromInt32", "k8s.io/apimachinery/pkg/util/intstr.FromString",
    "k8s.io/apimachinery/pkg/util/intstr.Parse", "github.com/MakeNowJust/heredoc.Doc", "os.FileMode",
    "github.com/lithammer/dedent.Dedent", "io/fs.FileMode", "helm.sh/helm/chart/loader.Load",
    "helm.sh/helm/v3/pkg/chart/loader.Load", "helm.sh/helm/pkg/chart/loader.Load",
)  # fmt: skip
def _same(call: Call) -> Value:
    return call.arg(0)


def _clientset(call: Call) -> Value | None:
    """`clientset.AppsV1().Deployments(ns).Create(ctx, deployment, ...)` and its likes."""
    receiver = call.receiver
    if not isinstance(receiver, Opaque) or not receiver.calls:
        return None
    resource, where = receiver.calls[-1]
    if resource not in _RESOURCES or not re.search(
        r"\w+V\d", receiver.name + "".join(c[0] for c in receiver.calls)
    ):
        return None
    path, kind = _RESOURCES[resource]
    namespace = known_text(where[0]) if where else None
    place, args = call.place, call.args
    match call.name:
        case "Create" | "Apply":
            _create(call, args, kind, namespace)
            return Many([args[1] if len(args) > 1 else call.unknown(), Fault()])
        case "Get":
            name = args[1] if len(args) > 1 else plain("")
            select_from_options(call.m, args[1:])
            fields: dict[str, Value] = {"Name": name}
            return Many([Struct(f"{path}.{kind}", fields, call.m.guards, open=True, place=place), Fault()])
        case "List":
            select_from_options(call.m, args)
            return Many([call.unknown(), Fault()])
        case "GetScale":
            scale: dict[str, Value] = {"Name": args[1] if len(args) > 1 else plain("")}
            return Many([Struct("Scale", scale, call.m.guards, open=True, place=place), Fault()])
        case "UpdateScale" | "ApplyScale":
            target = known_text(args[1]) if len(args) > 1 else None
            _scaled(call, args[2] if len(args) > 2 else None, target, namespace)
        case "Update" | "Patch":
            _updated(call, args, namespace)
        case "Delete" | "DeleteCollection" | "Evict" | "EvictV1":
            _deleted(call, kind, known_text(args[1]) if len(args) > 1 else None, namespace, args)
            return Fault()
        case _:
            return None
    return Many([call.unknown(), Fault()])


def _client(call: Call) -> Value | None:
    """controller-runtime's `k8sClient.Create(ctx, obj)` and its likes."""
    if isinstance(call.receiver, (Text, List, Map)) or call.receiver is None or not call.args:
        return None
    objects = [arg for arg in call.args if isinstance(arg, Struct) and object_kind(arg.type)]
    if not objects and call.name != "Create":
        return None
    if not objects:
        objects = [arg for arg in call.args if isinstance(arg, Struct) and _is_unstructured(arg)]
    if not objects or call.name not in (
        "Create",
        "Delete",
        "Update",
        "Patch",
        "Get",
        "DeleteAllOf",
        "List",
        "Apply",
    ):
        return None
    found = objects[0]
    kind = (object_kind(found.type) or ("", ""))[1] if isinstance(found, Struct) else ""
    match call.name:
        case "Create" | "Apply":
            _create(call, call.args, kind, namespace_of(found))
        case "Delete":
            _deleted(call, kind, name_of(found), namespace_of(found), call.args)
        case "DeleteAllOf":
            _deleted(call, kind, None, None, call.args)
        case "Update" | "Patch":
            _updated(call, call.args, namespace_of(found))
        case "Get" if isinstance(found, Struct):
            _got(call, found)
        case "List":
            select_from_options(call.m, call.args)
    return Fault(place=call.place)


def _is_unstructured(value: Value) -> bool:
    return isinstance(value, Struct) and value.type.endswith("unstructured.Unstructured")


def _got(call: Call, found: Struct) -> None:
    """`Get(ctx, key, obj)` fills the object: its name is the key's."""
    for arg in call.args:
        if isinstance(arg, Struct) and arg is not found and "Name" in arg.fields:
            found.fields.setdefault("Name", arg.fields["Name"])
            select_from_options(call.m, [arg.fields["Name"]])
    found.open = True


def _create(call: Call, args: list[Value], kind: str, namespace: str | None) -> None:
    for arg in args:
        if isinstance(arg, (Struct, Map)):
            found, names = call.m.recorder.object(arg)
            if found is None or found not in (*_WORKLOADS, "Pod"):
                continue
            call.m.recorder.make(
                Deploy, call.place, method="client", workloads=tuple(names), namespace=namespace,
                source=arg.place.source.path if arg.place else None,
            )  # fmt: skip
            return
    if kind in (*_WORKLOADS, "Pod") and not any(isinstance(arg, Struct) and arg.type for arg in args[:2]):
        call.m.recorder.make(Deploy, call.place, method="client", namespace=namespace)


def _replicas(value: Value | None) -> Value | None:
    if not isinstance(value, Struct):
        return None
    spec = value.fields.get("Spec")
    return spec.fields.get("Replicas") if isinstance(spec, Struct) else None


def _is_zero(value: Value | None) -> bool:
    return isinstance(value, Scalar) and value.value == 0 and not isinstance(value.value, bool)


def _scaled(call: Call, scale: Value | None, target: str | None, namespace: str | None) -> None:
    if _is_zero(_replicas(scale)):
        call.m.recorder.make(Stop, call.place, method="scale", target=target, namespace=namespace)


def _updated(call: Call, args: list[Value], namespace: str | None) -> None:
    """An update or patch that sets the replicas to zero is a stop."""
    name = next((found for arg in args if (found := name_of(arg)) is not None), None)
    texts = [as_text(arg).text for arg in args if isinstance(arg, Text)]
    texts += [
        as_text(item).text for arg in args if isinstance(arg, Opaque) for _, c in arg.calls for item in c
    ]
    if any(_is_zero(_replicas(arg)) for arg in args) or any(
        _ZERO_REPLICAS.search(text[:5_000]) for text in texts
    ):
        target = name or next((known_text(arg) for arg in args if known_text(arg)), None)
        call.m.recorder.make(Stop, call.place, method="scale", target=target, namespace=namespace)


def _deleted(call: Call, kind: str, name: str | None, namespace: str | None, args: list[Value]) -> None:
    grace = _grace(args)
    facts = {"target": name, "namespace": namespace, "grace_seconds": grace, "force": grace == 0}
    if kind == "Namespace":
        call.m.recorder.make(Teardown, call.place, what="namespace", name=name)
    elif kind == "Pod":
        call.m.recorder.make(Stop, call.place, method="delete-pod", **facts)
    elif kind in _WORKLOADS:
        call.m.recorder.make(Stop, call.place, method="delete-workload", **facts)


def _grace(args: list[Value]) -> int | None:
    for arg in args:
        if isinstance(arg, Struct):
            seconds = arg.fields.get("GracePeriodSeconds")
            if isinstance(seconds, Scalar) and isinstance(seconds.value, int):
                return seconds.value
    return None


@library("sigs.k8s.io/controller-runtime/pkg/client.GracePeriodSeconds")
def _grace_option(call: Call) -> Value:
    return Struct("client.DeleteOptions", {"GracePeriodSeconds": call.arg(0)}, place=call.place)


@library("k8s.io/apimachinery/pkg/apis/meta/v1.NewDeleteOptions")
def _delete_options(call: Call) -> Value:
    return Struct("DeleteOptions", {"GracePeriodSeconds": call.arg(0)}, place=call.place)


def name_of(value: Value | None) -> str | None:
    """The name of an API object or key."""
    return _meta(value, "Name")


def namespace_of(value: Value | None) -> str | None:
    """The namespace of an API object or key."""
    return _meta(value, "Namespace")


def _meta(value: Value | None, field: str) -> str | None:
    if not isinstance(value, Struct):
        return None
    meta = value.fields.get("ObjectMeta")
    own = value.fields.get(field) or (meta.fields.get(field) if isinstance(meta, Struct) else None)
    return as_text(own).text if isinstance(own, (Text, Opaque)) else None


def _helm(call: Call) -> Value | None:
    """Helm's SDK: LocateChart gives the path through, Run deploys or removes."""
    receiver = call.receiver
    kind = (
        receiver.origin
        if isinstance(receiver, Opaque)
        else receiver.type
        if isinstance(receiver, Struct)
        else ""
    )
    if "helm" not in kind:
        return None
    action = kind.rpartition(".")[2].removeprefix("New")
    if call.name == "LocateChart":
        return Many([call.arg(0), Fault()])
    if call.name not in ("Run", "RunWithContext") or action not in ("Install", "Upgrade", "Uninstall"):
        return None
    args = call.args[1:] if call.name == "RunWithContext" else call.args
    if action == "Uninstall":
        call.m.recorder.make(
            Stop, call.place, method="helm-uninstall", target=known_text(args[0]) if args else None
        )
        return Many([call.unknown(), Fault()])
    values = next((arg for arg in args if isinstance(arg, (Map, Struct))), None)
    chart = next((as_text(arg).text for arg in args if isinstance(arg, Text)), None)
    settings = flat_settings(values) if values is not None else ()
    call.m.recorder.make(
        Deploy, call.place, method="helm", source=chart, values=settings,
        workloads=(), namespace=_meta(receiver, "Namespace"),
    )  # fmt: skip
    return Many([call.unknown(), Fault()])


@library("helm.sh/helm/v3/pkg/action.NewInstall", "helm.sh/helm/v3/pkg/action.NewUpgrade",
         "helm.sh/helm/v3/pkg/action.NewUninstall", "helm.sh/helm/pkg/action.NewInstall",
         "helm.sh/helm/pkg/action.NewUpgrade", "helm.sh/helm/pkg/action.NewUninstall")  # fmt: skip
def _helm_action(call: Call) -> Value:
    return Struct(f"helm.{call.name}", {}, call.m.guards, open=True, place=call.place)


def flat_settings(value: Value) -> tuple[Setting, ...]:
    """Nested helm values as `a.b[0].c` settings, each with its lines and guards."""
    tree = tree_of(value)
    found: list[Setting] = []
    if tree is not None:
        _flatten(tree, "", found, 0)
    return tuple(found)


def _flatten(tree: Tree, name: str, found: list[Setting], depth: int) -> None:
    if depth > 20 or len(found) > 2_000:
        return
    if tree.fields:
        for key, inner in tree.fields.items():
            _flatten(inner, f"{name}.{key}" if name else key, found, depth + 1)
    elif tree.items:
        for index, inner in enumerate(tree.items):
            _flatten(inner, f"{name}[{index}]", found, depth + 1)
    elif name:
        empty = "{}" if tree.fields is not None else "[]" if tree.items is not None else tree.scalar
        found.append(Setting(name, empty, tree.evidence, tree.guards))


@library("sigs.k8s.io/kind/pkg/cluster.CreateWithConfigFile")
def _with_file(call: Call) -> Value:
    return Effect("kind-config-file", call.args, place=call.place)


@library("sigs.k8s.io/kind/pkg/cluster.CreateWithRawConfig")
def _with_raw(call: Call) -> Value:
    return Effect("kind-config-raw", call.args, place=call.place)


@library("sigs.k8s.io/kind/pkg/cluster.CreateWithV1Alpha4Config")
def _with_typed(call: Call) -> Value:
    return Effect("kind-config-typed", call.args, place=call.place)


def _kind_provider(call: Call) -> Value | None:
    """`provider.Create(name, cluster.CreateWithConfigFile(path))`, `provider.Delete(name, ...)`."""
    receiver = call.receiver
    origin = receiver.origin if isinstance(receiver, Opaque) else ""
    if not origin.startswith("sigs.k8s.io/kind/pkg/cluster") or call.name not in ("Create", "Delete"):
        return None
    name = known_text(call.arg(0)) or (call.text(0).text if call.args else None)
    if call.name == "Delete":
        call.m.recorder.make(Teardown, call.place, what="cluster", name=name)
        return Fault()
    options = [arg for arg in call.args[1:] if isinstance(arg, Effect)]
    config = next((as_text(o.args[0]).text for o in options if o.name == "kind-config-file" and o.args), None)
    for option in options:
        if option.name in ("kind-config-raw", "kind-config-typed") and option.args:
            config = inline_config(call, option.args[0]) or config
    call.m.recorder.make(ClusterCreate, call.place, name=name, config=config)
    return Fault()


def inline_config(call: Call, value: Value) -> str | None:
    """Keep a kind config that stands in the code; gives the path of the Go file it stands in."""
    if isinstance(value, Struct):
        tree = tree_of(value)
        trees: tuple[Tree, ...] = (tree,) if tree is not None else ()
    else:
        trees = text_trees(as_text(value))
    configs = kind_trees(trees)
    if not call.m.quiet:
        call.m.recorder.kind_configs += configs
    return configs[0].path if configs else None


_ENVFUNCS = "sigs.k8s.io/e2e-framework/pkg/envfuncs"
_EFFECTS = ("CreateCluster", "CreateClusterWithConfig", "CreateClusterWithOpts", "CreateKindCluster",
            "CreateKindClusterWithConfig", "DestroyCluster", "DestroyKindCluster", "LoadDockerImageToCluster",
            "LoadImageToCluster", "LoadImageArchiveToCluster", "DeleteNamespace")  # fmt: skip


@library(*(f"{_ENVFUNCS}.{name}" for name in _EFFECTS))
def _envfunc(call: Call) -> Value:
    return Effect(call.name, call.args, place=call.place)


@library(*(f"effect:{name}" for name in _EFFECTS))
def _run_envfunc(call: Call) -> Value:
    texts = [as_text(arg).text for arg in call.args if isinstance(arg, Text)]
    name = texts[0] if texts else None
    make = call.m.recorder.make
    if call.name.startswith("Create"):
        make(
            ClusterCreate,
            call.place,
            name=name,
            config=texts[1] if "Config" in call.name and texts[1:] else None,
        )
    elif call.name.startswith("Destroy"):
        make(Teardown, call.place, what="cluster", name=name)
    elif call.name == "DeleteNamespace":
        make(Teardown, call.place, what="namespace", name=name)
    else:
        make(ImageLoad, call.place, images=tuple(texts[1:2]), cluster=name)
    return Scalar(None)


METHODS[:0] = [_clientset, _client, _helm, _kind_provider]
