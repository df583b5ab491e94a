"""Helm charts rendered to trees without Helm: what `helm template` would give around workloads.

The evidence of a rendered line is the template line that printed it; text that comes from values, an
included template or a setting keeps the line it stands on there. Values that switch coverage on count
as on when the settings say so; otherwise they are rendered as on, under a guard with coverage=True.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.facts.build import Guard, Setting
from bot.model import Evidence, Link, Missing
from bot.path.helm.chart import Chart, load_chart
from bot.path.helm.evaluate import Budget, Define, Evaluator, RenderError
from bot.path.helm.switches import given_paths, hidden_switches
from bot.path.helm.template import Template, TemplateError, parse
from bot.path.helm.values import (
    NOWHERE,
    Holes,
    Map,
    Origin,
    Switch,
    apply_setting,
    from_tree,
    merged,
    switch_on,
)
from bot.path.helm.yaml import Marked, origins_of
from bot.path.manifest.tree import Tree
from bot.path.manifest.workloads import PATTERN
from bot.path.manifest.yamltree import documents, has_kind
from bot.repo.base import File, Skip, Snapshot

_KINDS = PATTERN + "|PersistentVolumeClaim"
MAX_MISSING = 60


@dataclass(frozen=True, slots=True)
class HelmReading:
    """The workloads' documents of a chart, what could not be rendered, and the files read."""

    trees: tuple[Tree, ...] = ()
    missing: tuple[Missing, ...] = ()
    files: tuple[str, ...] = ()


def render(
    snapshot: Snapshot,
    chart_dir: str,
    values: Sequence[Setting] = (),
    value_files: Sequence[str] = (),
    *,
    release: str | None = None,
    namespace: str | None = None,
) -> HelmReading:
    """The workloads (and volume claims) that a chart in the repo renders to.

    `values` are settings named by `--set` paths (`a.b[0].c`), later ones win; `value_files` are
    repo-relative and come before them. A release or namespace that is not given is a hole.
    """
    chart = load_chart(snapshot, chart_dir.rstrip("/") or ".")
    renderer = _Renderer(snapshot, chart, release, namespace)
    if chart.found:
        renderer.run(values, value_files)
    missing = tuple(dict.fromkeys((*chart.missing, *renderer.missing)))[:MAX_MISSING]
    read = dict.fromkeys((*chart.file_names, *renderer.value_files))
    return HelmReading(tuple(renderer.trees), missing, tuple(read))


@dataclass(slots=True)
class _Renderer:
    snapshot: Snapshot
    chart: Chart
    release: str | None
    namespace: str | None
    trees: list[Tree] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    value_files: list[str] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    holes: Holes = field(default_factory=Holes)
    budget: Budget = field(default_factory=Budget)

    def run(self, settings: Sequence[Setting], value_files: Sequence[str]) -> None:
        over = Map()
        for path in value_files:
            over = merged(over, self._values_file(path))
        given = given_paths(over) | {setting.name for setting in settings}
        for setting in settings:
            if not apply_setting(over, setting, self.holes):
                self._miss(f"the setting {setting.name}", "is no path that can be read", setting.evidence)
        parsed = self._parsed(self.chart)
        defines = {name: d for _, _, t in parsed for name, d in t.items()}
        self._chart(self.chart, over, frozenset(given), defines, parsed)

    def _values_file(self, path: str) -> Map:
        file = self.snapshot.read(path)
        if isinstance(file, Skip):
            self._miss(f"the values file {path}", file.reason)
            return Map()
        self.value_files.append(path)
        return self._as_values(file)

    def _as_values(self, file: File | None) -> Map:
        if file is None:
            return Map()
        self.files[file.path] = file
        trees = documents(file.text, file.at)
        found = from_tree(trees[0], self.holes) if trees else Map()
        if isinstance(found, Map):
            return found
        self._miss(f"the values file {file.path}", trees[0].unknown or "holds no map")
        return Map()

    def _parsed(self, chart: Chart) -> list[tuple[File, Template, dict[str, Define]]]:
        """Every template of a chart and its subcharts that can matter, parsed."""
        found = []
        for file in chart.all_templates():
            self.files[file.path] = file
            if not _can_matter(file):
                continue
            try:
                template = parse(file.text)
            except TemplateError as problem:
                self._miss(f"the template {file.path}", str(problem))
                continue
            defines = {name: Define(nodes, file) for name, nodes in template.defines.items()}
            found.append((file, template, defines))
        return found

    def _chart(
        self,
        chart: Chart,
        over: Map,
        given: frozenset[str],
        defines: dict[str, Define],
        parsed: list[tuple[File, Template, dict[str, Define]]],
    ) -> None:
        values = merged(self._as_values(chart.values), over)
        hidden = hidden_switches([template for _, template, _ in parsed], values)
        on = switch_on(values, hidden, given)
        own = {file.path for file in chart.templates}
        evaluator = Evaluator(defines, self.holes, self.budget)
        for file, template, _ in parsed:
            if file.path in own and not file.path.rpartition("/")[2].startswith("_"):
                context = self._context(chart, on, file)
                try:
                    self._documents(evaluator.render(template.nodes, file, context))
                except (RenderError, RecursionError) as problem:
                    reason = str(problem) if isinstance(problem, RenderError) else "is nested too deep"
                    self._miss(f"the template {file.path}", reason)
        for reason, file, line in dict.fromkeys(evaluator.notes):
            self._miss(f"the template {file.path}", reason, file.at(line), needed=False)
        for name, below in chart.subcharts.items():
            self._subchart(name, below, values, given, defines, parsed)

    def _subchart(
        self,
        name: str,
        chart: Chart,
        values: Map,
        given: frozenset[str],
        defines: dict[str, Define],
        parsed: list[tuple[File, Template, dict[str, Define]]],
    ) -> None:
        """A dependency in the chart's own `charts/`, with the values under its name, if it is on."""
        if chart.condition and not _enabled(values, chart.condition):
            return
        own = values.get(name)
        over = own.copy() if isinstance(own, Map) else Map()
        shared = values.get("global")
        if isinstance(shared, Map):
            below = over.get("global")
            over["global"] = merged(below, shared) if isinstance(below, Map) else shared.copy()
        inner = frozenset(path.removeprefix(f"{name}.") for path in given if path.startswith(f"{name}."))
        self._chart(chart, over, inner, defines, parsed)

    def _context(self, chart: Chart, values: Map, file: File) -> Map:
        about = {f"{key[:1].upper()}{key[1:]}": value for key, value in chart.about.items()}
        release = {
            "Name": self.release or self.holes.new("release name"),
            "Namespace": self.namespace or self.holes.new("release namespace"),
            "Service": "Helm",
            "IsInstall": True,
            "IsUpgrade": False,
            "Revision": 1,
        }
        base = f"{chart.about.get('name', '')}/templates"
        return Map(
            {
                "Values": values,
                "Release": Map(release),
                "Chart": Map(about),
                "Capabilities": Map(
                    {
                        "APIVersions": self.holes.new("API versions"),
                        "KubeVersion": self.holes.new("Kubernetes version"),
                        "HelmVersion": self.holes.new("Helm version"),
                    }
                ),
                "Files": self.holes.new("Files"),
                "Template": Map({"Name": file.path, "BasePath": base}),
            }
        )

    def _documents(self, text: Marked) -> None:
        lines = _Lines(origins_of(text), self.files)
        for tree in documents(text, lines.at, guards=lines.guards, kinds=_KINDS, holes=self.holes.names):
            if tree.unknown is not None:
                self._miss(f"what {tree.evidence.path} renders to", tree.unknown, tree.evidence)
            elif tree.fields is not None:
                self.trees.append(tree)

    def _miss(self, what: str, reason: str, evidence: Evidence | None = None, *, needed: bool = True) -> None:
        if len(self.missing) < MAX_MISSING:
            self.missing.append(Missing(what, reason, Link.RUN, needed, evidence))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Rendered lines back to the lines they come from."""

    origins: tuple[Origin | None, ...]
    files: dict[str, File]

    def at(self, line: int, end: int) -> Evidence:
        """From the origin of the first line to the last line of the same file below it."""
        origin = self._origin(line)
        if origin is None:
            return NOWHERE
        first = origin.evidence
        file = self.files.get(first.path)
        if file is None:
            return first
        last = first.end_line
        for number in range(line + 1, min(end, len(self.origins)) + 1):
            other = self._origin(number)
            if other is not None and other.evidence.path == first.path:
                last = max(last, other.evidence.line)
        return file.at(first.line, last)

    def guards(self, line: int) -> tuple[Guard, ...]:
        origin = self._origin(line)
        return () if origin is None else origin.guards

    def _origin(self, line: int) -> Origin | None:
        return self.origins[line - 1] if 0 < line <= len(self.origins) else None


def _can_matter(file: File) -> bool:
    """Whether a template can define something or hold a workload: most charts' files cannot."""
    if file.path.rpartition("/")[2].startswith("_") or "define" in file.text:
        return True
    if "kind:" in file.text:
        return has_kind(file.text, _KINDS)
    return "include" in file.text or "template" in file.text


def _enabled(values: Map, condition: str) -> bool:
    """A dependency's condition: the first path of it that is a boolean decides (Helm's rule)."""
    for path in condition.split(","):
        here: object = values
        for key in path.strip().split("."):
            here = here.get(key) if isinstance(here, Map) else None
        if isinstance(here, bool):
            return here
        if isinstance(here, Switch):
            return True
    return True
