"""The fact `FilesSeen` of a run: what all places together say, and what the copies hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bot.cluster.copying import Copies
from bot.cluster.places import LAYER, Place
from bot.cluster.verdict import Verdict, together
from bot.covdata.pods import COUNTER_NAME, find_pods
from bot.covdata.problems import DataError, Problem
from bot.covdata.profile import load
from bot.facts.live import DataProblem, FileSeen, FilesSeen
from bot.model import Observation, Symptom
from bot.redact import redact

MOST_PROBLEMS = 30
ARTEFACTS = (Symptom.NOTHING, Symptom.META_ONLY)
"""Symptoms that are told by the listing; the copies of new files only repeat them."""

TOGETHER = frozenset({"mixed-builds", "mixed-covermode", "counters-truncated", "counters-renamed"})
"""Causes that files of an earlier run bring to a report."""


class Seen(Protocol):
    """A place and what was found there; None: it could not be read."""

    @property
    def place(self) -> Place: ...
    @property
    def verdict(self) -> Verdict | None: ...


def files_seen(sites: Sequence[Seen], copies: Copies, pods: int) -> FilesSeen | None:
    """One fact for all places; None when none could be read. `pods` is how many pods were stopped."""
    read = [site.verdict for site in sites if site.verdict is not None]
    lost = [site.place for site in sites if site.place.kind == LAYER]
    if not read and (len(lost) < len(sites)):
        return None
    verdict = together(read) if read else Verdict(Symptom.NOTHING, (), ())
    problems = (
        *_lost(lost),
        *_short(verdict, pods),
        *_unsure(verdict),
        *copies.problems,
        *_in_copies(copies),
        *_with_earlier(copies),
    )
    where = "; ".join(site.place.where for site in sites[:5]) or "nowhere: GOCOVERDIR is not set"
    return FilesSeen(
        volume=sites[0].place.kind if sites else "",
        where=where,
        symptom=verdict.symptom,
        new=verdict.new,
        stale=verdict.stale,
        folder=str(copies.folder) if copies.folders else None,
        problems=tuple(dict.fromkeys(problems))[:MOST_PROBLEMS],
        seen=_observed(where, verdict),
        sure=verdict.sure,
    )


def _lost(places: Sequence[Place]) -> list[DataProblem]:
    return [
        DataProblem(
            "gocoverdir-not-mounted", f"{place.where}: no volume is mounted there, so files go with it"
        )
        for place in places[:3]
    ]


def _short(verdict: Verdict, pods: int) -> list[DataProblem]:
    """Fewer new counter files than pods: some pod wrote none."""
    counters = sum(1 for file in verdict.new if COUNTER_NAME.fullmatch(file.name))
    if 0 < counters < pods:
        return [DataProblem(None, f"{pods} pods were stopped, but only {counters} wrote counters")]
    return []


def _unsure(verdict: Verdict) -> list[DataProblem]:
    if verdict.sure:
        return []
    text = "an older covmeta lies there: whether this run's process wrote its own cannot be told by the files"
    return [DataProblem(None, text)]


def _in_copies(copies: Copies) -> list[DataProblem]:
    """What is strange about the copied files."""
    if not copies.folder.is_dir():
        return []
    folders = copies.folders or [copies.folder]
    try:
        found = find_pods(folders)
        problems = found.problems
        if found.symptom is Symptom.BOTH:
            problems = load(folders).problems
    except DataError as error:
        problems = error.problems
    return [_plain(problem, copies.folder) for problem in problems if _tells(problem)]


def _with_earlier(copies: Copies) -> list[DataProblem]:
    """What is wrong with this run's files and those of earlier runs together, as a report over the whole
    directory meets it; each alone may be whole."""
    earlier = copies.earlier
    if not earlier:
        return []
    try:
        problems = load([*copies.folders, *earlier]).problems
    except DataError as error:
        problems = error.problems
    return [_plain(problem, copies.folder) for problem in problems if problem.rule in TOGETHER]


def _tells(problem: Problem) -> bool:
    return problem.rule == "collect-nested" or problem.symptom not in ARTEFACTS


def _plain(problem: Problem, folder: Path) -> DataProblem:
    """Without the paths of this machine."""
    return DataProblem(
        problem.rule, redact(problem.text.replace(f"{folder}/", "").replace(str(folder), "the copies"))
    )


def _observed(where: str, verdict: Verdict) -> Observation:
    count = len(verdict.new)
    older = f", {len(verdict.stale)} older counter files" if verdict.stale else ""
    text = f"{verdict.symptom.value}: {count} new coverage file{'' if count == 1 else 's'} in {where}{older}"
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Observation("files", where[:200], redact(text)[:500], at, redact(_names(verdict.new)))


def _names(files: Sequence[FileSeen]) -> str:
    return "\n".join(file.name[:200].encode("ascii", "backslashreplace").decode() for file in files[:6])
