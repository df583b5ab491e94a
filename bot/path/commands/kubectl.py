"""kubectl and oc: deploys, stops, waits, copies and commands in pods.

`kubectl delete` waits by default until the objects are gone (kubectl reference, "delete", --wait=true).
For a pod that means its processes have ended. For a Deployment it means only that the Deployment
object is gone: with the default background cascade its pods go later, so no wait is told; with
--cascade=foreground the Deployment goes after its pods (Kubernetes docs, "Garbage Collection").
A namespace is gone only after everything in it (Kubernetes docs, "Namespaces").
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.facts.build import Setting
from bot.facts.events import Copy, Event, Rewrite, Stop, Teardown, Wait
from bot.facts.words import clean_path, hole
from bot.path.commands.command import Command
from bot.path.commands.containers import split_remote
from bot.path.commands.durations import seconds_of
from bot.path.commands.flags import Flags, read_flags
from bot.path.commands.inside import inside_events
from bot.path.commands.kubeobjects import Objects, kind_of, objects
from bot.path.commands.manifests import applied, environment_set
from bot.path.commands.place import place_of

_VALUED = frozenset(
    {"-n", "--namespace", "--context", "--kubeconfig", "--cluster", "--user", "-s", "--server", "--token"}
    | {"--as", "--as-group", "--as-uid", "--cache-dir", "--certificate-authority", "--client-certificate"}
    | {"--client-key", "--request-timeout", "--tls-server-name", "--username", "--password", "-v", "--v"}
    | {"-f", "--filename", "-k", "--kustomize", "-l", "--selector", "-o", "--output", "--template"}
    | {"--field-selector", "--field-manager", "--replicas", "--current-replicas", "--resource-version"}
    | {"--timeout", "--grace-period", "--for", "-c", "--container", "--containers", "-p", "--patch"}
    | {"--type", "--patch-file", "--subresource", "--retries", "--revision", "--from", "--prefix"}
    | {"--keys", "-e", "--env", "--pod-running-timeout", "--image", "--prune-allowlist", "--raw"}
)

_POD_KINDS = frozenset({"pod", "pods", "po"})
_NAMESPACE_KINDS = frozenset({"namespace", "namespaces", "ns"})
_WORKLOAD_KINDS = frozenset(
    {"deployment", "deployments", "deploy", "statefulset", "statefulsets", "sts", "daemonset", "daemonsets"}
    | {"ds", "replicaset", "replicasets", "rs", "job", "jobs", "cronjob", "cronjobs", "all", "cj"}
    | {"replicationcontroller", "replicationcontrollers", "rc"}
)
_NO_REPLICAS = re.compile(r"[\"']?replicas[\"']?\s*:\s*0\b|/replicas[\"']\s*,\s*[\"']value[\"']\s*:\s*0\b")
_FIRST = re.compile(r"items\[0\]|items\\?\[0|head -n ?1\b|head -1\b|head -n1|\.items\.0|first", re.IGNORECASE)


def kubectl_events(command: Command) -> tuple[Event, ...]:
    """The events of a kubectl command line; flags may stand before and after the verb."""
    words = command.argv[1:]
    if words[:1] == ("kubectl",):
        words = words[1:]
        words = words[1:] if words[:1] == ("--",) else words
    flags = read_flags(words, _VALUED)
    if not flags.positional or flags.last("--dry-run") not in (None, "none", "false"):
        return ()
    reader = _VERBS.get(flags.positional[0])
    return reader(command, flags) if reader is not None else ()


def _namespace(flags: Flags) -> str | None:
    return flags.last("-n", "--namespace")


def _selector(flags: Flags) -> str | None:
    return flags.last("-l", "--selector")


def _scale(command: Command, flags: Flags) -> tuple[Event, ...]:
    if flags.last("--replicas") != "0":
        return ()
    found = objects(flags.positional[1:], _selector(flags)) or (Objects(None, (), None),)
    return tuple(
        Stop(**place_of(command), method="scale", target=target, namespace=_namespace(flags), via="kubectl")
        for item in found
        for target in item.targets
    )


def _patch(command: Command, flags: Flags) -> tuple[Event, ...]:
    """`patch deployment x -p '{"spec":{"replicas":0}}'`, also as a JSON patch."""
    if not _NO_REPLICAS.search(flags.last("-p", "--patch") or ""):
        return ()
    return _scale(command, Flags(flags.positional, {**flags.values, "--replicas": ("0",)}))


def _delete(command: Command, flags: Flags) -> tuple[Event, ...]:
    files = flags.every("-f", "--filename", "-k", "--kustomize")
    if files:
        return tuple(_stop(command, flags, "delete-workload", hole(f"objects in {file}")) for file in files)
    return tuple(
        event
        for item in objects(flags.positional[1:], _selector(flags))
        for event in _deleted(command, flags, item)
    )


def _deleted(command: Command, flags: Flags, item: Objects) -> list[Event]:
    method, gone = _deletion(item.kind, flags)
    if method is None:
        return []
    events: list[Event] = []
    for target in item.targets:
        events.append(_stop(command, flags, method, target))
        # a forced deletion takes the object away at once, whatever its processes do
        if gone and not flags.off("--wait") and not flags.on("--force"):
            events.append(_waited(command, flags, target))
        if method == "delete-namespace":
            events.append(Teardown(**place_of(command), what="namespace", name=target))
    return events


def _deletion(kind: str | None, flags: Flags) -> tuple[str | None, bool]:
    """How deleting objects of a kind stops pods, and whether waiting for it means they are gone."""
    if kind in _POD_KINDS:
        return "delete-pod", True
    if kind in _NAMESPACE_KINDS:
        return "delete-namespace", True
    if kind in _WORKLOAD_KINDS:
        return "delete-workload", kind == "all" or flags.last("--cascade") == "foreground"
    return None, False


def _stop(command: Command, flags: Flags, method: str, target: str | None) -> Stop:
    seconds = _grace(flags)
    return Stop(
        **place_of(command),
        method=method,
        target=target,
        namespace=target if method == "delete-namespace" else _namespace(flags),
        force=flags.on("--force"),
        grace_seconds=seconds,
        via="kubectl",
        waits=_waits(method, flags),
    )


def _waits(method: str, flags: Flags) -> bool | None:
    """Where the flags say whether a deletion returns only when the pods are gone."""
    if not method.startswith("delete-"):
        return None
    if flags.off("--wait"):
        return False
    # in the foreground an owner goes after all that it owns (Kubernetes, "Garbage Collection")
    return True if flags.last("--cascade") == "foreground" else None


def _grace(flags: Flags) -> int | None:
    """Seconds until the kill. kubectl makes `--grace-period=0` without --force a grace of 1 second, and
    --force alone one of 0 (kubernetes/kubectl, pkg/cmd/delete, Complete)."""
    text = flags.last("--grace-period")
    seconds = int(text) if text is not None and re.fullmatch(r"\d{1,8}", text) else None
    if flags.on("--now"):
        return 1
    if flags.on("--force"):
        return seconds or 0
    return 1 if seconds == 0 else seconds


def _waited(command: Command, flags: Flags, target: str | None) -> Wait:
    limit = seconds_of(flags.last("--timeout"))
    return Wait(**place_of(command), method="deleted", target=target, seconds=limit)


def _rollout(command: Command, flags: Flags) -> tuple[Event, ...]:
    match flags.positional[1:]:
        case ("restart", *words):
            found = objects(tuple(words), _selector(flags)) or (Objects(None, (), None),)
            return tuple(
                _stop(command, flags, "rollout-restart", target) for item in found for target in item.targets
            )
        case ("status", *words):
            found = objects(tuple(words), _selector(flags)) or (Objects(None, (), None),)
            limit = seconds_of(flags.last("--timeout"))
            return tuple(
                Wait(**place_of(command), method="rollout", target=target, seconds=limit)
                for item in found
                for target in item.targets
            )
    return ()


def _wait(command: Command, flags: Flags) -> tuple[Event, ...]:
    """kubectl wait: for deletion, for replicas 0, or for a condition of what runs."""
    condition = (flags.last("--for") or "").strip("'\"")
    method = "ready"
    if condition == "delete":
        method = "deleted"
    elif re.search(r"replicas\}?[\"']?=[\"']?0$", condition, re.IGNORECASE):
        method = "scaled"
    limit = seconds_of(flags.last("--timeout"))
    return tuple(
        Wait(**place_of(command), method=method, target=target, seconds=limit)
        for item in objects(flags.positional[1:], _selector(flags))
        for target in item.targets
    )


def _cp(command: Command, flags: Flags) -> tuple[Event, ...]:
    """`kubectl cp NS/POD:SRC DST`. A copy into a pod collects nothing."""
    if len(flags.positional) != 3:
        return ()
    remote = split_remote(flags.positional[1])
    if remote is None:
        return ()
    pod, path = remote
    return (
        Copy(
            **place_of(command),
            tool="kubectl cp",
            where="pod",
            pod=pod,
            source=clean_path(path),
            destination=flags.positional[2],
            container=flags.last("-c", "--container"),
            first_only=first_only(pod),
            contents_only=path.endswith("/."),
        ),
    )


def first_only(pod: str) -> bool:
    """Whether an expression for a pod picks one of several: `items[0]`, `head -1`, `deploy/x`."""
    kind, slash, _ = pod.partition("/")
    return _FIRST.search(pod) is not None or bool(slash and kind_of(kind) in _WORKLOAD_KINDS)


def _exec(command: Command, flags: Flags) -> tuple[Event, ...]:
    """`kubectl exec POD [-c C] -- CMD`, and the old form without `--`."""
    if len(flags.positional) < 2:
        return ()
    pod = flags.positional[1]
    argv = flags.rest if flags.rest is not None else _behind_pod(command.argv, pod)
    return inside_events(
        command,
        tuple(argv),
        via="kubectl exec",
        pod=pod.removeprefix("pod/").removeprefix("pods/"),
        container=flags.last("-c", "--container"),
        first_only=first_only(pod),
    )


def _behind_pod(argv: tuple[str, ...], pod: str) -> tuple[str, ...]:
    rest = list(argv[argv.index(pod) + 1 :])
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word in ("-c", "--container", "-n", "--namespace") and rest:
            rest.pop(0)
    return tuple(rest)


def _set(command: Command, flags: Flags) -> tuple[Event, ...]:
    if flags.positional[1:2] == ("image",):
        return (Rewrite(**place_of(command), tool="kubectl"),)
    if flags.positional[1:2] != ("env",):
        return ()
    words = flags.positional[2:]
    changes = tuple(word for word in (*words, *flags.every("-e", "--env")) if _is_change(word))
    named = tuple(word for word in words if not _is_change(word))
    settings = tuple(_change(command, word) for word in changes)
    found = objects(named, _selector(flags)) or (Objects(None, (), None),)
    return tuple(
        environment_set(command, target, settings, _namespace(flags), flags.last("-c", "--containers"))
        for item in found
        for target in item.targets
        if settings
    )


def _is_change(word: str) -> bool:
    return "=" in word or (word.endswith("-") and len(word) > 1)


def _change(command: Command, word: str) -> Setting:
    name, equals, value = word.partition("=")
    return Setting(name if equals else word[:-1], value if equals else None, command.evidence)


def _apply(command: Command, flags: Flags) -> tuple[Event, ...]:
    return applied(command, flags)


def _create(command: Command, flags: Flags) -> tuple[Event, ...]:
    return applied(command, flags) if flags.every("-f", "--filename", "-k", "--kustomize") else ()


_VERBS: dict[str, Callable[[Command, Flags], tuple[Event, ...]]] = {
    "apply": _apply,
    "create": _create,
    "replace": _create,
    "scale": _scale,
    "patch": _patch,
    "delete": _delete,
    "rollout": _rollout,
    "wait": _wait,
    "cp": _cp,
    "exec": _exec,
    "rsh": _exec,
    "set": _set,
}
