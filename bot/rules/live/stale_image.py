"""The pods run another image than the one that was built last.

What it looks at: the image ids of the pods that ask for one image name, the commit in the running
binary's build info (`vcs.revision`), and whether the repo's builds pass -cover while the running binary
is not instrumented.

Why it empties the figure: a tag that is built anew and not loaded again leaves the old image on the node
(kind docs, loading an image). The old binary may be built without -cover.

How to fix: load the image to every node after each build, under a tag of its own, and start the pods
anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.binary import binary_builds
from bot.facts.live import BinarySeen, Live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Certainty, Effect, Evidence, Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "A tag that is built anew and not loaded again leaves the old image on the node."
FIX = Fix("Load the image to every node after the build, under a new tag, and start the pods anew.")


@live_rule(
    "stale-image",
    Link.IMAGE,
    title="The built image does not reach the node",
    source="kind docs, loading an image",
    symptoms=(),
    explains=("not-instrumented", "coverpkg-excludes-main"),
)
def stale_image(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    stale = pods_where(live, lambda pod: pod.binary is not None and not pod.binary.hook)
    if not stale:
        return
    fresh = pods_where(live, lambda pod: pod.binary is not None and pod.binary.hook)
    seen = observed(*(p.binary.seen for p in (*stale, *fresh) if p.binary), *(p.seen for p in stale))
    other = next((p for p in fresh if p.image == stale[0].image and p.image_id != stale[0].image_id), None)
    if other is not None:
        said = f"{stale[0].image} is another image in pod {other.name} than in {whose(live, stale)}"
        text = (
            f"{said} ({_short(other.image_id)} and {_short(stale[0].image_id)}), which is not instrumented."
        )
        yield Hit(text, WHY, FIX, live_place(live), effect=_effect(live), observations=seen)
        return
    builds = binary_builds(path) if path is not None else ()
    if path is None or not builds or not all(build.cover for build in builds):
        return
    binary = stale[0].binary
    assert binary is not None
    evidence: tuple[Evidence, ...] = (builds[0].evidence, *live_place(live))
    summary, certainty = _against(binary, path, whose(live, stale))
    yield Hit(summary, WHY, FIX, evidence, certainty, observations=seen)


def _against(binary: BinarySeen, path: CoveragePath, where: str) -> tuple[str, Certainty]:
    built_from = binary.settings.get("vcs.revision", "")
    said = f"The files build {binary.path} with -cover, the one in {where} is not instrumented"
    if built_from and path.repo.commit and built_from != path.repo.commit:
        return f"{said}: it was built from commit {built_from[:7]}, not {path.repo.short}.", Certainty.CERTAIN
    return f"{said}: the image is an older or another one.", Certainty.LIKELY


def _effect(live: Live) -> Effect:
    """Where other pods wrote their files, the figure is partial."""
    wrote = live.files is not None and live.files.symptom is Symptom.BOTH
    return Effect.DEGRADES if wrote else Effect.BLOCKS


def _short(image_id: str) -> str:
    name, _, digest = image_id.rpartition("sha256:")
    return f"sha256:{digest[:12]}" if digest else name[:40]
