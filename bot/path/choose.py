"""Chooses among what was read: the service's own image builds, workload and Kind config.

Every choice leaves its reason or, where it can't be made, a Missing with the candidates.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence

from bot.facts.build import GoBuild
from bot.facts.events import ClusterCreate, ImageBuild
from bot.facts.joints import same_image
from bot.facts.node import KindConfig
from bot.facts.words import could_equal, known
from bot.facts.workload import Workload
from bot.model import Link, Missing, Service
from bot.path.deploys import match_suffix
from bot.path.manifest.inline import inline_trees
from bot.path.manifest.kindconfig import default_kind, kind_configs, read_kind
from bot.path.names import likeness, path_likeness, plain, resolve
from bot.repo.base import Skip, Snapshot

ENOUGH = 4
"""The score from which a workload counts as the service's own."""


def names_file(snapshot: Snapshot, event_cwd: str | None, word: str, path: str) -> bool:
    """Whether a word on a command line (`docker/x.Dockerfile`, `${root}/docker/x.Dockerfile`) is a path."""
    if known(word):
        place = resolve(event_cwd or "", word)
        if place == path:
            return True
        return place is None and match_suffix(snapshot, word) == path
    return match_suffix(snapshot, word) == path


def own_image_builds(
    snapshot: Snapshot, dockerfile: str, builds: Iterable[ImageBuild]
) -> tuple[ImageBuild, ...]:
    """The image builds that use a Dockerfile; a build without -f uses its context's Dockerfile."""
    own = []
    for build in builds:
        word = build.dockerfile
        if word is None:
            word = posixpath.join(build.context or ".", "Dockerfile")
        if names_file(snapshot, build.cwd, word, dockerfile):
            own.append(build)
    return tuple(own)


def choose_dockerfile(
    snapshot: Snapshot, service: Service, builds: Sequence[ImageBuild]
) -> tuple[str | None, tuple[Missing, ...]]:
    """The Dockerfile of the service: the one the run builds, the only one, the one for coverage, by name."""
    candidates = service.files.get("dockerfile", ())
    if len(candidates) <= 1:
        return (candidates[0] if candidates else None), ()
    built = [c for c in candidates if own_image_builds(snapshot, c, builds)]
    if len(built) == 1:
        return built[0], ()
    covering = [c for c in (built or candidates) if "cover" in c.lower()]
    if len(covering) == 1:
        return covering[0], ()
    exact = [c for c in (built or candidates) if path_likeness(service.name, c) == 4]
    if len(exact) == 1:
        return exact[0], ()
    reason = f"several fit and nothing says which is built: {', '.join(built or candidates)}"
    return None, (Missing("the Dockerfile", reason, Link.BUILD),)


def absent_dockerfile(
    snapshot: Snapshot, service: Service, builds: Sequence[ImageBuild]
) -> tuple[tuple[ImageBuild, ...], Missing]:
    """The image builds of a service whose Dockerfile is not in the repo, and what to say of it."""
    for build in builds:
        path = _named_dockerfile(build)
        if path and path not in snapshot.entries and _speaks_of(service, f"{path} {' '.join(build.tags)}"):
            reason = f"the run builds {path}, which is not in the repo"
            own = tuple(each for each in builds if _named_dockerfile(each) == path)
            return own, Missing("the Dockerfile", reason, Link.BUILD, evidence=build.evidence)
    reason = "no Dockerfile was found that builds or copies the service's binary"
    return (), Missing("the Dockerfile", reason, Link.BUILD)


def _named_dockerfile(build: ImageBuild) -> str | None:
    """The repo path of the Dockerfile a build names; an unknown project root before it is left out."""
    word = build.dockerfile or posixpath.join(build.context or ".", "Dockerfile")
    if word.startswith("${") and word.count("${") == 1:
        return resolve("", word.partition("}")[2].lstrip("/")) if "}/" in word else None
    return resolve(build.cwd, word) if known(word) and build.cwd is not None else None


def _speaks_of(service: Service, text: str) -> bool:
    words = [
        word for part in text.split() for word in (*part.split("/"), part.rpartition("/")[2].split(":")[0])
    ]
    return any(likeness(name, word) >= 3 for name in (service.name, *service.aliases) for word in words)


def own_go_builds(main: str, service: Service, builds: Iterable[GoBuild]) -> tuple[GoBuild, ...]:
    """The go builds that make the service's binary, by the package they name."""
    builds = tuple(builds)
    own = tuple(build for build in builds if _makes_main(build, main))
    if own:
        return own
    if builds and all(build.packages in ((), (".",)) for build in builds):
        return builds if main == "" else ()
    return tuple(b for b in builds if b.output and likeness(service.name, posixpath.basename(b.output)) >= 3)


def _makes_main(build: GoBuild, main: str) -> bool:
    for package in build.packages or (".",):
        directory = posixpath.dirname(package) if package.endswith(".go") else package
        cleaned = posixpath.normpath(directory.removesuffix("/...") or ".").lstrip("/")
        place = "" if cleaned == "." else cleaned
        if place == main or main.endswith("/" + place) or (place.endswith("/" + main) and main):
            return True
        if package.endswith("...") and (place == "" or main.startswith(place + "/")):
            return True
        if not known(place) and could_equal(place, main):
            return True
    return False


def choose_workload(
    service: Service, found: Sequence[Workload], builds: Sequence[ImageBuild], named: str = ""
) -> tuple[Workload | None, tuple[Workload, ...], tuple[Missing, ...]]:
    """The service's workload, further ones of it, and a Missing when several fit alike."""
    tags = [tag for build in builds for tag in build.tags if known(tag)]
    scored = [(_score(service, w, tags, named), w) for w in _distinct(found)]
    own = sorted(((s, w) for s, w in scored if s >= ENOUGH), key=lambda pair: -pair[0])
    if not own:
        return None, (), ()
    top = [w for score, w in own if score == own[0][0]]
    others = tuple(w for _, w in own if w is not top[0])
    if len({w.name for w in top}) > 1:
        names = ", ".join(f"{w.kind} {w.name} ({w.evidence.place})" for w in top)
        return (
            None,
            tuple(top),
            (Missing("which workload runs the service", f"several fit: {names}", Link.RUN),),
        )
    return top[0], others, ()


def _distinct(found: Sequence[Workload]) -> list[Workload]:
    return list({(w.kind, w.name, w.evidence.path, w.evidence.line): w for w in found}.values())


def _score(service: Service, workload: Workload, tags: Sequence[str], named: str) -> int:
    if named:
        return 20 if plain(workload.name) == plain(named) else 0
    names = (service.name, *service.aliases)
    images = [c.image.value for c in workload.containers if c.image is not None and c.image.value]
    score = 6 if any(known(i) and same_image(tag, i) for tag in tags for i in images) else 0
    score += max({4: 7, 3: 6, 2: 4, 1: 2}.get(_name_likeness(n, workload.name), 0) for n in names)
    score += 2 * any(_image_likeness(n, i) >= 3 for n in names for i in images)
    score += any(_told(n, c.name) >= 3 for n in names for c in workload.containers)
    covered = any(e.name == "GOCOVERDIR" for c in workload.containers for e in c.env)
    return score + 2 * covered if score >= 2 else 0


def _name_likeness(name: str, workload: str) -> int:
    """How much a workload's name speaks of a service; a name that is not known at all may be any."""
    return _told(name, workload) if not re.fullmatch(r"\$\{[^{}]*\}", workload) else 1


def _told(name: str, other: str) -> int:
    """The likeness of a workload's, container's or image's name; what an operator runs is not itself."""
    return 0 if plain(name) == f"{plain(other)}operator" else likeness(name, other)


def _image_likeness(name: str, image: str) -> int:
    return _told(name, image.rpartition("/")[2].partition(":")[0].partition("@")[0])


def choose_kind(
    snapshot: Snapshot,
    service: Service,
    creates: Sequence[ClusterCreate],
    inline: Sequence[KindConfig],
    kind_files: Sequence[str],
) -> tuple[KindConfig | None, tuple[Missing, ...]]:
    """The Kind config the run creates its cluster with."""
    hinted = service.reasons.get((service.files.get("kind") or ("",))[0], "")
    if hinted.startswith("named in"):
        return _read_config(snapshot, service.files["kind"][0])
    for create in creates:
        if create.inline is not None:
            return _inline_config(snapshot, create)
        if create.config is None:
            continue
        path = _config_path(snapshot, create)
        if path is not None:
            return _read_config(snapshot, path)
    if len(inline) == 1:
        return inline[0], ()
    plain_creates = [c for c in creates if c.config is None]
    if plain_creates and len(plain_creates) == len(creates):
        return default_kind(plain_creates[0].evidence), ()
    return _by_name(snapshot, service, creates, kind_files)


def _inline_config(
    snapshot: Snapshot, create: ClusterCreate
) -> tuple[KindConfig | None, tuple[Missing, ...]]:
    """The config that is fed through stdin, a heredoc mostly."""
    place = create.inline_evidence or create.evidence
    trees = inline_trees(snapshot, create.inline or "", place, "Cluster")
    configs = [config for tree in trees for config in kind_configs(tree)]
    if configs:
        return configs[0], ()
    reason = next((tree.unknown for tree in trees if tree.unknown), "holds no kind: Cluster")
    return None, (Missing("the Kind config on stdin", reason, Link.NODE, evidence=place),)


def _config_path(snapshot: Snapshot, create: ClusterCreate) -> str | None:
    word = create.config or ""
    if known(word):
        place = resolve(create.cwd or "", word)
        if place is not None and place in snapshot.entries:
            return place
    found = match_suffix(snapshot, word)
    return found if found in snapshot.entries else None


def _by_name(
    snapshot: Snapshot, service: Service, creates: Sequence[ClusterCreate], kind_files: Sequence[str]
) -> tuple[KindConfig | None, tuple[Missing, ...]]:
    named = [p for p in service.files.get("kind", ()) if path_likeness(service.name, p) >= 3]
    if len(named) == 1:
        return _read_config(snapshot, named[0])
    if not named and len(kind_files) == 1:
        return _read_config(snapshot, kind_files[0])
    if creates:
        words = ", ".join(sorted({c.config or "no config" for c in creates}))
        reason = f"the cluster is created with {words}, which is not a file of the repo"
    elif kind_files:
        reason = f"nothing that was read creates a cluster; candidates: {', '.join(kind_files[:4])}"
    else:
        reason = "no Kind config and no `kind create cluster` was found"
    return None, (Missing("the Kind config", reason, Link.NODE),)


def _read_config(snapshot: Snapshot, path: str) -> tuple[KindConfig | None, tuple[Missing, ...]]:
    file = snapshot.read(path)
    if isinstance(file, Skip):
        return None, (Missing(f"the Kind config {path}", file.reason, Link.NODE),)
    configs = read_kind(file)
    if not configs:
        return None, (Missing(f"the Kind config {path}", "holds no kind: Cluster", Link.NODE),)
    return configs[0], ()
