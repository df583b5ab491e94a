"""Settings of a channel: the form behind `/covcheck settings`, and what is wrong with it at its fields.

Whoever may ask may change them, or only those whom `[slack] admins` names. The form is opened from the store
alone; the job says in the channel what was changed, and by whom.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from bot.cluster.allowlist import matches
from bot.errors import StoreError, UsageError
from bot.jobs.channel_settings import KeepSettings, described, differences
from bot.jobs.localtimes import zone_meant, zone_named
from bot.jobs.orders import Place, shown_repo
from bot.modes import Mode
from bot.render.blocks import Block, Post
from bot.render.plain import brief
from bot.render.slack_settings import (
    AS_SET_UP,
    CALLBACK,
    OFF,
    ON,
    Filled,
    SetUp,
    filled,
    settings_post,
    settings_view,
)
from bot.render.views import carried, errors
from bot.repo.names import is_full_name
from bot.store.channels import ChannelSettings
from handlers.access import Access, Deed, team_of
from handlers.asked import AskSettings
from handlers.desk import Desk

_NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_MEANWHILE = (
    "Somebody changed the settings of this channel meanwhile. Close this and say /covcheck settings again."
)


def asked_for(desk: Desk, asked: AskSettings, place: Place) -> Block | Post:
    """What `/covcheck settings` shows: the form, or to who may not change them what is set. Raises
    StoreError."""
    now = desk.store.channels.settings(place.channel)
    mode, _ = desk.modes.of(place.channel, desk.store)
    usual = _usual(place.channel, desk.access)
    refusal = desk.access.refusal(Deed.ADMINISTER, place.user)
    if refusal is not None:
        lines = (*described(now, usual), f"questions: {mode}")
        return settings_post(lines, refusal.text, refusal.people)
    set_up = SetUp(
        repo=usual.get("repo", ""),
        mode=mode,
        unfurl=desk.access.unfurl,
        runs=bool(desk.access.namespaces),
        direct=place.channel.startswith("D"),
    )
    held = {"channel": place.channel, "version": now.version, "url": place.response_url}
    return settings_view(_filled(now, mode), set_up, held)


def register(app: App, desk: Desk) -> None:
    """Listen to the form."""

    @app.view(CALLBACK)
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        try:
            found = _kept(desk, body, view)
        except StoreError as error:
            found = {"repo": f"{error} {error.hint}"}
        if found:
            ack(**errors(found))
        else:
            ack()


def _kept(desk: Desk, body: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, str]:
    """Hand in what was changed; what stands in the way, by field. Raises StoreError."""
    held, user = carried(view), body["user"]
    refusal = desk.access.refusal(Deed.ASK, user["id"], team_of(user))
    refusal = refusal or desk.access.refusal(Deed.ADMINISTER, user["id"])
    if refusal is not None:
        return {"repo": refusal.text}
    channel = str(held["channel"])
    before = desk.store.channels.settings(channel)
    if before.version != int(held["version"]):
        return {"repo": _MEANWHILE}
    said = filled(view)
    after, found = judged(said, before, desk.access)
    mode, _ = desk.modes.of(channel, desk.store)
    changed = said.mode if said.mode in set(Mode) and said.mode != mode else None
    lines = (
        *differences(before, after, _usual(channel, desk.access)),
        *([f"questions: {mode} → {changed}"] if changed else []),
    )
    if found or not lines:
        return found
    order = KeepSettings(
        repo=after.repo,
        namespace=after.namespace,
        unfurl=after.unfurl,
        zone=after.zone,
        minimum=after.minimum,
        mode=changed,
        version=before.version,
        lines=lines,
        at=time.time(),
    )
    desk.jobs.submit(order, Place(channel, None, user["id"], held.get("url")), key=str(view["id"]))
    return {}


def judged(said: Filled, before: ChannelSettings, access: Access) -> tuple[ChannelSettings, dict[str, str]]:
    """The settings that were filled in, and what is wrong with them by field. A field that the form does not
    have keeps what is set."""
    found = {
        "repo": _repo(said.repo, access),
        "namespace": _namespace(said.namespace, access),
        "zone": _zone(said.zone),
        "minimum": _minimum(said.minimum),
    }
    found = {name: text for name, text in found.items() if text}
    after = replace(
        before,
        repo=said.repo or None,
        unfurl={ON: True, OFF: False}.get(said.unfurl),
        namespace=(said.namespace or None) if access.namespaces else before.namespace,
        zone=zone_meant(said.zone) or None,
        minimum=float(said.minimum) if said.minimum and "minimum" not in found else None,
    )
    return after, found


def _usual(channel: str, access: Access) -> dict[str, str]:
    """What holds in a channel where nothing is set, as far as it can be said."""
    repo = access.channels.get(channel, access.default_repo)
    return {**({"repo": shown_repo(repo)} if repo else {}), "unfurl": "on" if access.unfurl else "off"}


def _filled(now: ChannelSettings, mode: Mode) -> Filled:
    return Filled(
        repo=now.repo or "",
        mode=mode.value,
        unfurl=AS_SET_UP if now.unfurl is None else ON if now.unfurl else OFF,
        namespace=now.namespace or "",
        zone=now.zone or "",
        minimum="" if now.minimum is None else f"{now.minimum:g}",
    )


def _repo(text: str, access: Access) -> str:
    if not text:
        return ""
    if not is_full_name(text):
        return "Write the repo as OWNER/NAME."
    if not access.allows(text):
        return f"I may not read {brief(text, 100)} for people in Slack. `repos.allowed` names those I may."
    return ""


def _namespace(text: str, access: Access) -> str:
    if not text or not access.namespaces:
        return ""
    if not _NAMESPACE.fullmatch(text):
        return "This is no name of a namespace."
    if not matches(text, access.namespaces):
        return f"Live runs may touch {brief(', '.join(access.namespaces), 200)}, and not this one."
    return ""


def _zone(text: str) -> str:
    try:
        if text:
            zone_named(zone_meant(text))
    except UsageError as error:
        return f"{error} {error.hint}".strip()
    return ""


def _minimum(text: str) -> str:
    if not text:
        return ""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    return "" if 0.0 <= number <= 100.0 else "A number from 0 to 100."
