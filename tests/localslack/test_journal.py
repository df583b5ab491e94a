"""What changed, for those who look on."""

from __future__ import annotations

import threading

from slack_sdk import WebClient

from bot.localslack.journal import Journal
from bot.localslack.server import SlackServer


def test_changes_are_numbered_and_bounded() -> None:
    journal = Journal(threading.Condition(), size=3)
    for number in range(5):
        journal.add("message", ts=str(number))
    assert [change["seq"] for change in journal.after(2)] == [3, 4, 5]
    assert [change["seq"] for change in journal.after(4)] == [5]
    assert journal.after(5) == []


def test_who_was_away_too_long_or_saw_another_run_begins_anew() -> None:
    journal = Journal(threading.Condition(), size=3)
    assert journal.after(0) == []
    for _ in range(5):
        journal.add("message")
    for seq in (0, 1, 6, 900):
        assert journal.after(seq) == [{"seq": 5, "type": "reset"}]


def test_waiting_ends_with_the_first_wanted_change() -> None:
    journal = Journal(threading.Condition())
    found = []
    waiting = threading.Thread(
        target=lambda: found.append(journal.wait(0, 10.0, lambda change: change["type"] == "home"))
    )
    waiting.start()
    journal.add("message")
    journal.add("home")
    waiting.join(5)
    assert found == [(2, [{"seq": 2, "type": "home"}])]
    assert journal.wait(2, 0.0) == (2, [])


def test_every_change_of_a_channel_is_told(web: WebClient, slack: SlackServer) -> None:
    seq = slack.journal.last
    posted = web.chat_postMessage(channel="C1", text="a")
    web.chat_postMessage(channel="C1", text="b", thread_ts=posted["ts"])
    web.chat_update(channel="C1", ts=posted["ts"], text="c")
    web.chat_postEphemeral(channel="C1", user="U1", text="d")
    web.views_publish(user_id="U1", view={"type": "home", "blocks": [{"type": "divider"}]})
    told = [(change["type"], change.get("beside", False)) for change in slack.journal.after(seq)]
    assert told == [
        ("message", False),
        ("message", False),
        ("changed", True),
        ("changed", False),
        ("ephemeral", False),
        ("home", False),
    ]
