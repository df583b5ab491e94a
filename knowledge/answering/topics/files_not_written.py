"""What went wrong for the asked team: its resolved cases, what stands in the way now, what its files say."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.path import CoveragePath
from bot.model import Certainty, Effect, Evidence, Link, LinkFact, Missing, Status
from bot.rules.registry import all_rules
from knowledge.answering.asking import Ask
from knowledge.answering.comments import Quote, comments_near
from knowledge.answering.folklore import said_by, settling
from knowledge.answering.model import KnownCase, Side, Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import listed, of_rows, places
from knowledge.requests.topics import suspected_rules

MAX_CASES, MAX_QUOTES, MAX_CAUSES = 3, 3, 3
_TELLING = (
    r"\b(?:don'?t|do not|must|need(?:s|ed)?|never|avoid|because|otherwise|instead|fix(?:ed|es)?|issue|bug"
    r"|los[te]s?|work-?around|fail|broken?|breaks?|empty|permission|root|writable|strip|before|flush|race)\b"
)
_CHAIN = (
    (Link.BUILD, "coverage flags"),
    (Link.RUN, "GOCOVERDIR"),
    (Link.VOLUME, "mount path"),
    (Link.VOLUME, "volume"),
    (Link.STOP, "stop"),
    (Link.COLLECT, "copy"),
)


@topic("files-not-written")
def files_not_written(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.side is None:
        return
    cases = _cases(ask, ask.side)
    for place, case in enumerate(cases):
        text = f"{case.summary.rstrip('.')}. Mended: {case.fix.rstrip('.')}. Proven by {case.proven}."
        yield Statement(f"Yes: {text}" if place == 0 and ask.yes_or_no else text, case=case)
    yield from _now(ask.side)
    for quote in _quotes(ask.side.path):
        yield Statement(f"Its files say: “{quote.text}”", (quote.evidence,))
        yield from _settled(ask, quote)
    if not cases:
        reason = "files say how it is now, not what went wrong before, and no resolved case of it is kept"
        yield Missing(f"what the team of {ask.side.name} met on the way", reason)


def _cases(ask: Ask, side: Side) -> list[KnownCase]:
    """The resolved cases of the service that had kept files from being written, newest first."""
    names = {name.lower() for name in (side.name, *side.path.service.aliases)}
    blocking = {rule.id: rule.effect is Effect.BLOCKS for rule in all_rules()}
    own = [c for c in ask.cases if c.service.lower() in names and blocking.get(c.rule, True)]
    return sorted(own, key=lambda case: case.solved_at, reverse=True)[:MAX_CASES]


def _now(side: Side) -> Iterator[Statement]:
    """What stands in the way at this commit, or that nothing does, when that could be told."""
    blocking = [
        cause
        for cause in side.diagnosis.causes
        if cause.effect is Effect.BLOCKS and cause.certainty is not Certainty.POSSIBLE
    ]
    for cause in blocking[:MAX_CAUSES]:
        yield Statement(f"At this commit it has a cause of it: {cause.summary}", places(*cause.evidence))
    if blocking or side.diagnosis.status is Status.INCONCLUSIVE:
        return
    rows = tuple(row for link, name in _CHAIN for row in _first(side.path, link, name))
    if len(rows) == len(_CHAIN):
        text = f"As far as files tell, nothing on the path of {side.name} keeps them from being written"
        yield Statement(f"{text} at this commit: {listed([_value(row) for row in rows])}.", of_rows(rows))


def _value(row: LinkFact) -> str:
    names = {"coverage flags": "built with", "stop": "stopped by", "copy": "copied by", "volume": "volume"}
    value = " ".join(row.value.split())[:90]
    return f"{names.get(row.name, row.name)} {value}"


def _first(path: CoveragePath, link: Link, name: str) -> tuple[LinkFact, ...]:
    return tuple(row for row in path.links.get(link, ()) if row.name == name and row.evidence)[:1]


def _quotes(path: CoveragePath) -> list[Quote]:
    """Comments of its own files beside what the path is read from, that tell of trouble with coverage."""
    near: list[Evidence] = [row.evidence for rows in path.links.values() for row in rows if row.evidence]
    seen: dict[str, Quote] = {}
    for quote in comments_near(path, near, _TELLING, coverage=True):
        seen.setdefault(quote.text, quote)
    return list(seen.values())[:MAX_QUOTES]


def _settled(ask: Ask, quote: Quote) -> Iterator[Statement]:
    """What the experiments say of the folk causes that a comment names."""
    for kind in suspected_rules(quote.text)[1]:
        for proof in settling(kind, ask.proofs)[:2]:
            yield Statement(said_by(proof), proofs=(proof,))
