"""The files of a Helm chart in a repo: Chart.yaml, values.yaml, templates, charts it brings along."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.facts.words import known
from bot.model import Evidence, Link, Missing
from bot.path.helm.values import Holes, Map, from_tree
from bot.path.manifest.tree import Tree
from bot.path.manifest.yamltree import documents
from bot.path.names import resolve
from bot.repo.base import File, Skip, Snapshot

MAX_TEMPLATES = 400
FEW_TEMPLATES = 12
"""A chart with more of them is not read in full: those that by their names hold something else are left.
Of charts below it only those that may hold a workload are read."""

MAX_DEPTH = 4
_RUNS = re.compile(r"(?i)deploy|daemonset|stateful|job|workload|(^|[-_.])(pods?|pvc|ds|sts)([-_.]|$)|claim")
_INCLUDED = re.compile(r"BasePath\s+\"/([\w./-]+)\"")
"""Templates that others include by their path, for checksums of config maps."""

_CRDS = re.compile(r"(?i)[/_.-]crds?[/_.-]")
"""Custom resource definitions are large and hold no workload."""

_OTHER = re.compile(
    r"(?i)(^|[-_.])(cluster)?-?(roles?|rolebindings?|bindings?|rbac|psp|polic(y|ies)|network-?polic(y|ies))([-_.]|$)|"
    r"(^|[-_.])(services?|svc|service-?accounts?|sa|ingress|hpa|pdb|secrets?|config-?maps?|cm|namespaces?)([-_.]|$)|"
    r"monitor|crds?([-_.]|$)|certificates?|(^|[-_.])(certs?|issuers?|webhooks?|validate|dashboards?|alerts?)([-_.]|$)|"
    r"admission|scaledobject|networkpolicy|disruption"
)
_ENDINGS = (".yaml", ".yml", ".tpl")


@dataclass(slots=True)
class Chart:
    """A chart. `about` is Chart.yaml as values, `condition` the dependency's condition above it."""

    directory: str
    about: Map = field(default_factory=Map)
    values: File | None = None
    templates: list[File] = field(default_factory=list)
    subcharts: dict[str, Chart] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    condition: str = ""
    found: bool = False
    file_names: list[str] = field(default_factory=list)

    def all_templates(self) -> Iterator[File]:
        """The templates of this chart and of those below it."""
        yield from self.templates
        for chart in self.subcharts.values():
            yield from chart.all_templates()


def load_chart(snapshot: Snapshot, directory: str, depth: int = 0) -> Chart:
    """Read a chart's files; what is not there or not readable is in `missing`."""
    chart = Chart(directory)
    prefix = "" if directory == "." else f"{directory}/"
    about = _read(snapshot, chart, f"{prefix}Chart.yaml")
    if about is None:
        return chart
    chart.found = True
    trees = documents(about.text, about.at)
    root = trees[0] if trees else Tree(about.at(1))
    found = from_tree(root, Holes())
    chart.about = found if isinstance(found, Map) else Map()
    if f"{prefix}values.yaml" in snapshot.entries:
        chart.values = _read(snapshot, chart, f"{prefix}values.yaml")
    _templates(snapshot, chart, f"{prefix}templates/", FEW_TEMPLATES if depth == 0 else 0)
    if depth < MAX_DEPTH:
        _subcharts(snapshot, chart, prefix, root, depth)
    return chart


def _read(snapshot: Snapshot, chart: Chart, path: str) -> File | None:
    file = snapshot.read(path)
    if isinstance(file, Skip):
        _miss(chart, path, file.reason)
        return None
    chart.file_names.append(path)
    return file


def _miss(
    chart: Chart, what: str, reason: str, evidence: Evidence | None = None, needed: bool = True
) -> None:
    chart.missing.append(Missing(what, reason, Link.RUN, needed, evidence))


def _templates(snapshot: Snapshot, chart: Chart, prefix: str, few: int) -> None:
    paths = sorted(p for p in snapshot.entries if p.startswith(prefix) and p.endswith(_ENDINGS))
    paths = [path for path in paths if not _CRDS.search(path[len(prefix) - 1 :])]
    whole = paths
    if len(paths) > few:
        paths = [path for path in paths if _may_run(path)]
    if len(paths) > MAX_TEMPLATES:
        _miss(chart, f"the templates in {prefix}", f"only the first {MAX_TEMPLATES} of {len(paths)} are read")
    snapshot.prefetch(paths[:MAX_TEMPLATES])
    for path in paths[:MAX_TEMPLATES]:
        file = _read(snapshot, chart, path)
        if file is not None:
            chart.templates.append(file)
    used = {f"{prefix}{name}" for file in chart.templates for name in _INCLUDED.findall(file.text)}
    for path in (p for p in whole if p in used and p not in paths):
        file = _read(snapshot, chart, path)
        if file is not None:
            chart.templates.append(file)


def _may_run(path: str) -> bool:
    """Whether a template of a large chart can hold a workload or a claim, going by its name."""
    name = posixpath.basename(path)
    return _RUNS.search(name) is not None or _OTHER.search(name) is None


def _subcharts(snapshot: Snapshot, chart: Chart, prefix: str, root: Tree, depth: int) -> None:
    """Charts in `charts/` and dependencies with a `file://` repository; others stand elsewhere."""
    below = {
        path[len(prefix) + 7 : -11]: path[: -len("/Chart.yaml")]
        for path in snapshot.entries
        if path.startswith(f"{prefix}charts/") and path.endswith("/Chart.yaml") and "crds/Chart" not in path
    }
    places = {name: place for name, place in below.items() if name and "/" not in name}
    conditions: dict[str, str] = {}
    for item in root.each("dependencies"):
        name, repository = item.text("name") or "", item.text("repository") or ""
        alias = item.text("alias") or name
        conditions[alias] = item.text("condition") or ""
        if repository.startswith("file://") and name not in places:
            place = resolve(chart.directory if prefix else "", repository.removeprefix("file://"))
            if place is not None and known(place):
                places[name] = place
        if name in places:
            places[alias] = places.pop(name) if alias != name else places[name]
        elif name and not _CRDS.search(f"-{name}-"):
            _miss(chart, f"the chart {name}", "stands in another repository", item.evidence, needed=False)
    for name, place in sorted(places.items())[:50]:
        sub = load_chart(snapshot, place, depth + 1)
        sub.condition = conditions.get(name, "")
        chart.subcharts[name] = sub
        chart.missing += sub.missing
        chart.file_names += sub.file_names
