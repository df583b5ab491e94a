"""GitHub workflows as steps in order: jobs with what they need, matrix legs, local actions.

Syntax and contexts as in the GitHub docs, "Workflow syntax for GitHub Actions".
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.facts.build import Guard, Setting
from bot.facts.events import Event
from bot.facts.words import clean_path, known
from bot.model import Evidence, Missing
from bot.path.commands.command import Command
from bot.path.commands.place import Place
from bot.path.manifest.tree import Tree
from bot.path.manifest.yamltree import documents
from bot.path.workflow.actions import RETRY_ACTIONS, Inputs, action_events
from bot.path.workflow.expressions import condition, evaluate, fill, truth
from bot.path.workflow.jobs import choose_job, ordered_jobs
from bot.path.workflow.matrix import Leg, legs, wanted_names
from bot.repo.base import File, Skip, Snapshot

MAX_STEPS = 500
MAX_DEPTH = 4

_GITHUB_ENV = re.compile(r"^[\"']?(?:\$\{?)?GITHUB_ENV\}?[\"']?$")


@dataclass(slots=True)
class RunStep:
    """A `run:` step: shell text whose first line is line `first` of `file`."""

    text: str
    file: File
    first: int
    cwd: str | None
    guards: tuple[Guard, ...]
    phase: str
    settings: dict[str, Setting]
    shared: dict[str, Setting]

    def env(self) -> tuple[Setting, ...]:
        """The environment: workflow, job and step, and what steps before wrote to GITHUB_ENV."""
        return tuple({**self.shared, **self.settings}.values())

    def note(self, command: Command) -> None:
        """Remember `echo NAME=VALUE >> $GITHUB_ENV` for the steps that follow."""
        if command.redirect is None or not _GITHUB_ENV.match(command.redirect.replace("${", "").rstrip("}")):
            return
        if command.argv[0] in ("echo", "printf") and len(command.argv) == 2:
            name, equals, value = command.argv[1].partition("=")
            if equals and re.fullmatch(r"\w+", name):
                self.shared[name] = Setting(name, value, command.evidence)


@dataclass(frozen=True, slots=True)
class ActionStep:
    """A `uses:` step of a known action, as events."""

    events: tuple[Event, ...]


Step = RunStep | ActionStep


@dataclass(frozen=True, slots=True)
class _Scope:
    """What expressions and steps of a job see."""

    file: File
    values: Mapping[str, str | None]
    env: Mapping[str, Setting]
    cwd: str
    guards: tuple[Guard, ...]
    deciding: frozenset[str]
    shared: dict[str, Setting]
    entry: str
    depth: int = 0

    def fill(self, text: str) -> str:
        return fill(text, {**self.values, **self._env()})

    def _env(self) -> dict[str, str | None]:
        both = {**self.env, **self.shared}
        return {f"env.{name}": setting.value for name, setting in both.items()}

    def outcome(self, text: str) -> tuple[bool | None, bool]:
        """Whether an `if` holds, and whether it holds only after a failure."""
        expression = condition(text)
        values = {**self.values, **self._env()}
        holds = truth(evaluate(expression, values))
        after = holds is not True and truth(evaluate(expression, values, failed=True)) is True
        failing = "failure()" in expression.replace(" ", "") and holds is False
        return (None if failing else holds), after or failing


@dataclass(slots=True)
class Workflows:
    """Reads workflows of a snapshot. `words` name the service, to choose among matrix values."""

    snapshot: Snapshot
    words: tuple[str, ...] = ()
    missing: list[Missing] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    count: int = 0

    def steps(self, path: str, job: str | None = None) -> Iterator[Step]:
        """The steps of a job after those of the jobs it needs; by default of the job about coverage."""
        yield from self._workflow(path, job, {}, 0)

    def _load(self, path: str) -> tuple[File, Tree] | None:
        file = self.snapshot.read(path)
        if isinstance(file, Skip):
            self.missing.append(Missing(path, file.reason, needed=False))
            return None
        trees = documents(file.text, file.at)
        if not trees or trees[0].fields is None:
            reason = (trees[0].unknown if trees else None) or "it holds no mapping"
            self.missing.append(Missing(path, reason, needed=False))
            return None
        self.files.append(path)
        return file, trees[0]

    def _workflow(
        self, path: str, job: str | None, inputs: Mapping[str, str | None], depth: int
    ) -> Iterator[Step]:
        loaded = self._load(path) if depth <= MAX_DEPTH else None
        if loaded is None:
            return
        file, tree = loaded
        jobs = tree.get("jobs")
        if jobs is None or jobs.fields is None:
            return
        names = ordered_jobs(jobs, job or (choose_job(tree, self.words) if depth == 0 else None))
        values = {**_defaults(tree.get("on", "workflow_call", "inputs")), **inputs}
        for name in names:
            yield from self._job(file, tree, jobs.fields[name], values, depth)

    def _job(
        self, file: File, tree: Tree, job: Tree, inputs: Mapping[str, str | None], depth: int
    ) -> Iterator[Step]:
        for leg in legs(job, self.words):
            scope = self._scope(file, tree, job, leg, inputs, depth)
            holds, _ = scope.outcome(job.text("if") or "true")
            called = job.text("uses")
            if holds is False:
                continue
            if called is not None and called.startswith("./"):
                given = {f"inputs.{k}": v for k, v in _with(job.get("with"), scope).items()}
                yield from self._workflow(called.removeprefix("./"), None, given, depth + 1)
            for step in job.each("steps"):
                yield from self._step(step, scope)

    def _scope(
        self, file: File, tree: Tree, job: Tree, leg: Leg, inputs: Mapping[str, str | None], depth: int
    ) -> _Scope:
        values: dict[str, str | None] = {**inputs, **leg}
        scope = _Scope(file, values, {}, "", (), wanted_names(job), {}, file.path, depth)
        env: dict[str, Setting] = {}
        for level in (tree.get("env"), job.get("env")):
            env.update(_env(level, scope))
        folder = job.text("defaults", "run", "working-directory") or tree.text(
            "defaults", "run", "working-directory"
        )
        cwd = clean_path(scope.fill(folder)) if folder else ""
        guards = _chosen(leg, scope.deciding, job)
        return _Scope(
            file, values, env, "" if cwd == "." else cwd, guards, scope.deciding, {}, file.path, depth
        )

    def _step(self, step: Tree, scope: _Scope) -> Iterator[Step]:
        self.count += 1
        if self.count > MAX_STEPS:
            return
        text = step.text("if")
        holds, after_failure = scope.outcome(text) if text else (True, False)
        if holds is False:
            return
        guards = (*scope.guards, *_condition_guard(step, text, holds, after_failure))
        phase = "teardown" if text and "always()" in text else "setup"
        settings = _env(step.get("env"), scope)
        run, uses = step.get("run"), step.text("uses")
        if run is not None and run.scalar is not None:
            yield self._run(step, run, run.scalar, scope, guards, phase, settings)
        elif uses is not None:
            yield from self._uses(step, uses, scope, guards, phase, settings)

    def _run(
        self,
        step: Tree,
        run: Tree,
        text: str,
        scope: _Scope,
        guards: tuple[Guard, ...],
        phase: str,
        settings: dict[str, Setting],
    ) -> RunStep:
        folder = step.text("working-directory")
        cwd = _joined("", scope.fill(folder)) if folder else scope.cwd
        first = _first_line(scope.file, run)
        return RunStep(
            scope.fill(text), scope.file, first, cwd, guards, phase, {**scope.env, **settings}, scope.shared
        )

    def _uses(
        self,
        step: Tree,
        uses: str,
        scope: _Scope,
        guards: tuple[Guard, ...],
        phase: str,
        settings: dict[str, Setting],
    ) -> Iterator[Step]:
        name = uses.partition("@")[0].lower()
        given = step.get("with")
        command = given.get("command") if given is not None else None
        if uses.startswith("./"):
            yield from self._composite(uses, step, scope, guards)
        elif name in RETRY_ACTIONS and command is not None and command.scalar is not None:
            yield self._run(step, command, command.scalar, scope, guards, phase, settings)
        else:
            place = Place(evidence=step.evidence, guards=guards, phase=phase, cwd="", entry=scope.entry)
            yield ActionStep(action_events(name, Inputs(given, scope.fill), place))

    def _composite(self, uses: str, step: Tree, scope: _Scope, guards: tuple[Guard, ...]) -> Iterator[Step]:
        """A composite action in the repo: its steps with the inputs it is given."""
        folder = clean_path(uses)
        paths = [f"{folder}/action.yml", f"{folder}/action.yaml"]
        path = next((path for path in paths if path in self.snapshot.entries), paths[0])
        loaded = self._load(path) if scope.depth < MAX_DEPTH else None
        if loaded is None:
            return
        file, tree = loaded
        inputs = _defaults(tree.get("inputs"))
        inputs.update({f"inputs.{name}": value for name, value in _with(step.get("with"), scope).items()})
        inner = _Scope(
            file,
            {**scope.values, **inputs},
            {**scope.env, **_env(step.get("env"), scope)},
            scope.cwd,
            guards,
            scope.deciding,
            scope.shared,
            scope.entry,
            scope.depth + 1,
        )
        for part in tree.each("runs", "steps"):
            yield from self._step(part, inner)


def _defaults(tree: Tree | None) -> dict[str, str | None]:
    fields = (tree.fields if tree is not None else None) or {}
    return {f"inputs.{name}": child.text("default") for name, child in fields.items()}


def _with(tree: Tree | None, scope: _Scope) -> dict[str, str | None]:
    fields = (tree.fields if tree is not None else None) or {}
    filled = {name: scope.fill(child.scalar) for name, child in fields.items() if child.scalar is not None}
    return {name: value if known(value) else None for name, value in filled.items()}


def _env(tree: Tree | None, scope: _Scope) -> dict[str, Setting]:
    fields = (tree.fields if tree is not None else None) or {}
    return {
        name: Setting(name, scope.fill(child.scalar), child.evidence)
        for name, child in fields.items()
        if child.scalar is not None
    }


def _chosen(leg: Leg, deciding: frozenset[str], job: Tree) -> tuple[Guard, ...]:
    """The conditions that choosing a leg for its coverage stands for."""
    place = (job.get("strategy", "matrix") or job).evidence
    return tuple(
        Guard(f"{name} == '{value}'", variable=name, value=value, coverage=True, evidence=place)
        for name, value in leg.items()
        if name in deciding and value is not None
    )


def _condition_guard(
    step: Tree, text: str | None, holds: bool | None, after_failure: bool
) -> tuple[Guard, ...]:
    if text is None or (holds is True and not after_failure):
        return ()
    place: Evidence = (step.get("if") or step).evidence
    return (Guard(condition(text), error_path=after_failure, evidence=place),)


def _first_line(file: File, tree: Tree) -> int:
    """The line on which a scalar's text begins: below its key for a block (`run: |`)."""
    head = file.lines[tree.evidence.line - 1] if tree.evidence.line <= len(file.lines) else ""
    block = re.search(r":\s*[|>][+-]?\d?[+-]?\s*(#.*)?$", head) is not None
    return tree.evidence.line + 1 if block else tree.evidence.line


def _joined(cwd: str, folder: str) -> str | None:
    if not known(folder.replace("${repo}", "")):
        return None
    path = clean_path(posixpath.join(cwd, folder.replace("${repo}/", "").replace("${repo}", ".")))
    return "" if path == "." else path
