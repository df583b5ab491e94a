"""What a CoveragePath gets once its parts are chosen: rows, switches, files, texts, the last gaps."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.facts.build import Guard, Setting
from bot.facts.joints import coverage_volume
from bot.facts.path import CoveragePath
from bot.facts.words import REPO, known
from bot.model import LINKS, Evidence, Link, Missing, Service
from bot.path.endtoend import EndToEnd
from bot.path.summary import link_facts
from bot.repo.base import Skip, Snapshot


def completed(snapshot: Snapshot, path: CoveragePath, run: EndToEnd) -> CoveragePath:
    """The path with its rows, switches, files and texts, and a Missing for every link without a row."""
    links = link_facts(path)
    missing = list(dict.fromkeys((*path.missing, *_unknown_directory(path))))
    told = {gap.link for gap in missing}
    missing += [
        Missing(f"the link {link}", "nothing about it was found in the files", link)
        for link in LINKS
        if not links[link] and link not in told
    ]
    return replace(
        path,
        service=_with_files(path, run),
        links=links,
        missing=tuple(missing),
        switches=_switches(path, run),
        texts=_texts(snapshot, path),
    )


def _unknown_directory(path: CoveragePath) -> Iterable[Missing]:
    """A hostPath that is put together at run time: rules on the node cannot say where the files lie."""
    volume = coverage_volume(path)
    if volume is not None and volume.kind == "hostPath" and not known(volume.path):
        place = (
            "the repo's path on the machine that runs the test" if REPO in (volume.path or "") else "unknown"
        )
        reason = f"the hostPath {volume.path or ''} begins with a part that is {place}"
        yield Missing("the directory on the node", reason, Link.NODE, evidence=volume.evidence)


def _switches(path: CoveragePath, run: EndToEnd) -> tuple[Guard, ...]:
    """The distinct coverage switches that hold on the facts of the path, by text."""
    guards: list[Guard] = [g for build in path.image_builds for g in build.guards]
    guards += [g for build in path.image_builds for arg in build.build_args for g in arg.guards]
    if path.workload is not None:
        guards += path.workload.guards
        guards += [g for c in path.workload.containers for e in c.env for g in e.guards]
        guards += [g for v in path.workload.volumes for g in v.guards]
    guards += [g for event in path.timeline for g in event.guards]
    guards += run.switches
    return tuple({g.text: g for g in guards if g.coverage and _is_switch(g)}.values())


def _is_switch(guard: Guard) -> bool:
    """Whether a guard is a choice that people make: `[ -d coverdata ]` only looks whether files came."""
    if re.search(r"(^|\s)-[defrsx]\s|\bls\b", guard.text):
        return False
    return not re.search(r"(^|\s)-[nz]\s", guard.text) or "COVER" in (guard.variable or "").upper()


def _with_files(path: CoveragePath, run: EndToEnd) -> Service:
    """The service with the files that really took part, by role."""
    files = dict(path.service.files)
    reasons = dict(path.service.reasons)

    def add(role: str, paths: Iterable[str], reason: str) -> None:
        files[role] = tuple(dict.fromkeys(paths))
        for each in files[role]:
            reasons.setdefault(each, reason)

    if path.main is not None:
        add("main", [path.main.evidence.path], "package main")
    if path.dockerfile is not None:
        add("dockerfile", [path.dockerfile.path], "builds the image")
    if path.kind is not None and not path.kind.implicit:
        add("kind", [path.kind.path], "the cluster is created with it")
    if path.workload is not None:
        add("manifest", [path.workload.evidence.path], f"deploys {path.workload.kind} {path.workload.name}")
    if run.suites:
        add("suite", _suite_files(run), "runs the end-to-end tests")
    add("infrastructure", _event_files(path, files), "builds, deploys, stops or collects")
    return replace(path.service, files={k: v for k, v in files.items() if v}, reasons=reasons)


def _suite_files(run: EndToEnd) -> list[str]:
    inside = [f for f in run.files if posixpath.dirname(f) in run.suites]
    return inside[:3] or list(run.suites)


def _event_files(path: CoveragePath, files: Mapping[str, tuple[str, ...]]) -> list[str]:
    told = {p for group in files.values() for p in group}
    return [p for p in dict.fromkeys(e.evidence.path for e in path.timeline) if p not in told]


def _texts(snapshot: Snapshot, path: CoveragePath) -> dict[str, str]:
    """The texts of files a fix may patch; they were read before, so this costs no request."""
    paths = {p for group in path.service.files.values() for p in group}
    paths |= {event.evidence.path for event in path.timeline}
    paths |= set(_evidence_paths(path))
    texts = {}
    for name in sorted(p for p in paths if p in snapshot.entries):
        file = snapshot.read(name)
        if not isinstance(file, Skip):
            texts[name] = file.text
    return texts


def _evidence_paths(path: CoveragePath) -> Iterable[str]:
    evidence: list[Evidence | None] = [f.evidence for facts in path.links.values() for f in facts]
    settings: list[Setting] = [arg for build in path.image_builds for arg in build.build_args]
    if path.workload is not None:
        evidence += [v.evidence for v in path.workload.volumes]
        evidence += [e.evidence for c in path.workload.containers for e in c.env]
        evidence += [m.evidence for c in path.workload.containers for m in c.mounts]
        settings += list(path.workload.node_selector)
    evidence += [s.evidence for s in settings]
    if path.module is not None:
        evidence.append(path.module.evidence)
    if path.kind is not None:
        evidence.append(path.kind.evidence)
    if path.dockerfile is not None:
        starts = [c for stage in path.dockerfile.stages for c in (stage.entrypoint, stage.cmd) if c]
        evidence += [start.script for start in starts]
    return [e.path for e in evidence if e is not None]
