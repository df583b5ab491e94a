"""Settings of channels: what is said of a change, and the job that makes it.

A change is bound to the version that was shown. It is said in the channel first: where the bot may not post,
nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from bot.jobs.orders import Order, Place
from bot.jobs.parts import Parts
from bot.jobs.saying import MAIN
from bot.render.slack_settings import changed_post, not_changed_post
from bot.store.answers import Store
from bot.store.changes import What
from bot.store.channels import ChannelSettings, StoredMode

_MEANWHILE = "Somebody changed the settings of this channel meanwhile: yours were not kept."


@dataclass(frozen=True, slots=True)
class KeepSettings(Order):
    """Set a channel up: the fields are those of `ChannelSettings`, `mode` None leaves how questions are
    treated. `version` is the one that was shown, `lines` says what is changed, `at` in seconds since the
    epoch."""

    changes = What.SETTINGS_CHANGED

    repo: str | None
    namespace: str | None
    unfurl: bool | None
    zone: str | None
    minimum: float | None
    mode: str | None
    version: int
    lines: tuple[str, ...]
    at: float

    def changed(self, status: str) -> What | None:
        """It is said in the channel first: where that is not possible, nothing is changed."""
        return None if status in ("UNHEARD", "NOTHING") else self.changes

    def about(self, store: Store, job_id: str) -> str:
        """What is changed."""
        return "; ".join(self.lines)

    def settings(self, channel: str, person: str | None, job_id: str) -> ChannelSettings:
        """The settings as they will stand."""
        return ChannelSettings(
            id=channel,
            repo=self.repo,
            namespace=self.namespace,
            unfurl=self.unfurl,
            zone=self.zone,
            minimum=self.minimum,
            version=self.version + 1,
            changed_by=person,
            changed_in=job_id,
            at=self.at,
        )


class SettingsJobs:
    """Sets channels up; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (KeepSettings,)

    def __init__(self, parts: Parts) -> None:
        self._saying = parts.saying
        self._store = parts.store

    def carry_out(self, job_id: str, order: KeepSettings, place: Place) -> str:
        """Say what is changed and change it; of two changes at once the first counts."""
        steps, channels = self._saying.steps, self._store.channels
        if steps.once("before", lambda: channels.settings(place.channel).version) != order.version:
            self._saying.whispered(place, _MEANWHILE)
            return "NOTHING"
        ts = self._saying.reply(job_id, MAIN, place, changed_post(order.lines, place.user))
        if steps.once("keep", lambda: self._kept(job_id, order, place)):
            return "OK"
        edit = self._saying.messenger.edit
        steps.patiently("answer", lambda: edit(place, ts, job_id, MAIN, not_changed_post()))
        return "NOTHING"

    def _kept(self, job_id: str, order: KeepSettings, place: Place) -> bool:
        """Whether this job's settings are those that stand; then the mode is kept, too."""
        made = order.settings(place.channel, place.user, job_id)
        if self._store.channels.change(made).changed_in != job_id:
            return False
        if order.mode is not None:
            self._store.channels.set(StoredMode(place.channel, order.mode, place.user, order.at))
        return True


_NAMES = {
    "repo": "repo",
    "unfurl": "cards under links",
    "namespace": "namespace of live runs",
    "zone": "time zone of new digests",
    "minimum": "smallest change new digests tell of",
}
"""What is set, as people read it."""


def described(settings: ChannelSettings, usual: Mapping[str, str]) -> tuple[str, ...]:
    """What is set for a channel, one line each; `usual` is what holds where a field is not set."""
    held = asdict(settings)
    return tuple(f"{name}: {_value(field, held[field], usual)}" for field, name in _NAMES.items())


def differences(before: ChannelSettings, after: ChannelSettings, usual: Mapping[str, str]) -> Iterator[str]:
    """What a change changes: `repo: acme/shop (as set up) → acme/other`."""
    was, now = asdict(before), asdict(after)
    for field, name in _NAMES.items():
        if was[field] != now[field]:
            yield f"{name}: {_value(field, was[field], usual)} → {_value(field, now[field], usual)}"


def _value(field: str, value: object, usual: Mapping[str, str]) -> str:
    if value is None:
        known = usual.get(field)
        return f"{known} (as set up)" if known else "looked for" if field == "namespace" else "not set"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g} points" if isinstance(value, float) else str(value)
