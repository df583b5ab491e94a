"""The processes of the service's container: the one that is PID 1, and the service's own behind it.

What every user may read (`status`, `cmdline`, `cgroup`) is listed first; it says as whom the rest
(`environ`, `exe`, `cwd`) can be read. Only GOCOVERDIR of the environment leaves the container.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.cluster.probes.base import ATTACH, Probe, records

PROBE = Probe(
    "process",
    ATTACH,
    "one ephemeral container a pod (two where the user is known only after the first); it ends by itself",
    "command line, user, working directory and GOCOVERDIR of the running service, also behind a shell",
)
PERMISSIONS = PROBE.permissions

SHELLS = frozenset({"sh", "ash", "bash", "dash", "ksh", "mksh", "zsh", "rbash"})
INITS = frozenset(
    {"tini", "tini-static", "dumb-init", "catatonit", "docker-init", "s6-svscan", "s6-supervise", "runsv"}
    | {"runsvdir", "supervisord", "su", "sudo", "gosu", "su-exec", "env", "nice", "timeout", "pause"}
)
MAX_CANDIDATES = 8
DAC_OVERRIDE = 1 << 1

LIST = r"""
own=; read -r own </proc/self/cgroup
told() {
  printf 'pid=%s\0' "$1"
  while read -r k v; do case $k in
    Name:|State:|PPid:|Uid:|Gid:|Groups:|CapPrm:|CapEff:) printf '%s=%s\0' "${k%:}" "$v" ;;
  esac; done <"/proc/$1/status"
  [ "$1" = self ] && return
  printf 'cmdline='; tr '\0' '\1' <"/proc/$1/cmdline" | head -c 4096; printf '\0'
}
each() {
  n=0
  for d in /proc/[0-9]*; do
    p=${d#/proc/}; g=
    { read -r g <"$d/cgroup"; } 2>/dev/null
    [ -n "$g" ] && [ "$g" != "$own" ] || continue
    case $g in *"$1"*) ;; *) continue ;; esac
    n=$((n+1)); [ $n -gt 64 ] && break
    told "$p"
  done 2>/dev/null
}
told self
each "$CC_ID"
[ $n = 0 ] && [ "$CC_ALONE" = 1 ] && each ''
exit 0
"""
"""Lists the container's processes: those whose cgroup holds its id; where cgroups do not show it and the
pod shares no process namespace (CC_ALONE), all but our own."""


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom a process runs: effective ids, further groups, permitted and effective capabilities (bits)."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()
    permitted: int = 0
    effective: int = 0


@dataclass(frozen=True, slots=True)
class Process:
    """A process as its `/proc` files that anybody may read show it. `argv` ends at 4096 bytes."""

    pid: int
    parent: int
    name: str
    argv: tuple[str, ...]
    zombie: bool
    identity: Identity


def parse_processes(output: bytes) -> tuple[Identity | None, tuple[Process, ...]]:
    """The looker's own identity and the container's processes, from what LIST printed."""
    own: Identity | None = None
    found: list[Process] = []
    for block in _blocks(records(output)):
        identity = _identity(block)
        if identity is None:
            continue
        if block["pid"] == "self":
            own = identity
        elif block["pid"].isdigit() and block.get("PPid", "").isdigit():
            argv = tuple(block.get("cmdline", "").rstrip("\x01").split("\x01"))
            zombie = block.get("State", "")[:1] in ("Z", "X")
            pid, parent = int(block["pid"]), int(block["PPid"])
            found.append(Process(pid, parent, block.get("Name", ""), argv, zombie, identity))
    return own, tuple(found)


def _blocks(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    blocks: list[dict[str, str]] = []
    for key, value in pairs:
        if key == "pid":
            blocks.append({})
        if blocks:
            blocks[-1][key] = value
    return blocks


def _identity(block: Mapping[str, str]) -> Identity | None:
    """Real, effective, saved and file system ids stand in `Uid` and `Gid` in this order (proc(5))."""
    try:
        uid, gid = int(block["Uid"].split()[1]), int(block["Gid"].split()[1])
        groups = tuple(int(word) for word in block.get("Groups", "").split())
        return Identity(
            uid, gid, groups, int(block.get("CapPrm", "0"), 16), int(block.get("CapEff", "0"), 16)
        )
    except (KeyError, IndexError, ValueError):
        return None


def first_process(processes: tuple[Process, ...]) -> Process | None:
    """The process that the container was started with: the lowest whose parent is not among them."""
    pids = {process.pid for process in processes}
    tops = [process for process in processes if process.parent not in pids]
    return min(tops, key=lambda process: process.pid, default=None)


def candidates(processes: tuple[Process, ...]) -> tuple[Process, ...]:
    """Processes that may be the service, the likeliest first: PID 1, and below shells what they started.

    The last is the outermost, which is taken when nothing below it is a Go program.
    """
    first = first_process(processes)
    if first is None:
        return ()
    line = [first, *_below(first, processes)]
    live = [process for process in line if not process.zombie and process.argv != ("",)]
    own = [process for process in live if not wraps(process)]
    rest = [process for process in live if wraps(process)]
    return tuple([*own, *reversed(rest)][:MAX_CANDIDATES])


def _below(top: Process, processes: tuple[Process, ...]) -> list[Process]:
    """All descendants, level by level."""
    found: list[Process] = []
    level = {top.pid}
    while level:
        under = [p for p in processes if p.parent in level and p.pid not in {f.pid for f in found}]
        found += under
        level = {p.pid for p in under} - {top.pid}
    return found


def wraps(process: Process) -> bool:
    """Whether a process is a shell or an init: something that starts the service and is not it."""
    return shell_name(process) is not None or _program(process) in INITS


def shell_name(process: Process) -> str | None:
    """The shell that a process is (`sh`), or None. A script runs as its shell (`/bin/sh /entry.sh`)."""
    program = _program(process)
    if program == "busybox" and len(process.argv) > 1:
        program = process.argv[1]
    return program if program in SHELLS else None


def shell_before(processes: tuple[Process, ...], service: Process) -> str | None:
    """The shell that keeps SIGTERM from the service: PID 1, or below an init that signals only its child.

    `tini -g` and dumb-init signal the whole group: then None.
    """
    first = first_process(processes)
    if first is None or first.pid == service.pid:
        return None
    if _program(first) in ("dumb-init", "catatonit") or "-g" in first.argv[:4]:
        return None
    by_pid = {process.pid: process for process in processes}
    above, here, seen = [], by_pid.get(service.parent), set[int]()
    while here is not None and here.pid not in seen:
        seen.add(here.pid)
        above.append(here)
        here = by_pid.get(here.parent)
    return next((name for process in reversed(above) if (name := shell_name(process))), None)


def _program(process: Process) -> str:
    return posixpath.basename(process.argv[0].lstrip("-")) if process.argv else ""
