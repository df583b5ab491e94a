"""From one command line to the events it stands for.

One reader a tool; what no reader knows is no event. A suite written in Go, a Makefile, a script and a
workflow all end here, so the same act reads the same wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.facts.events import Event
from bot.path.commands.command import Command
from bot.path.commands.containers import container_events
from bot.path.commands.deploys import DEPLOY_TOOLS
from bot.path.commands.files import FILE_TOOLS
from bot.path.commands.gotools import GO_TOOLS
from bot.path.commands.kind import kind_events
from bot.path.commands.kubectl import kubectl_events
from bot.path.commands.unwrap import tool_of, unwrap
from bot.path.commands.uploads import UPLOAD_TOOLS

Reader = Callable[[Command], tuple[Event, ...]]

MAX_WORDS = 4_000
"""A command line longer than this is generated text, not something a person wrote."""

_CONTAINER_TOOLS = ("docker", "podman", "nerdctl", "finch", "buildah", "lima", "docker-compose")
_KUBECTL = ("kubectl", "oc", "k", "kubecolor")

READERS: dict[str, Reader] = {
    **dict.fromkeys(_CONTAINER_TOOLS, container_events),
    **dict.fromkeys(_KUBECTL, kubectl_events),
    **DEPLOY_TOOLS,
    **FILE_TOOLS,
    **GO_TOOLS,
    **UPLOAD_TOOLS,
    "kind": kind_events,
}


def events_of(command: Command) -> tuple[Event, ...]:
    """The events a command line stands for, in order; empty for what does not matter here.

    Pure: reads no file. Wrappers (`sudo`, `env`, `timeout`, `sh -c`) are looked through. Words that
    are only partly known keep their holes.
    """
    if len(command.argv) > MAX_WORDS:
        return ()
    return tuple(event for inner in unwrap(command) for event in _events(inner))


def _events(command: Command) -> tuple[Event, ...]:
    tool = tool_of(command.argv[0])
    if tool in ("minikube", "microk8s", "k3s") and command.argv[1:2] == ("kubectl",):
        tool = "kubectl"
    reader = READERS.get(tool)
    return reader(command) if reader is not None else ()
