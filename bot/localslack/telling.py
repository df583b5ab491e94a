"""Which events Slack sends to the bot of what happens: those it subscribed to, where it is a member."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, wait

from bot.localslack import payloads
from bot.localslack.delivery import Delivery
from bot.localslack.lines import ACK_SECONDS, Ack
from bot.localslack.reading import urls_in
from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_USER, Channel, Json

NOTHING = Ack(200, "", 0.0)
"""There was nothing to tell."""
_CHANNEL_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class Telling:
    """Tells the bot through `delivery`; of its own messages, too, as Slack does, for which nobody waits."""

    def __init__(self, slack: SlackServer, delivery: Delivery) -> None:
        self._slack = slack
        self._delivery = delivery
        slack.journal.follow(self._own)

    def message(self, said: Json, channel: Channel) -> Ack:
        """A person's message: to channels that are listened to, mentions, links of the app's domains."""
        events, told = [], payloads.said(said, channel)
        if self._hears(channel):
            events.append({**told, "channel_type": channel.kind})
        mentioned = f"<@{BOT_USER}>" in said.get("text", "") and channel.kind != "im"
        if channel.has_bot and mentioned and self.subscribed("app_mention"):
            events.append({**told, "type": "app_mention"})
        shared = [(url, self._slack.app.domain(url)) for url in urls_in(said.get("text", ""))]
        ours = [(url, domain) for url, domain in shared if domain]
        if ours and self.subscribed("link_shared"):
            events.append(payloads.links(said, channel, ours))
        return self.send(events)

    def reaction(self, user: str, name: str, message: Json, channel: Channel) -> Ack:
        """A reaction to a message."""
        if not channel.has_bot or not self.subscribed("reaction_added"):
            return NOTHING
        item = {"type": "message", "channel": channel.id, "ts": message["ts"]}
        event = {"type": "reaction_added", "user": user, "reaction": name, "item": item}
        return self.send([{**event, "item_user": message["user"], "event_ts": _now()}])

    def home(self, user: str) -> Ack:
        """A person looks at the home tab."""
        if not self.subscribed("app_home_opened"):
            return NOTHING
        event: Json = {"type": "app_home_opened", "user": user, "tab": "home", "event_ts": _now()}
        event["channel"] = self._slack.dm(user).id
        shown = self._slack.homes.get(user)
        return self.send([{**event, **({"view": shown} if shown else {})}])

    def subscribed(self, event: str) -> bool:
        """Whether the app wants such events."""
        return event in self._slack.app.events

    def send(self, events: Sequence[Json]) -> Ack:
        """Send events; the answer that took longest, or a failed one. Those are sent again by themselves."""
        begun = time.monotonic()
        futures = [future for event in events if (future := self._delivery.send(event)) is not None]
        done, late = wait(futures, timeout=ACK_SECONDS)
        acks = [_result(future) for future in done]
        if late:
            acks.append(Ack(504, "", time.monotonic() - begun))
        return max(acks, key=lambda ack: (bool(ack.failure), ack.seconds), default=NOTHING)

    def _hears(self, channel: Channel) -> bool:
        return channel.has_bot and self.subscribed(_CHANNEL_EVENTS[channel.kind])

    def _own(self, change: Json) -> None:
        """The bot's own message, its edit or its end."""
        channel = self._slack.channels.get(str(change.get("channel")))
        message = change.get("message")
        if channel is None or message is None or message.get("user") != BOT_USER or "only_for" in message:
            return
        if change.get("beside") or not self._hears(channel):
            return
        told = payloads.said(message, channel)
        where = {"channel": channel.id, "channel_type": channel.kind}
        outer = {"type": "message", **where, "hidden": True, "ts": _now(), "event_ts": _now()}
        if change["type"] == "message":
            self._delivery.send({**told, "channel_type": channel.kind})
        elif change["type"] == "changed":
            self._delivery.send({**outer, "subtype": "message_changed", "message": told})
        else:
            gone = {"deleted_ts": message["ts"], "previous_message": told}
            self._delivery.send({**outer, "subtype": "message_deleted", **gone})


def _result(future: Future[Ack]) -> Ack:
    try:
        return future.result()
    except Exception:  # cancelled, or a line that failed in a way of its own
        return Ack(0, "", 0.0)


def _now() -> str:
    return f"{time.time():.6f}"
