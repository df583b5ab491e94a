"""`kubectl apply` of files, folders, stdin and pipes: where the manifests come from."""

from __future__ import annotations

from bot.facts.build import Setting
from bot.facts.events import Deploy, Event, SetEnv
from bot.path.commands.command import Command
from bot.path.commands.deploys import helm_template, kustomize_source
from bot.path.commands.files import sources_of
from bot.path.commands.flags import Flags
from bot.path.commands.place import place_of
from bot.path.commands.unwrap import tool_of, unwrap
from bot.path.shell.textfills import fills_of

_STDIN = ("-", "/dev/stdin")


def applied(command: Command, flags: Flags) -> tuple[Event, ...]:
    """A Deploy for each -f and -k of `kubectl apply|create|replace`."""
    namespace = flags.last("-n", "--namespace")
    events: list[Event] = []
    for folder in flags.every("-k", "--kustomize"):
        events.append(
            Deploy(**place_of(command), method="kustomize", source=folder or ".", namespace=namespace)
        )
    for words in flags.every("-f", "--filename"):
        for source in words.split(","):
            if source in _STDIN or (not source and command.stdin is not None):
                events.extend(_from_stdin(command, namespace))
            else:
                events.append(
                    Deploy(**place_of(command), method="kubectl", source=source, namespace=namespace)
                )
    return tuple(events)


def _from_stdin(command: Command, namespace: str | None) -> tuple[Event, ...]:
    if command.stdin is not None:
        return (
            Deploy(
                **place_of(command),
                method="kubectl",
                namespace=namespace,
                inline=command.stdin,
                inline_evidence=command.stdin_evidence or command.evidence,
            ),
        )
    if command.stdin_file is not None:
        return (
            Deploy(**place_of(command), method="kubectl", source=command.stdin_file, namespace=namespace),
        )
    return _from_pipe(command, namespace)


def _from_pipe(command: Command, namespace: str | None) -> tuple[Event, ...]:
    """`kustomize build DIR | ...`, `helm template ... | ...`, `sed ... FILE | ...`, `echo "$X" | ...`."""
    maker = command.piped_from
    for _ in range(5):
        if maker is None:
            break
        steps = unwrap(maker)
        step = steps[-1] if steps else maker
        tool = tool_of(step.argv[0]) if step.argv else ""
        if tool in ("kubectl", "oc") and step.argv[1:2] != ("kustomize",):
            return ()  # `kubectl create ... --dry-run -o yaml | kubectl apply -f -`: no workload's file
        folder = kustomize_source(step)
        if folder is not None:
            return (Deploy(**place_of(command), method="kustomize", source=folder, namespace=namespace),)
        chart = helm_template(step, command)
        if chart is not None:
            return (chart,)
        maker = step.piped_from
    fills = fills_of(command.piped_from)
    return tuple(
        Deploy(**place_of(command), method="kubectl", source=source, namespace=namespace, fills=fills)
        for source in sources_of(command.piped_from) or (None,)
    )


def environment_set(
    command: Command,
    target: str | None,
    settings: tuple[Setting, ...],
    namespace: str | None,
    container: str | None,
) -> SetEnv:
    """`kubectl set env` of one workload."""
    return SetEnv(
        **place_of(command), target=target, settings=settings, namespace=namespace, container=container
    )
