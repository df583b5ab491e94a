"""Saving a thread as an article in Slack: the modal, and the message in which reviewers decide.

Quoted text stands in inputs, plain text and rich text only, so that nothing of it acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.render.blocks import (
    Block,
    Button,
    Confirm,
    Post,
    Span,
    bullets,
    buttons,
    header,
    pack,
    paragraph,
    styled,
)
from bot.render.inputs import MAX_INPUT, text_input
from bot.render.plain import cut, one_line
from bot.render.slack_cases import SAVE, save_value
from bot.render.views import modal, section, values_of

CALLBACK = "covcheck_capture"
CONFIRM = "covcheck_capture_confirm"
REJECT = "covcheck_capture_reject"
EDIT = "covcheck_capture_edit"

_SHOWN = {"question": 900, "cause": 1_800, "fix": 1_800}
_SHOWN_LINKS = 12

_INPUTS = (
    ("title", "Title", "What was wrong, in one line", 150, False),
    (
        "question",
        "Question",
        "As people ask it; every sentence with a question mark is found",
        MAX_INPUT,
        True,
    ),
    ("cause", "Cause", "Why it was so", MAX_INPUT, True),
    ("fix", "Fix", "What was changed", MAX_INPUT, True),
    ("links", "Links", "One a line: https://... or path:line in the repo", MAX_INPUT, True),
)
_TITLE = "Save as answer"
_READ = (
    "Names, addresses and secrets were taken out as far as they can be told. Read it once more: others will."
)


@dataclass(frozen=True, slots=True)
class Review:
    """What reviewers see: the texts, the article's id, `state` and who brought it there; `notes` say what is
    cited and what could not be."""

    capture_id: str
    version: int
    article: str
    texts: Mapping[str, str]
    links: Sequence[str]
    state: str
    by: str | None
    notes: Sequence[str] = ()


def loading_view() -> Block:
    """The modal while the thread is read; it is opened at once, as a trigger lives for 3 seconds."""
    return told_view("Reading the thread …")


def told_view(text: str) -> Block:
    """The modal that only says something."""
    return modal(_TITLE, [section(text)], callback=CALLBACK)


def capture_view(texts: Mapping[str, str], metadata: Mapping[str, Any], note: str = "") -> Block:
    """The modal to fill: `texts` by field, `metadata` what its submission carries, `note` stands on top.

    Raises ValueError when the metadata is larger than Slack takes.
    """
    blocks = [section(note)] if note else []
    for name, label, hint, most, long in _INPUTS:
        text, optional = texts.get(name, ""), name == "links"
        blocks.append(text_input(name, label, value=text, hint=hint, most=most, long=long, optional=optional))
    blocks.append(section(_READ))
    return modal(_TITLE, blocks, callback=CALLBACK, submit="Save draft", metadata=metadata)


def field_values(view: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the fields of a submitted modal."""
    held = values_of(view)
    return {name: held.text(name) for name, *_ in _INPUTS}


def offer_post(thread: str) -> Post:
    """The button for the one person who reacted."""
    row = buttons(Button("Save as answer", SAVE, save_value(None, thread)))
    text = "Save this thread as an answer for others? A reviewer confirms it before it counts."
    return pack(text, [paragraph(Span(text))], last=row)[0]


def review_post(review: Review) -> Post:
    """The draft with its buttons; after a decision what was decided, by whom, and what can still be done.

    One message, so that it can be edited: what is too long for it is cut, and Edit shows all.
    """
    for share in (1, 2, 4, 8, 16):
        posts = _review_posts(review, share)
        if len(posts) == 1:
            break
    return posts[0]


def _review_posts(review: Review, share: int) -> tuple[Post, ...]:
    """The message with its texts cut to a share of what is shown at most."""
    title = _TITLES[review.state].format(cut(one_line(review.texts.get("title", "")), 110))
    blocks: list[Block] = [header(title)]
    for name, most in _SHOWN.items():
        shown = cut(review.texts.get(name, "").strip(), most // share)
        blocks.append(paragraph(Span(f"{name.capitalize()}: ", bold=True), *_spans(shown)))
    if review.links:
        most = max(_SHOWN_LINKS // share, 1)
        rows = [[_link(link)] for link in review.links[:most]]
        rows += [[Span(f"and {len(review.links) - most} more", italic=True)]] * (len(review.links) > most)
        blocks += [paragraph(Span("Links", bold=True)), *bullets(rows)]
    blocks += [paragraph(Span(cut(note, 600 // share), italic=True)) for note in review.notes]
    said = _SAID[review.state]
    whom = [Span(" "), Span(review.by, person=review.by)] if review.by else []
    blocks.append(paragraph(*styled(f"Article `{review.article}`: {said}"), *whom))
    return pack(f"{title} {said}", blocks, last=_decide(review))


_TITLES = {
    "draft": "Draft of an answer: {}",
    "confirmed": "Answer: {}",
    "rejected": "Not kept: {}",
}
_SAID = {
    "draft": "a draft until a reviewer confirms it. Saved by",
    "confirmed": "confirmed by",
    "rejected": "it is no longer found. Decided by",
}


def _decide(review: Review) -> Block | None:
    value = f"{review.capture_id} {review.version}"
    confirm = Button("Confirm", CONFIRM, value, style="primary")
    edit = Button("Edit", EDIT, value)
    gone = Confirm("Take it out?", "The article is no longer found; this is not undone.", "Take it out")
    if review.state == "draft":
        return buttons(confirm, edit, Button("Reject", REJECT, value, style="danger", confirm=gone))
    if review.state == "confirmed":
        return buttons(edit, Button("Withdraw", REJECT, value, style="danger", confirm=gone))
    return None


def _spans(text: str) -> list[Span]:
    """Long text in runs that none of which is cut."""
    return [Span(text[at : at + 1_000]) for at in range(0, len(text), 1_000)] or [Span("-")]


def _link(link: str) -> Span:
    return Span(link, url=link) if link.startswith(("https://", "http://")) else Span(link, code=True)
