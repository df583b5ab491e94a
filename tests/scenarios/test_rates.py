"""The bot keeps to Slack's rate limits: it waits as long as it is told, and everything is posted once."""

from __future__ import annotations

from pathlib import Path

from bot.jobs.orders import Place
from bot.localslack.rates import Rates
from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_TOKEN
from bot.render.notices import text_post
from bot.store.answers import Store
from handlers.web import SlackMessenger


def test_posts_wait_for_their_turn_and_none_is_lost(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    with SlackServer(rates=Rates(burst=2)) as slack:
        slack.channel("C1")
        messenger = SlackMessenger(BOT_TOKEN, store, base_url=slack.base_url)
        for number in range(4):
            messenger.post(Place("C1"), "job", str(number), text_post(str(number)))
        assert [message["text"] for message in slack.by_bot("C1")] == ["0", "1", "2", "3"]
        assert slack.limited["chat.postMessage"] >= 1
    store.close()
