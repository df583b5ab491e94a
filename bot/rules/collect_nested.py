"""The copy makes a directory inside the directory that the report reads.

What it looks at: `docker cp`, `podman cp` and `cp -r` of a directory (not of `dir/.`) to a destination that
exists by then, and what the reports read afterwards.

Why: copied to a directory that exists, `dir` becomes `destination/dir`; the report looks into `destination`,
finds `no applicable files` and exits with 0 (experiment; Docker 20.10: a trailing slash changes nothing).
`kubectl cp` copies the contents either way (tried with kubectl 1.34), so it is not meant here.

How to fix: copy the contents: `source/.`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bot.facts.events import Clean, Copy, Report
from bot.facts.lines import line_of
from bot.facts.order import coverage_copies, data_reports, sure
from bot.facts.patch import diff, replace
from bot.facts.path import CoveragePath
from bot.facts.places import destination_place, input_places, inside, made_places, place, same_place
from bot.facts.words import clean_path, known
from bot.model import Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

NESTING = ("docker cp", "podman cp", "nerdctl cp", "cp", "mv")
WHY = "A directory copied to one that exists lands inside it; covdata does not look into subdirectories."


@rule(
    "collect-nested",
    Link.COLLECT,
    symptom=Symptom.NOTHING,
    title="The copy lands one directory too deep",
    source="experiment; Docker 20.10",
)
def collect_nested(path: CoveragePath) -> Iterator[Hit | Missing]:
    for copy in coverage_copies(path):
        if copy.tool not in NESTING or copy.contents_only or copy.destination_is_fresh:
            continue
        made, reader = _made_before(path, copy), _reader(path, copy)
        if made is None or reader is None:
            continue
        name = posixpath.basename(clean_path(copy.source))
        yield Hit(
            f"The copy puts {clean_path(copy.source)} into {copy.destination}, which exists, as "
            f"{posixpath.join(copy.destination or '', name)}; the report reads {', '.join(reader.inputs)}.",
            WHY,
            _fix(path, copy),
            (copy.evidence, made, reader.evidence),
            sure(path, Link.COLLECT),
        )
        return


def _made_before(path: CoveragePath, copy: Copy) -> Evidence | None:
    """What makes the destination before the copy, with nothing that removes it in between."""
    goal = destination_place(copy)
    made = [e for where, e in made_places(path) if e.order < copy.order and same_place(where, goal)]
    if not made:
        return None
    gone = [
        clean
        for clean in path.events(Clean)
        if made[-1].order < clean.order < copy.order
        and inside(place(clean.path, clean.cwd), goal) is not False
    ]
    return None if gone else made[-1].evidence


def _reader(path: CoveragePath, copy: Copy) -> Report | None:
    """The report that reads the destination itself; None when one reads the nested directory."""
    goal = destination_place(copy)
    nested = place(
        posixpath.join(copy.destination or ".", posixpath.basename(clean_path(copy.source))), copy.cwd
    )
    later = [r for r in data_reports(path) if r.order > copy.order]
    if any(same_place(nested, p) is not False for r in later for p in input_places(r)):
        return None
    return next((r for r in later if any(same_place(goal, p) for p in input_places(r))), None)


def _fix(path: CoveragePath, copy: Copy) -> Fix:
    source = clean_path(copy.source)
    where = line_of(path, copy.evidence, source) if known(source) else None
    patch = diff(path, replace(path, where, source, f"{source}/.")) if where is not None else None
    return Fix(f"Copy the contents: {source}/.", patch)
