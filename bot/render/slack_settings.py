"""What is set for a channel in Slack: the form, what it looks like to others, and what was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.modes import MEANINGS, Mode
from bot.render.blocks import Block, Post, Span, bullets, pack, paragraph, styled
from bot.render.inputs import Choice, number_input, select, text_input
from bot.render.views import modal, section, values_of

CALLBACK = "covcheck_settings"
AS_SET_UP = "default"
ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled into the form; what is empty means as covcheck was set up."""

    repo: str = ""
    mode: str = ""
    unfurl: str = AS_SET_UP
    namespace: str = ""
    zone: str = ""
    minimum: str = ""


@dataclass(frozen=True, slots=True)
class SetUp:
    """What holds in a channel where people have set nothing. `mode` is what holds now; `runs` is whether live
    runs are set up; `direct`: it is a direct message."""

    repo: str = ""
    mode: Mode = Mode.MENTION
    unfurl: bool = False
    runs: bool = False
    direct: bool = False


def settings_view(now: Filled, set_up: SetUp, carried: Mapping[str, Any]) -> Block:
    """The form; questions are not treated otherwise in a direct message, and have no field there."""
    usual = "Empty: as covcheck was set up."
    blocks = [
        section("What is set here holds for everybody in this channel. It comes before covcheck's set-up."),
        text_input(
            "repo",
            "Repo that is meant where none is named",
            value=now.repo,
            placeholder=set_up.repo or "OWNER/NAME",
            hint=usual,
            most=140,
            optional=True,
        ),
    ]
    if not set_up.direct:
        modes = [Choice(mode.value, mode.value.capitalize(), MEANINGS[mode]) for mode in Mode]
        blocks.append(select("mode", "Questions in this channel", modes, chosen=now.mode))
    links = [
        Choice(AS_SET_UP, f"As covcheck was set up ({'on' if set_up.unfurl else 'off'})"),
        Choice(ON, "On", "a card under links to files, commits and repos that I checked"),
        Choice(OFF, "Off"),
    ]
    blocks.append(select("unfurl", "Cards under links to GitHub", links, chosen=now.unfurl))
    if set_up.runs:
        blocks.append(
            text_input(
                "namespace",
                "Namespace of live runs",
                value=now.namespace,
                hint="Where none is named. Empty: it is looked for.",
                most=63,
                optional=True,
            )
        )
    blocks += [
        text_input(
            "zone",
            "Time zone of new digests",
            value=now.zone,
            placeholder="Europe/Berlin",
            hint="A zone of the IANA database, as in Europe/Berlin.",
            most=64,
            optional=True,
        ),
        number_input(
            "minimum",
            "Smallest change new digests tell of, in percentage points",
            value=float(now.minimum) if now.minimum else None,
            least=0.0,
            most=100.0,
            optional=True,
        ),
    ]
    return modal("Channel settings", blocks, callback=CALLBACK, submit="Save", metadata=carried)


def filled(view: Mapping[str, Any]) -> Filled:
    """What somebody filled in."""
    held = values_of(view)
    names = ("repo", "mode", "namespace", "zone", "minimum")
    return Filled(**{name: held.text(name) for name in names}, unfurl=held.text("unfurl") or AS_SET_UP)


def settings_post(lines: Sequence[str], refused: str, people: Sequence[str]) -> Post:
    """What is set, for somebody who may not change it, and who may."""
    named = [span for person in people[:20] for span in (Span(" "), Span(person, person=person))]
    blocks = [paragraph(Span("Set for this channel", bold=True)), *_listed(lines)]
    return pack(f"{refused} {'; '.join(lines)}", [*blocks, paragraph(*styled(refused), *named)])[0]


def changed_post(lines: Sequence[str], person: str | None) -> Post:
    """What somebody changed, for the channel."""
    who = [Span(" by "), Span(person, person=person)] if person else []
    said = f"Set for this channel: {'; '.join(lines)}."
    return pack(said, [paragraph(Span("Set for this channel", bold=True), *who), *_listed(lines)])[0]


def not_changed_post() -> Post:
    """That somebody else was faster, in the place of what was said too early."""
    said = "Not changed: somebody else changed the settings of this channel at the same moment."
    return pack(said, [paragraph(*styled(said))])[0]


def _listed(lines: Sequence[str]) -> tuple[Block, ...]:
    return bullets([[Span(line)] for line in lines])
