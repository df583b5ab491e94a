"""From what a run deploys to workloads: files, folders, kustomizations and charts that it applies."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.facts.build import Setting
from bot.facts.events import Deploy
from bot.facts.words import holes, known
from bot.facts.workload import Workload
from bot.model import Evidence, Link, Missing
from bot.path.helm.reader import render
from bot.path.kustomize.reader import build
from bot.path.manifest.inline import inline_trees
from bot.path.manifest.workloads import PATTERN, workloads
from bot.path.manifest.yamltree import documents
from bot.path.names import resolve
from bot.path.shell.textfills import filled_in
from bot.repo.base import Skip, Snapshot

MAX_FILES = 12
_CRDS = re.compile(r"(?i)(^|[/_.-])crds?([/_.-]|$)")
"""Files and folders of custom resource definitions: no workload is in them."""

_KUSTOMIZATION = ("kustomization.yaml", "kustomization.yml", "Kustomization")


@dataclass(frozen=True, slots=True)
class Deployed:
    """Workloads read from what was deployed, what could not be read, and the files it stands in."""

    workloads: tuple[Workload, ...] = ()
    missing: tuple[Missing, ...] = ()
    files: tuple[str, ...] = ()


def read_deployed(snapshot: Snapshot, deploys: Iterable[Deploy]) -> Deployed:
    """Read every deploy whose source stands in the repo, each source once."""
    found: list[Workload] = []
    missing: list[Missing] = []
    files: list[str] = []
    seen: set[tuple[str, str]] = set()
    for deploy in deploys:
        if deploy.inline is not None and deploy.inline_evidence is not None:
            one = _read_inline(snapshot, deploy.inline, deploy.inline_evidence)
            found += one.workloads
            missing += one.missing
            files += one.files
        for place in _places(snapshot, deploy):
            if (deploy.method, place) in seen:
                continue
            seen.add((deploy.method, place))
            one = _read(snapshot, deploy, place)
            found += one.workloads
            missing += one.missing
            files += one.files
    return Deployed(tuple(found), tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(files)))


def _read_inline(snapshot: Snapshot, text: str, place: Evidence) -> Deployed:
    """Workloads of a heredoc; strings in Go code are read where the code is."""
    if place.path.endswith(".go"):
        return Deployed()
    trees = inline_trees(snapshot, text, place, PATTERN)
    missing = tuple(
        Missing(f"a manifest written in {place.path}", tree.unknown, Link.RUN, False, tree.evidence)
        for tree in trees
        if tree.unknown is not None
    )
    return Deployed(tuple(w for tree in trees for w in workloads(tree, "yaml")), missing, (place.path,))


def read_manifests(snapshot: Snapshot, paths: Iterable[str], fills: Sequence[Setting] = ()) -> Deployed:
    """Workloads of YAML files as they stand, or with `fills` put in on the way to the cluster."""
    found: list[Workload] = []
    missing: list[Missing] = []
    files: list[str] = []
    for path in list(paths)[:MAX_FILES]:
        file = snapshot.read(path)
        if isinstance(file, Skip):
            missing.append(Missing(f"the manifest {path}", file.reason, Link.RUN, needed=False))
            continue
        files.append(path)
        for tree in documents(filled_in(file.text, fills), file.at):
            found += workloads(tree, "yaml")
            if tree.unknown is not None:
                gap = Missing(f"a document of {path}", tree.unknown, Link.RUN, False, tree.evidence)
                missing.append(gap)
    return Deployed(tuple(found), tuple(missing), tuple(files))


def read_likely(snapshot: Snapshot, paths: Iterable[str]) -> Deployed:
    """Workloads of YAML files that may be the service's; a template is rendered with its chart's values."""
    found = Deployed()
    charts = {path: chart_of(snapshot, path) for path in paths}
    for place in dict.fromkeys(path if chart is None else chart for path, chart in charts.items()):
        if place in snapshot.entries:
            one = read_manifests(snapshot, [place])
        else:
            helm = render(snapshot, place)
            trees = tuple(w for tree in helm.trees for w in workloads(tree, "helm"))
            one = Deployed(trees, tuple(helm.missing), tuple(helm.files))
        found = Deployed(
            (*found.workloads, *one.workloads), (*found.missing, *one.missing), (*found.files, *one.files)
        )
    return found


def is_crd(path: str) -> bool:
    """Whether a path is one of custom resource definitions by its name."""
    return _CRDS.search(path) is not None


def chart_of(snapshot: Snapshot, path: str) -> str | None:
    """The folder of the chart that a template belongs to, or None."""
    head, slash, _ = f"/{path}".partition("/templates/")
    chart = head.lstrip("/")
    return chart if slash and posixpath.join(chart, "Chart.yaml") in snapshot.entries else None


def _read(snapshot: Snapshot, deploy: Deploy, place: str) -> Deployed:
    if deploy.method == "helm" or f"{place}/Chart.yaml".lstrip("/") in snapshot.entries:
        helm = render(snapshot, place, deploy.values)
        found = tuple(w for tree in helm.trees for w in workloads(tree, "helm"))
        return Deployed(found, tuple(helm.missing), tuple(helm.files))
    if deploy.method == "kustomize" or _is_kustomization(snapshot, place):
        base = posixpath.dirname(place) if posixpath.basename(place) in _KUSTOMIZATION else place
        kustomize = build(snapshot, base, deploy.edits)
        found = tuple(w for tree in kustomize.trees for w in workloads(tree, "kustomize"))
        return Deployed(found, tuple(kustomize.missing), tuple(kustomize.files))
    if place in snapshot.entries:
        return read_manifests(snapshot, [place], deploy.fills)
    below = sorted(
        p for p in snapshot.entries if posixpath.dirname(p) == place and p.endswith((".yaml", ".yml"))
    )
    return read_manifests(snapshot, below)


def _is_kustomization(snapshot: Snapshot, place: str) -> bool:
    return any(posixpath.join(place, name) in snapshot.entries for name in _KUSTOMIZATION)


def _places(snapshot: Snapshot, deploy: Deploy) -> list[str]:
    """The repo paths that a deploy's source can mean."""
    source = deploy.source
    if not source or source in ("-", "/dev/stdin") or "://" in source or is_crd(source):
        return []
    if known(source):
        place = resolve(deploy.cwd, source) if deploy.cwd is not None else resolve("", source)
        return [place] if place is not None and exists(snapshot, place) else []
    found = match_suffix(snapshot, source)
    return [found] if found is not None else []


def exists(snapshot: Snapshot, place: str) -> bool:
    """Whether a file or folder stands at a repo path."""
    if place in snapshot.entries:
        return True
    prefix = place.rstrip("/") + "/"
    return place == "" or any(path.startswith(prefix) for path in snapshot.entries)


def match_suffix(snapshot: Snapshot, word: str) -> str | None:
    """The one path of the repo that a partly known path can mean: `${root}/deploy/x.yaml`.

    Only a hole at the front is filled (a project root); None when nothing or more than one fits.
    """
    if not holes(word):
        place = resolve("", word.lstrip("/"))
        return place if place is not None and exists(snapshot, place) else None
    tail = word.rpartition("}")[2].lstrip("/")
    head = word[: len(word) - len(word.rpartition("}")[2])]
    if not tail or head.count("${") > 1 or not word.startswith("${"):
        return None
    clean = resolve("", posixpath.normpath("/" + tail).lstrip("/"))
    if clean is None:
        return None
    if exists(snapshot, clean):
        return clean
    ends = [path for path in snapshot.entries if path.endswith("/" + clean)]
    return ends[0] if len(ends) == 1 else None
