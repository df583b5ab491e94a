"""GOCOVERDIR in the pod (or the image): set, to what, and under which condition."""

from __future__ import annotations

import re

from bot.facts.build import Setting
from bot.facts.events import SetEnv
from bot.facts.joints import gocoverdir, image_gocoverdir
from bot.facts.words import known
from bot.facts.workload import EnvVar
from bot.model import Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing, otherwise, partly, so
from knowledge.answering.subjects.saying import (
    bare_value,
    certain,
    other_condition,
    pinned,
    quoted,
    same_path,
    unknown_parts,
    when,
)
from knowledge.requests.model import Claim, Subject

_WORDS = (
    "gocoverdir set in pod to is the our we env environment variable container coverage dir directory export"
    " pass have deploys with via when if deployment manifest of it on"
)
_LOCAL = re.compile(r"(?:^|[\s`$])GOCOVERDIR=\S{1,200}\s+(?:\.?/|go\s)|\bexport\s+GOCOVERDIR")
"""A command in a shell: it may be run anywhere."""


@holder(Subject.GOCOVERDIR, Link.RUN, _WORDS)
def coverage_variable(claim: Claim, side: Side) -> Held:
    path, wanted = side.path, bare_value(claim.value)
    entry = gocoverdir(path) or image_gocoverdir(path)
    if any(s.name == "GOCOVERDIR" for event in path.events(SetEnv) for s in event.settings):
        return nothing("`kubectl set env` changes it on the way.")
    if entry is None:
        return _absent(claim, side)
    if entry.value is None or not known(entry.value):
        return nothing(f"{entry.evidence.place} takes it from {_source(entry)}.", entry.evidence)
    place = pinned(path, entry.evidence, entry.value)
    said = f"{place.place} says GOCOVERDIR={quoted(entry.value)}{when(entry.guards)}"
    if wanted in ("set", "export", "pass") or wanted == entry.value or _same(wanted, entry.value):
        other = other_condition(claim, entry.guards)
        return partly(f"{said}: {other}.", place) if other else so(f"{said}.", place)
    if _LOCAL.search(claim.text) or not wanted.startswith("/") or "$" in wanted:
        return nothing(f"{said}; the statement may be about another place.", place)
    return otherwise(f"{said}, not {quoted(wanted)}.", place)


def _absent(claim: Claim, side: Side) -> Held:
    found = certain(side, "gocoverdir-unset")
    if found is None:
        return nothing("No GOCOVERDIR was read, and not everything that may set it.")
    if _LOCAL.search(claim.text):
        return nothing(f"{found.summary} The statement may be about another place.", *found.evidence)
    return otherwise(f"{found.evidence[0].place}: {found.summary}", *found.evidence)


def _same(wanted: str, value: str) -> bool:
    return wanted.startswith("/") and value.startswith("/") and same_path(wanted, value)


def _source(entry: EnvVar | Setting) -> str:
    if isinstance(entry, EnvVar) and entry.value_from:
        return quoted(entry.value_from)
    return unknown_parts(entry.value or "")
