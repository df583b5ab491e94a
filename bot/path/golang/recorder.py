"""Writes down what the walk meets: commands as events, deployed workloads, kind configs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.facts.build import GoBuild, Guard, Setting
from bot.facts.events import ClusterCreate, Deploy, Event, ImageBuild, Wait
from bot.facts.node import KindConfig
from bot.facts.workload import Workload
from bot.model import Evidence, Missing
from bot.path.commands.command import Command
from bot.path.golang.manifests import kind_trees, text_trees
from bot.path.golang.paths import repo_path
from bot.path.golang.trees import tree_of
from bot.path.golang.values import Buffer, Cmd, List, Place, Struct, Text, Value, as_text
from bot.path.manifest.tree import Tree
from bot.path.manifest.workloads import workloads

if TYPE_CHECKING:
    from bot.path.golang.machine import Machine

MAX_EVENTS = 2_000


class Recorder:
    """Events in the order in which they happen, each stamped with phase, guards and entry."""

    def __init__(
        self, machine: Machine, events_of: Callable[[Command], tuple[Event, ...]] | None = None
    ) -> None:
        if events_of is None:
            from bot.path.commands.classify import events_of as classify

            events_of = classify
        self._machine = machine
        self._events_of = events_of
        self.events: list[Event] = []
        self.workloads: list[Workload] = []
        self.kind_configs: list[KindConfig] = []
        self.go_builds: list[GoBuild] = []
        self.missing: list[Missing] = []
        self.files: dict[str, None] = {}
        self.written: dict[str, Text] = {}
        self.open_files: dict[int, str] = {}
        self.buffers: dict[str, Buffer] = {}
        self.phase = "setup"
        self.entry = ""
        self.only: tuple[type[Event], ...] | None = None
        """When set, other events are left out (test bodies are read for their stops only)."""

    def add(self, event: Event) -> None:
        """Put an event at the end of the timeline."""
        if self._machine.quiet or (self.only is not None and not isinstance(event, self.only)):
            return
        if self.only is not None and _is_noise(event):
            return
        if len(self.events) < MAX_EVENTS:
            self.events.append(replace(event, order=len(self.events)))
            self.files[event.evidence.path] = None

    def make(self, kind: Callable[..., Event], place: Place, **facts: object) -> None:
        """Add an event of an API call or of the standard library at a place."""
        self.add(
            kind(
                evidence=place.evidence(),
                guards=self._machine.guards,
                phase=self.phase,
                cwd=self._machine.cwd,
                entry=self.entry,
                **facts,
            )
        )

    def run(self, cmd: Cmd) -> None:
        """Add what a command that is run stands for."""
        from bot.path.golang.waits import select_from_cmd

        cmd.ran = True
        select_from_cmd(self._machine, cmd)
        if self._machine.quiet:
            return
        words = [as_text(item) for item in cmd.argv.items]
        if not words:
            return
        command = self.command(cmd, words)
        called = self._machine.called.follow(command)
        if called is not None:
            self.missing += called.missing
            self.go_builds += called.go_builds
            self.files.update(dict.fromkeys(called.files))
        for event in self._events_of(command) if called is None else called.events:
            self._take(event, cmd, words)

    def command(self, cmd: Cmd, words: list[Text]) -> Command:
        """The command line of an exec.Cmd."""
        stdin = None if cmd.stdin is None else as_text(cmd.stdin)
        return Command(
            argv=(_tool(words[0].text), *(word.text for word in words[1:])),
            evidence=self._evidence(cmd, words),
            env=self._env(cmd),
            cwd=self._directory(cmd),
            guards=self._machine.guards,
            stdin=stdin.text if stdin is not None else None,
            stdin_evidence=stdin.place.evidence() if stdin is not None and stdin.place else None,
            phase=self.phase,
            entry=self.entry,
        )

    def _directory(self, cmd: Cmd) -> str | None:
        if cmd.directory is None:
            return self._machine.cwd
        text = as_text(cmd.directory).text
        inside = repo_path(text, self._machine.cwd)
        if inside is not None:
            return inside
        return text if text.startswith("/") and "${" not in text else None

    def _env(self, cmd: Cmd) -> tuple[Setting, ...]:
        settings = [
            Setting(name, value.text, (value.place or cmd.trail[0]).evidence(), value.guards)
            for name, value in self._machine.set_env.items()
        ]
        items = cmd.env.items if isinstance(cmd.env, List) else ()
        for item in items:
            text = as_text(item)
            name, equals, value = text.text.partition("=")
            if equals and item.place is not None:
                settings.append(Setting(name, value, item.place.evidence(), item.guards))
        return tuple(settings)

    def _evidence(self, cmd: Cmd, words: list[Text]) -> Evidence:
        """The call that most of the command's own words stand in."""
        places = [piece.place for word in words for piece in word.pieces if piece.place is not None]
        for call in cmd.trail:
            inside = sum(_holds(call, place) for place in places)
            if inside * 2 >= len(places) and inside:
                return call.evidence()
        return cmd.trail[0].evidence()

    def _take(self, event: Event, cmd: Cmd, words: list[Text]) -> None:
        if isinstance(event, ImageBuild):
            event = replace(event, build_args=_placed(event.build_args, words, cmd.argv.items))
        if isinstance(event, Deploy):
            event = self._deployed(event, cmd)
        if isinstance(event, ClusterCreate):
            self._cluster(event, cmd)
        self.add(event)

    def _deployed(self, event: Deploy, cmd: Cmd) -> Deploy:
        text = self._content(event.source, cmd)
        if text is None:
            return event
        names = []
        for tree in text_trees(text):
            names += self.deployed(tree, "go-yaml")
        return replace(event, workloads=tuple(dict.fromkeys((*event.workloads, *names))))

    def _content(self, source: str | None, cmd: Cmd) -> Text | None:
        if source in (None, "-", "/dev/stdin"):
            return as_text(cmd.stdin) if cmd.stdin is not None else None
        buffer = self.buffers.get(source or "")
        return as_text(buffer) if buffer is not None else self.written.get(source or "")

    def _cluster(self, event: ClusterCreate, cmd: Cmd) -> None:
        text = self._content(event.config, cmd) if event.config is not None else None
        if text is not None:
            self.kind_configs += kind_trees(text_trees(text))

    def deployed(self, tree: Tree, origin: str) -> list[str]:
        """Keep the workloads of a tree; gives their names."""
        if self._machine.quiet or self.only is not None:
            return []
        found = [
            replace(workload, guards=self._guards(workload.guards)) for workload in workloads(tree, origin)
        ]
        self.workloads += [new for new in found if new not in self.workloads]
        for workload in found:
            self.files[workload.evidence.path] = None
        return [workload.name for workload in found]

    def _guards(self, own: tuple[Guard, ...]) -> tuple[Guard, ...]:
        extra = tuple(guard for guard in self._machine.guards if guard not in own)
        return extra + own

    def object(self, value: Value) -> tuple[str | None, list[str]]:
        """The kind and the workload names of a typed object that is put into the cluster."""
        if isinstance(value, Text):
            trees = text_trees(value)
            return "", [name for tree in trees for name in self.deployed(tree, "go-yaml")]
        tree = tree_of(value)
        if tree is None:
            return None, []
        origin = "go-struct" if isinstance(value, Struct) else "go-yaml"
        return tree.text("kind"), self.deployed(tree, origin)


_DEFAULT = re.compile(r"\$\{\w+:-([^{}$]+)\}")


def _tool(word: str) -> str:
    """The program: a variable's default when it may be replaced (`${KIND:-kind}`)."""
    match = _DEFAULT.fullmatch(word)
    return word if match is None else match[1]


def _is_noise(event: Event) -> bool:
    """Test bodies create objects of their own and nap: neither is the service's path."""
    if isinstance(event, Wait):
        return event.method == "sleep" and (event.seconds or 0) < 1
    return isinstance(event, Deploy) and event.method == "client"


def _holds(call: Place, place: Place) -> bool:
    return call.source is place.source and call.first <= place.first and place.last <= call.last


def _placed(args: tuple[Setting, ...], words: list[Text], items: list[Value]) -> tuple[Setting, ...]:
    """Build args with the lines and guards of the words that they were written in."""
    return tuple(_place_setting(setting, words, items) for setting in args)


def _place_setting(setting: Setting, words: Iterable[Text], items: list[Value]) -> Setting:
    wanted = {f"{setting.name}={setting.value or ''}", f"--build-arg={setting.name}={setting.value or ''}"}
    for word, item in zip(words, items, strict=False):
        if word.text in wanted and word.place is not None:
            guards = (*setting.guards, *(g for g in (*item.guards, *word.guards) if g not in setting.guards))
            return replace(setting, evidence=word.place.evidence(), guards=tuple(dict.fromkeys(guards)))
    return setting
