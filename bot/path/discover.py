"""Which files make a service: found by reading, not by a list.

A service is a package main that ends up in an image. Names come from the main's directory (or the
module, for a main at the root), Dockerfiles are tied to it by what they build or copy.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from dataclasses import dataclass

from bot.errors import AmbiguousService, UnknownService
from bot.model import Service
from bot.path.docker.reader import DockerfileReading, read_dockerfile
from bot.path.golang import read_module
from bot.path.hints import Hints, read_hints
from bot.path.inventory import Inventory, take_inventory
from bot.path.names import best, file_stem, path_likeness, plain, resolve, same_name, stems
from bot.repo.base import Skip, Snapshot

MAX_DOCKERFILES = 40
MAX_OTHERS = 8
"""Dockerfiles not named after the service that are read to find the one that builds it."""

_VARIANT = re.compile(r"(?i)[-_.](cov|cover|coverage|instr|instrumented|e2e|debug)$")
"""The end of the name of a binary that is built in another way for tests."""

_GENERIC = frozenset({"", "cmd", "main", "src", "app", "server", "manager"})


@dataclass(frozen=True, slots=True)
class _Built:
    """A Dockerfile and the mains it builds (directories) or copies in (binary names)."""

    path: str
    mains: frozenset[str]
    binaries: frozenset[str]


def discover(snapshot: Snapshot) -> tuple[Service, ...]:
    """Every Go service of the repo that is built into an image, by name.

    Reads the Dockerfiles (at most 40). Raises UsageError for a broken `.covcheck.yaml`.
    """
    inventory = take_inventory(snapshot.entries)
    hints = read_hints(snapshot)
    chosen = [p for p in inventory.dockerfiles if _may_matter(p)][:MAX_DOCKERFILES]
    snapshot.prefetch(chosen)
    built = [b for p in chosen if (b := _read_built(snapshot, p)) is not None]
    hinted = [hint for hint in hints.values() if hint.main]
    told = {_root(hint.main) for hint in hinted}
    services = [_hinted(snapshot, hint) for hint in hinted]
    services += [
        _service(snapshot, inventory, main, tuple(b.path for b in built if _makes(b, main)))
        for main in _service_mains(inventory)
        if main not in told and (any(_makes(b, main) for b in built) or plain(_name(snapshot, main)) in hints)
    ]
    return tuple(sorted(services, key=lambda s: s.name))


def find_service(snapshot: Snapshot, name: str) -> Service:
    """The service people mean by `name`.

    Looks first at what is named like it, so that a check of one service reads few files. Raises
    UnknownService with the nearest names, AmbiguousService with the candidates.
    """
    inventory = take_inventory(snapshot.entries)
    hint = read_hints(snapshot).get(plain(name))
    if hint is not None and hint.main:
        return _hinted(snapshot, hint)
    mains = _mains_named(snapshot, inventory, name)
    if len(mains) == 1:
        dockerfiles = _dockerfiles_of(snapshot, inventory, mains[0], name)
        return _service(snapshot, inventory, mains[0], dockerfiles, asked=name)
    if len(mains) > 1:
        raise AmbiguousService(name, tuple(mains))
    return _search(snapshot, inventory, name)


def _search(snapshot: Snapshot, inventory: Inventory, name: str) -> Service:
    """No main is named like it: go by the Dockerfiles named like it, then by everything."""
    for path in best(name, inventory.dockerfiles):
        if path_likeness(name, path) < 3:
            break
        built = _read_built(snapshot, path)
        mains = [m for m in _service_mains(inventory) if built is not None and _makes(built, m)]
        if len(mains) == 1:
            return _service(snapshot, inventory, mains[0], (path,), asked=name)
        if len(mains) > 1:
            raise AmbiguousService(name, tuple(mains))
    services = discover(snapshot)
    for service in services:
        if any(same_name(name, alias) for alias in (service.name, *service.aliases)):
            return service
    names = [s.name for s in services] or [_name(snapshot, m) for m in _service_mains(inventory)]
    near = difflib.get_close_matches(name.lower(), names, 3, cutoff=0.4) or names[:5]
    raise UnknownService(name, tuple(near))


def _mains_named(snapshot: Snapshot, inventory: Inventory, name: str) -> list[str]:
    mains = _service_mains(inventory)
    exact = [m for m in mains if plain(_name(snapshot, m)) == plain(name)]
    found = exact or [m for m in mains if same_name(_name(snapshot, m), name)]
    below_cmd = [m for m in found if "cmd" in m.split("/")]
    return below_cmd if len(below_cmd) == 1 else found


def _service_mains(inventory: Inventory) -> list[str]:
    """Mains that can be services: not below test, hack, tools or example folders."""
    aside = {"test", "tests", "hack", "tools", "tool", "scripts", "testdata", "examples", "example", "e2e"}
    return [m for m in inventory.mains if not aside & set(m.split("/"))]


def _name(snapshot: Snapshot, main: str) -> str:
    """What people call the service of a main: its folder, or the module or parent for generic ones."""
    base = posixpath.basename(main)
    if base not in _GENERIC:
        return base
    parent = posixpath.basename(posixpath.dirname(main))
    if parent not in _GENERIC:
        return parent
    module = read_module(snapshot, main)
    if module is not None:
        last = module.path.rsplit("/", 1)
        versioned = len(last) == 2 and last[1].startswith("v") and last[1][1:].isdigit()
        return (last[0] if versioned else module.path).rsplit("/", 1)[-1]
    return snapshot.ref.name.rsplit("/", 1)[-1]


def _dockerfiles_of(snapshot: Snapshot, inventory: Inventory, main: str, name: str) -> tuple[str, ...]:
    """Dockerfiles that build or copy the main: those named like it first, others only if needed.

    A Dockerfile named after another main is not looked into.
    """
    ranked = best(name, [p for p in inventory.dockerfiles if _may_matter(p)])
    others = {word for m in _service_mains(inventory) if m != main and (word := posixpath.basename(m))}
    free = [p for p in ranked if not any(path_likeness(other, p) >= 3 for other in others)]
    near = [p for p in ranked if path_likeness(name, p) > 0 or "/" not in p or posixpath.dirname(p) == main]
    near += [p for p in free if p not in near and "cover" in p.lower()]
    for group in (near, [p for p in free if p not in near][:MAX_OTHERS]):
        snapshot.prefetch(group)
        found = [p for p in group if (b := _read_built(snapshot, p)) is not None and _makes(b, main)]
        if found:
            return tuple(found)
    return ()


def _read_built(snapshot: Snapshot, path: str) -> _Built | None:
    file = snapshot.read(path)
    if isinstance(file, Skip):
        return None
    reading = read_dockerfile(file)
    home = posixpath.dirname(path)
    base = home if f"{home}/go.mod" in snapshot.entries else ""
    mains = (posixpath.normpath(posixpath.join(base, main)) for main in _built_mains(reading))
    own = frozenset("" if main == "." else main for main in mains)
    return _Built(path, own, frozenset(_copied_names(reading)))


def _built_mains(reading: DockerfileReading) -> set[str]:
    mains = set()
    for build in reading.builds:
        packages = build.packages or (".",)
        for package in packages:
            local = package.startswith(("./", "/")) or package in (".", "..") or package.endswith(".go")
            path = package if local else f"./{package}"
            directory = posixpath.dirname(path) if path.endswith(".go") else path
            relative = resolve("", directory.lstrip("/") if directory.startswith("/") else directory)
            if relative is not None:
                mains.add(relative)
    return mains


def _copied_names(reading: DockerfileReading) -> set[str]:
    """Names of the files that the final stage copies in, as they are called before and after."""
    stage = next((s for s in reading.dockerfile.stages if s.index == reading.dockerfile.final), None)
    sources = [source for copy in (stage.copies if stage else ()) for source in copy.sources]
    sources += [copy.destination for copy in (stage.copies if stage else ())]
    names = {posixpath.basename(s.rstrip("/")) for s in sources}
    return {_VARIANT.sub("", name) for name in names} - {"", "."}


def _makes(built: _Built, main: str) -> bool:
    """Whether a Dockerfile makes an image of a main."""
    if built.mains:
        return any(_same_directory(directory, main) for directory in built.mains)
    base = posixpath.basename(main)
    return bool(base) and any(plain(base) == plain(binary) for binary in built.binaries)


def _same_directory(directory: str, main: str) -> bool:
    if "${" in directory:
        head, _, tail = directory.partition("${")
        rest = tail.partition("}")[2]
        return main.startswith(head) and main.endswith(rest) and main != head.rstrip("/")
    return directory == main


def _may_matter(path: str) -> bool:
    return "/testdata/" not in f"/{path}"


def _root(main: str) -> str:
    """A main's folder as listings write it: the root is ""."""
    return "" if main == "." else main


def _hinted(snapshot: Snapshot, hint: Hints) -> Service:
    files = {
        "main": (hint.main,),
        "dockerfile": (hint.dockerfile,) if hint.dockerfile else (),
        "kind": (hint.kind,) if hint.kind else (),
        "suite": (hint.suite,) if hint.suite else (),
        "manifest": hint.manifests,
    }
    reasons = {p: "named in .covcheck.yaml" for group in files.values() for p in group}
    inventory = take_inventory(snapshot.entries)
    if not hint.dockerfile:
        found = _dockerfiles_of(snapshot, inventory, _root(hint.main), hint.name)
        files["dockerfile"] = found
        reasons.update(dict.fromkeys(found, f"builds {hint.main}"))
    return Service(hint.name, {k: v for k, v in files.items() if v}, (), reasons)


def _outermost(suites: list[str]) -> list[str]:
    """End-to-end suites rather than integration ones, and none below another."""
    ends = [d for d in suites if "e2e" in d.lower() or "end" in d.lower()] or suites
    return [d for d in ends if not any(d.startswith(other + "/") for other in ends)]


def _service(
    snapshot: Snapshot, inventory: Inventory, main: str, dockerfiles: tuple[str, ...], asked: str = ""
) -> Service:
    name = _name(snapshot, main)
    aliases = {file_stem(posixpath.basename(p)) for p in dockerfiles}
    aliases |= {asked} if asked else set()
    aliases = {
        a for a in aliases if a and plain(a) not in ("dockerfile", plain(name)) and stems(a) & stems(name)
    }
    files: dict[str, tuple[str, ...]] = {"main": (main or ".",), "dockerfile": dockerfiles}
    reasons = {main or ".": "package main"}
    reasons.update(dict.fromkeys(dockerfiles, f"builds or copies {main or 'the root package'}"))
    kinds = [p for p in inventory.kind_files if path_likeness(name, p) >= 2]
    suites = _outermost([d for d in inventory.suites if path_likeness(name, d) >= 3])
    files["kind"] = tuple(best(name, kinds)[:3])
    files["suite"] = tuple(best(name, suites)[:3])
    reasons.update(dict.fromkeys((*files["kind"], *files["suite"]), "is named after the service"))
    return Service(name, {k: v for k, v in files.items() if v}, tuple(sorted(aliases)), reasons)
