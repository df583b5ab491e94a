"""From a path and its diagnosis to the answer people read."""

from __future__ import annotations

import re

from bot.facts.path import CoveragePath
from bot.model import (
    LINKS,
    Certainty,
    Diagnosis,
    Effect,
    Evidence,
    Link,
    Missing,
    Status,
)
from bot.render.answer import Answer, CauseView, EvidenceRow, LinkView, Mark

_WORD = re.compile(r"[\w./-]+")


def build_answer(path: CoveragePath, diagnosis: Diagnosis) -> Answer:
    """The answer to a check: verdict, path picture, causes with their evidence."""
    return Answer(
        service=path.service.name,
        repo=path.repo,
        headline=headline(path.service.name, path.repo.short, diagnosis),
        links=tuple(LinkView(link, mark(path, diagnosis, link), path.links.get(link, ())) for link in LINKS),
        causes=tuple(_view(number, diagnosis) for number in range(len(diagnosis.causes))),
        not_causes=diagnosis.not_causes,
        missing=diagnosis.missing,
        conditions=tuple(dict.fromkeys(guard.text for guard in path.switches)),
        diagnosis=diagnosis,
        files=tuple(dict.fromkeys(name for names in path.service.files.values() for name in names)),
    )


def headline(service: str, commit: str, diagnosis: Diagnosis) -> str:
    """The verdict in one line: what a lead reads."""
    return f"{service} @ {commit} · {verdict(diagnosis)}"


def verdict(diagnosis: Diagnosis) -> str:
    """What the diagnosis says about the figure, no surer than its first cause."""
    if diagnosis.status is Status.CLEAR:
        return "nothing on the path stands in the way of coverage"
    if diagnosis.status is Status.INCONCLUSIVE:
        count = sum(gap.needed for gap in diagnosis.missing)
        things = "1 thing" if count == 1 else f"{count} things"
        if diagnosis.causes:
            return "no cause is certain; see what is possible and what was not checked"
        return f"no cause found, but {things} could not be checked"
    first = diagnosis.causes[0]
    surely = "will" if first.certainty is Certainty.CERTAIN else "will probably"
    if first.effect is Effect.BLOCKS:
        return f"coverage {surely} come out EMPTY"
    return f"coverage {surely} come out WRONG or PARTIAL"


def mark(path: CoveragePath, diagnosis: Diagnosis, link: Link) -> Mark:
    """How a link stands: broken by a sure cause, weak by a lesser one, unknown, or ok."""
    here = [c for c in (*diagnosis.causes, *diagnosis.folded) if c.link is link]
    sure = [c for c in here if c.certainty is not Certainty.POSSIBLE]
    if any(c.effect is Effect.BLOCKS for c in sure):
        return Mark.BROKEN
    if here:
        return Mark.WEAK
    if not path.links.get(link) or any(_about(gap, link) for gap in diagnosis.missing):
        return Mark.UNKNOWN
    return Mark.OK


def _about(gap: Missing, link: Link) -> bool:
    return gap.needed and gap.link is link


def _view(number: int, diagnosis: Diagnosis) -> CauseView:
    cause = diagnosis.causes[number]
    names = names_in(cause.summary)
    rows = tuple(_row(evidence, names) for evidence in cause.evidence)
    consequences = tuple(f.summary for f in diagnosis.folded if f.rule in cause.explains)
    return CauseView(cause, rows, consequences, _same_lines_as(number, diagnosis))


def _same_lines_as(number: int, diagnosis: Diagnosis) -> int | None:
    """The first earlier cause of the same effect that rests on mostly the same lines as this one."""
    cause = diagnosis.causes[number]
    places = {(e.path, e.line) for e in cause.evidence}
    for position, earlier in enumerate(diagnosis.causes[:number], 1):
        shared = places & {(e.path, e.line) for e in earlier.evidence}
        if earlier.effect is cause.effect and 2 * len(shared) > len(places):
            return position
    return None


def _row(evidence: Evidence, names: frozenset[str]) -> EvidenceRow:
    offset, text = telling_line(evidence.excerpt, names)
    return EvidenceRow(f"{evidence.path}:{evidence.line + offset}", text, evidence.url, evidence)


def names_in(summary: str) -> frozenset[str]:
    """The words of a sentence that name something in a file: `/coverdata`, `control-plane`."""
    words = (word.strip(".-") for word in _WORD.findall(summary))
    return frozenset(word for word in words if len(word) > 2 and ("/" in word or "-" in word))


def telling_line(excerpt: str, names: frozenset[str] = frozenset()) -> tuple[int, str]:
    """The line of an excerpt that holds most of `names`, with its offset in lines.

    Without any of them, the first line that says something: no bracket, no comment.
    """
    lines = [(number, line.strip()) for number, line in enumerate(excerpt.split("\n")) if line.strip()]
    said = [(number, line) for number, line in lines if sum(map(str.isalnum, line)) >= 3]
    code = [(number, line) for number, line in said if not line.startswith(("//", "#"))]
    return max(code or said or lines, key=lambda line: sum(n in line[1] for n in names), default=(0, ""))
