"""How questions are treated in each channel: what people have set there, else what the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from bot.jobs.orders import Order, Place
from bot.jobs.parts import PartOf, Parts
from bot.jobs.question_orders import SetMode
from bot.modes import MEANINGS, Mode
from bot.render.blocks import Post, Span, pack, paragraph
from bot.store.answers import Store
from bot.store.channels import StoredMode


@dataclass(frozen=True, slots=True)
class Modes:
    """The modes of the settings; `of` asks the store first."""

    default: Mode = Mode.MENTION
    channels: Mapping[str, Mode] = field(default_factory=dict)

    def of(self, channel: str, store: Store) -> tuple[Mode, StoredMode | None]:
        """A channel's mode, and who set it if people did. Raises StoreError."""
        kept = store.channels.mode(channel)
        if kept is not None and kept.mode in set(Mode):
            return Mode(kept.mode), kept
        return self.channels.get(channel, self.default), None

    def part(self) -> PartOf:
        """The part that shows and changes modes."""
        return partial(ModeJobs, self)


class ModeJobs:
    """Shows and changes modes; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (SetMode,)

    def __init__(self, modes: Modes, parts: Parts) -> None:
        self._modes = modes
        self._saying = parts.saying
        self._store = parts.store

    def carry_out(self, job_id: str, order: SetMode, place: Place) -> str:
        """Say the mode to who asks, or change it and say so in the channel.

        It is said first: where the bot may not post, nothing is changed.
        """
        if place.channel.startswith("D"):
            self._saying.whispered(place, "In direct messages I answer every question.")
            return "NOTHING"
        steps = self._saying.steps
        if order.mode is None:
            mode, by = steps.once("mode", lambda: self._mode(place.channel))
            return self._saying.whispered(place, _shown(Mode(mode), by))
        changed = Mode(order.mode)
        self._saying.reply(job_id, "mode", place, _changed(changed, place.user))
        kept = StoredMode(place.channel, changed.value, place.user, order.at)
        steps.once("keep", lambda: self._store.channels.set(kept))
        return "OK"

    def _mode(self, channel: str) -> tuple[str, str | None]:
        mode, kept = self._modes.of(channel, self._store)
        return mode.value, None if kept is None else kept.changed_by


def _shown(mode: Mode, changed_by: str | None) -> Post:
    said = f"Questions in this channel: {mode}. That is: {MEANINGS[mode]}."
    who = [Span(" Set by "), Span(changed_by, person=changed_by), Span(".")] if changed_by else []
    if not who:
        who = [Span(" That is how covcheck was set up.")]
    rows = [Span("\nChange it: "), Span("/covcheck questions off|mention|suggest|answer", code=True)]
    return pack(said, [paragraph(Span(said), *who, *rows)])[0]


def _changed(mode: Mode, person: str | None) -> Post:
    said = f"Questions in this channel: {mode}. From now on {MEANINGS[mode]}."
    who = [Span(" Set by "), Span(person, person=person), Span(".")] if person else []
    return pack(said, [paragraph(Span(said), *who)])[0]
