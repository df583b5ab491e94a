"""Kustomizations built to trees: bases and overlays, components, patches, names, images, replicas.

Only local files are read; a remote base, a generator or a transformer that could change a workload is
a Missing. A value's evidence stays with the file it comes from: an overlay's lines for what it sets.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.facts.events import ImageEdit
from bot.model import Evidence, Link, Missing
from bot.path.kustomize.patch import Patch, apply_patch
from bot.path.kustomize.transform import Resource, transform, with_image
from bot.path.manifest.tree import Tree
from bot.path.manifest.workloads import LISTS, PATTERN
from bot.path.manifest.yamltree import documents, embedded
from bot.path.names import resolve
from bot.repo.base import File, Skip, Snapshot

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
MAX_DEPTH = 20
MAX_FILES = 400
_KINDS = PATTERN + "|PersistentVolumeClaim"
_UNREAD = ("helmCharts", "helmChartInflationGenerator", "generators", "transformers", "replacements", "vars")


@dataclass(frozen=True, slots=True)
class KustomizeReading:
    """The workloads' documents after the build, what could not be built, and the files read."""

    trees: tuple[Tree, ...] = ()
    missing: tuple[Missing, ...] = ()
    files: tuple[str, ...] = ()


def build(snapshot: Snapshot, directory: str, edits: Iterable[ImageEdit] = ()) -> KustomizeReading:
    """The workloads (and volume claims) that `kustomize build` gives for a repo-relative directory.

    `edits` were made to kustomizations by `kustomize edit` before.
    """
    builder = _Builder(snapshot, tuple(edits))
    resources = builder.kustomization(posixpath.normpath(directory or "."), [], ())
    trees = tuple(resource.tree for resource in resources)
    return KustomizeReading(trees, tuple(builder.missing), tuple(dict.fromkeys(builder.files)))


def kustomization_file(snapshot: Snapshot, directory: str) -> str | None:
    """The path of the directory's kustomization file, or None."""
    for name in NAMES:
        path = name if directory in ("", ".") else f"{directory}/{name}"
        if path in snapshot.entries:
            return path
    return None


@dataclass(slots=True)
class _Builder:
    snapshot: Snapshot
    edits: tuple[ImageEdit, ...] = ()
    missing: list[Missing] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def kustomization(self, directory: str, before: list[Resource], above: tuple[str, ...]) -> list[Resource]:
        """Build one directory on top of the resources before it (a component changes those)."""
        path = kustomization_file(self.snapshot, directory)
        if path is None:
            what = directory if directory.endswith((".yaml", ".yml")) else f"the kustomization in {directory}"
            self._miss(what, "is named in a kustomization but is not in the repo")
            return before
        if path in above or len(above) >= MAX_DEPTH:
            self._miss(
                f"the kustomization {path}", "includes itself" if path in above else "is nested too deep"
            )
            return before
        file = self._read(path)
        trees = [] if file is None else [t for t in documents(file.text, file.at) if t.fields is not None]
        if not trees:
            self._miss(f"the kustomization {path}", "holds no readable YAML")
            return before
        return self._apply(trees[0], directory, before, (*above, path))

    def _apply(
        self, config: Tree, directory: str, before: list[Resource], above: tuple[str, ...]
    ) -> list[Resource]:
        resources = list(before)
        for key in ("resources", "bases"):
            for item in config.each(key):
                resources += self._resource(item, directory, above)
        for item in config.each("components"):
            place = self._local(item, directory)
            if place is not None:
                resources = self.kustomization(place, resources, above)
        for patch in self._patches(config, directory):
            resources, reason = apply_patch(resources, patch)
            if reason is not None:
                self._miss(f"the patch {patch.name}", reason, patch.evidence)
        for key in _UNREAD:
            self._unread(config.get(key), key)
        return transform(resources, self._edited(config, directory))

    def _edited(self, config: Tree, directory: str) -> Tree:
        """The kustomization as `kustomize edit set image` left it: an entry replaces one of its name."""
        for edit in self.edits:
            if edit.cwd is not None and posixpath.normpath(edit.cwd or ".") == directory:
                for image in edit.images:
                    config = with_image(config, image)
        return config

    def _resource(self, item: Tree, directory: str, above: tuple[str, ...]) -> list[Resource]:
        place = self._local(item, directory)
        if place is None:
            return []
        if place not in self.snapshot.entries:
            return self.kustomization(place, [], above)
        file = self._read(place)
        if file is None:
            return []
        found: list[Resource] = []
        for tree in documents(file.text, file.at, kinds=_KINDS):
            if tree.unknown is not None:
                self._miss(f"a document of {place}", tree.unknown, tree.evidence)
            found += [Resource.of(part) for part in _flat(tree)]
        return found

    def _local(self, item: Tree, directory: str) -> str | None:
        """The repo path an entry names; None (and a Missing) for a remote or unreadable one."""
        word = item.scalar or ""
        if "://" in word or word.startswith(("github.com/", "git@", "git::")) or "?ref=" in word:
            self._miss(f"the remote base {word}", "stands in another repository", item.evidence)
            return None
        place = resolve("" if directory == "." else directory, word) if word else None
        if place is None:
            self._miss(f"the resource {word or '(no path)'}", "lies outside the repo", item.evidence)
        return place

    def _patches(self, config: Tree, directory: str) -> Iterator[Patch]:
        for item in (*config.each("patches"), *config.each("patchesJson6902")):
            inline, path = item.get("patch"), item.get("path")
            trees = embedded(inline) if inline is not None else self._patch_file(path, directory)
            yield from _of(trees, item, item.get("target"))
        for item in config.each("patchesStrategicMerge"):
            text = item.scalar or ""
            trees = embedded(item) if "\n" in text or "{" in text else self._patch_file(item, directory)
            yield from _of(trees, item, None)

    def _patch_file(self, item: Tree | None, directory: str) -> tuple[Tree, ...]:
        place = self._local(item, directory) if item is not None else None
        file = self._read(place) if place is not None else None
        return () if file is None else documents(file.text, file.at)

    def _read(self, path: str) -> File | None:
        if len(self.files) >= MAX_FILES:
            self._miss(path, f"more than {MAX_FILES} files in one kustomization")
            return None
        found = self.snapshot.read(path)
        if isinstance(found, Skip):
            self._miss(path, found.reason)
            return None
        self.files.append(path)
        return found

    def _unread(self, tree: Tree | None, key: str) -> None:
        if tree is None or (tree.items is not None and not tree.items):
            return
        targets = {part.scalar for part in tree.walk()}
        needed = key.startswith("helm") or bool(targets & set(PATTERN.split("|")))
        self.missing.append(
            Missing(f"kustomize's {key}", "is not evaluated here", Link.RUN, needed, tree.evidence)
        )

    def _miss(self, what: str, reason: str, evidence: Evidence | None = None) -> None:
        gap = Missing(what, reason, Link.RUN, True, evidence)
        if gap not in self.missing and len(self.missing) < 50:
            self.missing.append(gap)


def _of(trees: tuple[Tree, ...], item: Tree, target: Tree | None) -> Iterator[Patch]:
    for tree in trees:
        yield Patch(tree, target, item.evidence)


def _flat(tree: Tree) -> Iterator[Tree]:
    """The objects of a List one by one, as kustomize takes them."""
    if tree.text("kind") in LISTS and tree.get("items") is not None:
        yield from tree.each("items")
    elif tree.unknown is None:
        yield tree
