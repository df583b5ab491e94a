"""The answer in a terminal: the path as a row of links, the cause, its lines, the fix."""

from __future__ import annotations

import re

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.model import Certainty, Effect, Finding, LinkFact, Missing, Service, Status
from bot.render.answer import Answer, CauseView, LinkView, Mark
from bot.render.plain import visible
from bot.render.wrap import wrapped

SIGNS: dict[Mark, tuple[str, str]] = {
    Mark.OK: ("✓", "green"),
    Mark.BROKEN: ("✗", "bold red"),
    Mark.WEAK: ("!", "yellow"),
    Mark.UNKNOWN: ("·", "dim"),
}
COLOURS = {Status.FOUND: "bold red", Status.CLEAR: "bold green", Status.INCONCLUSIVE: "bold yellow"}


def show_answer(console: Console, answer: Answer, *, details: bool = False) -> None:
    """Print an answer. `details` adds every fact of the path and all that was not checked."""
    console.print()
    console.print(Text(visible(answer.headline), style=COLOURS[answer.diagnosis.status]))
    console.print()
    console.print(path_picture(answer.links))
    if answer.conditions:
        console.print(Text(visible(f"Read with coverage on: {'; '.join(answer.conditions)}"), style="dim"))
    for number, cause in enumerate(answer.causes, 1):
        console.print()
        for part in cause_parts(cause, number, len(answer.causes)):
            print_part(console, part)
    if details:
        console.print()
        console.print(facts_table(answer, console.width))
    tail(console, answer, details)
    console.print()


def print_part(console: Console, part: RenderableType) -> None:
    """Print a part of a cause; a patch is never wrapped, or it could not be applied."""
    console.print(part, soft_wrap=isinstance(part, _Patch))


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


def cause_parts(view: CauseView, number: int, total: int) -> list[RenderableType]:
    """The parts of one cause, `number` of `total`: title, lines, why, fix, patch."""
    finding = view.finding
    parts: list[RenderableType] = [_title(finding, number, total)]
    parts.append(_EvidenceRows(view))
    parts.append(Padding(Text.assemble(("Why: ", "bold"), visible(finding.why)), (0, 0, 0, 2)))
    parts.append(Padding(Text.assemble(("Fix: ", "bold green"), visible(finding.fix.text)), (0, 0, 0, 2)))
    if finding.fix.patch:
        parts.append(_Patch(finding.fix.patch))
    if view.same_lines_as is not None:
        text = f"Rests mostly on the same lines as {view.same_lines_as}: one of the two fixes may do."
        parts.append(Padding(Text(text, style="dim"), (0, 0, 0, 2)))
    for consequence in view.consequences:
        parts.append(Padding(Text(visible(f"Follows from it: {consequence}"), style="dim"), (0, 0, 0, 2)))
    return parts


class _EvidenceRows:
    """Places with what stands there: side by side where all fit, else the text below its place."""

    def __init__(self, view: CauseView) -> None:
        self.rows = [(visible(row.place), visible(row.excerpt)) for row in view.rows]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        left = max((len(place) for place, _ in self.rows), default=0)
        beside = all(left + len(text) + 4 <= options.max_width for _, text in self.rows)
        for place, text in self.rows:
            if beside:
                yield Text.assemble("  ", (place.ljust(left), "cyan"), "  ", text)
                continue
            yield Text.assemble("  ", (place, "cyan"), overflow="fold")
            for line in wrapped(" ".join(text.split()), options.max_width - 6):
                yield Text(f"      {line}")


class _Patch(Text):
    """A unified diff, whole: a line that is cut off or wrapped cannot be applied."""

    def __init__(self, patch: str) -> None:
        super().__init__()
        colours = {"+": "green", "-": "red", "@": "cyan"}
        for index, line in enumerate(patch.rstrip("\n").split("\n")):
            self.append("\n" * bool(index) + f"    {visible(line)}", style=colours.get(line[:1], ""))


def _title(finding: Finding, number: int, total: int) -> Text:
    style = "bold red" if finding.effect is Effect.BLOCKS else "bold yellow"
    if finding.certainty is Certainty.POSSIBLE:
        style = "yellow"
    count = f"{number}. " if total > 1 else ""
    sure = "" if finding.certainty is Certainty.CERTAIN else f"{finding.certainty}, "
    tag = f"  [{finding.rule}, {sure}{finding.effect}]"
    return Text.assemble((visible(f"{count}{finding.summary}"), style), (tag, "dim"))


def facts_table(answer: Answer, width: int) -> Table:
    """Every fact that was read, by link, with its place; `width` columns wide at most."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for style in ("bold", "dim", ""):
        table.add_column(style=style, no_wrap=True)
    longest = max((len(fact.name) for view in answer.links for fact in view.facts), default=0)
    names = min(longest, max(width // 4, 12))
    for view in answer.links:
        sign, style = SIGNS[view.mark]
        label = Text.assemble(f"{view.link} ", (sign, style))
        for fact in view.facts or (LinkFact("", "nothing was read"),):
            name = Text("\n".join(wrapped(visible(fact.name), names)))
            table.add_row(label, name, fact_cell(fact, width - names - 15))
            label = Text("")
    return table


def fact_cell(fact: LinkFact, width: int) -> Text:
    """A value with its condition and its place, the place below where it does not fit beside."""
    text = visible(fact.value) + (visible(f"  if {fact.condition}") if fact.condition else "")
    place = visible(fact.evidence.place) if fact.evidence else ""
    lines = wrapped(text, width)
    cell = Text("\n".join(lines))
    if fact.condition:
        cell.highlight_regex(re.escape(visible(f"if {fact.condition}")), "dim italic")
    if not place:
        return cell
    if len(lines) == 1 and len(text) + len(place) + 2 <= width:
        return cell.append(f"  {place}", style="cyan")
    return cell.append("\n" + "\n".join(wrapped(place, width)), style="cyan")


def tail(console: Console, answer: Answer, details: bool) -> None:
    """Print what is not the cause and what was not checked; `details` also the smaller gaps."""
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
        table.add_column(style=style, overflow="fold", no_wrap=style == "bold")
    room = console.width - max(len(visible(s.name)) for s in services) - 20
    wide = min(
        max(len(visible(p)) for s in services for g in s.files.values() for p in g), max(room * 3 // 5, 20)
    )
    for service in services:
        label = visible(service.name)
        for role, paths in service.files.items():
            for path in paths:
                reason = visible(service.reasons.get(path, ""))
                cell = Text("\n".join(wrapped(visible(path), wide)), no_wrap=True)
                table.add_row(Text(label), role, cell, Text("\n".join(wrapped(reason, room - wide - 2))))
                label = ""
    console.print(table)
