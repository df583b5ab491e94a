"""What people do, and what the bot hears of it: signed, as Slack sends it, no more and no less."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient

from bot.localslack.deeds import Deeds, NotPossible
from bot.localslack.server import SlackServer
from bot.localslack.views import stack
from bot.localslack.world import BOT_USER, Json, Refused
from tests.localslack.bot import SmallBot


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str) -> Json:
    return {"text": plain(value.title()), "value": value}


def entry(name: str, element: Json, **more: Any) -> Json:
    element = {"action_id": name, **element}
    return {"type": "input", "block_id": name, "label": plain(name), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    view = {"type": "modal", "title": plain("T"), "submit": plain("Go"), "callback_id": "form"}
    return {**view, "blocks": list(blocks) or [{"type": "divider"}], **more}


BUTTON = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "v", "style": "primary"}
MENU = {"type": "static_select", "action_id": "menu", "options": [option("cat"), option("dog")]}
NUMBER = {"type": "number_input", "is_decimal_allowed": True}
BLOCKS = [{"type": "actions", "block_id": "b", "elements": [BUTTON, MENU]}]


class TestWriting:
    def test_a_mention_is_told_twice(self, slack: SlackServer, bot: SmallBot, deeds: Deeds) -> None:
        said, ack = deeds.write("U1", "C1", f"<@{BOT_USER}> why?")
        assert ack.failure == ""
        (mention,), (message,) = bot.events("app_mention"), bot.events("message")
        assert mention["ts"] == message["ts"] == said["ts"]
        assert (message["channel_type"], message["channel"], message["user"]) == ("channel", "C1", "U1")

    def test_other_talk_is_told_once(self, bot: SmallBot, deeds: Deeds) -> None:
        deeds.write("U1", "C1", "hello <@U2>")
        assert (bot.events("app_mention"), len(bot.events("message"))) == ([], 1)

    def test_a_direct_message_is_no_mention(self, slack: SlackServer, bot: SmallBot, deeds: Deeds) -> None:
        deeds.write("U1", slack.dm("U1").id, f"<@{BOT_USER}> why?")
        (message,) = bot.events("message")
        assert (message["channel_type"], bot.events("app_mention")) == ("im", [])

    def test_a_reply_names_its_thread(self, bot: SmallBot, deeds: Deeds) -> None:
        first, _ = deeds.write("U2", "C1", "why?")
        deeds.write("U1", "C1", "because", thread=first["ts"])
        reply = bot.events("message")[1]
        assert (reply["thread_ts"], reply["parent_user_id"]) == (first["ts"], "U2")

    def test_files_come_along(self, slack: SlackServer, bot: SmallBot, deeds: Deeds) -> None:
        info = slack.upload("request.md", b"# Help")
        deeds.write("U1", "C1", "", files=[info["id"]])
        (message,) = bot.events("message")
        assert (message["subtype"], message["files"][0]["name"]) == ("file_share", "request.md")
        assert message["files"][0]["url_private"].startswith(slack.origin)

    def test_what_is_not_subscribed_is_not_told(
        self, slack: SlackServer, bot: SmallBot, deeds: Deeds
    ) -> None:
        slack.app = replace(slack.app, events=frozenset({"app_mention"}))
        deeds.write("U1", "C1", "hello https://github.example/x")
        deeds.open_home("U1")
        assert bot.heard == []

    def test_a_channel_without_the_bot_is_not_told(
        self, slack: SlackServer, bot: SmallBot, deeds: Deeds
    ) -> None:
        slack.channel("C1").has_bot = False
        said, _ = deeds.write("U1", "C1", f"<@{BOT_USER}> hello")
        deeds.react("U1", "C1", said["ts"], "eyes")
        assert bot.heard == []

    @pytest.mark.parametrize(
        ("text", "links"),
        [
            ("see <https://github.example/a>.", ["https://github.example/a"]),
            ("see <https://www.github.example/a|this>", ["https://www.github.example/a"]),
            ("see https://else.example/a", []),
            ("see https://notgithub.example/a https://github.example.evil/b", []),
        ],
    )
    def test_links_of_configured_domains_are_announced(
        self, bot: SmallBot, deeds: Deeds, text: str, links: list[str]
    ) -> None:
        said, _ = deeds.write("U1", "C1", text)
        events = bot.events("link_shared")
        assert [link["url"] for event in events for link in event["links"]] == links
        assert all(event["message_ts"] == said["ts"] for event in events)
        assert all(link["domain"] == "github.example" for e in events for link in e["links"])

    def test_the_bot_hears_its_own_messages(self, bot: SmallBot, deeds: Deeds, web: WebClient) -> None:
        posted = web.chat_postMessage(channel="C1", text="mine")
        web.chat_update(channel="C1", ts=posted["ts"], text="changed")
        web.chat_delete(channel="C1", ts=posted["ts"])
        told = bot.wait(lambda: len(bot.events("message")) == 3 and bot.events("message"))
        by_kind = {event.get("subtype"): event for event in told}
        assert (by_kind[None]["user"], by_kind[None]["text"]) == (BOT_USER, "mine")
        assert by_kind["message_changed"]["message"]["text"] == "changed"
        assert by_kind["message_deleted"]["deleted_ts"] == posted["ts"]

    @pytest.mark.parametrize(
        ("channel", "text", "more", "error"),
        [
            ("C9", "x", {}, "channel_not_found"),
            ("D2", "x", {}, "channel_not_found"),
            ("C1", " ", {}, "no_text"),
            ("C1", "x" * 40_001, {}, "msg_too_long"),
            ("C1", "x", {"thread": "1.1"}, "thread_not_found"),
            ("C1", "x", {"files": ["F9"]}, "file_not_found"),
        ],
    )
    def test_what_cannot_be_written(
        self, slack: SlackServer, deeds: Deeds, channel: str, text: str, more: Any, error: str
    ) -> None:
        slack.dm("U2")
        with pytest.raises(NotPossible) as refused:
            deeds.write("U1", channel, text, **more)
        assert refused.value.error == error

    def test_a_reaction_and_the_home_tab_are_told(self, bot: SmallBot, deeds: Deeds, web: WebClient) -> None:
        said, _ = deeds.write("U2", "C1", "hello")
        deeds.react("U1", "C1", said["ts"], "bookmark")
        (reaction,) = bot.events("reaction_added")
        assert (reaction["user"], reaction["item_user"], reaction["reaction"]) == ("U1", "U2", "bookmark")
        assert reaction["item"] == {"type": "message", "channel": "C1", "ts": said["ts"]}
        with pytest.raises(Refused, match="already_reacted"):
            deeds.react("U1", "C1", said["ts"], "bookmark")
        deeds.open_home("U1")
        web.views_publish(user_id="U1", view={"type": "home", "blocks": [{"type": "divider"}]})
        deeds.open_home("U1")
        first, second = bot.events("app_home_opened")
        assert (first["tab"], "view" in first, second["view"]["type"]) == ("home", False, "home")


class TestCommands:
    def test_an_answer_is_for_the_one_who_asked(
        self, slack: SlackServer, bot: SmallBot, deeds: Deeds
    ) -> None:
        bot.doing = lambda body, ack, client: ack("psst")
        deeds.command("U1", "C1", "/covcheck", "help")
        (form,) = bot.heard
        assert (form["text"], form["user_id"], form["channel_name"]) == ("help", "U1", "coverage")
        (whisper,) = slack.whispers
        assert (whisper["text"], whisper["only_for"], whisper["channel"]) == ("psst", "U1", "C1")
        assert slack.channel("C1").messages == []

    def test_in_channel_shows_the_command_to_everybody(
        self, slack: SlackServer, bot: SmallBot, deeds: Deeds
    ) -> None:
        bot.doing = lambda body, ack, client: ack(response_type="in_channel")
        deeds.command("U1", "C1", "/covcheck", "services")
        bot.doing = lambda body, ack, client: ack(response_type="in_channel", text="all")
        deeds.command("U1", "C1", "/covcheck", "")
        said = [(message["user"], message["text"]) for message in slack.channel("C1").messages]
        assert said == [("U1", "/covcheck services"), ("U1", "/covcheck"), (BOT_USER, "all")]

    def test_what_slack_would_not_show(self, bot: SmallBot, deeds: Deeds) -> None:
        bot.doing = lambda body, ack, client: ack(blocks=[{"type": "magic"}])
        with pytest.raises(NotPossible) as refused:
            deeds.command("U1", "C1", "/covcheck", "")
        assert refused.value.error == "invalid_command_response"
        with pytest.raises(NotPossible) as refused:
            deeds.command("U1", "C1", "/other", "")
        assert refused.value.error == "unknown_command"

    def test_three_seconds_and_no_longer(self, slack: SlackServer, bot: SmallBot, deeds: Deeds) -> None:
        bot.doing = lambda body, ack, client: (time.sleep(3.2), ack("late"))[0]  # type: ignore[func-returns-value]
        assert deeds.command("U1", "C1", "/covcheck", "").failure == "operation_timeout"
        assert slack.whispers == []


class TestPressing:
    def test_a_button_of_a_message(self, bot: SmallBot, deeds: Deeds, web: WebClient) -> None:
        posted = web.chat_postMessage(channel="C1", text="x", blocks=BLOCKS)
        assert deeds.press("U1", "C1", posted["ts"], "b", "go", None, {}).failure == ""
        body = next(body for body in bot.heard if body["type"] == "block_actions")
        (action,) = body["actions"]
        assert (action["value"], action["block_id"], action["style"]) == ("v", "b", "primary")
        assert body["container"] == {
            "type": "message",
            "message_ts": posted["ts"],
            "channel_id": "C1",
            "is_ephemeral": False,
        }
        assert (body["message"]["text"], body["channel"]["name"]) == ("x", "coverage")
        assert body["state"]["values"] == {"b": {"menu": {"type": "static_select", "selected_option": None}}}

    @pytest.mark.parametrize("given", ["dog", option("dog"), {"selected_option": option("dog")}])
    def test_a_menu_of_a_message(self, bot: SmallBot, deeds: Deeds, web: WebClient, given: Any) -> None:
        posted = web.chat_postMessage(channel="C1", text="x", blocks=BLOCKS)
        deeds.press("U1", "C1", posted["ts"], "b", "menu", given, {})
        body = next(body for body in bot.heard if body["type"] == "block_actions")
        assert body["actions"][0]["selected_option"] == option("dog")

    def test_a_private_message_comes_without_its_content(
        self, bot: SmallBot, deeds: Deeds, web: WebClient
    ) -> None:
        told = web.chat_postEphemeral(channel="C1", user="U1", text="x", blocks=BLOCKS)
        deeds.press("U1", "C1", told["message_ts"], "b", "go", None, {})
        (body,) = bot.heard
        assert ("message" in body, body["container"]["is_ephemeral"]) == (False, True)
        with pytest.raises(NotPossible, match="no longer there"):
            deeds.press("U2", "C1", told["message_ts"], "b", "go", None, {})

    def test_a_button_of_an_unfurled_link(self, bot: SmallBot, deeds: Deeds, web: WebClient) -> None:
        url = "https://github.example/a"
        said, _ = deeds.write("U1", "C1", url)
        web.chat_unfurl(channel="C1", ts=said["ts"], unfurls={url: {"blocks": BLOCKS}})  # type: ignore[dict-item]
        assert deeds.press("U1", "C1", said["ts"], "b", "go", None, {}).failure == ""
        body = next(body for body in bot.heard if body["type"] == "block_actions")
        assert (body["container"]["type"], body["app_unfurl"]["from_url"]) == ("message_attachment", url)
        assert ("message" in body, body["container"]["message_ts"]) == (False, said["ts"])

    @pytest.mark.parametrize(
        ("block", "action", "given", "error"),
        [
            ("b", "menu", "ant", "invalid_values"),
            ("b", "other", None, "element_not_found"),
            ("c", "go", None, "element_not_found"),
        ],
    )
    def test_what_cannot_be_pressed(
        self, deeds: Deeds, web: WebClient, block: str, action: str, given: Any, error: str
    ) -> None:
        posted = web.chat_postMessage(channel="C1", text="x", blocks=BLOCKS)
        with pytest.raises(NotPossible) as refused:
            deeds.press("U1", "C1", posted["ts"], block, action, given, {})
        assert refused.value.error == error

    def test_shortcuts(self, slack: SlackServer, bot: SmallBot, deeds: Deeds) -> None:
        said = slack.say("C1", "help", "U2")
        deeds.on_message("U1", "on_message", "C1", said["ts"])
        deeds.shortcut("U1", "anywhere")
        first, second = bot.heard
        assert (first["type"], first["message"]["text"], first["message_ts"]) == (
            "message_action",
            "help",
            said["ts"],
        )
        assert (second["type"], second["callback_id"]) == ("shortcut", "anywhere")
        for wrong in (lambda: deeds.shortcut("U1", "on_message"), lambda: deeds.shortcut("U1", "x")):
            with pytest.raises(NotPossible, match="no such shortcut"):
                wrong()


class TestModals:
    def opened(self, slack: SlackServer, bot: SmallBot, *blocks: Json, **more: Any) -> str:
        view = bot.client.views_open(trigger_id=slack.new_trigger(), view=modal(*blocks, **more))["view"]
        return str(view["id"])

    def test_a_trigger_opens_what_the_bot_shows(
        self, slack: SlackServer, bot: SmallBot, deeds: Deeds
    ) -> None:
        def show(body: Json, ack: Ack, client: WebClient) -> None:
            client.views_open(trigger_id=body["trigger_id"], view=modal())
            ack()

        bot.doing = show
        deeds.shortcut("U2", "anywhere")
        (view,) = stack(slack, "U2")
        assert view["callback_id"] == "form"

    def test_what_was_filled_in_arrives(self, slack: SlackServer, bot: SmallBot, deeds: Deeds) -> None:
        view_id = self.opened(
            slack,
            bot,
            entry("text", {"type": "plain_text_input"}),
            entry("pets", {"type": "multi_static_select", "options": MENU["options"]}),
            entry("time", {"type": "timepicker", "initial_time": "09:00"}),
            entry("where", {"type": "conversations_select"}, optional=True),
        )
        values = {
            "text": {"text": {"type": "plain_text_input", "value": "hello"}},
            "pets": {"pets": {"type": "multi_static_select", "selected_options": [option("dog")]}},
        }
        assert deeds.submit("U1", view_id, values)[0] == {}
        (body,) = bot.heard
        assert body["view"]["state"]["values"] == {
            **values,
            "time": {"time": {"type": "timepicker", "selected_time": "09:00"}},
            "where": {"where": {"type": "conversations_select", "selected_conversation": None}},
        }
        assert stack(slack, "U1") == []

    @pytest.mark.parametrize(
        ("element", "given", "says"),
        [
            ({"type": "plain_text_input"}, {"value": ""}, "required"),
            ({"type": "plain_text_input", "min_length": 3}, {"value": "ab"}, "at least 3"),
            ({"type": "plain_text_input", "max_length": 3}, {"value": "abcd"}, "no more than 3"),
            ({"type": "number_input", "is_decimal_allowed": False}, {"value": "x"}, "a number"),
            ({"type": "number_input", "is_decimal_allowed": False}, {"value": "nan"}, "a number"),
            ({"type": "number_input", "is_decimal_allowed": False}, {"value": "1.5"}, "a whole number"),
            (
                {"type": "number_input", "is_decimal_allowed": True, "min_value": "2"},
                {"value": "1"},
                "least 2",
            ),
            (
                {"type": "number_input", "is_decimal_allowed": True, "max_value": "2"},
                {"value": "3"},
                "most 2",
            ),
            ({**MENU, "action_id": "f"}, {"selected_option": None}, "required"),
            (
                {"type": "multi_static_select", "options": MENU["options"], "max_selected_items": 1},
                {"selected_options": MENU["options"]},
                "at most 1",
            ),
        ],
    )
    def test_slacks_client_finds_what_is_missing(
        self, slack: SlackServer, bot: SmallBot, deeds: Deeds, element: Json, given: Json, says: str
    ) -> None:
        view_id = self.opened(slack, bot, entry("f", element))
        errors, _ = deeds.submit("U1", view_id, {"f": {"f": given}})
        assert says in errors["f"]
        assert (bot.heard, len(stack(slack, "U1"))) == ([], 1)

    def test_the_bot_finds_something_wrong(self, slack: SlackServer, bot: SmallBot, deeds: Deeds) -> None:
        view_id = self.opened(slack, bot, entry("f", {"type": "plain_text_input"}))
        bot.doing = lambda body, ack, client: ack(response_action="errors", errors={"f": "No."})
        assert deeds.submit("U1", view_id, {"f": {"f": {"value": "x"}}})[0] == {"f": "No."}
        assert len(stack(slack, "U1")) == 1
        bot.doing = lambda body, ack, client: ack(response_action="errors", errors={"g": "No."})
        with pytest.raises(Refused, match="invalid_errors"):
            deeds.submit("U1", view_id, {"f": {"f": {"value": "x"}}})

    def test_update_push_and_clear(self, slack: SlackServer, bot: SmallBot, deeds: Deeds) -> None:
        view_id = self.opened(slack, bot)

        def answer(**said: Any) -> Callable[[Json, Ack, WebClient], None]:
            return lambda body, ack, client: ack(**said)

        bot.doing = answer(response_action="update", view=modal(callback_id="second"))
        deeds.submit("U1", view_id, {})
        assert [view["callback_id"] for view in stack(slack, "U1")] == ["second"]
        bot.doing = answer(response_action="push", view=modal(callback_id="third"))
        deeds.submit("U1", view_id, {})
        assert [view["callback_id"] for view in stack(slack, "U1")] == ["second", "third"]
        bot.doing = answer(response_action="push", view={"type": "modal"})
        with pytest.raises(Refused, match="invalid_arguments"):
            deeds.submit("U1", stack(slack, "U1")[1]["id"], {})
        bot.doing = answer()
        deeds.submit("U1", stack(slack, "U1")[1]["id"], {})
        assert [view["callback_id"] for view in stack(slack, "U1")] == ["second"]
        bot.doing = answer(response_action="clear")
        deeds.submit("U1", view_id, {})
        assert stack(slack, "U1") == []

    def test_a_button_of_a_modal_can_push_another(
        self, slack: SlackServer, bot: SmallBot, deeds: Deeds
    ) -> None:
        asks = entry("f", {"type": "plain_text_input", "initial_value": "old"}, dispatch_action=True)
        view_id = self.opened(slack, bot, asks, *BLOCKS)

        def push(body: Json, ack: Ack, client: WebClient) -> None:
            client.views_push(trigger_id=body["trigger_id"], view=modal(callback_id="over"))
            ack()

        bot.doing = push
        deeds.press_in("U1", view_id, "b", "go", None, {"f": {"f": {"value": "new"}}})
        (body,) = bot.heard
        assert body["container"] == {"type": "view", "view_id": view_id}
        assert body["view"]["state"]["values"]["f"]["f"]["value"] == "new"
        assert ("message" in body, "response_url" in body) == (False, False)
        assert [view["callback_id"] for view in stack(slack, "U1")] == ["form", "over"]
        bot.doing = lambda body, ack, client: ack()
        deeds.press_in("U1", view_id, "f", "f", "typed", {})
        assert bot.heard[-1]["actions"][0]["value"] == "typed"

    def test_closing_is_told_where_it_is_asked_for(
        self, slack: SlackServer, bot: SmallBot, deeds: Deeds
    ) -> None:
        deeds.close("U1", self.opened(slack, bot))
        assert bot.heard == []
        view_id = self.opened(slack, bot, notify_on_close=True)
        trigger = slack.new_trigger("U1", view_id)
        bot.client.views_push(trigger_id=trigger, view=modal(notify_on_close=True))
        deeds.close("U1", view_id, everything=True)
        assert [(body["type"], body["is_cleared"]) for body in bot.heard] == [("view_closed", True)] * 2
        assert stack(slack, "U1") == []

    def test_anothers_modal_is_not_ones_own(self, slack: SlackServer, bot: SmallBot, deeds: Deeds) -> None:
        view_id = self.opened(slack, bot)
        for deed in (lambda: deeds.submit("U2", view_id, {}), lambda: deeds.close("U2", view_id)):
            with pytest.raises(NotPossible, match="no longer open"):
                deed()

    def test_a_bot_that_fails_leaves_the_modal_open(
        self, slack: SlackServer, bot: SmallBot, deeds: Deeds
    ) -> None:
        view_id = self.opened(slack, bot)

        def fail(body: Json, ack: Ack, client: WebClient) -> None:
            raise ValueError("not now")

        bot.doing = fail
        errors, ack = deeds.submit("U1", view_id, {})
        assert (errors, ack.failure, len(stack(slack, "U1"))) == ({}, "http_service_error", 1)
