"""The bot as it is put together from settings: groups, the form of a channel, cards and the log together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.composition import compose, running
from bot.jobs import audit_orders
from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.world import BOT_TOKEN, Group
from bot.settings import RepoSettings, Settings, SlackSettings, StoreSettings
from bot.store.changes import What
from bot.store.following import about
from bot.store.looks import CHECK, Look
from handlers.serve import SlackConfig, http_server
from tests.scenarios.conftest import SECRET
from tests.scenarios.test_unfurls import APP, CONFIG, card
from tests.slack.server import SlackServer

SETTINGS = Settings(
    slack=SlackSettings(users=("SASKERS01",), admins=("U1",), unfurl=True),
    repos=RepoSettings(default="acme/shop", allowed=("acme/*",)),
    store=StoreSettings(audit_days=30),
)


def test_the_bot_as_it_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path))
    with SlackServer() as slack:
        slack.app = APP
        slack.groups["SASKERS01"] = Group("SASKERS01", "askers", users=("U1",))
        slack.channel("C1")
        config = SlackConfig(BOT_TOKEN, SECRET, None, slack.base_url)
        made = compose(SETTINGS, config)
        server = http_server(made.app, config, jobs=made.jobs, host="127.0.0.1", port=0)
        with running(made):
            server.start()
            client = SlackClient(slack, HttpLine(server.port, SECRET))
            stranger = SlackClient(slack, client.line, user="U9")
            assert "may not use covcheck" in stranger.command("settings").json["text"]
            assert client.command("settings").body == ""
            client.submit(next(iter(slack.views)), repo="acme/other")
            slack.wait(lambda: slack.by_bot("C1"))
            slack.wait(made.store.audit.entries)
            shop = about("acme/shop", "datastorage")
            made.store.looks.keep(
                Look(shop, CHECK, "j1", "FOUND", 1.0, "The mounts differ.", "main", "4f2c1e7")
            )
            made.store.files.keep(shop, ["deploy/datastorage.yaml"], 1.0)
            said = slack.say("C1", f"<{CONFIG}>")
            client.share(said, CONFIG)
            slack.wait(lambda: said.get("attachments"))
            assert "The mounts differ." in card(said)
            timetables = {job.id for job in made.clock._clock._scheduler.get_jobs()}
            assert audit_orders.NAME in timetables
            server.stop()
        made.jobs.close(5.0)
        (entry,) = made.store.audit.entries()
        assert (entry.what, entry.who, entry.channel) == (What.SETTINGS_CHANGED, "U1", "C1")
        assert made.desk.access.repo("C1", None) == "acme/other"
        made.store.close()
        assert slack.violations == [], json.dumps(slack.violations)
