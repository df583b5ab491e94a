"""How the process is stopped before the files are taken: by a command or by the API, it is the same act."""

from __future__ import annotations

import re

from bot.facts.events import Stop
from bot.facts.joints import stops
from bot.facts.path import CoveragePath
from bot.model import Evidence, Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing, otherwise, partly, so
from knowledge.answering.subjects.saying import certain, keyed, quoted, when
from knowledge.requests.model import Claim, Subject

_WORDS = (
    "graceful gracefully shutdown shut down scale scaled scaling to zero sigterm kubectl deployment deploy"
    " delete pod pods stop stopped method the is we our it via replicas with by signal handled"
)
_DONE = {
    "scale": "scales it to 0",
    "delete-pod": "deletes its pod",
    "delete-workload": "deletes the workload",
    "delete-namespace": "deletes the namespace",
    "helm-uninstall": "uninstalls the chart",
    "rollout-restart": "restarts the rollout",
    "kill": "sends a signal",
}
_ASKED = (("scale", r"\bscal(?:e|ed|ing)\b"), ("delete-pod", r"\bdelete pods?\b"))


@holder(Subject.SHUTDOWN, Link.STOP, _WORDS)
def shutdown(claim: Claim, side: Side) -> Held:
    method = next((name for name, pattern in _ASKED if re.search(pattern, claim.value.lower())), None)
    graceful = re.search(r"graceful|sigterm", claim.text, re.IGNORECASE) is not None
    found = stops(side.path)
    if method is None:
        return _graceful(side, found) if graceful else nothing("The statement names no way of stopping.")
    fitting = [stop for stop in found if stop.method == method]
    if not fitting:
        return _none(claim, side, method, found)
    text, places = _said(fitting[0], claim), [fitting[0].evidence]
    if fitting[0].force:
        return partly(f"{text}, by force.", *places)
    if graceful:
        handled, place = _handler(side.path)
        if handled is not True or place is None:
            return partly(f"{text}; that SIGTERM is handled was not read.", *places)
        return so(f"{text}, and {place.place} handles SIGTERM.", *places, place)
    return so(f"{text}.", *places)


def _said(stop: Stop, claim: Claim) -> str:
    text = f"{stop.evidence.place} {_DONE[stop.method]}{when(stop.guards)}"
    by_api = "kubectl" in claim.value and stop.via != "kubectl" and "kubectl" not in stop.evidence.excerpt
    return f"{text}, through the API rather than kubectl" if by_api else text


def _none(claim: Claim, side: Side, method: str, found: tuple[Stop, ...]) -> Held:
    """Nothing in the run does just that."""
    never = certain(side, "never-stopped")
    if never is not None and keyed(claim):
        return otherwise(never.summary, *never.evidence)
    if not found:
        return nothing("Nothing in the run that was read stops the service; it may be done by hand.")
    stop = found[0]
    said = f"{stop.evidence.place} {_DONE.get(stop.method, stop.method)}{when(stop.guards)}"
    if keyed(claim) and all(each.target is not None and each.method in _DONE for each in found):
        return otherwise(f"{said}; nothing {_asked(method)}.", *(each.evidence for each in found[:4]))
    return nothing(f"{said}; the statement may be about a stop by hand.", stop.evidence)


def _asked(method: str) -> str:
    return _DONE[method].replace("its pod", "the pod").replace("it to", "the workload to")


def _graceful(side: Side, found: tuple[Stop, ...]) -> Held:
    handled, place = _handler(side.path)
    if handled is None or place is None:
        return nothing("Whether the program handles SIGTERM was not read.")
    if handled is False:
        unhandled = certain(side, "no-signal-handler")
        if unhandled is None:
            return nothing("No handler of SIGTERM was read.", place)
        return otherwise(unhandled.summary, *unhandled.evidence)
    if not found:
        text = f"{place.place} handles SIGTERM; nothing in the run that was read stops the service."
        return partly(text, place)
    said = f"{place.place} handles SIGTERM, and {quoted(_said(found[0], _NO_CLAIM))}"
    if found[0].force or found[0].method == "kill":
        return partly(f"{said}.", place, found[0].evidence)
    return so(f"{said}.", place, found[0].evidence)


_NO_CLAIM = Claim(Subject.SHUTDOWN, "", "", 0)


def _handler(path: CoveragePath) -> tuple[bool | None, Evidence | None]:
    """Whether package main handles SIGTERM, and the line that does (or the package's)."""
    if path.main is None:
        return None, None
    handlers = [fact.evidence for fact in path.main.code if fact.kind == "signal-handler"]
    return path.main.handles_sigterm, handlers[0] if handlers else path.main.evidence
