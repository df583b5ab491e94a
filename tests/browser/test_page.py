"""The page by itself: what is written never acts, keys reach everything, fields hold what is filled in.

The page and the local Slack are real; instead of the bot stands somebody who writes down what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from bot.console.api import Word
from bot.console.server import ConsoleServer
from bot.console_run import populate
from bot.localslack.lines import Ack
from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_TOKEN, BOT_USER
from bot.render import inputs, views
from bot.render.blocks import Button, Confirm, Span, buttons, code, paragraph
from bot.render.inputs import Choice
from tests.browser.page import ConsolePage, at

Json = dict[str, Any]
WORDS = (Word("/covcheck SERVICE", "a check"), Word("/covcheck compare A B", "two beside each other"))
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001000000ffff0300"
    "00060005057bfabd640000000049454e44ae426082"
)


@dataclass
class Clerk:
    """Acknowledges everything and writes it down."""

    sent: list[Json] = field(default_factory=list)
    answer: str = ""

    def command(self, form: Json) -> Ack:
        return self._kept(form)

    def event(self, payload: Json, headers: dict[str, str]) -> Ack:
        return self._kept(payload)

    def interaction(self, payload: Json) -> Ack:
        return self._kept(payload, self.answer)

    def _kept(self, what: Json, answer: str = "") -> Ack:
        self.sent.append(what)
        return Ack(200, answer, 0.0)

    def of(self, kind: str) -> list[Json]:
        return [each for each in self.sent if each.get("type") == kind]


@dataclass
class Desk:
    slack: SlackServer
    clerk: Clerk
    url: str

    def post(self, *blocks: Json, channel: str = "C0COVERAGE", **more: Any) -> Json:
        """The bot posts."""
        asked = {"channel": channel, "text": "said", "blocks": list(blocks), **more}
        answer = self.slack.call("chat.postMessage", BOT_TOKEN, asked)
        assert answer["ok"], answer
        return dict(answer["message"])

    def open(self, view: Json) -> None:
        """The bot opens a modal."""
        asked = {"trigger_id": self.slack.new_trigger(), "view": view}
        assert self.slack.call("views.open", BOT_TOKEN, asked)["ok"]


@contextmanager
def desk(port: int = 0) -> Iterator[Desk]:
    with SlackServer(real_time=True) as slack:
        populate(slack)
        clerk = Clerk()
        server = ConsoleServer(slack, clerk, port=port, words=WORDS)
        server.start()
        try:
            yield Desk(slack, clerk, server.url)
        finally:
            server.stop()


def focused(page: ConsolePage) -> Locator:
    return page.page.locator(":focus")


HOSTILE = "<img src=x onerror=alert(1)> <javascript:alert(1)|click> <!channel> *not bold* &lt;"


def test_what_is_written_is_shown_and_never_acts(browser: Browser) -> None:
    with desk() as there, at(browser) as page:
        asked: list[str] = []
        page.page.on("request", lambda request: asked.append(request.url))
        page.page.on("dialog", lambda dialog: page.problems.append(dialog.message))
        there.post(paragraph(Span(HOSTILE)), code(HOSTILE))
        page.open(there.url, "C0COVERAGE")
        said = page.message("onerror")
        expect(said.locator("p").first).to_have_text(HOSTILE)
        expect(said.locator("pre")).to_have_text(HOSTILE)
        expect(said.locator("p img, pre img, a, .mention")).to_have_count(0)
        assert [url for url in asked if not url.startswith(there.url)] == []


def test_the_markup_of_slack_and_only_that(browser: Browser) -> None:
    text = (
        "*bold* _slanted_ ~gone~ `c*d*` snake_case_name 2*3*4 <https://a.example/?q=1&amp;r|a link> <@U2>\n"
        "&gt; quoted &lt;b&gt;\n```box <b>```\n<javascript:alert(1)|no link>"
    )
    with desk() as there, at(browser) as page:
        there.slack.post(there.slack.channel("C0COVERAGE"), {"user": "U2", "text": text})
        page.open(there.url, "C0COVERAGE")
        said = page.message("snake_case_name")
        expect(said.locator(".font-semibold")).to_have_text("bold")
        expect(said.locator(".italic")).to_have_text("slanted")
        expect(said.locator(".slack_inline_code")).to_have_text("c*d*")
        expect(said.locator("blockquote")).to_have_text("quoted <b>")
        expect(said.locator("pre")).to_have_text("box <b>")
        expect(said.locator(".mention")).to_have_text("@Maria")
        link = said.get_by_role("link")
        expect(link).to_have_count(1)
        expect(link).to_have_attribute("href", "https://a.example/?q=1&r")
        expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_a_person_writes_as_slacks_own_client_sends_it(browser: Browser) -> None:
    with desk() as there, at(browser) as page:
        page.open(there.url, "C0COVERAGE")
        page.composer.press_sequentially("@cov")
        expect(page.page.get_by_role("option")).to_contain_text(["covcheck"])
        page.composer.press("Enter")
        page.composer.press_sequentially("a < b & see https://a.example/x, #platform")
        page.composer.press("Shift+Enter")
        page.composer.press_sequentially("second")
        page.composer.press("Enter")
        page.message("second")
        said = there.slack.channel("C0COVERAGE").messages[-1]["text"]
        assert said == f"<@{BOT_USER}> a &lt; b &amp; see <https://a.example/x>, <#C0PLATFORM>\nsecond"


def test_commands_are_completed_and_sent_as_they_stand(browser: Browser) -> None:
    with desk() as there, at(browser) as page:
        page.open(there.url, "C0COVERAGE")
        page.composer.press_sequentially("/c")
        page.composer.press("Tab")
        expect(page.composer).to_have_value("/covcheck ")
        page.composer.press("ArrowDown")
        page.composer.press("Enter")
        expect(page.composer).to_have_value("/covcheck compare ")
        page.composer.press_sequentially("a <b>")
        page.composer.press("Enter")
        expect(page.composer).to_have_value("")
        there.slack.wait(lambda: there.clerk.sent)
        assert [each["text"] for each in there.clerk.sent if "command" in each] == ["compare a <b>"]
        page.composer.fill("/other")
        page.composer.press("Enter")
        expect(page.message("is not a valid command")).to_contain_text("Only visible to you")


def test_a_confirmation_is_asked_before_anything_is_sent(browser: Browser) -> None:
    remove = Button("Remove", "remove", "s1", "danger", Confirm("Remove it?", "It is gone then.", "Remove"))
    with desk() as there, at(browser) as page:
        there.post(buttons(remove))
        page.open(there.url, "C0COVERAGE")
        button = page.messages.last.get_by_role("button", name="Remove")
        button.click()
        dialog = page.page.get_by_role("alertdialog", name="Remove it?")
        expect(dialog).to_contain_text("It is gone then.")
        page.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(button).to_be_focused()
        assert there.clerk.of("block_actions") == []
        button.press("Enter")
        page.page.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-busy", "false")
        (pressed,) = there.clerk.of("block_actions")
        assert (pressed["actions"][0]["action_id"], pressed["actions"][0]["value"]) == ("remove", "s1")


def everything() -> Json:
    options = [Choice("a", "Alpha", "the first"), Choice("b", "Beta")]
    fields = [
        inputs.text_input("line", "Line", most=5),
        inputs.number_input("number", "Number", value=1, least=0, most=9),
        inputs.select("one", "One", options),
        inputs.multi_select("several", "Several", options),
        inputs.radio("radio", "Radio", options, chosen="b"),
        inputs.checkboxes("boxes", "Boxes", options, chosen=["b"]),
        inputs.time_input("time", "Time", value="09:00"),
        inputs.channel_input("channel", "Channel", chosen="C0COVERAGE"),
        inputs.people_input("people", "People", optional=True),
    ]
    return views.modal("Everything", fields, callback="everything", submit="Save")


def test_fields_are_checked_filled_and_sent(browser: Browser) -> None:
    with desk() as there, at(browser) as page:
        page.open(there.url, "C0COVERAGE")
        there.open(everything())
        expect(page.field("line")).to_be_focused()
        page.field("line").fill("too long")
        page.field("number").fill("12")
        page.submit()
        wrong = page.modal.get_by_role("alert")
        expect(wrong).to_have_text(
            [
                "This must be at most 5 characters long.",
                "Enter a number of at most 9.",
                *["Please complete this required field."] * 2,
            ]
        )
        expect(page.field("line")).to_be_focused()
        assert there.clerk.of("view_submission") == []

        page.field("line").fill("short")
        page.field("number").fill("2.5")
        page.choose(page.field("one"), re.compile("^Alpha"))
        page.field("several").press("ArrowDown")
        page.field("several").press("Enter")
        page.field("several").press("ArrowDown")
        page.field("several").press("Enter")
        page.field("several").press("Escape")
        expect(page.modal).to_be_visible()
        page.field("radio").get_by_label("Alpha").check()
        page.field("boxes").get_by_label("Alpha").check()
        page.field("time").fill("10:30")
        page.choose(page.field("channel"), "#platform")
        page.submit()
        expect(page.modal).to_have_count(0)
        (sent,) = there.clerk.of("view_submission")
        held = views.values_of(sent["view"])
        names = ("line", "number", "one", "radio", "time", "channel")
        assert [held.text(name) for name in names] == ["short", "2.5", "a", "a", "10:30", "C0PLATFORM"]
        assert [set(held.many(name)) for name in ("several", "boxes", "people")] == [{"a", "b"}] * 2 + [set()]
        expect(page.composer).to_be_focused()


def test_what_the_bot_finds_wrong_stands_at_the_field(browser: Browser) -> None:
    with desk() as there, at(browser) as page:
        page.open(there.url, "C0COVERAGE")
        there.open(views.modal("One", [inputs.text_input("zone", "Zone")], callback="x", submit="Save"))
        there.clerk.answer = '{"response_action": "errors", "errors": {"zone": "No such zone."}}'
        page.field("zone").fill("Mars")
        page.field("zone").press("Enter")
        expect(page.modal.get_by_role("alert")).to_have_text("No such zone.")
        expect(page.field("zone")).to_be_focused()
        expect(page.field("zone")).to_have_attribute("aria-invalid", "true")
        page.page.keyboard.press("Escape")
        expect(page.modal).to_have_count(0)


def test_all_can_be_reached_with_the_keyboard(browser: Browser) -> None:
    with desk() as there, at(browser) as page:
        first, last = there.post(paragraph(Span("first"))), there.post(paragraph(Span("last")))
        page.open(there.url, "C0COVERAGE")
        page.message("last")
        page.page.locator("body").press("Alt+ArrowDown")
        expect(page.page).to_have_url(re.compile("#/C0PLATFORM$"))
        page.page.keyboard.press("Alt+ArrowUp")
        page.page.get_by_role("link", name="Skip to the messages").press("Enter")
        expect(focused(page)).to_have_attribute("data-ts", last["ts"])
        page.page.keyboard.press("ArrowUp")
        expect(focused(page)).to_have_attribute("data-ts", first["ts"])
        page.page.keyboard.press("Tab")
        page.page.keyboard.press("Tab")
        expect(focused(page)).to_have_attribute("aria-label", "Reply in thread")
        page.page.keyboard.press("Enter")
        expect(page.page.get_by_test_id("composer-thread")).to_be_focused()
        page.page.keyboard.press("Escape")
        expect(page.page.get_by_test_id("thread")).to_have_count(0)
        expect(page.composer).to_be_focused()


def test_older_messages_come_when_one_scrolls_up_and_new_ones_are_marked(browser: Browser) -> None:
    with desk() as there, at(browser) as page:
        for number in range(70):
            there.slack.say("C0PLATFORM", f"line {number}", user="U2")
        page.open(there.url, "C0PLATFORM")
        page.message("line 69")
        expect(page.messages).to_have_count(50)
        page.page.get_by_test_id("message-list").evaluate("list => { list.scrollTop = 0 }")
        expect(page.messages).to_have_count(70)
        page.go("C0COVERAGE")
        there.slack.say("C0PLATFORM", "news", user="U2")
        expect(page.page.get_by_test_id("channel-C0PLATFORM")).to_contain_text("1 unread")
        expect(page.page).to_have_title(re.compile(r"^\(1\)"))
        page.go("C0PLATFORM")
        expect(page.page.get_by_role("separator", name="New messages")).to_be_visible()
        expect(page.page.get_by_test_id("channel-C0PLATFORM")).not_to_contain_text("unread")


def test_files_are_shown_in_place(browser: Browser) -> None:
    with desk() as there, at(browser) as page:
        text = "".join(f"+ line {number} <b>\n" for number in range(30)).encode()
        patch = there.slack.upload("fix.patch", text, user="U2")
        picture = there.slack.upload("trend.png", PIXEL, user="U2", alt_txt="Coverage rose")
        there.slack.say("C0COVERAGE", "see", user="U2", files=[patch, picture])
        page.open(there.url, "C0COVERAGE")
        said = page.message("see")
        expect(said.locator("pre .line")).to_have_count(8)
        said.get_by_role("button", name="Show all 30 lines").click()
        expect(said.locator("pre .line")).to_have_count(30)
        expect(said.locator("pre .line").last).to_have_text("+ line 29 <b>")
        said.get_by_role("button", name=re.compile("Open large: Coverage rose")).click()
        large = page.page.get_by_test_id("picture-large")
        expect(large.get_by_role("img", name="Coverage rose")).to_be_visible()
        page.page.keyboard.press("Escape")
        expect(large).to_have_count(0)


@pytest.mark.parametrize("kind", ["video", "markdown"])
def test_a_block_that_the_page_does_not_draw_is_said(browser: Browser, kind: str) -> None:
    with desk() as there, at(browser) as page:
        blocks = [{"type": kind, "text": "x"}, paragraph(Span("the rest"))]
        there.slack.post(there.slack.channel("C0COVERAGE"), {"user": BOT_USER, "text": "x", "blocks": blocks})
        page.open(there.url, "C0COVERAGE")
        expect(page.message("the rest")).to_contain_text(f"A block of type “{kind}” is not shown")


def test_a_server_that_comes_back_is_taken_up_again(browser: Browser) -> None:
    with at(browser) as page:
        with desk() as first:
            page.open(first.url, "C0COVERAGE")
            page.composer.fill("not sent yet")
            port = int(first.url.rsplit(":", 1)[1].strip("/"))
        expect(page.page.get_by_text("The console's server does not answer")).to_be_visible()
        with desk(port) as second:
            second.post(paragraph(Span("after the restart")))
            page.message("after the restart")
            expect(page.page.get_by_text("The console's server does not answer")).to_have_count(0)
            expect(page.composer).to_have_value("not sent yet")
            page.composer.press("Enter")
            page.message("not sent yet")
        page.problems.clear()  # the browser tells of the refused connections itself


def test_links_lead_past_the_list(browser: Browser) -> None:
    with desk() as there, at(browser) as page:
        page.open(there.url, "C0COVERAGE")
        page.page.get_by_test_id("channel-C0PLATFORM").focus()
        page.page.get_by_role("link", name="Skip to writing").press("Enter")
        expect(page.composer).to_be_focused()


def test_the_newest_message_stays_in_sight(browser: Browser) -> None:
    list_at_end = """() => {
      const list = document.querySelector("[data-testid=message-list]");
      return list.scrollHeight - list.scrollTop - list.clientHeight < 2;
    }"""
    with desk() as there, at(browser) as page:
        for number in range(12):
            there.post(paragraph(Span(f"line {number} " + "of many words " * 30)))
        page.open(there.url, "C0COVERAGE")
        shown = page.page.get_by_test_id("message-list")
        last = page.message("line 11")
        last.hover()
        last.get_by_role("button", name="Reply in thread").click()
        expect(page.page.get_by_test_id("composer-thread")).to_be_focused()
        page.page.wait_for_function(list_at_end)
        there.post(paragraph(Span("one more")))
        page.message("one more")
        page.page.wait_for_function(list_at_end)
        shown.evaluate("list => { list.scrollTop = 0 }")
        expect(page.messages.first).to_be_in_viewport()
        there.post(paragraph(Span("unseen")))
        page.page.get_by_role("button", name="New messages").click()
        expect(page.message("unseen")).to_be_in_viewport()
