"""What a path shows where a rule found nothing: the facts that rule it out, or what is not there to look at.

A rule is silent both when all is right and when there is nothing to look at (no GOCOVERDIR, so no mount to
follow). Only facts with lines tell these apart: `shown` gives them, or says why there are none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.facts.baseimages import go_version
from bot.facts.binary import binary_builds, binary_copy, source_matches, stage_of, start_command
from bot.facts.joints import (
    coverage_directory,
    coverage_mount,
    coverage_volume,
    gocoverdir,
    image_gocoverdir,
    node_directory,
    process_user,
    service_container,
)
from bot.facts.nodes import mount_on
from bot.facts.order import coverage_copies, stops_before
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import known
from bot.facts.writable import host_path_access
from bot.model import Evidence
from knowledge.answering.subjects.saying import pinned, precise, quoted


@dataclass(frozen=True, slots=True)
class Shown:
    """One sentence and its lines. `settles` is False where it says why the point cannot be looked at."""

    text: str
    evidence: tuple[Evidence, ...]
    settles: bool = True


Shower = Callable[[CoveragePath], Shown]


def shown(rule: str, path: CoveragePath) -> Shown | None:
    """What the path shows in the point of a rule; None for a rule that nothing is known to show of."""
    shower = next((shower for rules, shower in _SHOWERS if rule in rules), None)
    return None if shower is None else shower(path)


def _mount_chain(path: CoveragePath) -> Shown:
    """GOCOVERDIR > mountPath > hostPath > containerPath, each with its line."""
    entry, mount, volume = _variable(path), coverage_mount(path), coverage_volume(path)
    directory = coverage_directory(path)
    if not entry.settles or directory is None:
        return Shown(f"{entry.text} So there is no mount to follow.", entry.evidence, settles=False)
    if mount is None or volume is None:
        return Shown(f"{entry.text} What is mounted there was not read.", entry.evidence, settles=False)
    mount, volume = precise(path, mount), precise(path, volume)
    steps = [("GOCOVERDIR", directory, entry.evidence[0]), ("mountPath", mount.path, mount.evidence)]
    if volume.kind != "hostPath":
        text = f"{_chain(steps)}; the volume is a {volume.kind} ({volume.evidence.place})."
        return Shown(text, (*(place for _, _, place in steps), volume.evidence))
    steps.append(("hostPath", volume.path or "", volume.evidence))
    node = node_directory(path)
    if path.kind is None or node is None:
        return Shown(f"{_chain(steps)}; what the node mounts was not read.", _places(steps), settles=False)
    for each in path.kind.nodes:
        if (there := mount_on(each, node)) is not None:
            line = pinned(path, there.evidence, f"containerPath: {there.container_path}")
            steps.append((f"containerPath of {each.suffix}", there.container_path, line))
    return Shown(f"{_chain(steps)}.", _places(steps))


def _places(steps: list[tuple[str, str, Evidence]]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(place for _, _, place in steps))


def _chain(steps: list[tuple[str, str, Evidence]]) -> str:
    """`GOCOVERDIR (a:1) and mountPath (b:2) are both /x`, or each with its own value."""
    values = {value.rstrip("/") for _, value, _ in steps}
    if len(values) > 1:
        return ", ".join(f"{name} is {quoted(value)} ({place.place})" for name, value, place in steps)
    names = [f"{name} ({place.place})" for name, _, place in steps]
    return f"{', '.join(names[:-1])} and {names[-1]} are the same, {quoted(steps[0][1])}"


def _variable(path: CoveragePath) -> Shown:
    entry = gocoverdir(path) or image_gocoverdir(path)
    if entry is not None and entry.value and known(entry.value):
        place = pinned(path, entry.evidence, entry.value)
        return Shown(f"{place.place} sets GOCOVERDIR={quoted(entry.value)}.", (place,))
    if entry is not None:
        return Shown(
            f"The value of GOCOVERDIR at {entry.evidence.place} was not read.", (entry.evidence,), False
        )
    container = service_container(path)
    if container is None:
        return Shown("Which container runs the service was not read.", (), settles=False)
    text = f"No GOCOVERDIR was read in container {container.name} ({container.evidence.place})."
    return Shown(text, (container.evidence,), settles=False)


def _instrumented(path: CoveragePath) -> Shown:
    builds = binary_builds(path)
    places = tuple(build.evidence for build in builds[:4])
    if not builds or not all(build.cover for build in builds):
        return Shown("That -cover reaches the go build was not read.", places, settles=False)
    return Shown(f"{places[0].place} builds with -cover.", places)


def _copied(path: CoveragePath) -> Shown:
    found, builds = binary_copy(path), binary_builds(path)
    if found is None or not builds or not all(source_matches(path, build, found[1]) for build in builds):
        return Shown("Which binary gets into the image was not read to the end.", (), settles=False)
    copy, build = found[0].evidence, builds[0].evidence
    return Shown(f"{copy.place} copies the binary that {build.place} builds.", (copy, build))


def _go(path: CoveragePath) -> Shown:
    for build in binary_builds(path):
        chain = stage_chain(path.dockerfile, stage_of(path, build))
        if chain and go_version(chain[-1].base) is not None:
            place = chain[-1].evidence
            return Shown(f"{place.place} builds on {quoted(chain[-1].base)}; 1.20 is enough.", (place,))
    return Shown("Which Go builds the service was not read.", (), settles=False)


def _entrypoint(path: CoveragePath) -> Shown:
    command = start_command(path)
    if command is None or command.shell_form:
        return Shown("How the container starts was not read to the end.", (), settles=False)
    program = quoted(command.argv[0]) if command.argv else "it"
    return Shown(f"{command.evidence.place} starts {program} without a shell.", (command.evidence,))


def _handler(path: CoveragePath) -> Shown:
    handlers = (
        [fact.evidence for fact in path.main.code if fact.kind == "signal-handler"] if path.main else []
    )
    if path.main is None or path.main.handles_sigterm is not True or not handlers:
        return Shown("That SIGTERM is handled was not read.", (), settles=False)
    return Shown(f"{handlers[0].place} handles SIGTERM.", (handlers[0],))


def _writable(path: CoveragePath) -> Shown:
    user, volume = process_user(path), coverage_volume(path)
    place = getattr(user.said_by, "evidence", None)
    if user.uid == 0 and isinstance(place, Evidence):
        return Shown(f"{place.place} runs it as root, which may write anywhere.", (place,))
    access = host_path_access(path, user.uid) if user.uid is not None and volume is not None else None
    if access is not None and access.writable:
        return Shown(f"The directory is writable for uid {user.uid}: {access.how}.", access.evidence)
    return Shown("Whether the process may write to the directory only a run shows.", (), settles=False)


def _not_read_only(path: CoveragePath) -> Shown:
    mount, volume = coverage_mount(path), coverage_volume(path)
    if mount is None or volume is None or mount.read_only or volume.read_only:
        return Shown("A writable volume at GOCOVERDIR was not read.", (), settles=False)
    return Shown(f"{mount.evidence.place} mounts it writable.", (mount.evidence, volume.evidence))


def _volume_kind(path: CoveragePath) -> Shown:
    volume = coverage_volume(path)
    if volume is None or volume.kind == "emptyDir":
        return Shown("Which volume holds the files was not read.", (), settles=False)
    return Shown(
        f"The files lie in a {volume.kind} ({volume.evidence.place}), which outlives the pod.",
        (volume.evidence,),
    )


def _collected(path: CoveragePath) -> Shown:
    taken = coverage_copies(path)
    stops = stops_before(path, taken[0]) if taken else ()
    if not taken or not stops:
        return Shown("A stop and a copy after it were not both read.", (), settles=False)
    stop, copy = stops[-1].evidence, taken[0].evidence
    return Shown(
        f"{stop.place} stops it, and then {copy.place} copies {quoted(taken[0].source)}.", (stop, copy)
    )


_SHOWERS: tuple[tuple[frozenset[str], Shower], ...] = (
    (
        frozenset(
            {
                "gocoverdir-not-mounted",
                "gocoverdir-missing",
                "path-mismatch",
                "extramount-missing",
                "extramount-wrong-node",
            }
        ),
        _mount_chain,
    ),
    (
        frozenset(
            {"gocoverdir-unset", "gocoverdir-overridden", "gocoverdir-relative", "gocoverdir-wrong-container"}
        ),
        _variable,
    ),
    (
        frozenset(
            {
                "not-instrumented",
                "coverpkg-excludes-main",
                "goflags-exact-compare",
                "goflags-quoting",
                "build-arg-not-passed",
                "build-arg-out-of-scope",
                "env-overrides-arg",
            }
        ),
        _instrumented,
    ),
    (frozenset({"wrong-binary-copied"}), _copied),
    (frozenset({"go-too-old"}), _go),
    (frozenset({"shell-entrypoint"}), _entrypoint),
    (frozenset({"no-signal-handler"}), _handler),
    (frozenset({"gocoverdir-not-writable", "user-directory-mismatch", "fsgroup-ignored"}), _writable),
    (frozenset({"volume-read-only"}), _not_read_only),
    (frozenset({"emptydir-lost", "restart-discards"}), _volume_kind),
    (
        frozenset({"collect-before-exit", "collect-after-teardown", "collect-wrong-path", "never-stopped"}),
        _collected,
    ),
)
