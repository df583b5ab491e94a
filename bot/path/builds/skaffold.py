"""skaffold.yaml: the images it builds and what it deploys, with profiles applied.

Facts: skaffold.dev/docs/references/yaml. A profile's patches are RFC 6902 operations on the config
(`op` is `replace` when not given), its own sections lie over the config's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.facts.build import GoBuild, Guard, Setting
from bot.facts.events import Event, ImageBuild
from bot.facts.words import hole
from bot.model import Missing
from bot.path.builds.buildfiles import build_args, configured_build, environment, filled, gap, words_of
from bot.path.builds.skaffold_deploys import deploys
from bot.path.manifest.merge import PatchError, json_patch
from bot.path.manifest.tree import Tree
from bot.path.manifest.yamltree import documents
from bot.path.names import resolve
from bot.repo.base import File

_OTHER_BUILDERS = ("bazel", "buildpacks", "custom", "jib")


@dataclass(frozen=True, slots=True)
class SkaffoldReading:
    """Image builds and deploys in order, Go builds by ko, and what could not be read.

    `profiles` are the names of all profiles; `active` those that were applied.
    """

    events: tuple[Event, ...] = ()
    builds: tuple[GoBuild, ...] = ()
    missing: tuple[Missing, ...] = ()
    profiles: tuple[str, ...] = ()
    active: tuple[str, ...] = ()


def read_skaffold(file: File, profiles: Sequence[str] = (), env: Sequence[Setting] = ()) -> SkaffoldReading:
    """What skaffold does with a file. Paths in the events are repo-relative.

    Without `profiles`, the first profile that switches a coverage value on is applied and everything
    stands under a guard that names it.
    """
    events: list[Event] = []
    builds: list[GoBuild] = []
    missing: list[Missing] = []
    names: list[str] = []
    active: list[str] = []
    for tree in documents(file.text, file.at):
        if tree.unknown is not None:
            missing.append(gap(file.path, tree.unknown, tree.evidence, needed=True))
        if not (tree.text("apiVersion") or "").startswith("skaffold/"):
            continue
        known = [name for item in tree.each("profiles") if (name := item.text("name"))]
        names += known
        wanted, guards = _wanted(tree, profiles)
        active += [name for name in wanted if name in known]
        config = _with_profiles(tree, wanted, missing)
        directory = file.path.rpartition("/")[0]
        for event in (*_images(config, directory, env), *deploys(config, directory, env)):
            events.append(replace(event, guards=guards + event.guards))
        builds += [replace(b, guards=guards + b.guards) for b in _ko_builds(config, directory, env)]
        missing += _unread(config)
    absent = [name for name in profiles if name not in names]
    missing += [gap(f"the skaffold profile {name}", f"is not in {file.path}", needed=True) for name in absent]
    return SkaffoldReading(
        tuple(events),
        tuple(builds),
        tuple(missing),
        tuple(dict.fromkeys(names)),
        tuple(dict.fromkeys(active)),
    )


def _wanted(tree: Tree, profiles: Sequence[str]) -> tuple[tuple[str, ...], tuple[Guard, ...]]:
    if profiles:
        return tuple(profiles), ()
    for profile in tree.each("profiles"):
        name = profile.text("name")
        if name and _switches_coverage_on(profile):
            guard = Guard(f"skaffold -p {name}", "profile", name, coverage=True, evidence=profile.evidence)
            return (name,), (guard,)
    return (), ()


def _switches_coverage_on(profile: Tree) -> bool:
    for path, value in profile.walk_named():
        if value.fields is not None and "cover" in (value.text("path") or "").lower():
            return value.text("op") != "remove" and value.text("value") not in (None, "", "false")
        if "cover" in path.lower() and value.scalar not in (None, "", "false"):
            return True
    return False


def _with_profiles(tree: Tree, names: Sequence[str], missing: list[Missing]) -> Tree:
    for name in names:
        for profile in tree.each("profiles"):
            if profile.text("name") == name:
                tree = _overlaid(tree, profile)
                tree = _patched(tree, profile, missing)
    return tree


def _overlaid(tree: Tree, profile: Tree) -> Tree:
    """A profile's sections over the config's: maps are joined, lists and scalars replaced."""
    fields = dict(tree.fields or {})
    for key in ("build", "manifests", "deploy"):
        over = profile.get(key)
        if over is not None and over.fields:
            fields[key] = _over(fields.get(key), over)
    return replace(tree, fields=fields)


def _over(base: Tree | None, over: Tree) -> Tree:
    if base is None or base.fields is None or over.fields is None:
        return over
    fields = dict(base.fields)
    for key, value in over.fields.items():
        fields[key] = _over(fields.get(key), value)
    return replace(base, fields=fields)


def _patched(tree: Tree, profile: Tree, missing: list[Missing]) -> Tree:
    for patch in profile.each("patches"):
        if patch.fields is None:
            continue
        if "op" not in patch.fields:
            patch = replace(patch, fields={**patch.fields, "op": Tree(patch.evidence, scalar="replace")})
        try:
            tree = json_patch(tree, (patch,))
        except PatchError as problem:
            what = f"the patch of {patch.text('path')} in the skaffold profile {profile.text('name')}"
            missing.append(gap(what, str(problem), patch.evidence))
    return tree


def _images(config: Tree, directory: str, env: Sequence[Setting]) -> Iterator[ImageBuild]:
    for artifact in config.each("build", "artifacts"):
        image = artifact.text("image")
        if image is None:
            continue
        context = resolve(directory, filled(artifact.text("context") or ".", env))
        docker = artifact.get("docker")
        ko = artifact.get("ko") is not None
        other = any(artifact.get(name) is not None for name in _OTHER_BUILDERS)
        name = filled((docker.text("dockerfile") if docker else None) or "Dockerfile", env)
        yield ImageBuild(
            evidence=artifact.evidence,
            tool="ko" if ko else "skaffold",
            dockerfile=None if ko or other else _dockerfile(context, name),
            context=context,
            target=docker.text("target") if docker else None,
            tags=(filled(image, env),),
            build_args=build_args(docker.get("buildArgs") if docker else None, env),
            guards=artifact.guards,
        )


def _dockerfile(context: str | None, name: str) -> str:
    """skaffold looks for the Dockerfile below the artifact's context."""
    return (resolve(context, name) if context is not None else None) or hole(name)


def _ko_builds(config: Tree, directory: str, env: Sequence[Setting]) -> Iterator[GoBuild]:
    for artifact in config.each("build", "artifacts"):
        ko = artifact.get("ko")
        if ko is None:
            continue
        ldflags = words_of(ko.get("ldflags"), env)
        words = words_of(ko.get("flags"), env) + (["-ldflags=" + " ".join(ldflags)] if ldflags else [])
        place = resolve(directory, artifact.text("context") or ".") or ""
        inner = resolve(place, ko.text("dir") or ".") or ""
        entry = Tree(artifact.evidence, fields={"dir": Tree(artifact.evidence, scalar=inner)})
        main = filled(ko.text("main") or ".", env)
        found = configured_build("ko", entry, [*words, main], environment(ko.get("env"), env))
        if found is not None:
            yield found


def _unread(config: Tree) -> Iterator[Missing]:
    for item in config.each("requires"):
        if item.text("path") or item.get("git") is not None:
            what = f"the skaffold config {item.text('path') or 'in another repository'}"
            yield gap(what, "is required by this one and is not followed", item.evidence)
    for artifact in config.each("build", "artifacts"):
        other = next((name for name in _OTHER_BUILDERS if artifact.get(name) is not None), None)
        if other is not None:
            what = f"how skaffold builds {artifact.text('image') or 'an image'}"
            yield gap(what, f"the {other} builder is not read", artifact.evidence)
