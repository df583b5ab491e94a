"""What stays open after a live run: gaps that the run settled are no longer needed, others are new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.facts.live import Live, PodSeen
from bot.model import LINKS, Effect, Finding, Link, Missing, Symptom

PROVES = {
    Symptom.BOTH: LINKS[: LINKS.index(Link.STOP) + 1],
    Symptom.META_ONLY: LINKS[: LINKS.index(Link.VOLUME) + 1],
    Symptom.COUNTERS_ONLY: LINKS[: LINKS.index(Link.RUN) + 1],
}
"""The links that worked when such files were written."""
STUCK = ("FailedScheduling", "FailedMount", "FailedCreate", "FailedAttachVolume", "FailedCreatePodSandBox")


def open_ends(
    gaps: Iterable[Missing], kept: Iterable[Finding], live: Live, *, with_files: bool
) -> list[Missing]:
    """The gaps that forbid CLEAR and those that do not; `with_files`: a repo was read.

    An empty result that no cause explains is a gap of its own.
    """
    blocking = [finding for finding in kept if finding.effect is Effect.BLOCKS]
    symptom = live.files.symptom if live.files is not None else None
    settled = [_settle(gap, symptom, with_files) for gap in gaps]
    return [*settled, *_of_the_run(live, symptom, blocking)]


def _settle(gap: Missing, symptom: Symptom | None, with_files: bool) -> Missing:
    if symptom is None or not gap.needed:
        return gap
    proved = gap.link in PROVES.get(symptom, ())
    if symptom is Symptom.BOTH:
        # the team's own collection is judged only where its files were read
        proved = proved or gap.link is None or not with_files
    return replace(gap, needed=False) if proved else gap


def _of_the_run(live: Live, symptom: Symptom | None, blocking: list[Finding]) -> Iterator[Missing]:
    yield from _not_started(live, blocking)
    if live.scaled_back is not None:
        reason = f"{live.scaled_back} scaled it up again during the run"
        yield Missing(f"the stop of {live.target}", reason, Link.STOP, symptom is not Symptom.BOTH)
    if live.files is None and not any(gap.needed for gap in live.missing):
        reason = "the run has collected none" if live.stopped else "it was not stopped"
        yield Missing("the files after the stop", reason, Link.COLLECT)
    if symptom not in (None, Symptom.BOTH) and not blocking:
        yield Missing(f"why {_words(symptom)}", "nothing that was read or seen explains it", Link.RUN)


def _words(symptom: Symptom | None) -> str:
    if symptom is Symptom.META_ONLY:
        return "covmeta was written and no covcounters"
    if symptom is Symptom.COUNTERS_ONLY:
        return "covcounters were written and no covmeta"
    return "nothing was written"


def _not_started(live: Live, blocking: list[Finding]) -> Iterator[Missing]:
    """Pods that do not start, where no cause says why."""
    if any(finding.observations for finding in blocking):
        return
    stuck = [pod for pod in live.pods if pod.waiting is not None or pod.phase == "Pending"]
    events = [event for event in live.events if event.reason in STUCK]
    if not stuck and (live.pods or not events):
        return
    reason = _why_waiting(stuck[0]) if stuck and stuck[0].waiting else ""
    said = events[-1] if events and (not reason or stuck[0].waiting == "ContainerCreating") else None
    if said is not None:
        reason = f"{said.reason}: {said.message}"
    yield Missing(
        f"how {live.service} runs", f"it does not start: {reason or 'its pod is Pending'}", Link.RUN
    )


def _why_waiting(pod: PodSeen) -> str:
    last = f", it ended with exit code {pod.last.exit_code}" if pod.last is not None else ""
    line = next((line.strip() for line in reversed(pod.crash_lines) if line.strip()), "")
    said = pod.waiting_message or line
    return f"{pod.waiting}{last}" + (f": {said[:160]}" if said else "")
