"""Folk causes: the experiments that settle each, and what the asker's own files show of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.facts.baseimages import shell_kind
from bot.facts.binary import binary_copy
from bot.facts.joints import final_stage
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.suspects import flag_places, strip_places
from bot.facts.words import known
from bot.model import Evidence
from bot.redact import redact
from knowledge.answering.model import Proof, Statement
from knowledge.answering.proofs import Proofs
from knowledge.answering.subjects.saying import quoted
from knowledge.answering.subjects.users import process_said
from knowledge.experiments.registry import all_experiments
from knowledge.requests.topics import NOT_A_CAUSE

ARTICLES = {
    "multi-stage": "folk-multi-stage-copy",
    "static-linking": "folk-static-linking",
    "distroless": "folk-distroless",
    "strip": "folk-stripping",
    "trimpath": "folk-trimpath",
    "installsuffix": "folk-installsuffix",
    "rebuild-all": "folk-rebuild-all",
    "non-root": "folk-non-root",
    "symlink": "folk-symlink",
}
"""Kind of a suspicion (knowledge.requests.topics) -> the shipped article that answers it."""

_FLAGS = {
    "static-linking": ("-extldflags",),
    "trimpath": ("-trimpath",),
    "installsuffix": ("-installsuffix",),
    "rebuild-all": ("-a",),
}


def settling(kind: str, proofs: Proofs) -> tuple[Proof, ...]:
    """The experiments that reproduced and show that a folk cause is none, the most telling first.

    Those that support the kind's article AND `not-a-cause`: an article also cites experiments that show
    something beside it. Empty for a kind that is unknown or that nothing settles.
    """
    article = ARTICLES.get(kind)
    if article is None:
        return ()
    none = {proof.experiment for proof in proofs.supporting(NOT_A_CAUSE)}
    found = [proof for proof in proofs.supporting(article) if proof.experiment in none]
    ranks = {
        each.id: (each.supports.index(article), len(each.supports), len(each.needs), each.id)
        for each in all_experiments()
        if article in each.supports
    }
    return tuple(sorted(found, key=lambda proof: ranks[proof.experiment]))


def said_by(proof: Proof) -> str:
    """An experiment's claim as a sentence; with which Go it ran stands in the proof."""
    return f"{proof.claim.rstrip('.')}."


def of_own_files(kind: str, path: CoveragePath) -> Statement | None:
    """What the asker's files show of a folk cause, with its lines; None when they show nothing of it."""
    if kind in _FLAGS:
        return _flags(path, flag_places(path, *_FLAGS[kind]))
    if kind == "strip":
        return _flags(path, [*flag_places(path, "-s", "-w"), *strip_places(path)])
    if kind == "multi-stage":
        return _copied(path)
    if kind == "distroless":
        return _base(path)
    return _user(path) if kind == "non-root" else None


def _flags(path: CoveragePath, found: Sequence[tuple[str, Evidence]]) -> Statement | None:
    if not found:
        return None
    words = ", ".join(dict.fromkeys(word for word, _ in found))
    where = ", ".join(dict.fromkeys(place.place for _, place in found))
    text = f"Your file has it ({words}) at {where}"
    if all(_not_taken(path, place) for _, place in found):
        text += ", and only in a build that is not taken with coverage on"
    return _stated(f"{text}.", *(place for _, place in found))


def _not_taken(path: CoveragePath, place: Evidence) -> bool:
    """Whether a line belongs to no go build that is reached with coverage on, but to one that is not."""
    on = [build for build in path.builds if _holds(build.evidence, place)]
    return bool(on) and all(build.taken is False for build in on)


def _holds(outer: Evidence, inner: Evidence) -> bool:
    return outer.path == inner.path and outer.line <= inner.line <= outer.end_line


def _copied(path: CoveragePath) -> Statement | None:
    found = binary_copy(path)
    if found is None or found[0].source_stage is None:
        return None
    place = found[0].evidence
    return _stated(f"Your file copies the binary so at {place.place}.", place)


def _base(path: CoveragePath) -> Statement | None:
    chain = stage_chain(path.dockerfile, final_stage(path))
    if not chain or not known(chain[-1].base):
        return None
    base, place = quoted(chain[-1].base), chain[-1].evidence
    if shell_kind(chain[-1].base) == "none":
        return _stated(f"Your image stands on {base} ({place.place}).", place)
    return _stated(f"Your image does not stand on distroless but on {base} ({place.place}).", place)


def _user(path: CoveragePath) -> Statement | None:
    uid, text, places, _ = process_said(path)
    return _stated(f"{text}.", *places) if uid is not None else None


def _stated(text: str, *places: Evidence) -> Statement:
    kept = tuple(replace(place, excerpt=redact(place.excerpt)) for place in dict.fromkeys(places))
    return Statement(redact(text), kept)
