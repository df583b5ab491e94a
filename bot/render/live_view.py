"""What a live run came to, ready for any medium: the verdict, the figures, what was stopped and put back.

Terminal and Slack only lay this out. Everything quoted (names, logs, observations) is shown as data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.covdata.summary import Row, Summary, largest_packages, shown_percent, worst_files
from bot.facts.live import Live, PodSeen
from bot.facts.path import CoveragePath
from bot.model import Diagnosis, Effect, Link, Observation, Status, Symptom
from bot.render.answer import Answer, Mark
from bot.render.build import build_answer

BAR = 10
STAYING = ("hostPath", "persistentVolumeClaim")
"""Volumes whose files outlive the pod."""
WORST = 5
SYMPTOMS = {
    Symptom.NOTHING: "The process left neither covmeta nor covcounters where it was looked for.",
    Symptom.META_ONLY: "There is covmeta and no covcounters: coverage began, and was not written at the end.",
    Symptom.COUNTERS_ONLY: "There are covcounters and no covmeta: the directory came after the start.",
    Symptom.BOTH: "There are covmeta and covcounters: the process wrote its coverage.",
}
_EMPTY = {
    Symptom.NOTHING: "coverage came out EMPTY: no file was written",
    Symptom.META_ONLY: "coverage came out EMPTY: covmeta without covcounters",
    Symptom.COUNTERS_ONLY: "coverage came out EMPTY: covcounters without covmeta",
}

_PROVEN = {
    Symptom.BOTH: (Link.BUILD, Link.IMAGE, Link.RUN, Link.VOLUME, Link.STOP),
    Symptom.META_ONLY: (Link.BUILD, Link.IMAGE, Link.RUN, Link.VOLUME),
}
"""The links that files of a kind came through."""


class ResultLike(Protocol):
    """What is read of a `bot.live.LiveResult`."""

    @property
    def run_id(self) -> str: ...
    @property
    def started(self) -> float: ...
    @property
    def folder(self) -> str | None: ...
    @property
    def live(self) -> Live: ...
    @property
    def path(self) -> CoveragePath: ...
    @property
    def diagnosis(self) -> Diagnosis: ...
    @property
    def coverage(self) -> Summary | None: ...
    @property
    def commit(self) -> str | None: ...
    @property
    def seconds(self) -> float: ...


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A package or a file with its figure: `bar` is BAR characters wide, `percent` as Go writes it."""

    path: str
    bar: str
    percent: str
    statements: int
    uncovered: int


@dataclass(frozen=True, slots=True)
class LiveView:
    """A run in the order in which it is read. `answer` holds causes, path picture and what is missing.

    `packages` stand the largest first, `worst` are the files with most statements that never ran;
    `done` says a line each what was stopped, how it ended and what was put back; `observations` are all
    of the run.
    """

    headline: str
    symptom: str | None
    where: str
    answer: Answer
    packages: tuple[CoverageRow, ...]
    worst: tuple[CoverageRow, ...]
    done: tuple[str, ...]
    observations: tuple[Observation, ...]
    duration: str


def live_view(result: ResultLike) -> LiveView:
    """The view of a run."""
    live, summary = result.live, result.coverage
    symptom = result.diagnosis.symptom
    packages = largest_packages(summary, len(summary.packages)) if summary else ()
    return LiveView(
        headline=live_headline(live.service, result.commit, result.diagnosis, summary),
        symptom=SYMPTOMS[symptom] if symptom else None,
        where=f"{live.target} in namespace {live.namespace} on {live.cluster}",
        answer=_proven(build_answer(result.path, result.diagnosis)),
        packages=rows_of([row for row in packages if row.statements]),
        worst=rows_of(worst_files(summary, WORST)) if summary else (),
        done=tuple(what_was_done(live)),
        observations=live.observations,
        duration=spoken_seconds(result.seconds),
    )


def _proven(answer: Answer) -> Answer:
    """The answer with the links whole that the files of this run prove, also where no repo was read."""
    symptom = answer.diagnosis.symptom
    if symptom not in _PROVEN:
        return answer
    links = tuple(
        replace(view, mark=Mark.OK) if view.mark is Mark.UNKNOWN and view.link in _PROVEN[symptom] else view
        for view in answer.links
    )
    return replace(answer, links=links)


def live_headline(service: str, commit: str | None, diagnosis: Diagnosis, summary: Summary | None) -> str:
    """The verdict in one line: the figure, or that there is none."""
    about = f"{service} @ {commit[:7]}" if commit else service
    return f"{about} · {_verdict(diagnosis, summary)}"


def _verdict(diagnosis: Diagnosis, summary: Summary | None) -> str:
    symptom = diagnosis.symptom
    if symptom is None:
        return "the run did not show whether coverage is written"
    if symptom is not Symptom.BOTH:
        return _EMPTY[symptom] + ("" if diagnosis.causes else "; no cause was found")
    if summary is None or summary.percent is None:
        return "coverage was written and gives no figure"
    said = f"coverage {shown_percent(summary.percent)} of {summary.statements:,} statements"
    if diagnosis.status is not Status.FOUND:
        return said
    if diagnosis.causes[0].effect is Effect.BLOCKS:
        return f"the pod writes its coverage ({shown_percent(summary.percent)}), but it does NOT reach you"
    return f"{said}, but WRONG or PARTIAL"


def bar(covered: int, statements: int, width: int = BAR) -> str:
    """A bar of eighths of a block; full only when all ran, empty only when nothing did."""
    if statements <= 0:
        return " " * width
    eighths = covered * width * 8 // statements
    if 0 < covered < statements:
        eighths = min(max(eighths, 1), width * 8 - 1)
    full, rest = divmod(eighths, 8)
    partial = " ▏▎▍▌▋▊▉"[rest] if rest else ""
    return ("█" * full + partial).ljust(width, "░")


def rows_of(rows: Sequence[Row]) -> tuple[CoverageRow, ...]:
    """Figures with their bars, in the same order."""
    return tuple(
        CoverageRow(
            row.path,
            bar(row.covered, row.statements),
            shown_percent(row.percent),
            row.statements,
            row.uncovered,
        )
        for row in rows
    )


def what_was_done(live: Live) -> list[str]:
    """What the run stopped, how each pod ended, and what was put back; a line each."""
    lines = [] if live.stopped else ["Nothing was stopped."]
    lines += [_end(pod) for pod in live.pods if pod.stop is not None]
    if live.scaled_back:
        lines.append(f"Scaled up again during the run by {live.scaled_back}.")
    return [*lines, *live.restored, *_left(live)]


def _left(live: Live) -> list[str]:
    """That the files of this run stay where they outlive the pod: a later figure counts them too."""
    files = live.files
    if files is None or not files.new or files.volume not in STAYING:
        return []
    count = len(files.new)
    return [f"The {count} file{'s' * (count != 1)} of this run stay{'s' * (count == 1)} in {files.where}."]


def _end(pod: PodSeen) -> str:
    assert pod.stop is not None
    said = f"{pod.name} was stopped: ended after {pod.stop.seconds:.1f} s of {pod.stop.grace} s grace"
    ended = pod.stop.ended
    if ended is None:
        return f"{said}, how is not known."
    signal = f", signal {ended.signal}" if ended.signal else ""
    reason = f" ({ended.reason}{signal})" if ended.reason else signal
    return f"{said}, with exit code {ended.exit_code}{reason}."


def spoken_seconds(seconds: float) -> str:
    """`48 s`, `2 min 5 s`."""
    whole = max(round(seconds), 0)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"
