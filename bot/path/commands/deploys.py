"""helm, kustomize, skaffold, ko, goreleaser and tilt: what they build and put into the cluster."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.facts.build import Setting
from bot.facts.events import Deploy, Event, FileMake, ImageBuild, ImageEdit, Stop, Wait
from bot.facts.words import hole
from bot.path.commands.command import Command
from bot.path.commands.durations import seconds_of
from bot.path.commands.flags import Flags, is_hole, read_flags
from bot.path.commands.place import place_of
from bot.path.commands.unwrap import tool_of
from bot.path.kustomize.transform import split_image

_HELM = frozenset(
    {"-n", "--namespace", "-f", "--values", "--set", "--set-string", "--set-file", "--set-json", "--version"}
    | {"--set-literal", "--repo", "--timeout", "--kube-context", "--kubeconfig", "--description", "--cascade"}
    | {"--post-renderer", "--post-renderer-args", "--username", "--password", "--ca-file", "--cert-file"}
    | {"--key-file", "--keyring", "--history-max", "-o", "--output", "--kube-apiserver", "--labels", "-l"}
    | {"--name-template", "--output-dir", "-s", "--show-only", "--kube-version", "-a", "--api-versions"}
    | {"--registry-config", "--repository-cache", "--repository-config", "--burst-limit", "--qps"}
)
_SKAFFOLD = frozenset(
    {"-p", "--profile", "-f", "--filename", "-d", "--default-repo", "-t", "--tag", "-a", "--build-artifacts"}
    | {"-b", "--build-image", "-m", "--module", "-n", "--namespace", "--kube-context", "--kubeconfig"}
    | {"-v", "--verbosity", "-l", "--label", "-i", "--images", "--file-output", "-o", "--output", "-c"}
    | {"--config", "--platform", "--cache-artifacts-file", "--status-check-timeout"}
)
_SEPARATOR = re.compile(r"(?<!\\),(?![^{]*\})")


def _helm(command: Command) -> tuple[Event, ...]:
    flags = read_flags(command.argv[1:], _HELM)
    match flags.positional:
        case ("install" | "upgrade", *words):
            return (_install(command, flags, words),)
        case ("template", *words) if command.redirect is not None:
            chart = _chart(flags, words)
            if chart is None:
                return ()
            return (
                FileMake(
                    **place_of(command), path=command.redirect, sources=(chart,), method="helm template"
                ),
            )
        case ("uninstall" | "delete" | "del" | "un", *names):
            return tuple(event for name in names for event in _uninstall(command, flags, name))
    return ()


def _install(command: Command, flags: Flags, words: list[str]) -> Deploy:
    return Deploy(
        **place_of(command),
        method="helm",
        source=_chart(flags, words),
        values=_values(command, flags),
        values_files=_values_files(flags),
        unread=tuple(word for word in words[2:] if is_hole(word)),
        namespace=flags.last("-n", "--namespace"),
    )


def _chart(flags: Flags, words: list[str]) -> str | None:
    """`helm install NAME CHART`; with --generate-name the chart comes first."""
    if not words:
        return None
    if flags.on("-g", "--generate-name") or len(words) == 1:
        return words[0]
    return words[1]


def _values_files(flags: Flags) -> tuple[str, ...]:
    return tuple(part for text in flags.every("-f", "--values") for part in text.split(",") if part)


def _values(command: Command, flags: Flags) -> tuple[Setting, ...]:
    """`--set a.b=c,d=e` one by one; helm reads --set before --set-string (helm docs, "Values Files")."""
    settings = []
    for text in flags.every("--set-json", "--set", "--set-string", "--set-file", "--set-literal"):
        for part in _SEPARATOR.split(text[:4_000]):
            name, equals, value = part.partition("=")
            if equals:
                settings.append(Setting(name.strip(), value, command.evidence))
    return tuple(settings)


def _uninstall(command: Command, flags: Flags, release: str) -> tuple[Event, ...]:
    """`helm uninstall` returns before the pods are gone; only --wait waits (helm docs, "uninstall")."""
    stop = Stop(
        **place_of(command),
        method="helm-uninstall",
        target=release,
        namespace=flags.last("-n", "--namespace"),
        via="helm",
    )
    if not flags.on("--wait"):
        return (stop,)
    limit = seconds_of(flags.last("--timeout"))
    return stop, Wait(**place_of(command), method="deleted", target=release, seconds=limit)


def helm_template(maker: Command, applier: Command) -> Deploy | None:
    """The Deploy of `helm template NAME CHART ... | kubectl apply -f -`, or None."""
    if not maker.argv or tool_of(maker.argv[0]) != "helm":
        return None
    flags = read_flags(maker.argv[1:], _HELM)
    if flags.positional[:1] != ("template",):
        return None
    place = replace(maker, evidence=applier.evidence, guards=applier.guards, phase=applier.phase)
    return _install(place, flags, list(flags.positional[1:]))


def kustomize_source(maker: Command) -> str | None:
    """The folder of `kustomize build DIR` or `kubectl kustomize DIR`, or None for another command."""
    if not maker.argv:
        return None
    tool = tool_of(maker.argv[0])
    verb = {"kustomize": "build", "kubectl": "kustomize", "oc": "kustomize"}.get(tool)
    flags = read_flags(maker.argv[1:], {"-o", "--output", "--load-restrictor", "--kubeconfig", "-e", "--env"})
    if verb is None or flags.positional[:1] != (verb,):
        return None
    return flags.positional[1] if len(flags.positional) > 1 else "."


def _kustomize(command: Command) -> tuple[Event, ...]:
    """`kustomize build DIR > FILE`; built into a pipe it is the applier's event."""
    if command.argv[1:4] == ("edit", "set", "image"):
        return _edit_images(command)
    folder = kustomize_source(command)
    flags = read_flags(command.argv[1:], {"-o", "--output"})
    target = flags.last("-o", "--output") or command.redirect
    if folder is None or target is None:
        return ()
    return (FileMake(**place_of(command), path=target, sources=(folder,), method="kustomize"),)


def _edit_images(command: Command) -> tuple[Event, ...]:
    """`kustomize edit set image NAME=NEW`, or `NEW` for the image of that name without its tag."""
    images = []
    for word in read_flags(command.argv[4:], ()).positional:
        name, equals, new = word.partition("=")
        images.append(Setting(name if equals else split_image(word)[0], new or word, command.evidence))
    return (ImageEdit(**place_of(command), images=tuple(images)),) if images else ()


def _skaffold(command: Command) -> tuple[Event, ...]:
    """`skaffold run|dev|build|deploy|apply -p PROFILES`."""
    flags = read_flags(command.argv[1:], _SKAFFOLD)
    verb = flags.positional[0] if flags.positional else ""
    config = flags.last("-f", "--filename") or "skaffold.yaml"
    profiles = tuple(
        Setting("profile", name.strip(), command.evidence)
        for text in flags.every("-p", "--profile")
        for name in text.split(",")
        if name.strip()
    )
    events: list[Event] = []
    if verb in ("run", "dev", "debug", "build"):
        events.append(
            ImageBuild(**place_of(command), tool="skaffold", dockerfile=hole(f"artifact of {config}"))
        )
    if verb in ("run", "dev", "debug", "deploy", "apply"):
        events.append(
            Deploy(
                **place_of(command),
                method="skaffold",
                source=config,
                values=profiles,
                namespace=flags.last("-n", "--namespace"),
            )
        )
    if verb == "delete":
        events.append(Stop(**place_of(command), method="delete-workload", via="skaffold"))
    return tuple(events)


def _ko(command: Command) -> tuple[Event, ...]:
    """`ko build PKG`, `ko apply -f DIR`: images without a Dockerfile."""
    valued = {"-f", "--filename", "-t", "--tags", "--platform", "--sbom", "-l", "--selector", "-n", "-j"}
    flags = read_flags(
        command.argv[1:], valued | {"--jobs", "--image-label", "--tarball", "--oci-layout-path"}
    )
    verb = flags.positional[0] if flags.positional else ""
    if verb in ("build", "publish"):
        return tuple(
            ImageBuild(**place_of(command), tool="ko", dockerfile=None, context=package)
            for package in flags.positional[1:] or (".",)
        )
    if verb in ("apply", "create"):
        return tuple(
            Deploy(**place_of(command), method="ko", source=source)
            for source in flags.every("-f", "--filename")
        )
    return ()


def _goreleaser(command: Command) -> tuple[Event, ...]:
    flags = read_flags(command.argv[1:], {"-f", "--config", "-p", "--parallelism", "--id", "--timeout"})
    if flags.positional[:1] != ("release",):
        return ()
    config = flags.last("-f", "--config") or ".goreleaser.yaml"
    return (ImageBuild(**place_of(command), tool="goreleaser", dockerfile=hole(f"image of {config}")),)


DEPLOY_TOOLS: dict[str, Callable[[Command], tuple[Event, ...]]] = {
    "helm": _helm,
    "helm3": _helm,
    "kustomize": _kustomize,
    "skaffold": _skaffold,
    "ko": _ko,
    "goreleaser": _goreleaser,
}
