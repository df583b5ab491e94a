"""ko's `.ko.yaml`: how it builds each main package, and the image it puts the binary on.

Facts: ko.build/configuration (builds, defaultFlags, defaultEnv, defaultBaseImage; the default base is
cgr.dev/chainguard/static). GOFLAGS reaches ko's `go build` through the environment.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.facts.build import GoBuild, Setting
from bot.facts.words import clean_path, known
from bot.model import Missing
from bot.path.builds.buildfiles import BuildReading, configured_build, environment, gap, words_of
from bot.path.commands.command import Command
from bot.path.manifest.tree import Tree
from bot.path.manifest.yamltree import documents
from bot.repo.base import File, Snapshot

CONFIG = ".ko.yaml"
DEFAULT_BASE = "cgr.dev/chainguard/static"
_OF_MANIFESTS = ("apply", "create", "resolve")


@dataclass(frozen=True, slots=True)
class KoRun:
    """The Go builds of one ko command, what was not read, and the `.ko.yaml` read, if there is one."""

    builds: tuple[GoBuild, ...]
    missing: tuple[Missing, ...] = ()
    path: str | None = None


def ko_run(snapshot: Snapshot, command: Command, build: GoBuild) -> KoRun:
    """The builds of a ko command with the flags of its `.ko.yaml`.

    `build` is the build as the command line alone tells it. ko reads the file in its working directory,
    or at KO_CONFIG_PATH (a folder or a file); without a file there are no flags but those of GOFLAGS.
    """
    place = _config_place(snapshot, command)
    if place is None:
        return KoRun((build,))
    of_manifests = any(word in _OF_MANIFESTS for word in command.argv[1:3])
    if place not in snapshot.entries:
        packages = () if of_manifests else build.packages
        return KoRun((replace(build, packages=packages, cover=bool(build.cover)),))
    file = snapshot.read(place)
    if not isinstance(file, File):
        return KoRun((build,))
    reading = read_ko(file, command.env)
    entries = [_as_run(entry, build) for entry in reading.builds]
    if of_manifests or not entries:
        return KoRun(tuple(entries), reading.missing, place)
    wanted = build.packages or (".",)
    builds = (_of_package(package, entries, file, command, build) for package in wanted)
    return KoRun(tuple(found for found in builds if found), reading.missing, place)


def _config_place(snapshot: Snapshot, command: Command) -> str | None:
    """Where ko looks for its file; None when that is not known."""
    given = next((s.value for s in reversed(command.env) if s.name == "KO_CONFIG_PATH"), "")
    if command.cwd is None or given is None or not known(command.cwd) or not known(given):
        return None
    place = clean_path(posixpath.join(command.cwd, given or CONFIG))
    return place if place in snapshot.entries or not given else clean_path(posixpath.join(place, CONFIG))


def _as_run(entry: GoBuild, build: GoBuild) -> GoBuild:
    return replace(
        entry,
        taken=build.taken,
        tests=build.tests,
        guards=tuple(dict.fromkeys((*build.guards, *entry.guards))),
    )


def _of_package(
    package: str, entries: list[GoBuild], file: File, command: Command, build: GoBuild
) -> GoBuild | None:
    """The entry for a package (a folder, or an import path that ends in it), else the defaults."""
    folder = posixpath.normpath(posixpath.join(command.cwd or "", package.removeprefix("ko://")))
    for entry in entries:
        place = posixpath.join(posixpath.dirname(file.path), entry.workdir or "", *entry.packages[:1])
        place = posixpath.normpath(place)
        if entry.packages and (folder == place or f"/{package}".endswith(f"/{place}")):
            return entry
    default = _default(file, command.env)
    return default and replace(_as_run(default, build), packages=(package,), workdir=build.workdir)


def _default(file: File, env: Sequence[Setting]) -> GoBuild | None:
    """The build of a package that has no entry."""
    tree = documents(file.text, file.at)[0]
    return next(_builds(tree, env, ()), None)


def read_ko(file: File, env: Sequence[Setting] = ()) -> BuildReading:
    """The builds of a `.ko.yaml`; `env` is the environment ko runs in.

    A file that sets only defaults gives one build without packages: it stands for every package.
    """
    trees = documents(file.text, file.at)
    if not trees or trees[0].fields is None:
        reason = (trees[0].unknown if trees else None) or "holds no settings"
        return BuildReading(missing=(gap(file.path, reason, file.at(1), needed=True),))
    tree = trees[0]
    return BuildReading(tuple(_builds(tree, env, tuple(tree.each("builds")))), base_image=_base(tree, file))


def _builds(tree: Tree, env: Sequence[Setting], entries: Sequence[Tree]) -> Iterator[GoBuild]:
    for entry in entries or [Tree(tree.evidence, fields={})]:
        flags = entry.get("flags") or tree.get("defaultFlags")
        ldflags = entry.get("ldflags") or tree.get("defaultLdflags")
        setting = environment(entry.get("env") or tree.get("defaultEnv"), env)
        words = words_of(flags, env)
        if ldflags is not None:
            words.append("-ldflags=" + " ".join(words_of(ldflags, env)))
        main = entry.text("main") or ("." if entries else "")
        found = configured_build("ko", entry, [*words, main] if main else words, setting)
        if found is not None:
            yield found


def _base(tree: Tree, file: File) -> Setting:
    given = tree.get("defaultBaseImage")
    if given is not None and given.scalar:
        return Setting("defaultBaseImage", given.scalar, given.evidence)
    return Setting("defaultBaseImage", DEFAULT_BASE, file.at(1))
