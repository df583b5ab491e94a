"""Follows the calls of a run among make, scripts and workflows, and collects what they do."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.facts.build import GoBuild, Guard, Setting
from bot.facts.events import Event, FileCheck, GoTest
from bot.facts.words import clean_path, known
from bot.model import Evidence, Missing
from bot.path.builds.gobuild import go_build
from bot.path.builds.ko import ko_run
from bot.path.builds.toolfiles import tool_run
from bot.path.commands.classify import events_of
from bot.path.commands.command import Command
from bot.path.commands.files import sources_of
from bot.path.commands.place import place_of
from bot.path.commands.unwrap import SHELLS, inline_script, script_words, tool_of, unwrap
from bot.path.make.call import read_make_call
from bot.path.make.plan import Step, plan
from bot.path.make.reader import Makefiles
from bot.path.scripts import is_script, load_script, read_script
from bot.path.shell.reader import ShellCommand, read_shell
from bot.path.timeline import settle
from bot.path.workflow.reader import ActionStep, RunStep, Workflows
from bot.repo.base import File, Skip, Snapshot

MAX_DEPTH = 10
MAX_COMMANDS = 4_000
MAX_EVENTS = 2_000
MAX_CALLS = 150
"""Calls of make and of scripts that one run may follow."""

_MAKES = ("make", "gmake")
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_FILE_TESTS = frozenset({"-d", "-e", "-f", "-s"})


@dataclass(frozen=True, slots=True)
class RunReading:
    """What a run does, in order, the go builds it makes on the host, and the files that say so."""

    events: tuple[Event, ...]
    go_builds: tuple[GoBuild, ...]
    missing: tuple[Missing, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """How a call is reached: environment, make's command-line variables, conditions, depth."""

    env: tuple[Setting, ...] = ()
    command: Mapping[str, Setting] = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()
    phase: str = "setup"
    entry: str = ""
    cwd: str | None = ""
    depth: int = 0
    calls: tuple[str, ...] = ()

    def deeper(self, call: str) -> Context:
        return replace(self, depth=self.depth + 1, calls=(*self.calls, call))


class Run:
    """One reading: events are collected while calls are followed."""

    def __init__(self, snapshot: Snapshot, words: tuple[str, ...]) -> None:
        self.snapshot = snapshot
        self.words = words
        self.events: list[Event] = []
        self.builds: list[GoBuild] = []
        self.missing: list[Missing] = []
        self.files: dict[str, None] = {}
        self.commands = 0
        self.calls = 0

    def reading(self) -> RunReading:
        exists = self.snapshot.entries.__contains__
        return RunReading(
            settle(self.events, exists),
            tuple(dict.fromkeys(self.builds)),
            tuple(dict.fromkeys(self.missing)),
            tuple(self.files),
        )

    def skip(self, what: str, reason: str, place: Evidence | None = None) -> None:
        self.missing.append(Missing(what, reason, needed=False, evidence=place))

    def make(self, path: str, goals: tuple[str, ...], context: Context) -> None:
        make = Makefiles(self.snapshot).read(
            path,
            directory=context.cwd,
            command=context.command,
            environment={setting.name: setting for setting in context.env},
            goals=goals,
        )
        if isinstance(make, Skip):
            self.skip(path, make.reason)
            return
        self.files.update(dict.fromkeys(make.files))
        self.missing.extend(make.missing)
        for step in plan(make, goals):
            if isinstance(step, Missing):
                self.missing.append(step)
            else:
                self.step(step, replace(context, cwd=make.directory))

    def step(self, step: Step, context: Context) -> None:
        """A line of a recipe, read by a shell of its own."""
        reading = read_shell(
            step.text,
            step.at,
            cwd=context.cwd,
            guards=(*context.guards, *step.guards),
            phase=context.phase,
            entry=context.entry,
            base_env=step.env,
            first_line=step.first,
        )
        self.missing.extend(reading.missing)
        self.follow(reading.commands, context)

    def script(self, path: str, args: tuple[str, ...], context: Context) -> None:
        script = load_script(self.snapshot, path, context.cwd)
        if isinstance(script, Skip):
            self.skip(path, script.reason)
            return
        self.files.update(dict.fromkeys(script.files))
        reading = read_script(
            script,
            args=args,
            env=context.env,
            cwd=context.cwd,
            guards=context.guards,
            phase=context.phase,
            entry=context.entry,
        )
        self.missing.extend(reading.missing)
        self.follow(reading.commands, context)

    def workflow(self, path: str, job: str | None) -> None:
        workflows = Workflows(self.snapshot, self.words)
        for step in workflows.steps(path, job):
            if isinstance(step, ActionStep):
                self.events.extend(step.events)
            elif isinstance(step, RunStep):
                self.run_step(step, path)
        self.missing.extend(workflows.missing)
        self.files.update(dict.fromkeys(workflows.files))

    def run_step(self, step: RunStep, path: str) -> None:
        reading = read_shell(
            step.text,
            step.file.at,
            cwd=step.cwd,
            guards=step.guards,
            phase=step.phase,
            entry=path,
            base_env=step.env(),
            first_line=step.first,
        )
        self.missing.extend(reading.missing)
        context = Context(env=step.env(), guards=step.guards, phase=step.phase, entry=path, cwd=step.cwd)
        self.follow(reading.commands, context)
        for item in reading.commands:
            step.note(item.command)

    def follow(self, commands: Iterable[ShellCommand], context: Context) -> None:
        """Commands in order: calls are followed, the rest becomes events."""
        for item in commands:
            if item.taken is False:
                continue
            self.commands += 1
            if self.commands > MAX_COMMANDS or len(self.events) > MAX_EVENTS:
                self.skip("the rest of the run", f"it has more than {MAX_COMMANDS} commands")
                return
            self.tested(item)
            for command in unwrap(item.command):
                self.command(command, item, context)

    def tested(self, item: ShellCommand) -> None:
        """`[ -d coverdata ]` before a command is a look whether files are there."""
        for test in item.tests:
            if test.operator in _FILE_TESTS and test.operand:
                check = FileCheck(
                    **place_of(item.command, evidence=test.evidence), path=clean_path(test.operand)
                )
                self.add(check)

    def add(self, event: Event) -> None:
        """Append an event; a look at a directory that is repeated on the same line says nothing new."""
        if isinstance(event, FileCheck):
            for other in self.events[-20:]:
                same = isinstance(other, FileCheck) and other.path == event.path
                if same and other.evidence == event.evidence:
                    return
        self.events.append(event)

    def command(self, command: Command, item: ShellCommand, context: Context) -> None:
        inner = replace(context, env=command.env, guards=command.guards, phase=command.phase, cwd=command.cwd)
        tool = tool_of(command.argv[0])
        if tool in _MAKES:
            self.submake(command, inner)
            return
        called = self.called_script(command, tool)
        if called is not None:
            path, args = called
            self.enter(f"script {path}", command, inner, lambda deeper: self.script(path, args, deeper))
            return
        told = tool_run(self.snapshot, command)
        if told is not None:
            self.events.extend(told.events)
            self.builds.extend(told.builds)
            self.missing.extend(told.missing)
            self.files[told.path] = None
            return
        for event in events_of(command):
            if isinstance(event, GoTest):
                event = replace(event, make=tuple(context.command.values()))
            self.add(event)
        self.build(command, item)

    def is_call(self, command: Command) -> bool:
        """Whether a command line calls make or a script of the repo."""
        tool = tool_of(command.argv[0])
        return tool in _MAKES or self.called_script(command, tool) is not None

    def build(self, command: Command, item: ShellCommand) -> None:
        """A go build on the host; installs of tools by version (`go install x@v1`) are not the repo's."""
        build = go_build(command, taken=item.taken, tests=item.tests)
        if build is None or any("@" in package for package in build.packages):
            return
        build = replace(build, guards=build.guards or command.guards)
        if build.tool != "ko":
            self.builds.append(build)
            return
        run = ko_run(self.snapshot, command, build)
        self.builds.extend(run.builds)
        self.missing.extend(run.missing)
        if run.path is not None:
            self.files[run.path] = None

    def enter(self, call: str, command: Command, context: Context, read: Callable[[Context], None]) -> None:
        """Follow a call unless it goes round in a circle or too deep."""
        if call in context.calls or context.depth >= MAX_DEPTH:
            self.skip(call, "calls go round in a circle or too deep", command.evidence)
            return
        self.calls += 1
        if self.calls > MAX_CALLS:
            self.skip(call, f"the run makes more than {MAX_CALLS} calls", command.evidence)
            return
        read(context.deeper(call))

    def submake(self, command: Command, context: Context) -> None:
        """`make -C DIR -f FILE NAME=VALUE GOAL`: variables reach the makes below as well."""
        call = read_make_call(command)
        if context.cwd is None or not known(context.cwd) or not known(call.directory):
            self.skip("a call of make", "the directory it runs in is not known", command.evidence)
            return
        directory = clean_path(posixpath.join(context.cwd, call.directory)) if call.directory else context.cwd
        directory = "" if directory == "." else directory
        path = self.makefile(directory, call.file)
        if path is None:
            self.skip(
                "a call of make", f"there is no Makefile in {directory or 'the root'}", command.evidence
            )
            return
        unknown = [goal for goal in call.goals if not known(goal)]
        for goal in unknown:
            self.skip(f"make target {goal}", "its name is not known", command.evidence)
        goals = tuple(goal for goal in call.goals if known(goal))
        if unknown and not goals:
            return
        inner = replace(context, cwd=directory, command={**context.command, **call.variables})
        values = ",".join(f"{s.name}={s.value}" for s in inner.command.values())
        name = f"make {path} {' '.join(goals)} {values}"
        self.enter(name, command, inner, lambda deeper: self.make(path, goals, deeper))

    def makefile(self, directory: str, file: str | None) -> str | None:
        for name in (file,) if file else _MAKEFILES:
            path = clean_path(posixpath.join(directory, name))
            if path in self.snapshot.entries:
                return path
        return None

    def called_script(self, command: Command, tool: str) -> tuple[str, tuple[str, ...]] | None:
        """The repo's script that a command runs, with its arguments, or None."""
        words = command.argv
        if tool in SHELLS and inline_script(words) is None:
            words = script_words(words[1:])
            if not words or words[0] in ("-s", "-"):
                return self.piped_script(command)
        elif tool in ("source", "."):
            words = words[1:]
        elif "/" not in words[0] and not words[0].endswith(".sh"):
            return None
        if not words:
            return None
        path = self.in_repo(words[0], command.cwd)
        return None if path is None else (path, tuple(words[1:]))

    def piped_script(self, command: Command) -> tuple[str, tuple[str, ...]] | None:
        """`envsubst < install.sh | bash -s`: the script that comes through the pipe."""
        sources = (command.stdin_file,) if command.stdin_file else sources_of(command.piped_from)
        path = self.in_repo(sources[0], command.cwd) if len(sources) == 1 and sources[0] else None
        return None if path is None else (path, ())

    def in_repo(self, word: str, cwd: str | None) -> str | None:
        """A script's path in the repo, or None for anything else."""
        if cwd is None or not known(cwd) or not known(word) or word.startswith(("/", "~")):
            return None
        path = clean_path(posixpath.join(cwd, word))
        if path not in self.snapshot.entries:
            return None
        file = self.snapshot.read(path)
        return path if isinstance(file, File) and is_script(file) else None
