"""The repo's manifest and the live workload say different things about coverage.

What it looks at: GOCOVERDIR, the mount and the volume behind it, image, user, grace period, replicas and
node selector, in the repo's manifest and in the object that runs.

Why it matters: what is read in the repo is then not what runs: an overlay, a chart's value, an operator, a
person or an older deployment changed it. The files lie where the live object says, and what the repo's
run collects may be another directory.

How to fix: deploy the manifest of this commit, or change it to what runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.facts import joints
from bot.facts.build import Setting
from bot.facts.events import ImageEdit
from bot.facts.live import Live
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.words import clean_path, could_equal, known
from bot.facts.workload import Container, Workload
from bot.model import Certainty, Effect, Evidence, Fix, Link, Missing, Observation
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "What the repo says is not what runs, so a fix in the repo may change nothing."


@dataclass(frozen=True, slots=True)
class _Side:
    """A value with its place; `value` None: not set there."""

    value: str | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class _Difference:
    name: str
    repo: _Side
    live: _Side
    matters: bool


@live_rule(
    "repo-and-cluster-differ",
    Link.RUN,
    effect=Effect.DEGRADES,
    title="The repo and the cluster say different things",
    source="Kubernetes API; kubernaut",
    symptoms=(),
)
def repo_and_cluster_differ(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    if path is None or path.workload is None or live.workload is None:
        return
    found = list(_differences(path, with_live(path, live)))
    found.sort(key=lambda each: not each.matters)
    if not found:
        return
    said = "; ".join(_words(each) for each in found[:3])
    more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
    places = (side.evidence for each in found for side in (each.repo, each.live))
    seen = Observation("workload", live.target, f"runs with {_live_words(found)}")
    yield Hit(
        f"The manifest in the repo and {live.target} differ: {said}{more}.",
        WHY,
        Fix("Deploy the manifest of this commit, or look for what changes it (an overlay, an operator)."),
        tuple(dict.fromkeys(place for place in places if place is not None)),
        Certainty.LIKELY if found[0].matters and not path.guessed else Certainty.POSSIBLE,
        observations=(seen,),
    )


def _words(each: _Difference) -> str:
    place = f" ({each.repo.evidence.place})" if each.repo.evidence is not None else ""
    ours, theirs = each.repo.value or "not set", each.live.value or "not set"
    return f"{each.name} is {ours} in the repo{place} and {theirs} in the cluster"


def _live_words(found: list[_Difference]) -> str:
    return ", ".join(f"{each.name} {each.live.value or 'not set'}" for each in found[:5])


def _differences(path: CoveragePath, overlay: CoveragePath) -> Iterator[_Difference]:
    left, right = joints.service_container(path), joints.service_container(overlay)
    repo, live = path.workload, overlay.workload
    if left is None or right is None or repo is None or live is None:
        return
    yield from _coverage(path, overlay)
    if not path.events(ImageEdit) and not _equal_image(left, right):
        yield _Difference("image", _of(left.image), _of(right.image), False)
    pairs = (
        ("runAsUser", _user(left, repo), _user(right, live)),
        ("terminationGracePeriodSeconds", repo.grace_seconds, live.grace_seconds),
        ("replicas", repo.replicas, live.replicas),
    )
    for name, ours, theirs in pairs:
        if ours is not None and _other(ours.value, theirs.value if theirs else None):
            yield _Difference(name, _of(ours), _of(theirs), False)
    yield from _selectors(repo, live)


def _coverage(path: CoveragePath, overlay: CoveragePath) -> Iterator[_Difference]:
    """GOCOVERDIR, mountPath and hostPath: those decide where the files lie."""
    ours, theirs = joints.gocoverdir(path), joints.gocoverdir(overlay)
    if ours is not None and not ours.guards and _other(ours.value, theirs.value if theirs else None):
        live = _Side(theirs.value, theirs.evidence) if theirs else _Side(None, None)
        yield _Difference("GOCOVERDIR", _Side(ours.value, ours.evidence), live, True)
    mount, live_mount = joints.coverage_mount(path), joints.coverage_mount(overlay)
    if mount is None or live_mount is None:
        return
    if _other_path(mount.path, live_mount.path):
        sides = _Side(mount.path, mount.evidence), _Side(live_mount.path, live_mount.evidence)
        yield _Difference("mountPath", *sides, True)
    volume, live_volume = joints.coverage_volume(path), joints.coverage_volume(overlay)
    if volume is None or live_volume is None or volume.guards:
        return
    kinds = volume.kind != live_volume.kind
    if kinds or _other_path(volume.path, live_volume.path):
        name = "the volume" if kinds else "hostPath"
        sides = (
            _Side(volume.kind if kinds else volume.path, volume.evidence),
            _Side(live_volume.kind if kinds else live_volume.path, live_volume.evidence),
        )
        yield _Difference(name, *sides, True)


def _selectors(repo: Workload, live: Workload) -> Iterator[_Difference]:
    theirs = {each.name: each for each in live.node_selector}
    for ours in repo.node_selector:
        if known(ours.name) and _other(ours.value, theirs[ours.name].value if ours.name in theirs else None):
            yield _Difference(f"nodeSelector {ours.name}", _of(ours), _of(theirs.get(ours.name)), False)


def _of(setting: Setting | None) -> _Side:
    return _Side(None, None) if setting is None else _Side(setting.value, setting.evidence)


def _user(container: Container, workload: Workload) -> Setting | None:
    return container.security.run_as_user or workload.security.run_as_user


def _other(ours: str | None, theirs: str | None) -> bool:
    return ours is not None and known(ours) and ours != (theirs or "")


def _other_path(ours: str | None, theirs: str | None) -> bool:
    if ours is None or theirs is None or not known(ours):
        return False
    return clean_path(ours) != clean_path(theirs)


def _equal_image(left: Container, right: Container) -> bool:
    ours, theirs = (c.image.value if c.image is not None else None for c in (left, right))
    if ours is None or theirs is None:
        return True
    return could_equal(joints.canonical_image(ours), joints.canonical_image(theirs))
