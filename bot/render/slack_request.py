"""An answered help request for Slack: one message that says it all in short, the rest as replies.

Order (design, "What a good answer looks like"): what was asked and how far it is answered, the cause with
both sides and its patch, what differs from what was written, the suspects, what remains. Each question is a
reply of its own as long as there are few. Whatever the request holds, the number of messages is bounded: what
is more stands in the attached file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.render.blocks import Block, Button, Post, Span, bullets, buttons, header, one_post, paragraph
from bot.render.feedback import feedback_block
from bot.render.plain import brief, one_line
from bot.render.request_view import Item, RequestView
from bot.render.slack import (
    DETAILS,
    LIVE,
    Snippet,
    cause_blocks,
    detail_posts,
    gap_blocks,
    patch_name,
    picture,
    sentence,
)
from bot.render.slack_compare import comparison_posts
from bot.render.slack_request_parts import linked, place_spans, reply_posts, unread_posts

COMPARISON = "covcheck_request_comparison"
"""Under a request's answer: post the two services side by side."""
MAX_PATCHES = 6
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RequestPosts:
    """All that is said about a request: the first message, the replies in its thread, files, and what waits
    behind its buttons."""

    summary: Post
    replies: tuple[Post, ...]
    files: tuple[Snippet, ...]
    details: tuple[Post, ...]
    comparison: tuple[Post, ...]


def request_posts(
    view: RequestView, answer_id: str, *, live: bool = False, document: str = ""
) -> RequestPosts:
    """The answer laid out. `answer_id` is what its buttons carry, `live` offers a run in the cluster,
    `document` is the whole answer as Markdown, attached as a file."""
    ours, theirs = view.ours, view.theirs
    compared = ours is not None and theirs is not None and bool(view.rows)
    return RequestPosts(
        summary=_summary(view, answer_id, live=live, compared=compared),
        replies=reply_posts(view, answer_id),
        files=_files(view, answer_id, document),
        details=(*(detail_posts(ours.answer, answer_id) if ours is not None else ()), *unread_posts(view)),
        comparison=comparison_posts(ours.answer, theirs.answer, view.rows) if ours and theirs else (),
    )


def spoken(view: RequestView) -> str:
    """The answer in a few sentences, for notifications and screen readers."""
    parts = [view.headline]
    if view.ours is not None:
        parts.append(view.ours.answer.headline)
        for each in view.ours.answer.causes[:1]:
            parts += [each.finding.summary, f"Fix: {each.finding.fix.text}"]
    parts += [f"{gap.what}: {gap.reason}" for gap in view.missing[:2]]
    return " ".join(sentence(part) for part in parts)


def _summary(view: RequestView, answer_id: str, *, live: bool, compared: bool) -> Post:
    """The first message; whatever does not fit is left to the thread."""
    blocks: list[Block] = [header(view.headline), *gap_blocks("Not answered", view.missing[:_SHOWN])]
    blocks += _cause(view, answer_id)
    blocks += _differing(view.contradicted)
    blocks += _suspects(view.suspects)
    blocks += _cases(view)
    blocks += _rest(view)
    offered = []
    if view.ours is not None:
        offered.append(Button("Details", DETAILS, answer_id))
    if compared:
        offered.append(Button("Compare", COMPARISON, answer_id))
    if live and view.ours is not None and view.proposal is not None:
        offered.append(Button("Run it in the cluster", LIVE, answer_id))
    rows = [buttons(*offered)] if offered else []
    more = paragraph(Span("The rest stands in the thread.", italic=True))
    return one_post(spoken(view), blocks, [*rows, feedback_block(answer_id)], more)


def _cause(view: RequestView, answer_id: str) -> list[Block]:
    """The asker's path, its first cause with both sides and the fix, and how many causes there are more."""
    if view.ours is None:
        return []
    answer = view.ours.answer
    blocks = [paragraph(Span(one_line(answer.headline), bold=True)), picture(answer.links)]
    for cause in answer.causes[:1]:
        blocks += cause_blocks(cause, patch_name(cause.finding, answer_id))
    if len(answer.causes) > 1:
        rows = [[Span(brief(each.finding.summary, 200))] for each in answer.causes[1 : _SHOWN + 1]]
        blocks += [paragraph(Span("Also found", bold=True)), *bullets(rows)]
    return blocks


def _differing(items: Sequence[Item]) -> list[Block]:
    if not items:
        return []
    rows = []
    for item in items[:_SHOWN]:
        said = brief(item.title, 120)
        text, rest = linked(brief(item.text, 300), item.evidence)
        rows.append([Span(f"You wrote “{said}”: "), *text, *place_spans(rest[:2])])
    title = paragraph(Span("The repo says otherwise", bold=True))
    return [title, *bullets(rows), *_more(len(items) - len(rows))]


def _suspects(items: Sequence[Item]) -> list[Block]:
    """A line for each suspicion: what it is and what became of it."""
    if not items:
        return []
    shown = items[: 2 * _SHOWN]
    rows = [
        [
            Span(brief(item.title.partition(": ")[0], 120)),
            Span(f": {one_line(item.label)}", bold=True),
        ]
        for item in shown
    ]
    title = paragraph(Span("What you suspect", bold=True))
    return [title, *bullets(rows), *_more(len(items) - len(rows))]


def _cases(view: RequestView) -> list[Block]:
    if not view.cases:
        return []
    rows = [[Span(brief(case.text, 240), url=case.url)] for case in view.cases[:_SHOWN]]
    return [paragraph(Span("Solved before", bold=True)), *bullets(rows)]


def _rest(view: RequestView) -> list[Block]:
    """How the questions stand, by number, and how much remains."""
    parts = []
    for label in dict.fromkeys(item.label for item in view.questions):
        numbers = [str(item.n) for item in view.questions if item.label == label and item.n is not None]
        more = f" and {len(numbers) - 20} more" if len(numbers) > 20 else ""
        parts.append(f"{label}: {', '.join(numbers[:20])}{more}")
    blocks = [paragraph(Span("Questions ", bold=True), Span("; ".join(parts)))] if parts else []
    if view.bundle is not None and view.bundle.lines:
        count = len(view.bundle.lines)
        points = "1 point remains" if count == 1 else f"{count} points remain"
        blocks.append(paragraph(Span(f"{points}, with who can tell: in the thread.")))
    return blocks


def _more(count: int) -> list[Block]:
    return [paragraph(Span(f"and {count} more in the thread", italic=True))] if count > 0 else []


def _files(view: RequestView, answer_id: str, document: str) -> tuple[Snippet, ...]:
    """The patches, each once, the first cause's first, and the whole answer as a document."""
    found: dict[str, Snippet] = {}
    if view.ours is not None:
        for cause in view.ours.answer.causes:
            patch = cause.finding.fix.patch
            if patch:
                name = patch_name(cause.finding, answer_id)
                title = f"{one_line(view.ours.name)} @ {view.repo.short}: {cause.finding.rule}"
                found.setdefault(patch, Snippet(name, title, patch))
    for number, item in enumerate(view.reviews, 1):
        for at, fix in enumerate(item.fixes, 1):
            if fix.patch and fix.patch not in found:
                name = f"review-{number}-{at}.{answer_id[:8]}.patch"
                found[fix.patch] = Snippet(name, f"Review of {one_line(item.title)}", fix.patch)
    files = list(found.values())[:MAX_PATCHES]
    if document:
        files.append(Snippet(f"answer.{answer_id[:8]}.md", "The whole answer", document))
    return tuple(files)
