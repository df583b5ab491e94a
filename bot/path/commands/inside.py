"""What a command does that is run inside a node (`docker exec`) or a pod (`kubectl exec`)."""

from __future__ import annotations

from dataclasses import replace

from bot.facts.events import Copy, DirectoryMake, Event, ExecInPod, Stop
from bot.facts.words import clean_path, hole
from bot.path.commands.command import Command
from bot.path.commands.files import directory_events, tar_flags
from bot.path.commands.flags import read_flags
from bot.path.commands.place import place_of
from bot.path.commands.unwrap import tool_of, unwrap

_SIGNALS = {"1": "HUP", "2": "INT", "3": "QUIT", "6": "ABRT", "9": "KILL", "10": "USR1", "12": "USR2"} | {
    "15": "TERM",
    "0": "0",
}
_NO_STOP = frozenset({"0", "HUP", "USR1", "USR2", "WINCH", "CONT", "CHLD"})
"""Signals that do not end a Go process by themselves or only ask whether it lives."""

_KILLERS = ("kill", "pkill", "killall", "killall5")


def inside_events(
    command: Command,
    argv: tuple[str, ...],
    *,
    via: str,
    node: str | None = None,
    pod: str | None = None,
    container: str | None = None,
    first_only: bool = False,
) -> tuple[Event, ...]:
    """The events of `argv` run in the node container `node` or in `pod`.

    `via` is the program that runs it (`docker exec`). A shell's script is read command by command.
    """
    if not argv:
        return ()
    first = tool_of(argv[0])
    inner = unwrap(replace(command, argv=argv, env=(), cwd=None))
    events: list[Event] = []
    for step in inner:
        for event in _events(step, f"{via} {first}"):
            events.append(_move(event, node, pod, container, first_only, via))
    if pod is not None and not events:
        events.append(ExecInPod(**place_of(command), argv=argv, pod=pod, container=container))
    return tuple(replace(event, cwd=command.cwd) for event in events)


def _events(step: Command, via: str) -> tuple[Event, ...]:
    tool = tool_of(step.argv[0])
    if tool in ("mkdir", "install", "chmod", "chown"):
        return directory_events(step)
    if tool in _KILLERS:
        return _kill(step, via)
    if tool == "crictl":
        return _crictl(step, via)
    if tool == "tar":
        return _tar(step)
    if tool == "cat":
        return _cat(step)
    return ()


def _move(
    event: Event, node: str | None, pod: str | None, container: str | None, first_only: bool, via: str
) -> Event:
    """The event as one of the node or pod."""
    where = "node" if node is not None else "pod"
    match event:
        case DirectoryMake():
            return replace(event, where=where, node=node)
        case Copy():
            return replace(
                event,
                tool=via,
                where=where,
                node=node,
                pod=pod,
                container=container,
                first_only=first_only,
            )
        case Stop():
            return replace(event, target=pod or event.target)
    return event


def _kill(step: Command, via: str) -> tuple[Event, ...]:
    """`kill -TERM 1`, `kill -s TERM 1`, `pkill -9 NAME`, `killall NAME`."""
    name, targets, words = "TERM", [], list(step.argv[1:])
    while words:
        word = words.pop(0)
        if word in ("-s", "--signal", "-n") and words:
            name = words.pop(0)
        elif word.startswith("--signal="):
            name = word.partition("=")[2]
        elif word.startswith("-") and word[1:].upper().removeprefix("SIG") in _KNOWN:
            name = word[1:]
        elif not word.startswith("-"):
            targets.append(word)
    name = name.upper().removeprefix("SIG")
    name = _SIGNALS.get(name, name)
    if not targets or name in _NO_STOP:
        return ()
    stop = Stop(**place_of(step), method="kill", target=targets[-1], signal=f"SIG{name}", via=via)
    return (replace(stop, force=name == "KILL"),)


_KNOWN = frozenset({*_SIGNALS, *_SIGNALS.values(), "TERM", "WINCH", "CONT", "CHLD", "STOP", "PIPE", "ALRM"})


def _crictl(step: Command, via: str) -> tuple[Event, ...]:
    """`crictl stop ID`: without --timeout the container is killed at once (CRI API, StopContainer)."""
    flags = read_flags(step.argv[1:], {"-t", "--timeout", "-r", "--runtime-endpoint", "--config"})
    if not flags.positional or flags.positional[0] not in ("stop", "stopp"):
        return ()
    text = flags.last("-t", "--timeout") or "0"
    seconds = int(text) if text.isdecimal() and len(text) < 9 else None
    target = flags.positional[1] if len(flags.positional) > 1 else None
    return (
        Stop(
            **place_of(step), method="kill", target=target, grace_seconds=seconds, force=seconds == 0, via=via
        ),
    )


def _tar(step: Command) -> tuple[Event, ...]:
    """`tar cf - -C DIR .`, `tar -C DIR -czf - .` or `tar -czf - DIR`: files leave as a stream."""
    flags = tar_flags(step.argv[1:])
    if not flags.on("-c", "--create") or flags.last("-f", "--file") not in ("-", "/dev/stdout", None):
        return ()
    base = flags.last("-C", "--directory") or ""
    paths = flags.positional or (".",)
    return tuple(_stream(step, path, base) for path in paths)


def _stream(step: Command, path: str, base: str) -> Copy:
    whole = path if path.startswith("/") or not base else f"{base.rstrip('/')}/{path}"
    if not whole.startswith(("/", "$")):  # relative to where the shell went, else to the container's own
        whole = f"{step.cwd if step.cwd and step.cwd.startswith('/') else hole('its directory')}/{whole}"
    contents = path in (".", "./") or path.endswith("/.")
    return Copy(**place_of(step), tool="tar", where="node", source=clean_path(whole), contents_only=contents)


def _cat(step: Command) -> tuple[Event, ...]:
    paths = [word for word in step.argv[1:] if not word.startswith("-")]
    return tuple(
        Copy(
            **place_of(step),
            tool="cat",
            where="node",
            source=clean_path(path),
            destination=step.redirect,
        )
        for path in paths
        if "cov" in path.lower()
    )
