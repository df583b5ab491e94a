"""An Answer laid out for Slack: the first message says what is wrong and how to mend it.

Order (design, "What a good answer looks like"): verdict, path, cause, evidence, fix, what was not
checked. The rest waits behind the Details button. Nothing is decided here, only laid out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.model import Finding, Missing, Observation
from bot.render.answer import Answer, CauseView, EvidenceRow, LinkView, Mark
from bot.render.blocks import (
    Block,
    Button,
    Post,
    Span,
    bullets,
    buttons,
    code,
    divider,
    header,
    pack,
    paragraph,
)
from bot.render.feedback import feedback_buttons
from bot.render.plain import cut, one_line

DETAILS = "covcheck_details"
COMPARE = "covcheck_compare"
COMPARE_WITH = "covcheck_compare_with"
LIVE = "covcheck_live"
"""Under a check's answer: plan a live run of what it was about."""
LIVE_RUN = "covcheck_live_run"
LIVE_CANCEL = "covcheck_live_cancel"
LIVE_AGAIN = "covcheck_live_again"
"""Under a plan: carry it out, drop it, make a new one."""

MARKS = {Mark.OK: "✓", Mark.BROKEN: "✗", Mark.WEAK: "!", Mark.UNKNOWN: "?"}
SAID = {
    Mark.OK: "ok",
    Mark.BROKEN: "broken",
    Mark.WEAK: "doubtful",
    Mark.UNKNOWN: "unknown",
}

INLINE_LINES = 25
INLINE_CHARS = 1_200
_SHOWN_EVIDENCE = 6
_SHOWN_MISSING = 5
_SHOWN_OTHERS = 5
_SHOWN_LINES = 4


@dataclass(frozen=True, slots=True)
class Snippet:
    """A file for the thread: `content` as text (a patch that `git apply` takes), or what stands at `path`
    on this machine; `alt_text` says what a picture shows."""

    name: str
    title: str
    content: str = ""
    path: str | None = None
    alt_text: str | None = None


def answer_posts(answer: Answer, answer_id: str, *, live: bool = False, same: str = "") -> tuple[Post, ...]:
    """The answer as the first message and, when it is very long, further replies.

    `answer_id` is what the buttons carry: with it the stored answer is found again. `live` offers to run
    the service in the cluster; `same` is a line that names solved cases of the same cause.
    """
    blocks: list[Block] = [header(answer.headline), picture(answer.links)]
    for view in answer.causes[:1]:
        blocks += cause_blocks(view, patch_name(view.finding, answer_id))
    blocks += also_blocks(answer.causes[1:])
    blocks += unchecked_blocks(answer.missing)
    if answer.conditions:
        switches = ", ".join(one_line(c) for c in answer.conditions)
        blocks.append(paragraph(Span(f"Read with coverage on: {switches}", italic=True)))
    if same:
        blocks.append(paragraph(Span(same)))
    offered = [Button("Details", DETAILS, answer_id), Button("Compare", COMPARE, answer_id)]
    if live:
        offered.append(Button("Run it in the cluster", LIVE, answer_id))
    return pack(spoken(answer), blocks, last=buttons(*offered, *feedback_buttons(answer_id)))


def detail_posts(answer: Answer, answer_id: str) -> tuple[Post, ...]:
    """What the Details button opens: the other causes, all facts by link, what is not it, what was
    not checked."""
    blocks: list[Block] = [header(f"Details · {answer.service} @ {answer.repo.short}")]
    for view in answer.causes[1:]:
        blocks += cause_blocks(view, patch_name(view.finding, answer_id))
        blocks.append(divider())
    for link in answer.links:
        blocks += fact_blocks(link)
    blocks += not_cause_blocks(answer.not_causes)
    blocks += gap_blocks("Not checked", answer.missing)
    return pack(f"Details of {answer.headline}", blocks)


def snippets(answer: Answer, answer_id: str) -> tuple[Snippet, ...]:
    """The patches that are too long to stand in a message, the first cause's first."""
    findings = [view.finding for view in answer.causes]
    return tuple(
        Snippet(
            name=patch_name(finding, answer_id),
            title=f"{one_line(answer.service)} @ {answer.repo.short}: {finding.rule}",
            content=finding.fix.patch,
        )
        for finding in findings
        if finding.fix.patch and not _short(finding.fix.patch)
    )


def patch_name(finding: Finding, answer_id: str) -> str:
    """The file's name: the rule and, so that it is found again in the thread, the answer."""
    return f"{finding.rule}.{answer_id[:8]}.patch"


def picture(links: Sequence[LinkView]) -> Block:
    """The path on one line that breaks between links only, the broken one bold.

    A no-break space ties each name to its mark, so that a phone never parts them.
    """
    spans: list[Span] = []
    for number, view in enumerate(links):
        if number:
            spans.append(Span(" › "))
        spans.append(Span(f"{view.link}\u00a0{MARKS[view.mark]}", bold=view.mark is Mark.BROKEN))
    return paragraph(*spans)


def spoken(answer: Answer) -> str:
    """The answer in a few sentences, for notifications and screen readers."""
    parts = [answer.headline]
    broken = [f"{view.link} {SAID[view.mark]}" for view in answer.links if view.mark is Mark.BROKEN]
    if broken:
        parts.append(f"Path: {', '.join(broken)}.")
    for view in answer.causes[:1]:
        parts += [view.finding.summary, f"Fix: {view.finding.fix.text}"]
    if answer.missing:
        parts.append(f"Not checked: {len(answer.missing)} things.")
    return " ".join(sentence(part) for part in parts)


def sentence(text: str) -> str:
    """The text on one line, ended by a full stop."""
    said = one_line(text)
    return said if said.endswith((".", "!", "?")) else f"{said}."


def cause_blocks(view: CauseView, patch: str) -> list[Block]:
    """A cause: what, why, the lines and what was seen, the fix; `patch` is the name of its file."""
    finding = view.finding
    opening = [Span(one_line(finding.summary), bold=True)]
    if finding.why:
        opening.append(Span(f"\n{finding.why}"))
    blocks = [paragraph(*opening), *bullets([_row(row) for row in view.rows[:_SHOWN_EVIDENCE]])]
    blocks += bullets([seen_row(seen) for seen in finding.observations[:_SHOWN_EVIDENCE]])
    if view.consequences:
        said = "; ".join(one_line(text) for text in view.consequences)
        blocks.append(paragraph(Span(f"Follows from it: {said}", italic=True)))
    if view.same_lines_as is not None:
        blocks.append(paragraph(Span(_same_lines(view.same_lines_as), italic=True)))
    return blocks + _fix(finding, patch)


def _fix(finding: Finding, name: str) -> list[Block]:
    blocks = [paragraph(Span("Fix: ", bold=True), Span(finding.fix.text))]
    patch = finding.fix.patch
    if patch and _short(patch):
        blocks.append(code(patch))
    elif patch:
        blocks.append(paragraph(Span("The patch is in the thread: "), Span(f"git apply {name}", code=True)))
    return blocks


def seen_row(seen: Observation) -> list[Span]:
    """What a probe saw: about what, the clause, and the first raw lines."""
    row = [Span(f"{one_line(seen.about)}: {cut(one_line(seen.text), 500)}")]
    raw = seen.excerpt.strip("\n")
    if raw:
        lines = [cut(line, 200) for line in raw.split("\n")[:_SHOWN_LINES]]
        row += [Span("\n"), Span("\n".join(lines), code=True)]
    return row


def _row(row: EvidenceRow) -> list[Span]:
    first = one_line(row.excerpt.strip().split("\n", 1)[0]) if row.excerpt.strip() else ""
    place = Span(row.place, url=row.url)
    return [place, Span("\n"), Span(cut(first, 120), code=True)] if first else [place]


def also_blocks(others: Sequence[CauseView]) -> list[Block]:
    """The causes after the first, a line each."""
    if not others:
        return []
    rows = []
    for view in others[:_SHOWN_OTHERS]:
        row = [Span(cut(one_line(view.finding.summary), 300))]
        if view.rows:
            row += [Span("\n"), Span(view.rows[0].place, url=view.rows[0].url)]
        if view.same_lines_as is not None:
            row.append(Span(f"\n{_same_lines(view.same_lines_as)}", italic=True))
        rows.append(row)
    blocks = [paragraph(Span("Also found", bold=True)), *bullets(rows)]
    if len(others) > len(rows):
        blocks.append(paragraph(Span(f"and {len(others) - len(rows)} more in Details", italic=True)))
    return blocks


def _same_lines(number: int) -> str:
    """For a cause that is perhaps another face of an earlier one."""
    which = "the cause above" if number == 1 else f"cause {number}"
    return f"It rests mostly on the same lines as {which}: one of the two fixes may do."


def unchecked_blocks(missing: Sequence[Missing]) -> list[Block]:
    """What was not checked, what a rule needed first; the rest is counted."""
    shown = sorted(missing, key=lambda gap: not gap.needed)[:_SHOWN_MISSING]
    blocks = gap_blocks("Not checked", shown)
    if len(missing) > len(shown):
        blocks.append(paragraph(Span(f"and {len(missing) - len(shown)} more in Details", italic=True)))
    return blocks


def gap_blocks(title: str, missing: Iterable[Missing]) -> list[Block]:
    """All that is missing under a title."""
    rows = []
    for gap in missing:
        row = [Span(f"{one_line(gap.what)}: {one_line(gap.reason)}")]
        if gap.evidence is not None:
            row += [Span("  "), Span(gap.evidence.place, url=gap.evidence.url)]
        rows.append(row)
    return [paragraph(Span(title, bold=True)), *bullets(rows)] if rows else []


def fact_blocks(view: LinkView) -> list[Block]:
    """A link of the path with the facts read for it."""
    title = paragraph(Span(f"{view.link} {MARKS[view.mark]}", bold=True), Span(f"  {SAID[view.mark]}"))
    rows = []
    for fact in view.facts:
        row = [Span(f"{one_line(fact.name)}: "), Span(cut(one_line(fact.value), 300), code=True)]
        if fact.evidence is not None:
            row += [Span("  "), Span(fact.evidence.place, url=fact.evidence.url)]
        if fact.condition:
            row.append(Span(f"  when {one_line(fact.condition)}", italic=True))
        rows.append(row)
    return [title, *bullets(rows)] if rows else [title, paragraph(Span("no fact was read", italic=True))]


def not_cause_blocks(findings: Sequence[Finding]) -> list[Block]:
    """What was looked at and is not the cause."""
    rows = []
    for finding in findings:
        row = [Span(one_line(finding.summary))]
        for evidence in finding.evidence[:1]:
            row += [Span("  "), Span(evidence.place, url=evidence.url)]
        rows.append(row)
    return [paragraph(Span("Not the cause", bold=True)), *bullets(rows)] if rows else []


def _short(patch: str) -> bool:
    return len(patch) <= INLINE_CHARS and patch.count("\n") <= INLINE_LINES
