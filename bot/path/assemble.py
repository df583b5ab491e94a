"""Puts what the readers found together to one CoveragePath."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from bot.facts.build import Dockerfile, GoBuild
from bot.facts.events import ClusterCreate, Deploy, Event, ImageBuild
from bot.facts.path import CoveragePath
from bot.facts.workload import Workload
from bot.model import Link, Missing, Service
from bot.path.choose import (
    absent_dockerfile,
    choose_dockerfile,
    choose_kind,
    choose_workload,
    own_go_builds,
    own_image_builds,
)
from bot.path.complete import completed
from bot.path.deploys import Deployed, is_crd, read_deployed, read_likely, read_manifests
from bot.path.docker.calls import DockerCalls
from bot.path.docker.entryscript import with_entry_scripts
from bot.path.docker.reader import read_dockerfile
from bot.path.endtoend import EndToEnd, read_endtoend
from bot.path.golang import GoRepo, read_main, read_module
from bot.path.hints import Hints, read_hints
from bot.path.inventory import Inventory, take_inventory
from bot.path.names import best, path_likeness, plain, resolve
from bot.repo.base import Skip, Snapshot

E = TypeVar("E", bound=Event)

MAX_SUITE_FILES = 24
MAX_MAIN_FILES = 24
"""Go files that are read of the end-to-end suite, and of the service itself: each may cost a request."""

_RUNS = re.compile(r"(?i)deploy|daemonset|stateful|workload|manager|operator\.ya?ml")
_TESTS = re.compile(r"e2e|test")

_HOW_DEPLOYED = "how the workload is deployed"


def read_path(snapshot: Snapshot, service: Service) -> CoveragePath:
    """Read the coverage path of a service from the repo's files.

    What cannot be read becomes a Missing with its reason. Raises RepoError when the repo fails,
    UsageError for a broken `.covcheck.yaml`.
    """
    inventory = take_inventory(snapshot.entries)
    hints = read_hints(snapshot).get(plain(service.name), Hints())
    go = GoRepo(snapshot, max_files=MAX_SUITE_FILES)
    directory = _main_directory(service)
    run = read_endtoend(snapshot, go, service, inventory, hints.entry)
    missing: list[Missing] = [*_gaps(snapshot), *run.missing]
    dockerfile, builds, image_builds, gaps = _read_build(snapshot, service, directory, run)
    missing += gaps
    workload, others, gaps = _read_workload(snapshot, service, inventory, run, image_builds, hints)
    missing += gaps
    kind, kind_gaps = choose_kind(
        snapshot, service, _of(run, ClusterCreate), run.kind_configs, inventory.kind_files
    )
    missing += kind_gaps
    module = read_module(snapshot, directory)
    if module is None:
        missing.append(Missing("the module's go.mod", "none was found that can be read", Link.BUILD))
    path = CoveragePath(
        service=service,
        repo=snapshot.ref,
        module=module,
        main=read_main(GoRepo(snapshot, max_files=MAX_MAIN_FILES), directory),
        dockerfile=dockerfile,
        builds=builds,
        image_builds=image_builds,
        workload=workload,
        others=others,
        kind=kind,
        timeline=run.timeline,
        missing=tuple(missing),
    )
    return completed(snapshot, replace(path, guessed=_guessed(path)), run)


def _guessed(path: CoveragePath) -> frozenset[Link]:
    """The links whose files were taken for their names: no command that was read builds or applies them."""
    found: set[Link] = set()
    dockerfile = path.dockerfile
    told = dockerfile is not None and path.service.reasons.get(dockerfile.path, "").startswith("named in")
    if dockerfile is not None and not path.image_builds and not told:
        inside = any(build.stage is not None for build in path.builds)
        found |= {Link.BUILD, Link.IMAGE} if inside else {Link.IMAGE}
    if any(gap.what == _HOW_DEPLOYED for gap in path.missing):
        found |= {Link.IMAGE, Link.RUN, Link.VOLUME, Link.NODE, Link.COLLECT}
    return frozenset(found)


def _main_directory(service: Service) -> str:
    directory = (service.files.get("main") or ("",))[0]
    return "" if directory == "." else directory


def _of(run: EndToEnd, kind: type[E]) -> list[E]:
    return [e for e in run.timeline if isinstance(e, kind)]


def _gaps(snapshot: Snapshot) -> list[Missing]:
    return [Missing(f"the listing of {gap.path or 'the repo'}", gap.reason) for gap in snapshot.gaps]


def _read_build(
    snapshot: Snapshot, service: Service, directory: str, run: EndToEnd
) -> tuple[Dockerfile | None, tuple[GoBuild, ...], tuple[ImageBuild, ...], list[Missing]]:
    all_image_builds = [e for e in _of(run, ImageBuild) if not e.on_error_path]
    chosen, gaps = choose_dockerfile(snapshot, service, all_image_builds)
    missing = list(gaps)
    host = own_go_builds(directory, service, run.go_builds)
    if chosen is None:
        absent, gap = absent_dockerfile(snapshot, service, all_image_builds)
        if not missing and not host:
            missing.append(gap)
        return None, host, absent, missing
    image_builds = own_image_builds(snapshot, chosen, all_image_builds)
    file = snapshot.read(chosen)
    if isinstance(file, Skip):
        missing.append(Missing(f"the Dockerfile {chosen}", file.reason, Link.BUILD))
        return None, host, image_builds, missing
    build = _with_coverage(image_builds)
    args = {s.name: s for s in build.build_args} if build else {}
    contexts = [resolve(b.cwd or "", b.context or ".") or "" for b in image_builds]
    contexts = list(dict.fromkeys([*contexts, "", posixpath.dirname(chosen)]))
    calls = DockerCalls(snapshot, contexts)
    reading = read_dockerfile(file, build_args=args, target=build.target if build else None, calls=calls)
    missing += reading.missing
    if not image_builds:
        reason = f"no command was found that builds {chosen}, so its build args are unknown"
        missing.append(Missing("the image build", reason, Link.BUILD))
    inside = own_go_builds(directory, service, reading.builds)
    dockerfile = with_entry_scripts(snapshot, reading.dockerfile, contexts)
    return dockerfile, inside or host, image_builds, missing


def _with_coverage(builds: Iterable[ImageBuild]) -> ImageBuild | None:
    """The build that switches coverage on, else the first: the path is read with coverage on."""
    builds = list(builds)
    for build in builds:
        if any("-cover" in (s.value or "") for s in build.build_args):
            return build
    for build in builds:
        if any("cover" in f"{s.name}{s.value}".lower() for s in build.build_args) or (
            build.target and "cover" in build.target.lower()
        ):
            return build
    return builds[0] if builds else None


def _read_workload(
    snapshot: Snapshot,
    service: Service,
    inventory: Inventory,
    run: EndToEnd,
    image_builds: tuple[ImageBuild, ...],
    hints: Hints,
) -> tuple[Workload | None, tuple[Workload, ...], list[Missing]]:
    missing: list[Missing] = []
    named = service.files.get("manifest", ())
    sources: tuple[Callable[[], Deployed], ...] = (
        lambda: read_manifests(snapshot, named),
        lambda: Deployed(run.workloads),
        lambda: read_deployed(snapshot, _of(run, Deploy)),
        lambda: read_likely(snapshot, _likely_manifests(service, inventory)),
    )
    gathered: list[Workload] = []
    for position, source in enumerate(sources):
        read = source()
        gathered += read.workloads
        workload, others, gaps = choose_workload(service, gathered, image_builds, hints.workload)
        if workload is not None or gaps:
            if position == 3 and workload is not None:
                missing.append(_not_deployed(workload))
            here = workload is not None and any(w.evidence == workload.evidence for w in read.workloads)
            missing += [m if here else replace(m, needed=False) for m in read.missing]
            return workload, others, [*missing, *gaps]
        missing += [replace(m, needed=False) for m in read.missing]
    reason = "no Deployment, StatefulSet, Job or Pod was found that runs the service"
    return None, (), [*missing, Missing("the workload", reason, Link.RUN)]


def _not_deployed(workload: Workload) -> Missing:
    reason = f"nothing that was read applies {workload.evidence.path}; it was taken for its name"
    return Missing(_HOW_DEPLOYED, reason, Link.RUN, evidence=workload.evidence)


def _likely_manifests(service: Service, inventory: Inventory) -> list[str]:
    may_run = [p for p in inventory.yaml if p not in inventory.kind_files and not is_crd(p)]
    near = [p for p in best(service.name, may_run) if path_likeness(service.name, p) >= 2]
    return sorted(near, key=lambda p: (not _RUNS.search(p), not _TESTS.search(p)))[:6]
