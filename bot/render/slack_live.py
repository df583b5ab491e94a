"""A live run in Slack: the plan that is confirmed, the run under way, and what it came to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from bot.errors import CovcheckError
from bot.render.blocks import (
    Block,
    Button,
    Confirm,
    Post,
    Span,
    bullets,
    buttons,
    code,
    header,
    pack,
    paragraph,
    styled,
)
from bot.render.feedback import feedback_buttons
from bot.render.live_view import CoverageRow, LiveView
from bot.render.plain import cut, one_line
from bot.render.slack import (
    DETAILS,
    LIVE_AGAIN,
    LIVE_CANCEL,
    LIVE_RUN,
    also_blocks,
    cause_blocks,
    fact_blocks,
    gap_blocks,
    not_cause_blocks,
    patch_name,
    picture,
    seen_row,
    sentence,
    unchecked_blocks,
)

SHOWN_PACKAGES = 12
MOST_PACKAGES = 400
MOST_SEEN = 60
_NAME = 64
_CHUNK = 3_600
_MOST_LINES = 80


def plan_posts(
    lines: Sequence[str], plan_id: str, subject: str, stops: str | None, minutes: int
) -> tuple[Post, ...]:
    """The dry run with its buttons on the first message; very long plans go on in further ones.

    `subject` names service and workload, `stops` is what the confirmation dialog says will be stopped;
    None: it cannot be carried out, and only a new plan is offered.
    """
    title = f"Plan of a live run: {subject}"
    shown = [cut(one_line(line), 500) for line in lines[:_MOST_LINES]]
    blocks = [header(title), *bullets([styled(line) for line in shown if line])]
    if len(lines) > len(shown):
        blocks.append(paragraph(Span(f"and {len(lines) - len(shown)} more lines", italic=True)))
    said = "Nothing is stopped yet. " + (
        f"The plan holds for {minutes} minutes." if stops else "It cannot be carried out as things are."
    )
    blocks.append(paragraph(Span(said, italic=True)))
    row = _decide(plan_id, stops) if stops else _again("Plan anew", plan_id)
    return pack(f"{title}. {' '.join(map(sentence, shown))}", blocks, last=row)


def _decide(plan_id: str, stops: str) -> Block:
    dialog = Confirm("Stop it now?", stops, "Stop and run it")
    run = Button("Stop and run it", LIVE_RUN, plan_id, style="danger", confirm=dialog)
    return buttons(run, Button("Cancel", LIVE_CANCEL, plan_id))


def running_post(subject: str, by: str | None, progress: str = "") -> Post:
    """The message while the run is under way; it has no buttons."""
    said = f"Running {one_line(subject)} …"
    spans = [Span(said), *([Span(f"\n{cut(one_line(progress), 500)}", italic=True)] if progress else [])]
    if by is not None:
        spans += [Span("\nConfirmed by "), Span(by, person=by)]
    return pack(f"{said} {cut(one_line(progress), 500)}".strip(), [paragraph(*spans)])[0]


def over_post(said: str, plan_id: str, by: str | None = None) -> Post:
    """A plan that is no more (cancelled, expired, changed), with a button for a new one."""
    spans = styled(said, bold=True)
    if by is not None:
        spans += [Span("\nBy "), Span(by, person=by)]
    return pack(said, [paragraph(*spans)], last=_again("Plan anew", plan_id))[0]


def live_failed_post(error: CovcheckError, request_id: str, plan_id: str) -> Post:
    """A run that came to nothing: the sentence, what to do, and a button for a new plan."""
    said, hint = str(error), error.hint
    spans = [*styled(said, bold=True), *([Span("\n"), *styled(hint)] if hint else [])]
    number = paragraph(Span(f"Request {request_id[:8]}", italic=True))
    return pack(f"{said} {hint}".strip(), [paragraph(*spans), number], last=_again("Plan anew", plan_id))[0]


def people_post(text: str, people: Sequence[str] = (), again: str | None = None) -> Post:
    """One sentence that ends in who it is about, for one person only, so that nobody is called; `again` is
    the id of a plan that can be made anew."""
    named: list[Span] = []
    for person in people[:20]:
        named += [Span(" "), Span(person, person=person)]
    row = None if again is None else _again("Plan anew", again)
    return pack(text, [paragraph(*styled(text), *named)], last=row)[0]


def live_posts(view: LiveView, run_id: str, plan_id: str) -> tuple[Post, ...]:
    """What a run came to: the first message has the verdict, causes and figures; then, for the thread,
    the rest of a long answer and of the packages."""
    blocks: list[Block] = [header(view.headline), picture(view.answer.links)]
    if view.symptom:
        blocks.append(paragraph(Span(view.symptom)))
    for cause in view.answer.causes[:1]:
        blocks += cause_blocks(cause, patch_name(cause.finding, run_id))
    blocks += also_blocks(view.answer.causes[1:])
    blocks += package_blocks(view.packages[:SHOWN_PACKAGES], "Coverage by package, the largest first")
    blocks += _worst(view.worst)
    blocks += _done(view)
    blocks += unchecked_blocks(view.answer.missing)
    offered = (Button("Details", DETAILS, run_id), Button("Run it again", LIVE_AGAIN, plan_id))
    row = buttons(*offered, *feedback_buttons(run_id))
    posts = pack(spoken(view), blocks, last=row)
    return posts + _further_packages(view.packages[SHOWN_PACKAGES:])


def live_detail_posts(view: LiveView, run_id: str) -> tuple[Post, ...]:
    """What the Details button opens: the other causes, every observation, the facts by link."""
    blocks: list[Block] = [header(f"Details · {view.headline}")]
    for cause in view.answer.causes[1:]:
        blocks += cause_blocks(cause, patch_name(cause.finding, run_id))
    if view.observations:
        blocks.append(paragraph(Span("What was seen in the cluster", bold=True)))
        blocks += bullets([seen_row(seen) for seen in view.observations[:MOST_SEEN]])
    if len(view.observations) > MOST_SEEN:
        blocks.append(paragraph(Span(f"and {len(view.observations) - MOST_SEEN} more", italic=True)))
    for link in view.answer.links:
        blocks += fact_blocks(link)
    blocks += not_cause_blocks(view.answer.not_causes)
    blocks += gap_blocks("Not checked", view.answer.missing)
    return pack(f"Details of {view.headline}", blocks)


def spoken(view: LiveView) -> str:
    """The result in a few sentences, for notifications and screen readers."""
    parts = [view.headline, *([view.symptom] if view.symptom else [])]
    for cause in view.answer.causes[:1]:
        parts += [cause.finding.summary, f"Fix: {cause.finding.fix.text}"]
    parts += view.done[:4]
    if view.answer.missing:
        parts.append(f"Not checked: {len(view.answer.missing)} things.")
    return " ".join(sentence(part) for part in parts)


def package_blocks(rows: Sequence[CoverageRow], title: str) -> list[Block]:
    """Rows of bar, figure, uncovered statements and name in fixed width, as many boxes as they need."""
    boxes = [code(text) for text in _chunks(_line(row) for row in rows)]
    return [paragraph(Span(title, bold=True)), *boxes] if boxes else []


def _further_packages(rows: Sequence[CoverageRow]) -> tuple[Post, ...]:
    if not rows:
        return ()
    title = f"The other {len(rows)} packages"
    blocks = package_blocks(rows[:MOST_PACKAGES], title)
    if len(rows) > MOST_PACKAGES:
        blocks.append(
            paragraph(Span(f"and {len(rows) - MOST_PACKAGES} more: see the raw files", italic=True))
        )
    return pack(title, blocks)


def _line(row: CoverageRow) -> str:
    name = one_line(row.path)
    shown = name if len(name) <= _NAME else f"…{name[-_NAME + 1 :]}"
    return f"{row.bar} {row.percent:>6} {row.statements:>6,}  {shown}"


def _chunks(lines: Iterable[str]) -> Iterator[str]:
    """Lines put together into texts that a box can show whole."""
    chunk: list[str] = []
    for line in lines:
        together = "\n".join([*chunk, line])
        if chunk and (len(json.dumps(together)) > _CHUNK or len(together) > _CHUNK // 2):
            yield "\n".join(chunk)
            chunk = []
        chunk.append(line)
    if chunk:
        yield "\n".join(chunk)


def _worst(rows: Sequence[CoverageRow]) -> list[Block]:
    if not rows:
        return []
    listed = [
        [
            Span(cut(one_line(row.path), 300), code=True),
            Span(f"  {row.uncovered:,} of {row.statements:,} never ran"),
        ]
        for row in rows
    ]
    return [paragraph(Span("Files with most statements that never ran", bold=True)), *bullets(listed)]


def _done(view: LiveView) -> list[Block]:
    title = paragraph(
        Span("Done in the cluster", bold=True), Span(f"  {one_line(view.where)}, {view.duration}")
    )
    shown = [cut(one_line(line), 400) for line in view.done[:20]]
    more = [f"and {len(view.done) - len(shown)} more"] if len(view.done) > len(shown) else []
    return [title, *bullets([[Span(line)] for line in [*shown, *more] if line])]


def _again(label: str, plan_id: str) -> Block:
    return buttons(Button(label, LIVE_AGAIN, plan_id))
