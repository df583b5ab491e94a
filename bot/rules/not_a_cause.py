"""Says which of the usual suspects occur in the service's files, and that they do not remove coverage.

What it looks at: the go builds and the Dockerfile for `-ldflags "-s -w"`, `-extldflags "-static"`, `-a`,
`-installsuffix`, `-trimpath`, strip, `COPY --from`, a distroless or scratch base, and a non-root user.

Why: a binary built with all of these at once wrote covmeta and covcounters, on the machine and in a real
Kind cluster (two-stage build to distroless static, uid 65532; experiment, Go 1.26.8 and 1.27.3). A non-root
user is no cause as such; whether it may write to the directory is another rule's matter.

How to fix: nothing. Look elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.baseimages import shell_kind
from bot.facts.binary import binary_copy
from bot.facts.joints import final_stage, process_user
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.suspects import flag_places, strip_places
from bot.facts.words import known
from bot.model import Effect, Evidence, Fix, Link, Missing
from bot.rules.registry import Hit, rule

EXPERIMENT = "Built and run with all of them at once, Go 1.26.8 and 1.27.3 wrote both files, also in Kind."
FIX = Fix("Leave it as it is.")


@rule(
    "not-a-cause",
    Link.BUILD,
    effect=Effect.DEGRADES,
    title="Usual suspects that do not remove coverage",
    source="experiment, Go 1.26.8 and 1.27.3, kind",
    healthy=True,
)
def not_a_cause(path: CoveragePath) -> Iterator[Hit | Missing]:
    groups = (
        ("Stripping symbols ({}) does not remove coverage.", _stripping(path)),
        ("Static linking ({}) does not remove coverage.", flag_places(path, "-extldflags", "-installsuffix")),
        ("Rebuilding everything ({}) does not remove coverage.", flag_places(path, "-a")),
        ("Trimming paths ({}) does not remove coverage.", flag_places(path, "-trimpath")),
        ("Copying the binary from a build stage ({}) does not remove coverage.", _multi_stage(path)),
        ("A base image without shell and libraries ({}) does not remove coverage.", _bare(path)),
        ("A non-root user ({}) does not remove coverage, if it may write to the directory.", _user(path)),
    )
    for sentence, found in groups:
        if found:
            words = ", ".join(dict.fromkeys(word for word, _ in found))
            places = tuple(dict.fromkeys(place for _, place in found))
            yield Hit(sentence.format(words), EXPERIMENT, FIX, places)


Found = list[tuple[str, Evidence]]


def _stripping(path: CoveragePath) -> Found:
    return [*flag_places(path, "-s", "-w"), *strip_places(path)]


def _multi_stage(path: CoveragePath) -> Found:
    """The COPY that brings the binary from the stage that builds it."""
    found = binary_copy(path)
    if found is None or found[0].source_stage is None:
        return []
    return [(f"COPY --from={found[0].source_stage}", found[0].evidence)]


def _bare(path: CoveragePath) -> Found:
    chain = stage_chain(path.dockerfile, final_stage(path))
    if not chain or not known(chain[-1].base) or shell_kind(chain[-1].base) != "none":
        return []
    return [(chain[-1].base, chain[-1].evidence)]


def _user(path: CoveragePath) -> Found:
    """The user of the pod, or else of the image, when it is not root."""
    user, stage = process_user(path), final_stage(path)
    found: Found = []
    evidence = getattr(user.said_by, "evidence", None)
    if user.uid and isinstance(evidence, Evidence):
        found.append((f"uid {user.uid}", evidence))
    if (
        stage is not None
        and stage.users
        and stage.users[-1].uid != 0
        and stage.users[-1].evidence != evidence
    ):
        switch = stage.users[-1]
        found.append((f"USER {switch.text}", switch.evidence))
    return found
