"""Reads a Dockerfile for one build: stages in order, with the build args that the build passes.

Scopes follow the Dockerfile reference: an ARG before the first FROM is seen by FROM lines only, unless
a stage declares it again; ARG and ENV hold from their line on; ENV wins over an ARG of the same name;
both are in the environment of every RUN below them; a stage built FROM another stage inherits them.
Measured with docker 20.10: `--build-arg GOFLAGS=-cover` with `ARG GOFLAGS` instruments every
`go build` below it, also one that does not name GOFLAGS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.facts.build import Dockerfile, GoBuild, Setting
from bot.facts.words import hole
from bot.model import Evidence, Link, Missing
from bot.path.docker.calls import DockerCalls
from bot.path.docker.lines import Instruction, Lines, split_lines
from bot.path.docker.stage import PLATFORM_ARGS, StageReader, arg_value
from bot.path.docker.words import expand, pairs, split_words
from bot.path.shell.state import Scope
from bot.repo.base import File

MAX_STAGES = 100


@dataclass(frozen=True, slots=True)
class DockerfileReading:
    """The Dockerfile, every Go build in it (reached or not), and what was not read."""

    dockerfile: Dockerfile
    builds: tuple[GoBuild, ...]
    missing: tuple[Missing, ...]


def read_dockerfile(
    file: File,
    *,
    build_args: Mapping[str, Setting] | None = None,
    target: str | None = None,
    calls: DockerCalls | None = None,
) -> DockerfileReading:
    """Read a Dockerfile as a build with these build args sees it.

    `build_args` maps names to what is passed (value None: passed with a value that is not known);
    names that no ARG declares do nothing. `target` is the stage that the build stops at. `calls` follows
    the makes and scripts that a RUN calls; without it what they build is a gap.
    """
    lines = split_lines(file.lines)
    reader = _Reader(file, lines, dict(build_args or {}), calls)
    for instruction in lines.instructions:
        reader.read(instruction)
    final, unknown_target = _final(reader.stages, target)
    gaps = tuple(file.at(first, last) for first, last in lines.gaps)
    dockerfile = Dockerfile(
        path=file.path,
        stages=tuple(stage.stage() for stage in reader.stages),
        global_args=tuple(reader.global_args.values()),
        final=final,
        parse_gaps=(*reader.gaps, *gaps),
    )
    builds = tuple(build for stage in reader.stages for build in stage.builds)
    return DockerfileReading(dockerfile, builds, (*_missing(file, reader, builds), *unknown_target))


@dataclass(slots=True)
class _Reader:
    file: File
    lines: Lines
    passed: dict[str, Setting]
    calls: DockerCalls | None = None
    global_args: dict[str, Setting] = field(default_factory=dict)
    stages: list[StageReader] = field(default_factory=list)
    gaps: list[Evidence] = field(default_factory=list)

    def read(self, instruction: Instruction) -> None:
        if instruction.keyword == "FROM":
            self._from(instruction)
        elif self.stages:
            self.stages[-1].read(instruction)
        elif instruction.keyword == "ARG":
            self._global_arg(instruction)
        else:
            self.gaps.append(self.file.at(instruction.line, instruction.end_line))

    def _scope(self) -> Scope:
        values: dict[str, str | None] = {name: hole(name) for name in PLATFORM_ARGS}
        values.update({name: passed.value for name, passed in self.passed.items() if name in PLATFORM_ARGS})
        values.update({name: s.value or "" for name, s in self.global_args.items()})
        return Scope(values, None, complete=True)

    def _global_arg(self, instruction: Instruction) -> None:
        place = self.file.at(instruction.line, instruction.end_line)
        for name, default in pairs(instruction.value, self.lines.escape):
            self.global_args[name] = arg_value(
                name, default, place, self.passed, lambda text: expand(text, self._scope(), self.lines.escape)
            )

    def _from(self, instruction: Instruction) -> None:
        place = self.file.at(instruction.line, instruction.end_line)
        words = list(split_words(instruction.value, self.lines.escape))
        if not words or len(self.stages) >= MAX_STAGES:
            self.gaps.append(place)
            return
        base = expand(words[0], self._scope(), self.lines.escape)
        name = words[2] if len(words) >= 3 and words[1].lower() == "as" else None
        parent = next((s for s in reversed(self.stages) if s.name and s.name.lower() == base.lower()), None)
        self.stages.append(
            StageReader(
                self.file,
                self.lines.escape,
                len(self.stages),
                name,
                base,
                place,
                self.global_args,
                self.passed,
                parent,
                self.calls,
            )
        )


def _final(stages: list[StageReader], target: str | None) -> tuple[int, tuple[Missing, ...]]:
    """The stage the image is made of: by name or number, else the last."""
    last = max(len(stages) - 1, 0)
    if target is None:
        return last, ()
    for stage in reversed(stages):
        if stage.name is not None and stage.name.lower() == target.lower():
            return stage.index, ()
    if target.isascii() and target.isdigit() and int(target[:6]) < len(stages):
        return int(target[:6]), ()
    return last, (Missing(f"the target stage {target}", "the Dockerfile has no such stage", Link.IMAGE),)


def _missing(file: File, reader: _Reader, builds: tuple[GoBuild, ...]) -> list[Missing]:
    found = [gap for stage in reader.stages for gap in stage.missing]
    if not builds:
        found.extend(gap for stage in reader.stages for gap in stage.follow)
    if not reader.stages:
        found.append(Missing(file.path, "it has no FROM", Link.IMAGE))
    refused = (*reader.gaps, *(file.at(first, last) for first, last in reader.lines.gaps))
    found.extend(
        Missing(f"line {gap.line} of {file.path}", "it is no Dockerfile instruction", Link.IMAGE, False, gap)
        for gap in refused[:20]
    )
    return list(dict.fromkeys(found))
