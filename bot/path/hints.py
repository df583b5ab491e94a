"""`.covcheck.yaml`: names the files of a service where reading cannot tell.

services:
  datastorage:
    main: cmd/datastorage
    dockerfile: docker/data-storage.Dockerfile
    kind: test/infrastructure/kind-datastorage-config.yaml
    suite: test/e2e/datastorage
    manifests: [deploy/datastorage.yaml]
    workload: datastorage
    entry: make:Makefile:test-e2e-datastorage   # or script:hack/e2e.sh, workflow:.github/workflows/e2e.yaml
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import UsageError
from bot.path.manifest.tree import Tree
from bot.path.manifest.yamltree import documents
from bot.path.names import plain
from bot.repo.base import Skip, Snapshot

FILE = ".covcheck.yaml"
KEYS = ("main", "dockerfile", "kind", "suite", "manifests", "workload", "entry")


@dataclass(frozen=True, slots=True)
class Hints:
    """What `.covcheck.yaml` says of one service; empty strings and tuples where it says nothing."""

    name: str = ""
    main: str = ""
    dockerfile: str = ""
    kind: str = ""
    suite: str = ""
    manifests: tuple[str, ...] = ()
    workload: str = ""
    entry: str = ""


def read_hints(snapshot: Snapshot) -> Mapping[str, Hints]:
    """The hints of a repo by plain service name; empty when it has no `.covcheck.yaml`.

    Raises UsageError with the file and line of what is wrong: an unknown key, a path that is not in
    the repo, a value of the wrong shape.
    """
    if FILE not in snapshot.entries:
        return {}
    file = snapshot.read(FILE)
    if isinstance(file, Skip):
        raise UsageError(f"{FILE} cannot be read: {file.reason}.")
    trees = documents(file.text, file.at)
    if trees and trees[0].unknown is not None:
        raise _wrong(trees[0], f"the file {trees[0].unknown}")
    services = trees[0].get("services") if trees else None
    if services is None or services.fields is None:
        raise UsageError(f"{FILE}:1 must hold `services:` with one entry a service.")
    return {plain(name): _service(name, tree, snapshot) for name, tree in services.fields.items()}


def _service(name: str, tree: Tree, snapshot: Snapshot) -> Hints:
    values: dict[str, str | tuple[str, ...]] = {"name": name}
    if tree.fields is None:
        raise _wrong(tree, f"`{name}` must be a mapping")
    for key, value in tree.fields.items():
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, 1)
            raise _wrong(value, f"unknown key `{key}`" + (f", did you mean `{near[0]}`?" if near else ""))
        values[key] = _value(key, value)
    _must_exist(values, tree, snapshot)
    return Hints(**values)  # type: ignore[arg-type]


def _value(key: str, tree: Tree) -> str | tuple[str, ...]:
    if key == "manifests":
        if tree.items is None:
            raise _wrong(tree, "`manifests` must be a list of paths")
        return tuple(item.scalar or "" for item in tree.items)
    if tree.scalar is None:
        raise _wrong(tree, f"`{key}` must be a text")
    return tree.scalar.strip("/") if key in ("main", "suite") else tree.scalar


def _must_exist(values: Mapping[str, str | tuple[str, ...]], tree: Tree, snapshot: Snapshot) -> None:
    manifests = values.get("manifests", ())
    named = [("manifests", m) for m in manifests] if isinstance(manifests, tuple) else []
    named += [(key, str(values[key])) for key in ("dockerfile", "kind") if values.get(key)]
    named += [(key, f"{values[key]}/") for key in ("main", "suite") if values.get(key) not in (None, "", ".")]
    for key, path in named:
        here = path in snapshot.entries or any(p.startswith(path.rstrip("/") + "/") for p in snapshot.entries)
        if not here:
            raise _wrong(tree.get(key) or tree, f"`{key}` names {path!r}, which is not in the repo")


def _wrong(tree: Tree, what: str) -> UsageError:
    return UsageError(f"{FILE}:{tree.evidence.line}: {what}.", hint=f"Keys of a service: {', '.join(KEYS)}.")
