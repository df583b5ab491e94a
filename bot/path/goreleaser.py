"""The go builds that `goreleaser build|release` makes, from `.goreleaser.yaml`, as command lines."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from bot.facts.build import Setting
from bot.facts.words import clean_path, hole, known
from bot.path.command import Command
from bot.path.flags import read_flags
from bot.path.tree import Tree
from bot.path.unwrap import tool_of
from bot.path.yamltree import documents
from bot.repo.base import Skip, Snapshot

_NAMES = (".goreleaser.yaml", ".goreleaser.yml", "goreleaser.yaml", "goreleaser.yml")
_VALUED = {"-f", "--config", "-p", "--parallelism", "--id", "--timeout", "-o", "--output", "--release-notes"}


def goreleaser_commands(snapshot: Snapshot, command: Command) -> tuple[Command, ...]:
    """A `go build` for each build of the config that the command line asks for; none for another tool.

    Environment and flags as in the goreleaser docs, "Go builds": GOFLAGS of the caller reaches every
    build, `env` and `flags` of a build come on top. Templates (`{{ .Version }}`) are holes.
    """
    if not command.argv or tool_of(command.argv[0]) != "goreleaser":
        return ()
    flags = read_flags(command.argv[1:], _VALUED)
    if flags.positional[:1] not in (("build",), ("release",)):
        return ()
    config = _config(snapshot, command.cwd, flags.last("-f", "--config"))
    if config is None:
        return ()
    wanted = flags.every("--id")
    return tuple(
        _go_build(command, build)
        for build in _builds(snapshot, config)
        if not wanted or (build.text("id") or "") in wanted
    )


def _config(snapshot: Snapshot, cwd: str | None, given: str | None) -> str | None:
    if cwd is None:
        return None
    for name in (given,) if given else _NAMES:
        path = clean_path(posixpath.join(cwd, name))
        if known(path) and path in snapshot.entries:
            return path
    return None


def _builds(snapshot: Snapshot, path: str) -> Iterator[Tree]:
    file = snapshot.read(path)
    if isinstance(file, Skip):
        return
    for tree in documents(file.text, file.at)[:1]:
        yield from tree.each("builds")


def _go_build(command: Command, build: Tree) -> Command:
    words = ["go", "build"]
    for flag in build.each("flags"):
        words.extend(_plain(flag.scalar).split())
    ldflags = " ".join(_plain(item.scalar) for item in build.each("ldflags"))
    if ldflags:
        words.append(f"-ldflags={ldflags}")
    binary = _plain(build.text("binary") or build.text("id"))
    words.extend(["-o", f"dist/{binary or hole('binary')}", _plain(build.text("main")) or "."])
    return replace(
        command,
        argv=tuple(words),
        evidence=build.evidence,
        env=(*command.env, *_env(build)),
        cwd=_directory(command.cwd, build.text("dir")),
        piped_from=None,
        redirect=None,
    )


def _env(build: Tree) -> Iterator[Setting]:
    for item in build.each("env"):
        name, equals, value = (item.scalar or "").partition("=")
        if equals:
            yield Setting(name, _plain(value), item.evidence)


def _plain(text: str | None) -> str:
    """Text with its templates as holes."""
    if text is None:
        return ""
    while "{{" in text and "}}" in text.partition("{{")[2]:
        head, _, rest = text.partition("{{")
        inner, _, tail = rest.partition("}}")
        text = f"{head}{hole(inner)}{tail}"
    return text


def _directory(cwd: str | None, folder: str | None) -> str | None:
    if cwd is None or not folder:
        return cwd
    path = clean_path(posixpath.join(cwd, folder))
    return "" if path == "." else path
