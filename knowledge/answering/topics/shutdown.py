"""How the program ends: SIGTERM in main, how the run stops the pod, and how long it waits."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.build import CodeFact, MainPackage
from bot.facts.joints import stops
from bot.facts.order import DEFAULT_GRACE, grace_seconds
from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Link, LinkFact, Missing
from knowledge.answering.asking import Ask, Point
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, listed, of_rows, places, under_row

_WORDS = (
    r"shut-?\s?down|sig(?:term|int|kill)|signal[\s-]?handl|handl\w* (?:\w+ ){0,2}signals?\b|graceful|flush"
    r"|grace period|terminat|scal\w+.{0,20}\b0\b|\bstop"
)
_CHANGE = r"\b(?:modif|chang|adapt|adjust|rewrit|extend|special|custom|extra|add)"


@topic("shutdown", Link.STOP, words=_WORDS)
def shutdown(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is not None:
        yield from _code(ask, ask.path)
        yield from _stopped(ask)
        yield from _grace(ask.path)
        yield from ask.yours(_point)
        if ask.says(r"\benough\b|\bhow long\b|\bseconds\b|\btime-?\s?out"):
            yield from _takes(ask.path)
    yield from ask.shown("whether a handled SIGTERM is enough", "sigterm-handled", "sigterm-unhandled")


def _code(ask: Ask, path: CoveragePath) -> Iterator[Statement | Missing]:
    main = path.main
    if main is None or main.handles_sigterm is None:
        reason = main.reason_unknown if main is not None else None
        gap = ask.gap("whether main handles SIGTERM", Link.STOP)
        yield Missing(gap.what, reason or gap.reason, Link.STOP, True, main.evidence if main else None)
        return
    place = main.directory or "package main"
    handlers = _facts(main, "signal-handler")
    if main.handles_sigterm:
        text = f"{place} handles {listed([fact.value for fact in handlers[:2]]) or 'SIGTERM'}"
    else:
        text = f"{place} does not handle SIGTERM"
    evidence = places(*(fact.evidence for fact in handlers), main.evidence)
    calls = _facts(main, "coverage-api", "set-gocoverdir")
    if ask.says(_CHANGE):
        yield from _changed(ask, main, text, calls)
    else:
        yield Statement(ask.open(main.handles_sigterm, f"{text}."), evidence)
    for fact in _facts(main, "no-return", "hard-exit")[:2]:
        yield Statement(f"It ends otherwise here: {code(fact.value)}.", places(fact.evidence))


def _changed(ask: Ask, main: MainPackage, text: str, calls: list[CodeFact]) -> Iterator[Statement | Missing]:
    """Whether the code that ends the program holds something for coverage."""
    handlers = tuple(fact.evidence for fact in _facts(main, "signal-handler"))
    if calls:
        words = listed([code(fact.value) for fact in calls[:3]])
        text = f"{text}, and holds code for coverage: {words}."
        begin = "Yes: " if ask.yes_or_no else ""
        yield Statement(begin + text, places(*(fact.evidence for fact in calls), *handlers))
        return
    text = f"{text} and calls nothing of runtime/coverage."
    begin = "No code for coverage in main at this commit: " if ask.yes_or_no else "At this commit "
    yield Statement(begin + text, places(*handlers, main.evidence))
    reason = "one commit says what is, not what was changed"
    yield Missing("whether the code was changed for it before", reason, Link.STOP, needed=False)


def _takes(path: CoveragePath) -> Iterator[Statement | Missing]:
    """How long the program may take to end, as far as it says so itself."""
    found = _facts(path.main, "shutdown-timeout") if path.main is not None else []
    for fact in found[:2]:
        yield Statement(f"main allows its shutdown {fact.value} s.", places(fact.evidence))
    if not found:
        reason = "main sets itself no limit that was read; a live run measures it"
        yield Missing("how long the program takes to end", reason, Link.STOP)


def _facts(main: MainPackage, *kinds: str) -> list[CodeFact]:
    return [fact for fact in main.code if fact.kind in kinds]


def _stopped(ask: Ask) -> Iterator[Statement | Missing]:
    every, waits = ask.rows(Link.STOP, "stop"), ask.rows(Link.STOP, "wait")
    rows = [row for row in every if known(row.value) and " " in row.value]
    if not rows:
        reason = "no stop was found in what was read"
        reason = "whom it stops is not named, or named at run time" if every else reason
        yield Missing(
            "how the run stops the pod", reason, Link.STOP, evidence=every[0].evidence if every else None
        )
        return
    kept = rows[:2]
    same = len({row.condition for row in kept}) == 1
    words = [_stop(row) + ("" if same else under_row(row)) for row in kept]
    text = f"The run stops the pod by {listed(words)}{under_row(rows[0]) if same else ''}"
    if waits:
        text += f", then waits: {listed([_wait(row) for row in waits[:3]])}"
    yield Statement(f"{text}.", of_rows((*kept, *waits[:3])))


_STOPS = {
    "scale": "scaling {} to 0",
    "delete-pod": "deleting the pod {}",
    "delete-workload": "deleting {}",
    "delete-namespace": "deleting the namespace {}",
    "helm-uninstall": "helm uninstall of {}",
    "rollout-restart": "a rollout restart of {}",
    "kill": "a kill in {}",
}


def _stop(row: LinkFact) -> str:
    method, _, target = row.value.partition(" ")
    target, forced = target.removesuffix("force").strip(), target.split(" ")[-1] == "force"
    words = _STOPS.get(method, f"{method} of {{}}").replace("{}", code(target) if target else "it")
    return f"{words} by force" if forced else words


def _point(path: CoveragePath) -> Point | None:
    """What the run does between the stop of the pod and what comes after."""
    rows = path.links.get(Link.STOP, ())
    stopped = [row for row in rows if row.name == "stop" and known(row.value)]
    waits = [row for row in rows if row.name == "wait"]
    if not stopped:
        return None
    words = f"after the stop the run waits: {listed([_wait(row) for row in waits[:3]])}"
    return Point(
        words if waits else "after the stop the run waits for nothing", of_rows([*stopped[:1], *waits[:3]])
    )


def _wait(row: LinkFact) -> str:
    method, _, seconds = row.value.partition(" ")
    words = {"deleted": "until no pod is left", "sleep": "a sleep", "scaled": "until 0 replicas are reported"}
    limit = f" of {seconds}" if method == "sleep" else f" (at most {seconds})"
    return words.get(method, method) + (limit if seconds else "")


def _grace(path: CoveragePath) -> Iterator[Statement]:
    workload = path.workload
    own = next((stop for stop in stops(path) if stop.grace_seconds is not None), None)
    seconds = grace_seconds(path, own)
    if workload is None or seconds is None or Link.RUN in path.guessed:
        return
    if own is not None:
        yield Statement(f"The stop gives the pod {seconds} s to end before SIGKILL.", places(own.evidence))
    elif workload.grace_seconds is not None:
        text = f"The pod has {seconds} s to end before SIGKILL (terminationGracePeriodSeconds)."
        yield Statement(text, places(workload.grace_seconds.evidence))
    elif not workload.unread:
        text = f"The manifest sets no terminationGracePeriodSeconds, so the pod has {DEFAULT_GRACE} s to end."
        yield Statement(text, places(workload.evidence))
