"""Commands whose work is told by a file of the repo: skaffold and goreleaser."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace

from bot.facts.build import GoBuild
from bot.facts.events import Event, ImageBuild
from bot.facts.words import clean_path, known
from bot.model import Missing
from bot.path.builds.goreleaser import read_goreleaser
from bot.path.builds.skaffold import read_skaffold
from bot.path.commands.command import Command
from bot.path.commands.flags import Flags, read_flags
from bot.path.commands.unwrap import tool_of
from bot.repo.base import File, Snapshot

_CONFIGS = {
    "skaffold": ("skaffold.yaml", "skaffold.yml"),
    "goreleaser": (".goreleaser.yaml", ".goreleaser.yml", "goreleaser.yaml", "goreleaser.yml"),
}
_VALUED = frozenset(
    {"-f", "--filename", "--config", "-p", "--profile", "--id", "--timeout", "--parallelism", "-d", "-t"}
    | {"--default-repo", "--tag", "-n", "--namespace", "--kube-context", "-b", "--build-image", "-m"}
    | {"--module", "-a", "--build-artifacts", "-i", "--images", "--release-notes", "-o", "--output"}
)


@dataclass(frozen=True, slots=True)
class ToolRun:
    """What a tool does as its file says: events, Go builds, what was not read, and the file."""

    events: tuple[Event, ...]
    builds: tuple[GoBuild, ...]
    missing: tuple[Missing, ...]
    path: str


def tool_run(snapshot: Snapshot, command: Command) -> ToolRun | None:
    """The work of `skaffold run|dev|build|deploy|apply` or `goreleaser build|release`.

    None for another command, or where the repo does not hold the file: then the command line alone
    tells what there is to tell. Events take place, phase and conditions over from the command.
    """
    tool = tool_of(command.argv[0]) if command.argv else ""
    if tool not in _CONFIGS:
        return None
    flags = read_flags(command.argv[1:], _VALUED)
    file = _config(snapshot, command, tool, flags)
    if file is None or not flags.positional:
        return None
    run = _skaffold(file, command, flags) if tool == "skaffold" else _goreleaser(file, command, flags)
    return None if run is None else _placed(run, command)


def _config(snapshot: Snapshot, command: Command, tool: str, flags: Flags) -> File | None:
    given = flags.last("-f", "--filename", "--config")
    for name in (given,) if given else _CONFIGS[tool]:
        path = clean_path(posixpath.join(command.cwd or "", name))
        if command.cwd is not None and known(path) and path in snapshot.entries:
            file = snapshot.read(path)
            return file if isinstance(file, File) else None
    return None


def _skaffold(file: File, command: Command, flags: Flags) -> ToolRun | None:
    verb = flags.positional[0]
    if verb not in ("run", "dev", "debug", "build", "deploy", "apply"):
        return None
    texts = flags.every("-p", "--profile")
    profiles = [name.strip() for text in texts for name in text.split(",") if known(name) and name.strip()]
    reading = read_skaffold(file, profiles, command.env)
    events = reading.events
    if verb in ("build", "deploy", "apply"):
        builds = verb == "build"
        events = tuple(e for e in events if isinstance(e, ImageBuild) == builds)
    return ToolRun(events, reading.builds, reading.missing, file.path)


def _goreleaser(file: File, command: Command, flags: Flags) -> ToolRun | None:
    verb = flags.positional[0]
    if verb not in ("build", "release"):
        return None
    reading = read_goreleaser(file, command.env)
    return ToolRun(reading.events if verb == "release" else (), reading.builds, reading.missing, file.path)


def _placed(run: ToolRun, command: Command) -> ToolRun:
    guards = command.guards
    events = tuple(
        replace(e, guards=(*guards, *e.guards), phase=command.phase, entry=command.entry, cwd=e.cwd or "")
        for e in run.events
    )
    builds = tuple(replace(build, guards=(*guards, *build.guards)) for build in run.builds)
    return ToolRun(events, builds, run.missing, run.path)
