"""The running binary was built without -cover.

What it looks at: the build info of the binary that the service's process runs, read from the process
itself, and whether the code that writes coverage is linked in.

Why it empties the figure: a binary built without `-cover` writes nothing and says nothing about it. From Go
1.23 on the build info notes `-cover=true`; the warning `GOCOVERDIR not set` is in instrumented ones only (own
experiment, Go 1.20 to 1.27). Where the repo's files do pass -cover, the image is another than they make.

How to fix: build with `-cover`, load the image to the nodes and start the pods anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.binary import binary_builds
from bot.facts.live import BinarySeen, Live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "A binary built without -cover writes nothing into GOCOVERDIR and gives no warning."


@live_rule(
    "not-instrumented",
    Link.BUILD,
    title="The binary is built without -cover",
    source="own experiment",
    symptoms=(Symptom.NOTHING,),
    explains=("gocoverdir-unset",),
)
def not_instrumented(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, lambda pod: pod.binary is not None and _plain(pod.binary))
    if not pods:
        return
    binary = pods[0].binary
    assert binary is not None
    sure = binary.rule is not None and not (path is not None and _files_say_cover(path))
    yield Hit(
        f"{_named(binary)} in {whose(live, pods)} is not instrumented: {_proof(binary)}.",
        WHY,
        Fix(f"Pass -cover to the go build of {binary.main or 'the service'}, and load the new image."),
        live_place(live),
        Certainty.CERTAIN if sure else Certainty.LIKELY,
        observations=observed(*(pod.binary.seen for pod in pods if pod.binary)),
    )


def _plain(binary: BinarySeen) -> bool:
    """Proved, or likely: before Go 1.23 a binary without the hook may also have left main out."""
    return binary.rule == "not-instrumented" or (binary.rule is None and not binary.hook)


def _named(binary: BinarySeen) -> str:
    made = f" ({binary.go})" if binary.go else ""
    return f"The binary {binary.path}{made}"


def _proof(binary: BinarySeen) -> str:
    noted = "its build info has no -cover=true, and " if binary.cover is False else ""
    return f"{noted}the code that writes coverage is not linked in"


def _files_say_cover(path: CoveragePath) -> bool:
    """Whether every go build that the files know of passes -cover: then the binary is not theirs."""
    builds = binary_builds(path)
    return bool(builds) and all(build.cover for build in builds)
