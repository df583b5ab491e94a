"""What templates of articles can say of the service that is asked about: a small, flat set of facts.

Each is read from the path or the diagnosis and keeps its line; what was not read, is known only in part, or
differs between several places of the path is absent. Nothing is guessed. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from bot.facts import joints
from bot.facts.build import GoBuild, Setting
from bot.facts.order import coverage_copies, data_reports
from bot.facts.path import CoveragePath
from bot.facts.places import coverage_mounts, input_places, meant_for_coverage
from bot.facts.words import known
from bot.model import Diagnosis, Evidence, Finding, Link
from bot.redact import redact
from knowledge.fact_names import FACT_NAMES, Fact

T = TypeVar("T")
Found = Mapping[str, Fact | None]

_LABELS = ("app", "app.kubernetes.io/name", "k8s-app", "app.kubernetes.io/component", "name")
"""Labels that tell a service's pods from others, the usual one first."""


def template_facts(path: CoveragePath, diagnosis: Diagnosis | None = None) -> Mapping[str, Fact]:
    """The facts by the names of `knowledge.fact_names`; secrets are taken out.

    Links that were read from files which nothing in the run is known to use (`guessed`) give none.
    """
    found = dict(_of_repo(path))
    for link, make in _MAKERS:
        found |= make(path) if link not in path.guessed else {}
    facts = {name: fact for name, fact in found.items() if fact is not None and _tells(fact)}
    if diagnosis is not None and diagnosis.causes:
        facts |= _of_cause(diagnosis.causes[0])
    return {
        name: Fact(redact(facts[name].text), facts[name].evidence) for name in FACT_NAMES if name in facts
    }


def _tells(fact: Fact) -> bool:
    return bool(fact.text.strip()) and known(fact.text)


def _of_repo(path: CoveragePath) -> Found:
    main, module = path.main, path.module
    return {
        "service": Fact(path.service.name),
        "repo": Fact(path.repo.name),
        "commit": Fact(path.repo.short),
        "module": None if module is None else Fact(module.path, module.evidence),
        "main_package": None if main is None or not main.directory else Fact(main.directory, main.evidence),
    }


def _of_build(path: CoveragePath) -> Found:
    builds = joints.taken_builds(path)
    args = (arg for image in path.image_builds for arg in image.build_args if "-cover" in (arg.value or ""))
    return {
        "go_build": _one(builds, lambda build: " ".join(build.argv)),
        "build_output": _one(builds, lambda build: build.output),
        "build_flags": _one(builds, _flags, _flags_line),
        "build_arg": _one(args, lambda arg: f"{arg.name}={arg.value}"),
        "switch": _one(
            (guard for guard in path.switches if guard.coverage),
            lambda guard: f"{guard.variable}={guard.value}" if guard.variable and guard.value else guard.text,
            lambda guard: guard.evidence,
        ),
    }


def _flags(build: GoBuild) -> str | None:
    """The coverage flags of a build; None when it cannot be told whether it has any."""
    if build.cover is None:
        return None
    words = ["-cover"] if build.cover else ["none"]
    words += [f"-coverpkg={','.join(build.coverpkg)}"] if build.cover and build.coverpkg else []
    words += [f"-covermode={build.covermode}"] if build.cover and build.covermode else []
    return " ".join(words)


def _flags_line(build: GoBuild) -> Evidence:
    return build.goflags.evidence if build.cover and build.goflags is not None else build.evidence


def _of_image(path: CoveragePath) -> Found:
    stage, user, container = (
        joints.final_stage(path),
        joints.process_user(path),
        joints.service_container(path),
    )
    file = path.dockerfile
    builders = (
        file.stages[build.stage]
        for build in joints.taken_builds(path)
        if file is not None and build.stage is not None and build.stage < len(file.stages)
    )
    return {
        "dockerfile": None if stage is None or file is None else Fact(file.path, stage.evidence),
        "builder_image": _one(builders, lambda each: each.base),
        "base_image": None if stage is None else Fact(stage.base, stage.evidence),
        "image": _setting(container.image if container is not None else None),
        "user": None if user.uid is None else Fact(str(user.uid), getattr(user.said_by, "evidence", None)),
    }


def _of_workload(path: CoveragePath) -> Found:
    workload, container = path.workload, joints.service_container(path)
    if workload is None:
        return {}
    line = workload.evidence
    label = next((each for name in _LABELS for each in workload.labels if each.name == name), None)
    return {
        "manifest": Fact(line.path, line),
        "workload": Fact(f"{_short(workload.kind)}/{workload.name}", line),
        "namespace": None if not workload.namespace else Fact(workload.namespace, line),
        "container": None if container is None else Fact(container.name, container.evidence),
        "pod_label": None if label is None else Fact(f"{label.name}={label.value or ''}", label.evidence),
        "replicas": _setting(workload.replicas),
        "grace": _setting(workload.grace_seconds),
    }


def _short(kind: str) -> str:
    return "deploy" if kind == "Deployment" else kind.lower()


def _of_volume(path: CoveragePath) -> Found:
    entry = joints.gocoverdir(path) or joints.image_gocoverdir(path)
    mount, volume = joints.coverage_mount(path), joints.coverage_volume(path)
    hosted = volume is not None and volume.kind == "hostPath" and bool(volume.path)
    return {
        "gocoverdir": None if entry is None or not entry.value else Fact(entry.value, entry.evidence),
        "mount_path": None if mount is None else Fact(mount.path, mount.evidence),
        "volume": None if volume is None else Fact(volume.kind, volume.evidence),
        "host_path": Fact(volume.path or "", volume.evidence) if volume is not None and hosted else None,
    }


def _of_node(path: CoveragePath) -> Found:
    directory, volume, kind = joints.node_directory(path), joints.coverage_volume(path), path.kind
    mounts = [mount for _, mount in (coverage_mounts(path) or meant_for_coverage(path))]
    return {
        "node_directory": None if directory is None or volume is None else Fact(directory, volume.evidence),
        "kind_config": None if kind is None or kind.implicit else Fact(kind.path, kind.evidence),
        "container_path": _one(mounts, lambda mount: mount.container_path),
        "extra_mount": _one(mounts, lambda mount: mount.host_path),
    }


def _of_run(path: CoveragePath) -> Found:
    reports = [(report, input_places(report)) for report in data_reports(path)]
    return {
        "stop": _one(joints.stops(path)[:1], lambda stop: f"{stop.method} {stop.target or ''}".strip()),
        "copy": _one(
            coverage_copies(path), lambda copy: ":".join(filter(None, (copy.node or copy.pod, copy.source)))
        ),
        "report_directory": _one(
            [pair for pair in reports if len(pair[1]) == 1],
            lambda pair: pair[1][0],
            lambda pair: pair[0].evidence,
        ),
    }


_MAKERS: tuple[tuple[Link, Callable[[CoveragePath], Found]], ...] = (
    (Link.BUILD, _of_build),
    (Link.IMAGE, _of_image),
    (Link.RUN, _of_workload),
    (Link.VOLUME, _of_volume),
    (Link.NODE, _of_node),
    (Link.COLLECT, _of_run),
)


def _of_cause(cause: Finding) -> Mapping[str, Fact]:
    line = cause.evidence[0] if cause.evidence else None
    found = {"cause": Fact(cause.summary.rstrip("."), line), "cause_rule": Fact(cause.rule, line)}
    return found | ({} if line is None else {"cause_place": Fact(line.place, line)})


def _setting(setting: Setting | None) -> Fact | None:
    return None if setting is None or not setting.value else Fact(setting.value, setting.evidence)


def _one(
    items: Iterable[T],
    text: Callable[[T], str | None],
    line: Callable[[T], Evidence | None] = lambda item: getattr(item, "evidence", None),
) -> Fact | None:
    """What all items say, with the first one's line; None when there are none or they differ."""
    said = [(text(item), line(item)) for item in items]
    if not said or said[0][0] is None or any(each != said[0][0] for each, _ in said):
        return None
    return Fact(said[0][0] or "", said[0][1])
