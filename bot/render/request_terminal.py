"""An answered request in a terminal: the cause first, then every point of the request, then what remains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.model import Evidence, LinkFact, Missing
from bot.render.answer import CauseView, Mark
from bot.render.plain import cut, one_line, visible
from bot.render.request_view import Item, RequestView, Said
from bot.render.side_by_side import cell, summary_line
from bot.render.terminal import COLOURS, SIGNS, cause_parts, facts_table, path_picture, print_part

MAX_ITEMS = 12
"""Points of one part that are shown without `details`."""
MAX_SAID = 3
"""Sentences of one point, likewise."""
MAX_PLACES = 2
"""Files behind one sentence, likewise."""
MAX_FACTS = 2


def show_request(console: Console, view: RequestView, *, details: bool = False) -> None:
    """Print the answer to a request. Without `details` no part is longer than about a page."""
    console.print()
    console.print(Text(visible(view.headline), style="bold"))
    console.print(Text(visible(about(view)), style="dim"))
    for note in view.asked.taken:
        console.print(Text(visible(note), style="dim"))
    for gap in view.missing:
        console.print(_gap(gap))
    if view.in_short:
        console.print()
    for said in view.in_short:
        console.print(Text(visible(said.text)))
    _cause(console, view, details)
    _items(console, "What you suspect", view.suspects, details)
    _claims(console, view, details)
    _items(console, "Your questions", view.questions, details)
    for option in view.options:
        _items(console, option.title, option.items, details)
    _items(console, "The files you listed", view.reviews, details)
    _comparison(console, view)
    _proposal(console, view)
    _remains(console, view)
    if details:
        _unread(console, view)
    else:
        console.print(Text("\nAll patches, statements, facts and places: add --details", style="dim"))
    console.print()


def about(view: RequestView) -> str:
    """`acme/shop @ 1234567: datastorage asks about signalprocessing`."""
    where = f"{view.repo.name} @ {view.repo.short}"
    if view.ours is None:
        return f"{where}, about {view.theirs.name}" if view.theirs is not None else where
    other = f" asks about {view.theirs.name}" if view.theirs is not None else " asks"
    return f"{where}: {view.ours.name}{other}"


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold underline"))


def _cause(console: Console, view: RequestView, details: bool) -> None:
    """The path and the first cause with its patch; the others in a line each."""
    if view.ours is None:
        return
    answer = view.ours.answer
    console.print()
    console.print(path_picture(answer.links))
    console.print(Text(visible(answer.headline), style=COLOURS[answer.diagnosis.status]))
    shown = answer.causes if details else answer.causes[:1]
    for number, cause in enumerate(shown, 1):
        console.print()
        for part in cause_parts(cause, number, len(answer.causes)):
            print_part(console, part)
    rest = answer.causes[len(shown) :]
    if rest:
        console.print()
    for number, cause in enumerate(rest, len(shown) + 1):
        console.print(_short_cause(cause, number))
    for said in view.cases:
        console.print(_said(said, details))
    if details:
        console.print()
        console.print(facts_table(answer, console.width))


def _short_cause(cause: CauseView, number: int) -> Text:
    finding = cause.finding
    tag = f"  [{finding.rule}, {finding.certainty}, {finding.effect}]"
    same = f" Mostly the same lines as {cause.same_lines_as}." if cause.same_lines_as is not None else ""
    return Text.assemble(visible(f"{number}. {finding.summary}{same}"), (tag, "dim"))


def _items(console: Console, title: str, items: Sequence[Item], details: bool) -> None:
    if not items:
        return
    _heading(console, visible(title))
    shown = items if details else items[:MAX_ITEMS]
    for item in shown:
        _item(console, item, details)
    if len(items) > len(shown):
        console.print(Text(f"  and {len(items) - len(shown)} more", style="dim"))


def _item(console: Console, item: Item, details: bool) -> None:
    sign, style = SIGNS[item.mark]
    number = f"{item.n}. " if item.n is not None else ""
    title = one_line(item.title) if details else cut(one_line(item.title), 160)
    line = Text.assemble((f"{sign} ", style), (f"{number}{title}", "bold"), (f"  {item.label}", style))
    console.print(Padding(line, (0, 0, 0, 2)))
    shown = item.said if details else item.said[:MAX_SAID]
    for said in shown:
        bare = Said(said.text) if item.path is not None else said
        console.print(Padding(_said(bare, details), (0, 0, 0, 6)))
    if len(item.said) > len(shown):
        console.print(Text(f"      and {len(item.said) - len(shown)} more", style="dim"))
    for gap in item.missing:
        console.print(Padding(_gap(gap), (0, 0, 0, 6)))


def _said(said: Said, details: bool) -> Text:
    text = Text(visible(said.text))
    notes = [*places(said.evidence, None if details else MAX_PLACES, said.text), *said.basis]
    if notes:
        text.append("  " + visible(" · ".join(notes)), style="cyan")
    return text


def places(evidence: Iterable[Evidence], limit: int | None, said: str = "") -> list[str]:
    """`path:8, 49` for each file of the evidence, at most `limit` of them and the number of the others;
    places that the sentence itself names are left out."""
    lines: dict[str, list[str]] = {}
    for each in dict.fromkeys(evidence):
        if not re.search(rf"{re.escape(each.place)}(?!\d)", said):
            lines.setdefault(each.path, []).append(str(each.line))
    files = [f"{path}:{', '.join(dict.fromkeys(numbers))}" for path, numbers in lines.items()]
    more = len(files) - limit if limit is not None else 0
    return files[:limit] + ([f"{more} more {'file' if more == 1 else 'files'}"] if more > 0 else [])


def _claims(console: Console, view: RequestView, details: bool) -> None:
    """What the request says and the repo does not; the rest is counted."""
    if not view.claims:
        return
    wrong = view.contradicted
    _heading(console, "What you wrote, held against the repo")
    for item in view.claims if details else wrong[:MAX_ITEMS]:
        _item(console, item, details)
    if not details:
        console.print(Text(f"  {counts(view)}", style="dim"))


def counts(view: RequestView) -> str:
    """`3 contradicted, 9 confirmed, 2 that files cannot show`."""
    number = {label: sum(item.label == label for item in view.claims) for label in _VERDICTS}
    return ", ".join(f"{number[label]} {words}" for label, words in _VERDICTS.items() if number[label])


_VERDICTS = {
    "contradicted": "contradicted",
    "confirmed": "confirmed",
    "unverifiable": "that files cannot show",
}


def _comparison(console: Console, view: RequestView) -> None:
    """The differences on which a cause rests; the others are counted."""
    if view.ours is None or view.theirs is None:
        return
    left, right = view.ours.name, view.theirs.name
    _heading(console, "Compared")
    console.print(Text(visible(f"  {summary_line(left, right, view.rows)}")))
    for row in [row for row in view.rows if row.matters][:MAX_ITEMS]:
        console.print(Text.assemble("  ", ("✗ ", "bold red"), (visible(f"{row.link}, {row.name}"), "bold")))
        for name, facts in ((left, row.left), (right, row.right)):
            console.print(Padding(_facts(name, facts, console.width), (0, 0, 0, 4)))
    console.print(Text(visible(f"  All rows: covcheck compare {left} {right} --all"), style="dim"))


def _facts(name: str, facts: Sequence[LinkFact], width: int) -> Text:
    """The first facts of one side, under its name."""
    text = Text.assemble((visible(f"{name}  "), "dim"), cell(facts[:MAX_FACTS], max(width - 30, 20)))
    more = len(facts) - MAX_FACTS
    return text.append(f"  and {more} more", style="dim") if more > 0 else text


def _proposal(console: Console, view: RequestView) -> None:
    proposal = view.proposal
    if proposal is None:
        return
    _heading(console, "Look together: a live run")
    console.print(Padding(Text(visible(proposal.text)), (0, 0, 0, 2)))
    console.print(Text(f"    {visible(proposal.command)}", style="cyan"), soft_wrap=True)
    for line in proposal.settles:
        console.print(Padding(Text(visible(f"- {line}")), (0, 0, 0, 2)))


def _remains(console: Console, view: RequestView) -> None:
    bundle = view.bundle
    if bundle is None:
        return
    _heading(console, "What remains")
    for line in bundle.lines:
        console.print(Padding(Text(visible(f"- {line}")), (0, 0, 0, 2)))
    for owner in bundle.owners:
        why = f" ({owner.why.place})" if owner.why is not None else " (settings)"
        console.print(Padding(Text(visible(f"{' '.join(owner.names)} owns {owner.of}{why}")), (0, 0, 0, 2)))


def _unread(console: Console, view: RequestView) -> None:
    if not view.asked.unread:
        return
    _heading(console, "Lines of the request that were put nowhere")
    for line, end, text in view.asked.unread:
        where = f"{line}" if line == end else f"{line}-{end}"
        console.print(Padding(Text(visible(f"{where}: {cut(one_line(text), 160)}")), (0, 0, 0, 2)))


def _gap(gap: Missing) -> Text:
    sign, style = SIGNS[Mark.UNKNOWN]
    return Text.assemble((f"{sign} ", style), visible(f"{gap.what}: {gap.reason}"))
