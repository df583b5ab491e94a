"""A relative hostPath of an extraMount leads to another directory than the one that is read.

What it looks at: an extraMount with a relative hostPath, the directory in which `kind create cluster` runs,
and the directories in which reports run that read the same relative path.

Why: kind resolves a relative hostPath against its own working directory (kind docs; tried with kind v0.30).
A Go suite runs in its package's directory, a Makefile in its own: `./coverdata` is two directories then.

How to fix: an absolute hostPath, or run kind and the report in the same directory.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.order import sure
from bot.facts.path import CoveragePath
from bot.facts.places import cluster_create, mounts_in_reach
from bot.facts.reading import Stray, stray_reports
from bot.model import Certainty, Effect, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "kind resolves a relative hostPath against the directory it is run in, a report against its own."


@rule(
    "host-path-relative",
    Link.NODE,
    symptom=Symptom.NOTHING,
    title="A relative hostPath leads elsewhere",
    source="kind docs, extra mounts; kind v0.30",
    explains=("host-directory-missing",),
)
def host_path_relative(path: CoveragePath) -> Iterator[Hit | Missing]:
    for stray in [s for s in stray_reports(path) if s.relative][:1]:
        mount = next(m for _, m in mounts_in_reach(path) if m.evidence == stray.source)
        yield Hit(
            f"The hostPath {mount.host_path} leads to {stray.brought}, where kind runs; the report reads "
            f"{stray.read} (seen from the repo's root).",
            WHY,
            Fix(f"Write an absolute hostPath, and read the same one at {stray.report.evidence.place}."),
            (stray.source, *_created(path), stray.report.evidence),
            _certainty(path, stray),
            Effect.DEGRADES if stray.others_read else None,
        )


def _created(path: CoveragePath) -> tuple[Evidence, ...]:
    create = cluster_create(path)
    return (create.evidence,) if create is not None else ()


def _certainty(path: CoveragePath, stray: Stray) -> Certainty:
    if stray.others_read or not stray.same_name:
        return Certainty.LIKELY
    return sure(path, Link.NODE, Link.COLLECT, Link.REPORT)
