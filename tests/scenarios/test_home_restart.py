"""Home tabs over restarts: what was shown still works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.jobs.home import HomeConfig
from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.reading import reading
from bot.localslack.world import BOT_TOKEN
from bot.render.slack_home import CHECK
from handlers.board import SlackBoard
from handlers.forms import CHECK_SHORTCUT
from handlers.home import rights
from tests.scenarios.conftest import ACCESS, SECRET, Bot, start_bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.watch import answered, read
from tests.slack.server import SlackServer


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server
        assert server.violations == [], server.transcript()


def started(folder: Path, slack: SlackServer) -> tuple[Bot, SlackClient]:
    board = SlackBoard(BOT_TOKEN, base_url=slack.base_url)
    bot = start_bot(folder, slack, FactWork(), parts=(HomeConfig(board, rights(ACCESS, live=False)).part(),))
    return bot, SlackClient(slack, HttpLine(bot.server.port, SECRET))


def tab(slack: SlackServer) -> str:
    view = slack.homes.get("U1")
    return reading(view["blocks"]) if view else ""


def test_the_tab_and_an_open_form_outlive_the_process_that_showed_them(
    tmp_path: Path, slack: SlackServer
) -> None:
    first, client = started(tmp_path, slack)
    client.command("follow datastorage")
    client.open_home()
    slack.wait(lambda: "Not checked yet" in tab(slack))
    client.start(CHECK_SHORTCUT)
    view = next(view for view in slack.views.values() if view["type"] == "modal")
    first.stop()
    second, client = started(tmp_path, slack)
    client.press_in(slack.homes["U1"]["id"], CHECK)
    room = slack.dm("U1").id
    assert "will come out EMPTY" in read(answered(slack, room))
    slack.wait(lambda: "✗ FOUND" in tab(slack))
    client.submit(view["id"], service="gateway")
    assert "gateway @" in read(answered(slack, room, 1))
    second.stop()
