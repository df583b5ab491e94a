"""The process has another GOCOVERDIR than was meant for it.

What it looks at: the variable in the running process, in the live workload, and in the repo's manifest.

Why it empties the figure: the value set last wins: an overlay, a chart's value, an operator, `kubectl
set env` or the start command (kubernetes/release#82773). The files then go where no volume is, or
nowhere.

How to fix: set GOCOVERDIR in one place, to the path of a volumeMount.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import joints
from bot.facts.live import Live, PodSeen
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.seen import looked, pods_where, whose
from bot.facts.words import clean_path, known
from bot.facts.workload import EnvVar
from bot.model import Evidence, Fix, Link, Missing
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

REPO = "the manifest in the repo"
WHY = "The value set last wins; the process never sees the other one."


@live_rule(
    "gocoverdir-overridden",
    Link.RUN,
    title="GOCOVERDIR is set twice",
    source="kubernetes/release#82773",
    symptoms=(),
    explains=(
        "gocoverdir-unset",
        "gocoverdir-not-mounted",
        "gocoverdir-missing",
        "gocoverdir-not-writable",
        "user-directory-mismatch",
        "path-mismatch",
        "repo-and-cluster-differ",
    ),
)
def gocoverdir_overridden(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, lambda pod: pod.process is not None and pod.process.environment_read)
    pods = tuple(pod for pod in pods if not _on_a_volume(pod))
    runs = (pods[0].process.gocoverdir or "") if pods and pods[0].process else None
    if runs is None:
        return
    for where, entry in _meant(live, path):
        if entry.value and known(entry.value) and not _same(entry.value, runs):
            if not runs and where == REPO:
                return  # the live object lacks it too: that is gocoverdir-unset
            yield _hit(live, pods, runs, where, entry)
            return


def _meant(live: Live, path: CoveragePath | None) -> Iterator[tuple[str, EnvVar]]:
    """What the process was given to write to: by the live workload, by the repo."""
    container = joints.service_container(with_live(path, live))
    declared = [e for e in container.env if e.name == joints.VARIABLE] if container is not None else []
    for entry in reversed(declared):  # the last one wins
        yield f"the live {live.workload.kind if live.workload else 'object'}", entry
    intended = joints.gocoverdir(path) if path is not None else None
    if intended is not None:
        yield REPO, intended


def _hit(live: Live, pods: tuple[PodSeen, ...], runs: str, where: str, entry: EnvVar) -> Hit:
    now = joints.gocoverdir(with_live(None, live))
    evidence: tuple[Evidence, ...] = (entry.evidence,)
    if now is not None and now.evidence != entry.evidence:
        evidence = (entry.evidence, now.evidence)
    with_what = f"with {runs}" if runs else "without it"
    return Hit(
        f"{where[0].upper()}{where[1:]} sets GOCOVERDIR={entry.value}, the process in {whose(live, pods)} "
        f"runs {with_what}.",
        WHY,
        Fix(f"Set GOCOVERDIR in one place, to {entry.value}; look at overlays and the start command."),
        evidence,
        observations=looked(*pods),
    )


def _same(left: str, right: str) -> bool:
    return bool(right) and clean_path(left) == clean_path(right)


def _on_a_volume(pod: PodSeen) -> bool:
    """Whether the files of this process stay all the same."""
    return pod.directory is not None and pod.directory.volume is not None and bool(pod.directory.writable)
