"""The replies under an answered request: questions, statements, suspects, the review, what remains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.model import Evidence, Missing
from bot.render.answer import Mark
from bot.render.blocks import (
    Block,
    Post,
    Span,
    bullets,
    code,
    divider,
    header,
    pack,
    paragraph,
    quote,
    styled,
)
from bot.render.plain import brief, cut, one_line
from bot.render.request_view import Item, OwnerView, RequestView, Said
from bot.render.slack import MARKS

MAX_QUESTIONS_APART = 10
"""Up to so many questions each has a reply of its own; more are put together."""
MAX_POSTS = 8
"""Messages of one part (all questions, all statements, ...); what is more stands in the attached file."""
MAX_ITEMS = 60
MAX_SAID = 12
MAX_PLACES = 4
MAX_UNREAD = 20
_SLACK_ID = re.compile(r"[UWSC][A-Z0-9]{7,20}")
"""Ids of people, user groups and channels as the settings write them; shorter words are names."""


def reply_posts(view: RequestView, answer_id: str) -> tuple[Post, ...]:
    """All replies in their order; never more than a bounded number of messages."""
    return (
        *_questions(view.questions),
        *_claims(view.claims),
        *_part("What you suspect", view.suspects),
        *_part("The files you listed", view.reviews, view),
        *(post for option in view.options for post in _part(option.title, option.items)),
        *_together(view),
        *_remains(view),
    )


def unread_posts(view: RequestView) -> tuple[Post, ...]:
    """The lines of the request that were put nowhere."""
    unread = view.asked.unread
    if not unread:
        return ()
    rows = []
    for line, end, text in unread[:MAX_UNREAD]:
        where = f"line {line}" if line == end else f"lines {line}-{end}"
        rows.append([Span(f"{where}: "), Span(brief(text, 160), italic=True)])
    title = "Lines of the request that I put nowhere"
    blocks = [paragraph(Span(title, bold=True)), *bullets(rows), *_more(len(unread) - len(rows))]
    return pack(f"{title}: {len(unread)}", blocks)


def _questions(items: Sequence[Item]) -> tuple[Post, ...]:
    """A reply for each question; many are put together, in as few messages as they need."""
    if len(items) <= MAX_QUESTIONS_APART:
        apart = [_bounded(_spoken(item), _item(item), most=2) for item in items]
        return tuple(post for posts in apart for post in posts)
    blocks: list[Block] = []
    for item in items[:MAX_ITEMS]:
        blocks += [*_item(item), divider()]
    return _bounded(f"Your {len(items)} questions", blocks, len(items) - MAX_ITEMS)


def _part(title: str, items: Sequence[Item], view: RequestView | None = None) -> tuple[Post, ...]:
    """The points of one part under its title."""
    if not items:
        return ()
    blocks: list[Block] = [header(title)]
    for item in items[:MAX_ITEMS]:
        blocks += _item(item, view)
    return _bounded(title, blocks, len(items) - MAX_ITEMS)


def _claims(items: Sequence[Item]) -> tuple[Post, ...]:
    """Each statement in a row: those that the repo contradicts first, those that it confirms last."""
    if not items:
        return ()
    title = "What you wrote, held against the repo"
    order = (Mark.BROKEN, Mark.WEAK, Mark.UNKNOWN, Mark.OK)
    shown = sorted(items, key=lambda item: order.index(item.mark))[:MAX_ITEMS]
    rows = []
    for item in shown:
        row = [Span(f"{MARKS[item.mark]} {brief(item.label, 60)}: ", bold=True)]
        row.append(Span(brief(item.title, 300), italic=True))
        rows.append(row + [span for said in item.said[:MAX_PLACES] for span in (Span("\n"), *_said(said))])
    return _bounded(title, [header(title), *bullets(rows)], len(items) - len(shown))


def _bounded(
    title: str, blocks: Sequence[Block], left_out: int = 0, most: int = MAX_POSTS
) -> tuple[Post, ...]:
    """At most `most` messages; the last one says when there is more."""
    posts = pack(title, blocks)
    if len(posts) <= most and left_out <= 0:
        return posts
    said = f"{brief(title, 200)}: the rest stands in the attached file."
    return (*posts[: most - 1], pack(said, [paragraph(Span(said, italic=True))])[0])


def _spoken(item: Item) -> str:
    """What a notification says of a point."""
    number = f"{item.n}. " if item.n is not None else ""
    text = " ".join(said.text for said in item.said[:MAX_PLACES])
    return f"{number}{brief(item.title, 300)} {item.label}. {brief(text, 1_500)}"


def _item(item: Item, view: RequestView | None = None) -> list[Block]:
    """A point: the words of the request as a quote, what became of it, what is said, what is not known."""
    number = f"{item.n}. " if item.n is not None else ""
    page = view.repo.page(item.path) if view is not None and item.path is not None else None
    title = f"{number}{brief(item.title, 600)}"
    blocks = [quote(Span(title, url=page) if page else Span(title))]
    if item.mark is not Mark.OK or item.label != "answered":
        blocks.append(paragraph(Span(f"{MARKS[item.mark]} {brief(item.label, 60)}", bold=True)))
    for said in item.said[:MAX_SAID]:
        blocks.append(paragraph(*_said(said)))
    blocks += _more(len(item.said) - MAX_SAID)
    for fix in item.fixes[:MAX_PLACES]:
        blocks.append(paragraph(Span("Fix: ", bold=True), *styled(cut(fix.text, 600))))
    blocks += bullets([_gap(gap) for gap in item.missing[:MAX_SAID]])
    return blocks


def _said(said: Said) -> list[Span]:
    """Sentences with what they stand on, on a line of their own."""
    spans, rest = linked(cut(said.text[:9_000].strip(), 2_000), said.evidence)
    notes = place_spans(rest[:MAX_PLACES])
    if len(rest) > MAX_PLACES:
        notes.append(Span(f" and {len(rest) - MAX_PLACES} more places"))
    for basis in said.basis[:MAX_PLACES]:
        notes += [Span(" · " if notes else "\n"), Span(brief(basis, 300), italic=True, url=said.url)]
    return [*spans, *notes]


def linked(text: str, evidence: Sequence[Evidence]) -> tuple[list[Span], list[Evidence]]:
    """The text with each place that it names made a link, and the places that it does not name."""
    places = {each.place: each for each in evidence}
    if not places:
        return styled(text), []
    names = sorted(map(re.escape, places), key=len, reverse=True)
    parts = re.split(rf"({'|'.join(names)})(?!\d)", text)
    spans: list[Span] = []
    for number, part in enumerate(parts):
        if number % 2:
            spans.append(Span(part, url=places[part].url))
        elif part:
            spans += styled(part)
    return spans, [each for place, each in places.items() if place not in parts[1::2]]


def place_spans(evidence: Iterable[Evidence]) -> list[Span]:
    """`path:line` of each place as a permalink, on a new line."""
    spans: list[Span] = []
    for each in dict.fromkeys(evidence):
        spans += [Span(", " if spans else "\n"), Span(each.place, url=each.url)]
    return spans


def _gap(gap: Missing) -> list[Span]:
    row = [Span("Not known: ", italic=True), *styled(f"{brief(gap.what, 300)}: {brief(gap.reason, 600)}")]
    return row + (place_spans([gap.evidence]) if gap.evidence is not None else [])


def _together(view: RequestView) -> tuple[Post, ...]:
    """The proposal of a live run."""
    proposal = view.proposal
    if proposal is None:
        return ()
    title = "Look together: a live run"
    blocks = [header(title), paragraph(*styled(cut(proposal.text, 1_500))), code(proposal.command)]
    if proposal.settles:
        blocks.append(paragraph(Span("What it settles", bold=True)))
        blocks += bullets([styled(brief(line, 400)) for line in proposal.settles])
    return _bounded(f"{title}. {brief(proposal.text, 600)}", blocks, most=2)


def _remains(view: RequestView) -> tuple[Post, ...]:
    """What remains, for people to read in a minute, and who they are."""
    bundle = view.bundle
    if bundle is None:
        return ()
    title = "What remains" if bundle.lines else "Who owns what the fix changes"
    blocks: list[Block] = [header(title), *bullets([styled(cut(line, 400)) for line in bundle.lines])]
    blocks += bullets([_owner(owner) for owner in bundle.owners])
    return _bounded(f"{title}: {len(bundle.lines)} points", blocks, most=2)


def _owner(owner: OwnerView) -> list[Span]:
    """Who owns something. Only ids of the settings are named as Slack names people: what CODEOWNERS says is
    text of a repo."""
    spans: list[Span] = []
    for name in owner.names:
        real = owner.why is None and _SLACK_ID.fullmatch(name) is not None
        spans += [*([Span(" ")] if spans else []), Span(one_line(name), person=name if real else None)]
    spans.append(Span(f" for {one_line(owner.of)}"))
    if owner.why is not None:
        spans += [Span(" · "), Span(owner.why.place, url=owner.why.url)]
    return spans


def _more(count: int) -> list[Block]:
    said = f"and {count} more in the attached file"
    return [paragraph(Span(said, italic=True))] if count > 0 else []
