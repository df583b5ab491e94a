"""What build tools read from their own files (skaffold, ko, goreleaser), and how that is returned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.facts.build import GoBuild, Setting
from bot.facts.events import Event
from bot.facts.words import hole
from bot.model import Evidence, Missing
from bot.path.builds.gobuild import go_build
from bot.path.commands.command import Command
from bot.path.manifest.tree import Tree
from bot.path.names import resolve

_ACTION = re.compile(r"\{\{[-\s]*([^{}]{0,400}?)[-\s]*\}\}")
_ENV = re.compile(r"\.Env\.(\w+)|index\s+\.Env\s+\"(\w+)\"|envOrDefault\s+\"(\w+)\".*")


@dataclass(frozen=True, slots=True)
class BuildReading:
    """Go builds, image builds and deploys that a tool's file asks for, and what could not be read.

    `base_image` is the image ko puts a binary on.
    """

    builds: tuple[GoBuild, ...] = ()
    events: tuple[Event, ...] = ()
    missing: tuple[Missing, ...] = ()
    base_image: Setting | None = None


def configured_build(tool: str, tree: Tree, words: Sequence[str], env: tuple[Setting, ...]) -> GoBuild | None:
    """The Go build of `go build WORDS` as a tool runs it for an entry of its file."""
    directory = resolve("", tree.text("dir") or "")
    command = Command(("go", "build", *words), tree.evidence, env=env, cwd=directory, guards=tree.guards)
    build = go_build(command)
    return None if build is None else replace(build, tool=tool)


def words_of(tree: Tree | None, env: Sequence[Setting] = ()) -> list[str]:
    """A list of strings, or one string, with template actions filled in or as holes."""
    if tree is None:
        return []
    if tree.unknown is not None:
        return [hole(tree.unknown)]
    parts = (tree,) if tree.scalar is not None else tree.items or ()
    return [filled(part.scalar or "", env) for part in parts if part.scalar or part.quoted]


def filled(text: str, env: Sequence[Setting] = ()) -> str:
    """Text with `{{ .Env.X }}` from the environment where it is given; other actions are holes."""

    def fill(match: re.Match[str]) -> str:
        asked = _ENV.fullmatch(match[1].strip())
        name = next((group for group in asked.groups() if group), "") if asked else ""
        value = next((s.value for s in reversed(env) if s.name == name), None)
        return hole(name or match[1].lstrip(".")) if value is None else value

    return _ACTION.sub(fill, text)


def environment(tree: Tree | None, env: Sequence[Setting]) -> tuple[Setting, ...]:
    """The given environment with `NAME=value` entries on top."""
    return (*env, *_entries(tree, env))


def _entries(tree: Tree | None, env: Sequence[Setting]) -> Iterator[Setting]:
    for item in tree.items or () if tree is not None else ():
        name, equals, value = (item.scalar or "").partition("=")
        if name:
            yield Setting(name, filled(value, env) if equals else None, item.evidence, item.guards)


def build_args(tree: Tree | None, env: Sequence[Setting] = ()) -> tuple[Setting, ...]:
    """A map of build args; null is an arg whose value comes from the environment."""
    return tuple(
        Setting(
            name, None if value.scalar is None else filled(value.scalar, env), value.evidence, value.guards
        )
        for name, value in ((tree.fields or {}) if tree is not None else {}).items()
    )


def gap(what: str, reason: str, evidence: Evidence | None = None, *, needed: bool = False) -> Missing:
    """A Missing of the link build."""
    from bot.model import Link

    return Missing(what, reason, Link.BUILD, needed, evidence)
