"""Which go build makes the binary that the container runs: stages, COPY and the start command.

Pure questions to a CoveragePath, as in `bot.facts.joints`; nothing is guessed.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.facts.build import CopyFrom, EntryCommand, GoBuild, Stage
from bot.facts.joints import final_stage, service_container
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain, stage_named
from bot.facts.words import clean_path, known
from bot.model import Evidence

WRAPPERS = frozenset({"tini", "dumb-init", "catatonit", "env", "exec", "--", "-g", "-s", "-v"})
"""Words before the program in a start command that pass signals on."""


@dataclass(frozen=True, slots=True)
class StartCommand:
    """How the container starts: `argv`, whether `/bin/sh -c` runs it, and where that is said."""

    argv: tuple[str, ...]
    shell_form: bool
    evidence: Evidence
    script: Evidence | None = None
    script_execs: bool | None = None


def start_command(path: CoveragePath) -> StartCommand | None:
    """The command of the service's container: the manifest's, else ENTRYPOINT and CMD of the image.

    A `command` in the manifest replaces ENTRYPOINT and CMD, `args` alone replace CMD (Kubernetes API).
    """
    container, stage = service_container(path), final_stage(path)
    args = container.args if container else None
    if container is not None and container.command:
        place = container.command_evidence or container.evidence
        return StartCommand((*container.command, *(args or ())), False, place)
    entry, cmd = _inherited(path, stage)
    if entry is None:
        if args is not None or cmd is None:
            return None
        return _of_image(cmd, ())
    if entry.shell_form:
        return _of_image(entry, ())
    return _of_image(entry, args if args is not None else (cmd.argv if cmd and not cmd.shell_form else ()))


def _of_image(command: EntryCommand, tail: tuple[str, ...]) -> StartCommand:
    argv = (*command.argv, *tail)
    return StartCommand(argv, command.shell_form, command.evidence, command.script, command.script_execs)


def _inherited(path: CoveragePath, stage: Stage | None) -> tuple[EntryCommand | None, EntryCommand | None]:
    entry: EntryCommand | None = None
    cmd: EntryCommand | None = None
    for each in stage_chain(path.dockerfile, stage):
        entry = entry or each.entrypoint
        cmd = cmd or each.cmd
    return entry, cmd


def stage_of(path: CoveragePath, build: GoBuild) -> Stage | None:
    """The Dockerfile stage a go build runs in, or None outside Docker."""
    if path.dockerfile is None or build.stage is None:
        return None
    return next((s for s in path.dockerfile.stages if s.index == build.stage), None)


def run_text(stage: Stage, build: GoBuild) -> str:
    """The text of the RUN instruction that holds a go build; "" when it is not there."""
    line = (build.called_at or build.evidence).line
    for run in stage.runs:
        if run.evidence.line <= line <= run.evidence.end_line:
            return run.text
    return ""


def run_place(stage: Stage, build: GoBuild) -> Evidence:
    """Where the RUN instruction that holds a go build stands."""
    told = build.called_at or build.evidence
    places = (run.evidence for run in stage.runs)
    return next((p for p in places if p.line <= told.line <= p.end_line), told)


def program(command: StartCommand) -> str | None:
    """The program a start command runs in the end, past wrappers; None when that cannot be told."""
    words = command.argv
    if command.script is not None:
        words = tuple(command.script.excerpt.split())
    elif words and words[0].endswith((".sh", ".bash")):
        return None
    elif command.shell_form or (words and posixpath.basename(words[0]) in ("sh", "bash", "ash")):
        words = tuple(" ".join(w for w in words if w not in ("/bin/sh", "sh", "-c", "bash")).split())
        words = tuple(w for w in words if not re.match(r"^\w+=", w))
    for word in words:
        if posixpath.basename(word) not in WRAPPERS:
            return word if known(word) else None
    return None


def workdir_at(stages: tuple[Stage, ...], line: int) -> str | None:
    """The working directory in force at a line of the first stage of a chain; "/" when none is set."""
    for position, stage in enumerate(stages):
        before = [w for w in stage.workdirs if position > 0 or w.evidence.line < line]
        if before:
            value = before[-1].value
            return value if value is not None and known(value) and value.startswith("/") else None
    return "/"


def copy_target(path: CoveragePath, stage: Stage, copy: CopyFrom, source: str) -> str | None:
    """Where a COPY puts one of its sources, as an absolute path; None when unknown."""
    target = copy.destination
    if not known(target):
        return None
    directory = target.endswith("/") or target in (".", "./") or len(copy.sources) > 1
    if not target.startswith("/"):
        base = workdir_at(stage_chain(path.dockerfile, stage), copy.evidence.line)
        if base is None:
            return None
        target = posixpath.join(base, target)
    return clean_path(posixpath.join(target, posixpath.basename(source)) if directory else target)


def binary_copy(path: CoveragePath) -> tuple[CopyFrom, str] | None:
    """The COPY that brings the program into the image, and the source it names; None when unknown.

    Where it is copied through several stages, the COPY from the stage that made it.
    """
    command = start_command(path)
    wanted = program(command) if command else None
    stage, found = final_stage(path), None
    seen: set[int] = set()
    while wanted is not None and stage is not None and stage.index not in seen:
        seen.add(stage.index)
        here = _copy_of(path, stage, wanted)
        if here is None:
            break
        found = here
        wanted = here[1] if known(here[1]) else None
        stage = stage_named(path.dockerfile, here[0].source_stage) if here[0].source_stage else None
    return found


def _copy_of(path: CoveragePath, stage: Stage, wanted: str) -> tuple[CopyFrom, str] | None:
    for each in stage_chain(path.dockerfile, stage):
        for copy in reversed(each.copies):
            for source in copy.sources:
                if _brings(path, each, copy, source, wanted):
                    return copy, source
    return None


def _brings(path: CoveragePath, stage: Stage, copy: CopyFrom, source: str, wanted: str) -> bool:
    target = copy_target(path, stage, copy, source)
    if target is None or not known(source):
        return False
    if not wanted.startswith("/"):
        return posixpath.basename(target) == posixpath.basename(wanted)
    return target == clean_path(wanted)


def build_output(path: CoveragePath, build: GoBuild) -> str | None:
    """The absolute path that a go build in a stage writes to; None when that is not told."""
    if build.output is None or not known(build.output):
        return None
    name = build.output
    if name.endswith("/") and build.packages:
        name += posixpath.basename(build.packages[0].rstrip("/"))
    if name.startswith("/"):
        return clean_path(name)
    if build.workdir is None or not known(build.workdir):
        return None
    return clean_path(posixpath.join(build.workdir, name))


def source_matches(path: CoveragePath, build: GoBuild, source: str) -> bool | None:
    """Whether a COPY source is the file a build writes; None when that cannot be told."""
    output = build_output(path, build)
    if output is None or not known(source):
        return None
    place = clean_path(posixpath.join("/", source))
    return fnmatchcase(output, place) or output.startswith(place.rstrip("/") + "/")


def binary_builds(path: CoveragePath) -> tuple[GoBuild, ...]:
    """The go builds, reached with coverage on, that can make the binary the container runs.

    Narrowed by the COPY that brings the program: its stage, then its source path.
    """
    taken = tuple(build for build in path.builds if build.taken is not False)
    if path.dockerfile is None or all(build.stage is None for build in taken):
        return taken
    found = binary_copy(path)
    if found is None or found[0].source_stage is None:
        chain = {s.index for s in stage_chain(path.dockerfile, final_stage(path))}
        return tuple(b for b in taken if b.stage in chain) or taken
    copy, source = found
    chain = {
        s.index for s in stage_chain(path.dockerfile, stage_named(path.dockerfile, copy.source_stage or ""))
    }
    inside = tuple(b for b in taken if b.stage in chain)
    exact = tuple(b for b in inside if source_matches(path, b, source))
    return exact or inside
