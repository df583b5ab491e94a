"""The console's API: what the page sees, what people do, and what they are told when it does not work."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient

from bot.localslack.lines import HttpLine
from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_USER, Json
from tests.console.conftest import Page
from tests.localslack.bot import SECRET, SmallBot
from tests.localslack.test_deeds import BLOCKS, entry, modal

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x03\x20\x00\x00\x01\x90\x08\x06"
HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}


def test_the_state_names_everything(page: Page, slack: SlackServer) -> None:
    slack.dm("U2")
    state = page.api("state")
    assert state == {
        "me": "U1",
        "bot": BOT_USER,
        "people": {
            "U1": {"name": "Robin", "title": "Developer"},
            "U2": {"name": "Maria", "title": ""},
        },
        "channels": [
            {"id": "C1", "name": "coverage", "kind": "channel", "topic": "Ask here", "has_bot": True},
            {"id": "D1", "name": "covcheck", "kind": "im", "topic": "", "has_bot": True},
        ],
        "command": {
            "name": "/covcheck",
            "usage_hint": "",
            "words": [{"text": "services", "help": "what was found"}],
        },
        "shortcuts": [
            {"callback_id": "on_message", "name": "Do it", "kind": "message", "description": ""},
            {"callback_id": "anywhere", "name": "Do all", "kind": "global", "description": ""},
        ],
        "groups": {"S1": {"handle": "coverage", "name": "Coverage people", "users": ["U2"]}},
        "seq": slack.journal.last,
    }


def test_what_is_written_reaches_the_bot_and_stands_in_the_channel(page: Page, bot: SmallBot) -> None:
    said = page.post("say", channel="C1", text=f"<@{BOT_USER}> why?")
    assert (said["ok"], said["ack_ms"] >= 0, "retried" in said) == (True, True, False)
    assert {event["type"] for event in (body["event"] for body in bot.heard)} == {"message", "app_mention"}
    bot.client.chat_postMessage(channel="C1", text="because", thread_ts=said["ts"])
    (message,) = page.api("messages", channel="C1")["messages"]
    assert (message["text"], message["reply_count"]) == (f"<@{BOT_USER}> why?", 1)
    assert message["reply_users"] == [BOT_USER]
    thread = page.api("messages", channel="C1", thread=said["ts"])
    assert [each["text"] for each in thread["messages"]] == [f"<@{BOT_USER}> why?", "because"]


def test_older_messages_come_in_pages(page: Page, slack: SlackServer) -> None:
    for number in range(120):
        slack.say("C1", str(number), "U2")
    found: list[str] = []
    before = ""
    for has_more in (True, True, False):
        answer = page.api("messages", channel="C1", before=before)
        found = [message["text"] for message in answer["messages"]] + found
        before = answer["messages"][0]["ts"]
        assert answer["has_more"] == has_more
    assert found == [str(number) for number in range(120)]


def test_private_messages_are_among_the_others_for_one_person(page: Page, bot: SmallBot) -> None:
    bot.client.chat_postMessage(channel="C1", text="all")
    bot.client.chat_postEphemeral(channel="C1", user="U1", text="you")
    bot.client.chat_postEphemeral(channel="C1", user="U2", text="her")
    messages = page.api("messages", channel="C1")["messages"]
    assert [(m["text"], m.get("only_for"), m.get("ephemeral")) for m in messages] == [
        ("all", None, None),
        ("you", "U1", True),
    ]
    page.post("become", user="U2")
    messages = page.api("messages", channel="C1")["messages"]
    assert [message["text"] for message in messages] == ["all", "her"]


class TestEvents:
    def test_what_happened_since(self, page: Page, bot: SmallBot, slack: SlackServer) -> None:
        seq = page.api("state")["seq"]
        posted = bot.client.chat_postMessage(channel="C1", text="a")
        bot.client.chat_postMessage(channel="C1", text="b", thread_ts=posted["ts"])
        bot.client.chat_delete(channel="C1", ts=posted["ts"])
        answer = page.api("events", after=str(seq))
        told = [(event["type"], event["channel"], event["ts"]) for event in answer["events"]]
        reply = slack.channel("C1").messages[1]["ts"]
        assert told == [
            ("message", "C1", posted["ts"]),
            ("message", "C1", reply),
            ("changed", "C1", posted["ts"]),
            ("changed", "C1", posted["ts"]),
        ]
        assert answer["seq"] == slack.journal.last

    def test_a_poll_waits_for_the_next(self, page: Page, slack: SlackServer) -> None:
        seq = page.api("state")["seq"]
        threading.Timer(0.3, lambda: slack.say("C1", "later", "U2")).start()
        begun = time.monotonic()
        (event,) = page.api("events", after=str(seq))["events"]
        assert (event["message"]["text"], time.monotonic() - begun > 0.2) == ("later", True)

    def test_what_is_anothers_is_not_told(self, page: Page, bot: SmallBot, slack: SlackServer) -> None:
        slack.dm("U2")
        seq = page.api("state")["seq"]
        bot.client.chat_postMessage(channel="D2", text="hers")
        bot.client.chat_postEphemeral(channel="C1", user="U2", text="hers")
        bot.client.views_publish(user_id="U2", view=HOME)
        bot.client.views_publish(user_id="U1", view=HOME)
        answer = page.api("events", after=str(seq))
        assert [(event["type"], event["user"]) for event in answer["events"]] == [("home", "U1")]
        assert page.get("/api/console/messages?channel=D2").status == 404

    def test_a_number_of_another_run_begins_anew(self, page: Page) -> None:
        assert [event["type"] for event in page.api("events", after="99999")["events"]] == ["reset"]
        assert page.get("/api/console/events?after=x").status == 400

    def test_stopping_does_not_wait_for_a_poll(self, page: Page) -> None:
        seq = page.api("state")["seq"]
        done = threading.Event()

        def poll() -> None:
            page.get(f"/api/console/events?after={seq}")
            done.set()

        threading.Thread(target=poll, daemon=True).start()
        time.sleep(0.2)
        begun = time.monotonic()
        page.server.stop()
        assert time.monotonic() - begun < 8
        assert done.wait(3)


class TestDeeds:
    def test_a_command_and_a_press(self, page: Page, bot: SmallBot) -> None:
        assert page.post("command", channel="C1", text="services")["ok"]
        posted = bot.client.chat_postMessage(channel="C1", text="x", blocks=BLOCKS)
        where = {"channel": "C1", "ts": posted["ts"], "block_id": "b"}
        assert page.post("press", **where, action_id="go", value="v")["ok"]
        assert page.post("press", **where, action_id="menu", selected="dog")["ok"]
        pressed = [body["actions"][0] for body in bot.heard if body.get("type") == "block_actions"]
        assert (pressed[0]["value"], pressed[1]["selected_option"]["value"]) == ("v", "dog")
        refused = page.post("press", **where, action_id="menu", selected="ant")
        assert (refused["ok"], refused["error"]) == (False, "invalid_values")

    def test_a_modal_is_opened_filled_in_and_submitted(self, page: Page, bot: SmallBot) -> None:
        def show(body: Json, ack: Ack, client: WebClient) -> None:
            if body["type"] == "shortcut":
                form = modal(entry("f", {"type": "plain_text_input"}))
                client.views_open(trigger_id=body["trigger_id"], view=form)
            ack()

        bot.doing = show
        seq = page.api("state")["seq"]
        assert page.post("shortcut", callback_id="anywhere")["ok"]
        (event,) = page.api("events", after=str(seq))["events"]
        view_id = event["view"]["id"]
        assert (event["type"], event["user"], event["view"]["callback_id"]) == ("view", "U1", "form")
        wrong = page.post("submit", view_id=view_id, values={})
        assert (wrong["ok"], list(wrong["errors"])) == (False, ["f"])
        values = {"f": {"f": {"type": "plain_text_input", "value": "hello"}}}
        assert page.post("submit", view_id=view_id, values=values)["ok"]
        assert bot.heard[-1]["view"]["state"]["values"] == values
        assert page.api("events", after=str(event["seq"]))["events"][0]["type"] == "view_closed"
        assert page.post("close", view_id=view_id)["error"] == "view_not_found"

    def test_a_message_shortcut_and_a_reaction(self, page: Page, bot: SmallBot, slack: SlackServer) -> None:
        said = slack.say("C1", "help", "U2")
        where = {"channel": "C1", "ts": said["ts"]}
        assert page.post("shortcut", callback_id="on_message", **where)["ok"]
        assert page.post("react", name="bookmark", **where)["ok"]
        again = page.post("react", name="bookmark", **where)
        assert (again["error"], again["message"]) == ("already_reacted", "You reacted with this already.")
        (message,) = page.api("messages", channel="C1")["messages"]
        assert message["reactions"] == [{"name": "bookmark", "users": ["U1"], "count": 1}]

    def test_the_home_tab(self, page: Page, bot: SmallBot) -> None:
        assert "view" not in page.post("home")
        bot.client.views_publish(user_id="U1", view=HOME)
        assert page.post("home")["view"]["type"] == "home"
        assert len(bot.events("app_home_opened")) == 2

    def test_being_somebody_else(self, page: Page, bot: SmallBot) -> None:
        assert page.post("become", user="U2")["ok"]
        assert [channel["id"] for channel in page.api("state")["channels"]] == ["C1", "D1", "D2"][::2]
        page.post("say", channel="C1", text="hello")
        assert bot.events("message")[0]["user"] == "U2"
        for user in ("U9", BOT_USER):
            assert page.post("become", user=user)["error"] == "user_not_found"


class TestFailures:
    def test_a_bot_that_is_late(self, page: Page, bot: SmallBot) -> None:
        bot.doing = lambda body, ack, client: (time.sleep(3.2), ack())[0]  # type: ignore[func-returns-value]
        answer = page.post("command", channel="C1", text="x")
        assert answer == {
            "ok": False,
            "error": "operation_timeout",
            "message": "covcheck did not respond in time.",
        }

    def test_a_bot_that_fails(self, page: Page, bot: SmallBot) -> None:
        def fail(body: Json, ack: Ack, client: WebClient) -> None:
            raise ValueError("not now")

        bot.doing = fail
        answer = page.post("command", channel="C1", text="x")
        assert (answer["error"], "HTTP 500" in answer["message"]) == ("http_service_error", True)
        said = page.post("say", channel="C1", text="x")
        assert (said["ok"], said["retried"]) == (True, True)

    def test_a_bot_that_is_not_there(self, page: Page, bot: SmallBot) -> None:
        object.__setattr__(bot.line, "port", 9)
        assert page.post("command", channel="C1", text="x")["error"] == "dispatch_failed"
        assert HttpLine(9, SECRET).port == 9

    @pytest.mark.parametrize(
        ("name", "body", "error"),
        [
            ("say", {"channel": "C9", "text": "x"}, "channel_not_found"),
            ("say", {"channel": "C1", "text": " "}, "no_text"),
            ("command", {"channel": "D2", "text": "x"}, "channel_not_found"),
            ("shortcut", {"callback_id": "x"}, "unknown_shortcut"),
            ("submit", {"view_id": "V9"}, "view_not_found"),
            ("react", {"channel": "C1", "ts": "1.1", "name": "eyes"}, "message_not_found"),
        ],
    )
    def test_what_is_not_there(self, page: Page, name: str, body: dict[str, Any], error: str) -> None:
        answer = page.post(name, **body)
        assert (answer["ok"], answer["error"], bool(answer["message"])) == (False, error, True)

    def test_a_modal_that_slack_refuses(self, page: Page, bot: SmallBot, slack: SlackServer) -> None:
        opened = bot.client.views_open(trigger_id=slack.new_trigger(), view=modal())["view"]
        bot.doing = lambda body, ack, client: ack(response_action="update", view={"type": "modal"})
        answer = page.post("submit", view_id=opened["id"])
        assert answer["message"] == "covcheck answered with a window that Slack refuses."


class TestFiles:
    def test_a_file_is_uploaded_said_and_downloaded(self, page: Page, bot: SmallBot) -> None:
        path = "/api/console/upload?name=..%2F..%2Frequest%20%22x%22.md"
        answer = page.send("POST", path, b"# Help", {"Content-Type": "application/octet-stream"}).json
        assert (answer["ok"], answer["name"], answer["size"]) == (True, 'request "x".md', 6)
        assert page.post("say", channel="C1", text="", file_ids=[answer["id"]])["ok"]
        (message,) = page.api("messages", channel="C1")["messages"]
        assert message["files"][0]["id"] == answer["id"]
        file = page.get(f"/api/console/files/{answer['id']}/request.md")
        assert (file.status, file.body) == (200, b"# Help")
        assert file.headers["content-type"] == "text/plain; charset=utf-8"
        assert file.headers["content-disposition"].startswith("attachment")

    def test_a_picture_is_shown_with_its_alt_text(self, page: Page, bot: SmallBot) -> None:
        bot.client.files_upload_v2(
            channel="C1", filename="c.png", file=PNG, title="Trend", alt_txt="It rises."
        )
        (message,) = page.api("messages", channel="C1")["messages"]
        (file,) = message["files"]
        assert (file["alt_txt"], file["original_w"]) == ("It rises.", 800)
        picture = page.get(f"/api/console/files/{file['id']}/image")
        assert (picture.headers["content-type"], picture.headers["content-disposition"]) == (
            "image/png",
            "inline",
        )

    @pytest.mark.parametrize("name", ["evil.html", "evil.svg", "evil.js", "evil.pdf"])
    def test_what_could_act_is_only_downloaded(self, page: Page, slack: SlackServer, name: str) -> None:
        info = slack.upload(name, b"<script>alert(1)</script>")
        file = page.get(f"/api/console/files/{info['id']}/{name}")
        assert file.headers["content-type"] in ("text/plain; charset=utf-8", "application/octet-stream")
        assert file.headers["content-disposition"].startswith("attachment")
        assert file.headers["x-content-type-options"] == "nosniff"

    def test_the_oldest_uploads_go(self, page: Page, slack: SlackServer) -> None:
        slack.shared.clear()
        for number in range(203):
            slack.upload(f"{number}.txt", b"x")
        page.send("POST", "/api/console/upload?name=new.txt", b"x", {})
        assert len(slack.shared) == 200
        assert [shared.info["name"] for shared in slack.shared.values()][-1] == "new.txt"
