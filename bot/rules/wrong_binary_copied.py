"""The image gets another binary than the one that is built with `-cover`.

What it looks at: the program that the container starts, the COPY that brings it, and the stage and
output path of every instrumented go build.

Why it empties the figure: COPY --from takes exactly the named path of the named stage or image
(Dockerfile reference, "COPY --from"). The instrumented binary then stays behind in its stage.

How to fix: copy the path that the instrumented go build writes.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.binary import binary_copy, build_output, source_matches, stage_of
from bot.facts.build import CopyFrom, GoBuild
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain, stage_named
from bot.facts.words import known
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "COPY takes exactly the path and stage it names; the instrumented binary stays behind."


@rule(
    "wrong-binary-copied",
    Link.IMAGE,
    title="Another binary than the instrumented one is copied",
    source="Dockerfile reference",
    symptom=Symptom.NOTHING,
    explains=("not-instrumented", "build-arg-out-of-scope", "build-arg-not-passed", "env-overrides-arg"),
)
def wrong_binary_copied(path: CoveragePath) -> Iterator[Hit | Missing]:
    covered = [b for b in path.builds if b.cover and b.taken is not False and b.stage is not None]
    found = binary_copy(path)
    if not covered or found is None or not known(found[0].source_stage or "."):
        return
    copy, source = found
    chain = _source_stages(path, copy)
    inside = [b for b in covered if b.stage in chain]
    if not inside:
        yield _from_elsewhere(path, copy, source, covered[0])
    elif all(source_matches(path, b, source) is False for b in inside) and not _moved(path, chain, source):
        yield _other_path(path, copy, source, inside[0])


def _source_stages(path: CoveragePath, copy: CopyFrom) -> set[int]:
    stage = stage_named(path.dockerfile, copy.source_stage) if copy.source_stage else None
    return {s.index for s in stage_chain(path.dockerfile, stage)}


def _moved(path: CoveragePath, chain: set[int], source: str) -> bool:
    """Whether another RUN of those stages names the copied file (mv, cp, upx -o, strip -o)."""
    stages = path.dockerfile.stages if path.dockerfile else ()
    builds = {build.evidence.line for build in path.builds}
    name = source.rstrip("/").rpartition("/")[2]
    for stage in stages:
        for run in stage.runs if stage.index in chain else ():
            has_build = any(run.evidence.line <= line <= run.evidence.end_line for line in builds)
            if name in run.text and (
                not has_build or any(word in run.text for word in ("mv ", "cp ", "upx"))
            ):
                return True
        if stage.index in chain and any(name in c.destination for c in stage.copies):
            return True
    return False


def _from_elsewhere(path: CoveragePath, copy: CopyFrom, source: str, build: GoBuild) -> Hit:
    stage = stage_of(path, build)
    wanted = (stage.name or str(stage.index)) if stage else "the build stage"
    where = f"from {copy.source_stage}" if copy.source_stage else "from the build context"
    output = build_output(path, build)
    old, new = f"--from={copy.source_stage}", f"--from={wanted}"
    edits = (
        [patch.replace(path, copy.evidence, old, new)] if copy.source_stage and output == source else [None]
    )
    return Hit(
        f"The image gets {source} {where}, but the build with -cover is in stage {wanted}.",
        WHY,
        Fix(f"Copy {output or 'the binary'} with --from={wanted}.", patch.diff(path, *edits)),
        (copy.evidence, build.evidence),
    )


def _other_path(path: CoveragePath, copy: CopyFrom, source: str, build: GoBuild) -> Hit:
    output = build_output(path, build) or "another path"
    other = next((b for b in path.builds if b.cover is False and source_matches(path, b, source)), None)
    evidence = (copy.evidence, build.evidence, *((other.evidence,) if other else ()))
    edit = patch.replace_word(path, copy.evidence, source, output)
    return Hit(
        f"The image gets {source}, but the build with -cover writes {output}.",
        WHY,
        Fix(f"Copy {output} instead.", patch.diff(path, edit)),
        evidence,
        Certainty.CERTAIN if other is not None else Certainty.LIKELY,
    )
