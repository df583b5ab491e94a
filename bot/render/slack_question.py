"""A question's answer in Slack: the text, where it comes from, what was looked at, and what else there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.render.blocks import Block, Button, Post, Span, buttons, header, pack, paragraph, quote, styled
from bot.render.feedback import feedback_buttons
from bot.render.markdown_blocks import markdown_blocks
from bot.render.plain import cut, one_line

OTHERS = ("covcheck_other_1", "covcheck_other_2", "covcheck_other_3")
"""Under an answer: show the alternative of that place."""
OWNERS = "covcheck_owners"
"""Ask the people who are named for it."""

MAX_QUESTION = 1_500


@dataclass(frozen=True, slots=True)
class QuestionView:
    """What is said to a question. `text` is Markdown, others' words; `status` is confirmed, draft, stale,
    case, or empty when nothing answers; `source` the document's id; `looked` what was looked at, a clause
    each; `others` the titles of further documents, `also` one sentence on the asker's own service, if any."""

    title: str
    text: str
    status: str
    source: str
    looked: tuple[str, ...]
    others: tuple[str, ...] = ()
    also: str = ""
    links: tuple[tuple[str, str], ...] = ()
    """Places of the text (`path:line`) with their permalinks."""
    instead: bool = False
    """Whether it is given in place of an answer that did not help."""


def question_posts(view: QuestionView, answer_id: str) -> tuple[Post, ...]:
    """The answer as a message and, when it is very long, more of them."""
    blocks: list[Block] = [header(view.title)]
    if view.instead:
        blocks.append(
            paragraph(Span("The next best answer that I have, as the first did not help.", italic=True))
        )
    blocks += markdown_blocks(view.text, dict(view.links))
    if view.also:
        blocks.append(paragraph(*styled(view.also)))
    blocks.append(paragraph(*_source(view)))
    if view.others:
        blocks.append(paragraph(Span("See also", bold=True), *_listed(view.others)))
        blocks.append(_others(view.others, answer_id))
    return pack(f"{view.title}. {_first(view.text)}", blocks, last=buttons(*feedback_buttons(answer_id)))


def posed_post(text: str, person: str | None) -> Post:
    """A question that was typed into a form, with its author: the answer stands in its thread."""
    who = [Span(person, person=person), Span(" asks")] if person else [Span("Somebody asks")]
    shown = cut(text.strip(), 2 * MAX_QUESTION)
    said = [Span(shown[at : at + 1_000]) for at in range(0, len(shown), 1_000)]
    return pack(f"A question: {cut(one_line(text), 300)}", [paragraph(*who), quote(*said)])[0]


def unknown_post(view: QuestionView, answer_id: str, *, owners: bool) -> Post:
    """What is said when nothing answers; `owners` offers to ask people."""
    blocks: list[Block] = [paragraph(*styled(view.text))]
    if view.also:
        blocks.append(paragraph(*styled(view.also)))
    if view.looked[1:]:
        blocks.append(paragraph(Span(f"Looked at, too: {'; '.join(view.looked[1:])}.", italic=True)))
    if view.others:
        blocks.append(paragraph(Span("The nearest, none of them close", bold=True), *_listed(view.others)))
        blocks.append(_others(view.others, answer_id))
    if owners:
        blocks.append(buttons(Button("Ask the owners", OWNERS, answer_id)))
    else:
        blocks.append(
            paragraph(Span("Nobody is named to be asked: whoever runs covcheck can set `answers.ask`."))
        )
    return pack(view.text, blocks)[0]


def other_post(title: str, text: str, status: str, source: str, answer_id: str) -> tuple[Post, ...]:
    """A further document that somebody wanted to see."""
    view = QuestionView(title, text, status, source, ())
    return question_posts(view, answer_id)


def nothing_more_post(answer_id: str, *, owners: bool, again: bool) -> Post:
    """When an answer did not help and there is no other; `again`: it would have been given again."""
    noted = "Noted; this will not be the answer to that question again." if again else "Noted."
    if not owners:
        said = f"{noted} I have no other, and nobody is named to be asked (`answers.ask`)."
        return pack(said, [paragraph(*styled(said))])[0]
    said = f"{noted} I have no other: people may know."
    return pack(said, [paragraph(Span(said))], last=buttons(Button("Ask the owners", OWNERS, answer_id)))[0]


@dataclass(frozen=True, slots=True)
class BundleView:
    """What people who are asked get to read: who asks about what, what was said, and what was looked at."""

    title: str
    asked_by: str | None
    question: str
    said: str
    looked: tuple[str, ...]
    link: str | None


def owners_post(view: BundleView, asked: str, owned: tuple[str, Sequence[str]] = ("", ())) -> Post:
    """The message to the owners; `asked` is named when it is a person or a group. `owned` is a service and
    who owns it by the settings: Slack ids, or names as text."""
    named = [Span(asked, person=asked), Span(": ")] if asked[:1] in ("U", "W", "S") else []
    who = [Span(" Asked by "), Span(view.asked_by, person=view.asked_by), Span(".")] if view.asked_by else []
    blocks: list[Block] = [paragraph(*named, Span(view.title, bold=True), *who)]
    if view.question:
        blocks.append(quote(Span(cut(one_line(view.question), MAX_QUESTION))))
    if view.said:
        blocks.append(paragraph(*styled(view.said)))
    if view.looked:
        blocks.append(paragraph(Span(f"I looked at: {'; '.join(view.looked)}.", italic=True)))
    service, names = owned
    if names:
        people = [part for name in names[:5] for part in (Span(" "), Span(one_line(name), person=name))]
        blocks.append(paragraph(Span(f"Owner of {one_line(service)}:"), *people))
    if view.link:
        blocks.append(paragraph(Span("To the thread", url=view.link)))
    return pack(f"{view.title} {one_line(view.question)}", blocks)[0]


def asked_post(asked: str) -> Post:
    """Said in the thread when people were asked."""
    said = "They see your message and what I checked."
    name = Span("the owners", person=asked)
    return pack(f"Asked the owners. {said}", [paragraph(Span("Asked "), name, Span(f". {said}"))])[0]


def _source(view: QuestionView) -> list[Span]:
    meanings = {
        "confirmed": "a confirmed article",
        "draft": "a draft, which nobody has confirmed yet",
        "stale": "an article that cites files which have changed since: check before you rely on it",
        "case": "a document of the knowledge base, as it was found",
    }
    spans = [Span("Source: ", italic=True), Span(cut(one_line(view.source), 200), code=True)]
    spans.append(Span(f", {meanings.get(view.status, one_line(view.status))}.", italic=True))
    if view.looked:
        spans.append(Span(f" Looked at: {'; '.join(view.looked)}.", italic=True))
    return spans


def _listed(titles: Sequence[str]) -> list[Span]:
    return [Span(f"\n{n}. {cut(one_line(title), 200)}") for n, title in enumerate(titles[: len(OTHERS)], 1)]


def _others(titles: Sequence[str], answer_id: str) -> Block:
    shown = zip(OTHERS, titles, strict=False)
    return buttons(*(Button(f"Show {n}", name, answer_id) for n, (name, _) in enumerate(shown, 1)))


def _first(text: str) -> str:
    """The first paragraph that is no heading, for notifications."""
    for line in text.split("\n"):
        if line.strip() and not line.lstrip().startswith(("#", "```", "~~~")):
            return cut(one_line(line), 400)
    return ""
