"""goreleaser's config: the Go builds it makes and the images it puts them into.

Facts: goreleaser.com/customization (builds: main and dir default to `.`, flags, ldflags, env, goos;
dockers, dockers_v2, kos). GOFLAGS reaches its `go build` through the environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.facts.build import GoBuild, Setting
from bot.facts.events import Event, ImageBuild
from bot.path.builds.buildfiles import (
    BuildReading,
    build_args,
    configured_build,
    environment,
    filled,
    gap,
    words_of,
)
from bot.path.builds.ko import DEFAULT_BASE
from bot.path.manifest.tree import Tree
from bot.path.manifest.yamltree import documents
from bot.repo.base import File

_OTHER_BUILDERS = ("rust", "zig", "bun", "deno", "python", "uv", "poetry", "prebuilt", "node")


def read_goreleaser(file: File, env: Sequence[Setting] = (), ids: Sequence[str] = ()) -> BuildReading:
    """The builds and images of a `.goreleaser.yaml`; `env` is the environment goreleaser runs in.

    `ids` are those of `goreleaser build --id ID`: only these builds are made then.
    """
    trees = documents(file.text, file.at)
    if not trees or trees[0].fields is None:
        reason = (trees[0].unknown if trees else None) or "holds no settings"
        return BuildReading(missing=(gap(file.path, reason, file.at(1), needed=True),))
    tree = trees[0]
    settings = environment(tree.get("env"), env)
    builds = [*_builds(tree, settings, ids), *_kos(tree, settings)]
    return BuildReading(tuple(builds), tuple(_images(tree, settings)), (), _base(tree))


def _builds(tree: Tree, env: Sequence[Setting], ids: Sequence[str]) -> Iterator[GoBuild]:
    for entry in tree.each("builds"):
        if ids and (entry.text("id") or tree.text("project_name")) not in ids:
            continue
        skipped = entry.text("skip") == "true" or entry.text("builder") in _OTHER_BUILDERS
        if entry.fields is None or skipped or not _for_linux(entry):
            continue
        found = _build(tree, entry, "goreleaser", env)
        if found is not None:
            yield found


def _for_linux(entry: Tree) -> bool:
    """Images are made of linux binaries; without a list goreleaser builds for linux too."""
    systems = words_of(entry.get("goos"))
    return not systems or "linux" in systems or any("${" in name for name in systems)


def _build(tree: Tree, entry: Tree, tool: str, env: Sequence[Setting]) -> GoBuild | None:
    words = words_of(entry.get("flags"), env)
    ldflags = words_of(entry.get("ldflags"), env)
    if ldflags:
        words.append("-ldflags=" + " ".join(ldflags))
    tags = words_of(entry.get("tags"), env)
    if tags:
        words.append("-tags=" + ",".join(tags))
    if entry.text("buildmode"):
        words.append(f"-buildmode={entry.text('buildmode')}")
    binary = entry.text("binary") or tree.text("project_name")
    if binary:
        words += ["-o", filled(binary, env)]
    words.append(filled(entry.text("main") or ".", env))
    return configured_build(tool, entry, words, environment(entry.get("env"), env))


def _kos(tree: Tree, env: Sequence[Setting]) -> Iterator[GoBuild]:
    for entry in tree.each("kos"):
        found = _build(tree, entry, "ko", env) if entry.fields is not None else None
        if found is not None:
            yield found


def _base(tree: Tree) -> Setting | None:
    for entry in tree.each("kos"):
        given = entry.get("base_image")
        return Setting("base_image", (given.scalar if given else None) or DEFAULT_BASE, entry.evidence)
    return None


def _images(tree: Tree, env: Sequence[Setting]) -> Iterator[Event]:
    for entry in tree.each("dockers"):
        if entry.fields is not None and entry.text("goos") in (None, "linux"):
            yield ImageBuild(
                evidence=entry.evidence,
                tool="goreleaser",
                dockerfile=filled(entry.text("dockerfile") or "Dockerfile", env),
                target=_target(entry, env),
                tags=tuple(words_of(entry.get("image_templates"), env)),
                build_args=tuple(_flag_args(entry.get("build_flag_templates"), env)),
            )
    for entry in tree.each("dockers_v2"):
        if entry.fields is not None:
            names, tags = words_of(entry.get("images"), env), words_of(entry.get("tags"), env)
            yield ImageBuild(
                evidence=entry.evidence,
                tool="goreleaser",
                dockerfile=filled(entry.text("dockerfile") or "Dockerfile", env),
                target=_target(entry, env),
                tags=tuple(f"{name}:{tag}" for name in names for tag in tags)[:50],
                build_args=build_args(entry.get("build_args"), env),
            )


def _target(entry: Tree, env: Sequence[Setting]) -> str | None:
    for key in ("build_flag_templates", "flags"):
        for word in words_of(entry.get(key), env):
            if word.startswith("--target="):
                return word.removeprefix("--target=")
    return None


def _flag_args(tree: Tree | None, env: Sequence[Setting]) -> Iterator[Setting]:
    """`--build-arg=NAME=value` among the flags of `docker build`."""
    for item in tree.items or () if tree is not None else ():
        text = (item.scalar or "").strip()
        if text.startswith("--build-arg"):
            name, equals, value = text.removeprefix("--build-arg").lstrip("= ").partition("=")
            yield Setting(name, filled(value, env) if equals else None, item.evidence, item.guards)
