"""What the coverage files of a place say about this run: symptom, new files, older ones. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.covdata.pods import COUNTER_NAME, META_NAME
from bot.facts.live import FileSeen, PodSeen
from bot.model import Symptom


@dataclass(frozen=True, slots=True)
class Listed:
    """The files of one place before the stop (None: not listed then) and after it.

    `since` is when the first of its pods started: seconds since the epoch by the node's own clock, which
    also dates the files; None where everything in the place is the pod's (emptyDir). `writes` says whether
    the process could write its covmeta: told by the other probes, None where they do not tell.
    """

    before: tuple[FileSeen, ...] | None
    after: tuple[FileSeen, ...]
    since: float | None
    writes: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`sure` False: an older covmeta may be this run's, so META_ONLY and NOTHING cannot be told apart by the
    files. Go's source means to leave a covmeta that is there alone; Go 1.20.14 and 1.26.8 write it again at
    every start."""

    symptom: Symptom
    new: tuple[FileSeen, ...]
    stale: tuple[FileSeen, ...]
    sure: bool = True
    beside: tuple[FileSeen, ...] = ()
    """Every file of earlier runs, covmeta too."""


def judge(listed: Listed) -> Verdict:
    """One place. Files of directories below it do not count."""
    after = [file for file in listed.after if "/" not in file.name]
    before = None if listed.before is None else frozenset(listed.before)
    counters = {file: match[1] for file in after if (match := COUNTER_NAME.fullmatch(file.name))}
    metas = {file: match[1] for file in after if (match := META_NAME.fullmatch(file.name))}
    new = [file for file in counters if _is_new(file, listed, before)]
    hashes = {counters[file] for file in new}
    own = [file for file, tag in metas.items() if tag in hashes or _in_time(file, listed)]
    rest = [f for f in after if f not in counters and f not in metas and _is_new(f, listed, before)]
    fresh = frozenset(new)
    stale = tuple(file for file in counters if file not in fresh and not _in_time(file, listed))
    whole = bool(hashes & set(metas.values()))
    symptom, sure = _symptom(bool(new), whole, bool(own), bool(metas), listed.writes)
    if symptom is Symptom.META_ONLY and not own:
        own = list(metas)
    beside = (*(file for file in metas if file not in own), *stale)
    return Verdict(symptom, (*own, *new, *rest), stale, sure, beside)


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """All places of a workload: counters of one pod and the covmeta of another are two pods' stories, so the
    best that any of them came to counts."""
    order = (Symptom.BOTH, Symptom.COUNTERS_ONLY, Symptom.META_ONLY, Symptom.NOTHING)
    best = min((verdict.symptom for verdict in verdicts), key=order.index)
    new = tuple(file for verdict in verdicts for file in verdict.new)
    stale = tuple(file for verdict in verdicts for file in verdict.stale)
    sure = any(verdict.sure and verdict.symptom is best for verdict in verdicts)
    return Verdict(best, new, stale, sure)


def nested_files(listed: Listed) -> tuple[FileSeen, ...]:
    """New coverage files one level below the place."""
    before = None if listed.before is None else frozenset(listed.before)
    return tuple(file for file in listed.after if "/" in file.name and _is_new(file, listed, before))


def can_write(pod: PodSeen) -> bool | None:
    """Whether a pod's process could write its covmeta at its start; None: the probes do not tell."""
    unset = pod.process is not None and pod.process.environment_read and not pod.process.gocoverdir
    blocked = pod.directory is not None and pod.directory.writable is False
    if unset or blocked or pod.first_coverage_lines or (pod.binary and pod.binary.rule):
        return False
    proven = pod.binary is not None and pod.binary.hook
    return True if proven and pod.directory is not None and pod.directory.writable else None


def all_write(pods: Sequence[PodSeen]) -> bool | None:
    """The same for all pods of a place: True when one could, False when none could."""
    found = [can_write(pod) for pod in pods]
    if True in found:
        return True
    return None if None in found or not found else False


def _symptom(new: bool, whole: bool, own: bool, older: bool, writes: bool | None) -> tuple[Symptom, bool]:
    """`whole`: there is a covmeta of new counters; `own`: a covmeta of this run; `older`: any covmeta."""
    if new:
        return (Symptom.BOTH if whole else Symptom.COUNTERS_ONLY), True
    if own:
        return Symptom.META_ONLY, True
    if older and writes is not False:
        return (Symptom.META_ONLY, True) if writes else (Symptom.NOTHING, False)
    return Symptom.NOTHING, True


def _is_new(file: FileSeen, listed: Listed, before: frozenset[FileSeen] | None) -> bool:
    """Not there before the stop, or another file by now; without a list from before, by its date."""
    return _in_time(file, listed) and (before is None or file not in before)


def _in_time(file: FileSeen, listed: Listed) -> bool:
    return listed.since is None or file.modified >= listed.since
