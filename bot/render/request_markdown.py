"""An answered request as a Markdown document, to be committed beside the request or posted to an issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.model import Certainty, LinkFact, Missing
from bot.render.answer import CauseView, LinkView
from bot.render.markdown_said import places_md, said_md
from bot.render.markdown_text import code, fence, html, link, md
from bot.render.request_terminal import about, counts
from bot.render.request_view import Item, RequestView
from bot.render.side_by_side import RowLike, summary_line
from bot.render.terminal import SIGNS

MAX_UNREAD = 40


def request_markdown(view: RequestView) -> str:
    """The answer as a document: the cause and its patch first, then every point of the request."""
    blocks = [
        *_head(view),
        *_cause(view),
        *_suspects(view),
        *_claims(view),
        *_questions(view),
        *_options(view),
        *_reviews(view),
        *_comparison(view),
        *_proposal(view),
        *_remains(view),
        *_tail(view),
    ]
    return "\n\n".join(blocks) + "\n"


def _head(view: RequestView) -> Iterator[str]:
    yield f"# {md(view.headline.partition(' · ')[0])}"
    yield f"**{md(view.headline.partition(' · ')[2])}**"
    page = f"{view.repo.web_url}/tree/{view.repo.commit}" if view.repo.web_url else None
    where = f"{link(f'{view.repo.name} @ {view.repo.short}', page)}: {md(about(view).partition(': ')[2])}"
    title = f". Request: {md(view.asked.title)}" if view.asked.title else ""
    yield f"{where}{title}".rstrip()
    if view.in_short:
        yield "\n".join(f"- {said_md(said)}" for said in view.in_short)
    if view.asked.taken:
        yield " ".join(md(note) for note in view.asked.taken)
    if view.missing:
        yield "\n".join(f"- Not told: {_gap(gap)}" for gap in view.missing)


def _cause(view: RequestView) -> Iterator[str]:
    if view.ours is None:
        return
    answer = view.ours.answer
    yield "## The cause" if answer.causes else "## The coverage path"
    yield code(_picture(answer.links))
    yield f"**{md(answer.headline)}**"
    for number, cause in enumerate(answer.causes[:1], 1):
        yield from _one_cause(cause, number, len(answer.causes))
    for said in view.cases:
        yield f"- {said_md(said)}"
    rest = answer.causes[1:]
    if rest:
        yield from _folded(
            f"{len(rest)} more findings: {', '.join(each.finding.rule for each in rest)}",
            [block for n, each in enumerate(rest, 2) for block in _one_cause(each, n, len(answer.causes))],
        )
    needed = [gap for gap in answer.missing if gap.needed]
    if needed:
        yield "Not checked:"
        yield "\n".join(f"- {_gap(gap)}" for gap in needed)


def _picture(links: Sequence[LinkView]) -> str:
    return " ─ ".join(f"{each.link} {SIGNS[each.mark][0]}" for each in links)


def _one_cause(cause: CauseView, number: int, total: int) -> Iterator[str]:
    finding = cause.finding
    count = f"{number}. " if total > 1 else ""
    sure = "" if finding.certainty is Certainty.CERTAIN else f"{finding.certainty}, "
    yield f"### {count}{md(finding.summary)}"
    yield f"{code(finding.rule)} ({sure}{finding.effect}). {md(finding.why)}"
    if cause.same_lines_as is not None:
        yield f"Rests mostly on the same lines as {cause.same_lines_as}: one of the two fixes may do."
    yield "\n".join(f"- {link(row.place, row.url)}: {code(row.excerpt)}" for row in cause.rows)
    yield f"**Fix:** {md(finding.fix.text)}"
    if finding.fix.patch:
        yield fence(finding.fix.patch, "diff")
    if cause.consequences:
        yield "\n".join(f"- Follows from it: {md(each)}" for each in cause.consequences)


def _suspects(view: RequestView) -> Iterator[str]:
    if view.suspects:
        yield "## What you suspect"
        yield "\n".join(
            f"- {_sign(item)} **{md(item.title)}** *{item.label}.* {_all_said(item)}"
            for item in view.suspects
        )


def _claims(view: RequestView) -> Iterator[str]:
    """A table, what differs first."""
    if not view.claims:
        return
    yield "## What you wrote, held against the repo"
    yield f"{counts(view)}."
    order = ("contradicted", "unverifiable", "confirmed")
    ranked = sorted(view.claims, key=lambda item: order.index(item.label))
    rows = [
        f"| {_sign(item)} {item.label} | {item.line} | {md(item.title, cell=True)} "
        f"| {_all_said(item, cell=True)} |"
        for item in ranked
    ]
    yield "\n".join(["| | line | you wrote | the repo |", "| --- | --- | --- | --- |", *rows])


def _questions(view: RequestView) -> Iterator[str]:
    if view.questions:
        yield "## Your questions"
    yield from _answers(view.questions)


def _options(view: RequestView) -> Iterator[str]:
    for option in view.options:
        done = sum(item.label == "answered" for item in option.items)
        words = f"{option.title}: {done} of {len(option.items)} answered"
        yield from _folded(words, _answers(option.items))


def _answers(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        yield f"### {item.n}. {md(item.title)}"
        said = [f"- {said_md(each)}" for each in item.said]
        yield "\n".join(said + [f"- Open: {_gap(gap)}" for gap in item.missing])


def _reviews(view: RequestView) -> Iterator[str]:
    if view.reviews:
        yield "## The files you listed"
    for item in view.reviews:
        page = view.repo.page(item.path) if item.path is not None else None
        yield f"### {_sign(item)} {link(item.title, page)}"
        yield "\n".join(f"- {md(said.text)}" for said in item.said)
        if item.evidence:
            yield f"Lines: {places_md(item.evidence)}"


def _comparison(view: RequestView) -> Iterator[str]:
    if view.ours is None or view.theirs is None:
        return
    names = view.ours.name, view.theirs.name
    yield "## Compared"
    yield f"{md(summary_line(*names, view.rows))}."
    mattering = [row for row in view.rows if row.matters]
    if mattering:
        yield _table(names, mattering)
    others = [row for row in view.rows if row.differs and not row.matters]
    if others:
        yield from _folded(
            f"{len(others)} more differences, on which no cause rests", [_table(names, others)]
        )


def _table(names: tuple[str, str], rows: Iterable[RowLike]) -> str:
    head = f"| link | fact | {md(names[0], cell=True)} | {md(names[1], cell=True)} |"
    lines = [
        f"| {row.link} | {md(row.name, cell=True)} | {_facts(row.left)} | {_facts(row.right)} |"
        for row in rows
    ]
    return "\n".join([head, "| --- | --- | --- | --- |", *lines])


def _facts(facts: Sequence[LinkFact]) -> str:
    return "<br>".join(_fact(fact) for fact in facts) or "—"


def _fact(fact: LinkFact) -> str:
    place = fact.evidence
    where = f" {link(place.place, place.url)}" if place is not None else ""
    return f"{code(fact.value, cell=True)}{where}"


def _proposal(view: RequestView) -> Iterator[str]:
    proposal = view.proposal
    if proposal is None:
        return
    yield "## Look together: a live run"
    yield md(proposal.text)
    yield fence(proposal.command, "sh")
    if proposal.settles:
        yield "It settles:"
        yield "\n".join(f"- {md(line)}" for line in proposal.settles)


def _remains(view: RequestView) -> Iterator[str]:
    bundle = view.bundle
    if bundle is None:
        return
    yield "## What remains"
    if bundle.lines:
        yield "\n".join(f"- {md(line)}" for line in bundle.lines)
    if bundle.owners:
        yield "\n".join(
            f"- {' '.join(map(code, owner.names))} owns {md(owner.of)} "
            f"({link(owner.why.place, owner.why.url) if owner.why is not None else 'settings'})"
            for owner in bundle.owners
        )


def _tail(view: RequestView) -> Iterator[str]:
    unread = view.asked.unread[:MAX_UNREAD]
    if unread:
        lines = [f"- {line}: {md(text)}" for line, _, text in unread]
        more = len(view.asked.unread) - len(unread)
        lines += [f"- and {more} more"] if more else []
        yield from _folded("Lines of the request that were put nowhere", ["\n".join(lines)])
    yield (
        "---\n\nMade by `covcheck answer` from the files at this commit and from experiments that ran. "
        "Every sentence names what it stands on; what was not read is said."
    )


def _folded(summary: str, blocks: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary>{html(summary)}</summary>"
    yield from blocks
    yield "</details>"


def _sign(item: Item) -> str:
    return SIGNS[item.mark][0]


def _all_said(item: Item, *, cell: bool = False) -> str:
    return " ".join(said_md(said, cell=cell) for said in item.said)


def _gap(gap: Missing) -> str:
    return f"{md(gap.what)}: {md(gap.reason)}"
