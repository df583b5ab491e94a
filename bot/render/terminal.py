"""The answer in a terminal: the path as a row of links, the cause, its lines, the fix."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from bot.model import Certainty, Effect, Finding, LinkFact, Missing, Service, Status
from bot.render.answer import Answer, CauseView, LinkView, Mark
from bot.render.plain import visible

SIGNS: dict[Mark, tuple[str, str]] = {
    Mark.OK: ("✓", "green"),
    Mark.BROKEN: ("✗", "bold red"),
    Mark.WEAK: ("!", "yellow"),
    Mark.UNKNOWN: ("·", "dim"),
}
_COLOURS = {Status.FOUND: "bold red", Status.CLEAR: "bold green", Status.INCONCLUSIVE: "bold yellow"}


def show_answer(console: Console, answer: Answer, *, details: bool = False) -> None:
    """Print an answer. `details` adds every fact of the path and all that was not checked."""
    console.print()
    console.print(Text(visible(answer.headline), style=_COLOURS[answer.diagnosis.status]))
    console.print()
    console.print(path_picture(answer.links))
    if answer.conditions:
        console.print(Text(visible(f"Read with coverage on: {'; '.join(answer.conditions)}"), style="dim"))
    for number, cause in enumerate(answer.causes, 1):
        console.print()
        console.print(_cause(cause, number, len(answer.causes)))
    if details:
        console.print()
        console.print(facts_table(answer))
    _tail(console, answer, details)
    console.print()


def path_picture(links: tuple[LinkView, ...]) -> Text:
    """`build ✓ ─ image ✓ ─ ... ─ report ·` with the broken link marked."""
    text = Text()
    for position, view in enumerate(links):
        if position:
            text.append(" ─ ", style="dim")
        sign, style = SIGNS[view.mark]
        text.append(f"{view.link} ", style="bold" if view.mark is Mark.BROKEN else "")
        text.append(sign, style=style)
    return text


def _cause(view: CauseView, number: int, total: int) -> RenderableType:
    finding = view.finding
    parts: list[RenderableType] = [_title(finding, number, total)]
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="cyan", no_wrap=True, overflow="fold")
    rows.add_column(overflow="fold")
    for row in view.rows:
        rows.add_row(Text(visible(row.place)), Text(visible(row.excerpt)))
    parts.append(Padding(rows, (0, 0, 0, 2)))
    parts.append(Padding(Text.assemble(("Why: ", "bold"), visible(finding.why)), (0, 0, 0, 2)))
    parts.append(Padding(Text.assemble(("Fix: ", "bold green"), visible(finding.fix.text)), (0, 0, 0, 2)))
    if finding.fix.patch:
        parts.append(
            Padding(Syntax(visible(finding.fix.patch), "diff", background_color="default"), (0, 0, 0, 4))
        )
    if view.same_lines_as is not None:
        text = f"Rests on some of the same lines as {view.same_lines_as}: one of the two fixes may do."
        parts.append(Padding(Text(text, style="dim"), (0, 0, 0, 2)))
    for consequence in view.consequences:
        parts.append(Padding(Text(visible(f"Follows from it: {consequence}"), style="dim"), (0, 0, 0, 2)))
    return Group(*parts)


def _title(finding: Finding, number: int, total: int) -> Text:
    style = "bold red" if finding.effect is Effect.BLOCKS else "bold yellow"
    if finding.certainty is Certainty.POSSIBLE:
        style = "yellow"
    count = f"{number}. " if total > 1 else ""
    sure = "" if finding.certainty is Certainty.CERTAIN else f"{finding.certainty}, "
    tag = f"  [{finding.rule}, {sure}{finding.effect}]"
    return Text.assemble((visible(f"{count}{finding.summary}"), style), (tag, "dim"))


def facts_table(answer: Answer) -> Table:
    """Every fact that was read, by link, with its place."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for style in ("bold", "dim", "", "cyan"):
        table.add_column(style=style, overflow="fold")
    for view in answer.links:
        sign, style = SIGNS[view.mark]
        label = Text.assemble(f"{view.link} ", (sign, style))
        for fact in view.facts or (LinkFact("", "nothing was read"),):
            place = visible(fact.evidence.place) if fact.evidence else ""
            table.add_row(label, Text(visible(fact.name)), _value(fact), Text(place))
            label = Text("")
    return table


def _value(fact: LinkFact) -> Text:
    text = Text(visible(fact.value))
    if fact.condition:
        text.append(visible(f"  if {fact.condition}"), style="dim italic")
    return text


def _tail(console: Console, answer: Answer, details: bool) -> None:
    if answer.not_causes:
        console.print()
        for finding in answer.not_causes:
            console.print(Text.assemble(("Not the cause: ", "bold"), visible(finding.summary)))
    needed = [gap for gap in answer.missing if gap.needed]
    shown = answer.missing if details else needed
    if shown:
        console.print()
        console.print(Text("Not checked:", style="bold"))
        for gap in shown:
            console.print(Padding(_gap(gap), (0, 0, 0, 2)))
    if not details:
        rest = len(answer.missing) - len(needed)
        more = f" and {rest} smaller gaps" if rest else ""
        console.print(Text(f"\nAll facts with their lines{more}: add --details", style="dim"))


def _gap(gap: Missing) -> Text:
    place = f" ({gap.evidence.place})" if gap.evidence else ""
    return Text.assemble(visible(gap.what), (visible(f": {gap.reason}{place}"), "dim"))


def show_services(console: Console, services: tuple[Service, ...]) -> None:
    """Print what was discovered, and from which files."""
    if not services:
        console.print("No Go service with an image was found. Name its files in .covcheck.yaml.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for style in ("bold", "dim", "cyan", "dim"):
        table.add_column(style=style, overflow="fold")
    for service in services:
        label = visible(service.name)
        for role, paths in service.files.items():
            for path in paths:
                reason = visible(service.reasons.get(path, ""))
                table.add_row(Text(label), role, Text(visible(path)), Text(reason))
                label = ""
    console.print(table)
