"""kind: clusters made, images loaded, clusters deleted. k3d, minikube and ctlptl are not Kind."""

from __future__ import annotations

from bot.facts.events import ClusterCreate, Event, ImageLoad, Teardown
from bot.path.commands.command import Command
from bot.path.commands.flags import Flags, read_flags
from bot.path.commands.place import env_value, place_of

DEFAULT_CLUSTER = "kind"
"""The name of a cluster made without one (kind docs, "Quick Start")."""

_VALUED = frozenset(
    {"--name", "-n", "--config", "--image", "--kubeconfig", "--wait", "--nodes", "-v", "--verbosity"}
    | {"--loglevel"}
)


def kind_events(command: Command) -> tuple[Event, ...]:
    """`kind create cluster`, `kind load docker-image|image-archive`, `kind delete cluster(s)`."""
    flags = read_flags(command.argv[1:], _VALUED)
    match flags.positional:
        case ("create", "cluster", *_):
            return (_create(command, flags),)
        case ("load", "docker-image" | "image-archive", *images):
            nodes = tuple(part for text in flags.every("--nodes") for part in text.split(",") if part)
            return (
                ImageLoad(
                    **place_of(command),
                    images=tuple(images),
                    cluster=_name(command, flags) or DEFAULT_CLUSTER,
                    nodes=nodes,
                ),
            )
        case ("delete", "cluster", *_):
            return (
                Teardown(**place_of(command), what="cluster", name=_name(command, flags) or DEFAULT_CLUSTER),
            )
        case ("delete", "clusters", *names):
            targets: list[str | None] = [None] if flags.on("--all", "-A") else list(names)
            return tuple(Teardown(**place_of(command), what="cluster", name=name) for name in targets)
    return ()


def _name(command: Command, flags: Flags) -> str | None:
    """--name, else KIND_CLUSTER_NAME from the environment (kind docs, "Quick Start")."""
    return flags.last("--name", "-n") or env_value(command, "KIND_CLUSTER_NAME") or None


def _create(command: Command, flags: Flags) -> ClusterCreate:
    config = flags.last("--config")
    name = _name(command, flags)
    if config is None:
        return ClusterCreate(**place_of(command), name=name or DEFAULT_CLUSTER)
    if config not in ("-", "/dev/stdin") and (config or command.stdin is None):
        # a config may name the cluster
        return ClusterCreate(**place_of(command), name=name, config=config or None)
    if command.stdin is not None:
        return ClusterCreate(
            **place_of(command),
            name=name,
            inline=command.stdin,
            inline_evidence=command.stdin_evidence or command.evidence,
        )
    return ClusterCreate(**place_of(command), name=name, config=_piped(command))


def _piped(command: Command) -> str:
    """The file that feeds stdin, or a hole: a config is there, and it is not kind's default."""
    from bot.path.commands.files import sources_of

    if command.stdin_file is not None:
        return command.stdin_file
    sources = sources_of(command.piped_from)
    return sources[0] if len(sources) == 1 else "${stdin}"
