"""The path as rows: what each link's facts come down to, for people, `compare` and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from bot.facts import joints, nodes, places
from bot.facts.build import GoBuild, Guard, Setting
from bot.facts.events import (
    ClusterCreate,
    Copy,
    DirectoryMake,
    Report,
    Teardown,
    Upload,
    Wait,
)
from bot.facts.order import coverage_copies
from bot.facts.path import CoveragePath
from bot.facts.words import could_equal, known
from bot.model import LINKS, Evidence, Link, LinkFact

Rows = Iterator[LinkFact]


def link_facts(path: CoveragePath) -> Mapping[Link, tuple[LinkFact, ...]]:
    """Rows for every link, in the order of the path; a link of which nothing is known has none."""
    makers: dict[Link, Callable[[CoveragePath], Rows]] = {
        Link.BUILD: _build,
        Link.IMAGE: _image,
        Link.RUN: _run,
        Link.VOLUME: _volume,
        Link.NODE: _node,
        Link.STOP: _stop,
        Link.COLLECT: _collect,
        Link.REPORT: _report,
    }
    return {link: tuple(dict.fromkeys(makers[link](path))) for link in LINKS}


def _condition(guards: Iterable[Guard]) -> str | None:
    texts = dict.fromkeys(guard.text for guard in guards if not guard.error_path)
    return " and ".join(texts) or None


def _setting(name: str, setting: Setting | None) -> Rows:
    if setting is not None and setting.value is not None:
        yield LinkFact(name, setting.value, setting.evidence, _condition(setting.guards))


def _build(path: CoveragePath) -> Rows:
    for build in joints.taken_builds(path):
        yield LinkFact("go build", " ".join(build.argv), build.evidence, _condition(build.guards))
        yield LinkFact("coverage flags", _cover(build), _cover_evidence(build))
    for image in path.image_builds:
        yield LinkFact("image build", image.tool, image.evidence, _condition(image.guards))
        for arg in image.build_args:
            yield LinkFact(f"build arg {arg.name}", arg.value or "", arg.evidence, _condition(arg.guards))
    if path.module is not None:
        yield LinkFact("module", path.module.path, path.module.evidence)
        yield from _setting("go version", path.module.go)
        yield from _setting("toolchain", path.module.toolchain)


def _cover(build: GoBuild) -> str:
    if build.cover is None:
        return "unknown"
    if not build.cover:
        return "none"
    words = ["-cover"]
    words += [f"-coverpkg={','.join(build.coverpkg)}"] if build.coverpkg else []
    words += [f"-covermode={build.covermode}"] if build.covermode else []
    return " ".join(words)


def _cover_evidence(build: GoBuild) -> Evidence:
    return build.goflags.evidence if build.goflags is not None and build.cover else build.evidence


def _image(path: CoveragePath) -> Rows:
    if path.dockerfile is not None:
        for build in joints.taken_builds(path):
            if build.stage is not None:
                stage = path.dockerfile.stages[build.stage]
                yield LinkFact("builder image", stage.base, stage.evidence)
    stage_ = joints.final_stage(path)
    if stage_ is not None:
        yield LinkFact("base image", stage_.base, stage_.evidence)
        for copy in stage_.copies:
            source = f"{copy.source_stage}:" if copy.source_stage else ""
            text = f"{source}{' '.join(copy.sources)} to {copy.destination}"
            yield LinkFact("copy", text, copy.evidence)
        for user in stage_.users[-1:]:
            text = user.text if user.uid is None else f"{user.text} (uid {user.uid})"
            yield LinkFact("user", text, user.evidence)
        for name, command in (("entrypoint", stage_.entrypoint), ("cmd", stage_.cmd)):
            if command is not None and command.argv:
                form = "shell form" if command.shell_form else "exec form"
                yield LinkFact(name, f"{' '.join(command.argv)} ({form})", command.evidence)
    container = joints.service_container(path)
    if container is not None:
        yield from _setting("image", container.image)
        yield from _setting("pull policy", container.pull_policy)


def _run(path: CoveragePath) -> Rows:
    workload = path.workload
    if workload is None:
        return
    yield LinkFact(
        "workload", f"{workload.kind} {workload.name}", workload.evidence, _condition(workload.guards)
    )
    container = joints.service_container(path)
    if container is not None:
        yield LinkFact("container", container.name, container.evidence)
    entry = joints.gocoverdir(path)
    if entry is not None:
        value = entry.value if entry.value is not None else f"from {entry.value_from}"
        yield LinkFact("GOCOVERDIR", value, entry.evidence, _condition(entry.guards))
    else:
        yield LinkFact("GOCOVERDIR", "not set", (container or workload).evidence)
    yield from _setting("replicas", workload.replicas)


def _volume(path: CoveragePath) -> Rows:
    mount, volume = joints.coverage_mount(path), joints.coverage_volume(path)
    if mount is not None:
        yield LinkFact("mount path", mount.path, mount.evidence, _condition(mount.guards))
    if volume is not None:
        text = volume.kind if volume.path is None else f"{volume.kind} {volume.path}"
        text += f" ({volume.host_type})" if volume.host_type else ""
        yield LinkFact("volume", text, volume.evidence, _condition(volume.guards))
    user = joints.process_user(path)
    evidence = getattr(user.said_by, "evidence", None)
    if user.uid is not None:
        yield LinkFact("runs as uid", str(user.uid), evidence)
    elif user.said_by is not None:
        yield LinkFact("runs as uid", f"unknown ({user.reason_unknown})", evidence)
    if path.workload is not None:
        yield from _setting("fsGroup", path.workload.security.fs_group)


def _node(path: CoveragePath) -> Rows:
    kind = path.kind
    if kind is not None:
        for node in kind.nodes:
            mounts = (
                "; ".join(f"{m.host_path} on {m.container_path}" for m in node.mounts) or "no extraMounts"
            )
            where = node.mounts[0].evidence if node.mounts else node.evidence
            text = "kind's default, " if kind.implicit else ""
            yield LinkFact(f"node {node.suffix}", f"{text}{mounts}", where)
    if path.workload is not None:
        for selector in path.workload.node_selector:
            yield LinkFact("node selector", f"{selector.name}={selector.value or ''}", selector.evidence)
        yield from _setting("node name", path.workload.node_name)
        for toleration in path.workload.tolerations:
            yield LinkFact("toleration", f"{toleration.key} {toleration.effect}".strip(), toleration.evidence)
    possible = nodes.possible_nodes(path)
    if possible is not None and kind is not None and path.workload is not None:
        text = ", ".join(node.suffix for node in possible) or "none"
        yield LinkFact("pod can run on", text, path.workload.evidence)
    directory = joints.node_directory(path)
    if directory is not None:
        volume = joints.coverage_volume(path)
        yield LinkFact("directory on the node", directory, volume.evidence if volume else None)
    for create in path.events(ClusterCreate):
        yield LinkFact("cluster", create.name or "kind", create.evidence, _condition(create.guards))
    for make in path.events(DirectoryMake):
        if "cov" in make.path.lower():
            mode = f" mode {make.mode:04o}" if make.mode is not None else ""
            shown = _host(make.path, make.cwd) if make.where == "host" else make.path
            text = f"{shown} on the {make.where}{mode}"
            yield LinkFact("directory made", text, make.evidence, _condition(make.guards))


def _stop(path: CoveragePath) -> Rows:
    if path.main is not None:
        handled = {True: "handled", False: "not handled", None: "unknown"}[path.main.handles_sigterm]
        codes = [c for c in path.main.code if c.kind == "signal-handler"]
        yield LinkFact("SIGTERM", handled, codes[0].evidence if codes else path.main.evidence)
    for stop in joints.stops(path):
        text = " ".join(filter(None, (stop.method, stop.target, "force" if stop.force else None)))
        yield LinkFact("stop", text, stop.evidence, _condition(stop.guards))
    for wait in _waits(path):
        seconds = f" {wait.seconds:g} s" if wait.seconds is not None else ""
        yield LinkFact("wait", f"{wait.method}{seconds}", wait.evidence, _condition(wait.guards))
    if path.workload is not None:
        yield from _setting("grace period", path.workload.grace_seconds)


def _waits(path: CoveragePath) -> Iterator[Wait]:
    """Waits after the first stop for the service to end, not for others and not for what starts."""
    first = min((stop.order for stop in joints.stops(path)), default=None)
    names = joints.workload_names(path)
    for wait in path.events(Wait):
        mine = wait.target is None or not known(wait.target) or any(name in wait.target for name in names)
        if first is not None and wait.order > first and wait.method not in ("ready", "rollout") and mine:
            yield wait


def _collect(path: CoveragePath) -> Rows:
    taken = coverage_copies(path)
    places = {copy.source for copy in taken}
    for copy in path.timeline:
        if isinstance(copy, Copy) and (copy in taken or (copy.on_error_path and copy.source in places)):
            place = ":".join(filter(None, (copy.node or copy.pod, copy.source)))
            dots = "/." if copy.contents_only and not copy.source.endswith("/.") else ""
            text = f"{copy.tool} {place}{dots}"
            text += f" to {_host(copy.destination, copy.cwd)}" if copy.destination else ""
            condition = "the call before it fails" if copy.on_error_path else _condition(copy.guards)
            yield LinkFact("copy", text, copy.evidence, condition)
    for teardown in _teardowns(path):
        yield LinkFact(
            f"{teardown.what} goes", teardown.name or "", teardown.evidence, _condition(teardown.guards)
        )


def _teardowns(path: CoveragePath) -> Iterator[Teardown]:
    """What goes at the end: not what an earlier run left behind, not namespaces of test data."""
    made = min((create.order for create in path.events(ClusterCreate)), default=-1)
    home = path.workload.namespace if path.workload is not None else None
    for teardown in path.events(Teardown):
        other = (
            teardown.what == "namespace" and home and teardown.name and not could_equal(home, teardown.name)
        )
        if teardown.order > made and not other:
            yield teardown


def _report(path: CoveragePath) -> Rows:
    for report in path.events(Report):
        text = f"{report.verb} {','.join(_host(word, report.cwd) for word in report.inputs)}"
        text += f" to {_host(report.output, report.cwd)}" if report.output else ""
        yield LinkFact("report", text, report.evidence, _condition(report.guards))
    for upload in path.events(Upload):
        if any("cov" in f.lower() for f in upload.files) or "codecov" in upload.tool:
            make = partial(LinkFact, "upload", f"{upload.tool} {' '.join(upload.files)}".strip())
            yield make(upload.evidence, _condition(upload.guards))


def _host(path: str, cwd: str | None) -> str:
    """A path on the machine that runs the tests, seen from the repo's root where that can be told."""
    return places.place(path, cwd) or path
