"""A person at the console's page: what they see and press, by role, label and test id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Locator, Page, expect

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 780}
SECONDS = 60.0
Scheme = Literal["light", "dark"]
expect.set_options(timeout=SECONDS * 1000)


class ConsolePage:
    """The page as one person uses it. Waits end after `SECONDS`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.set_default_timeout(SECONDS * 1000)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.problems.append(f"{said.text} {said.location.get('url', '')}")

    # where one is

    def open(self, url: str, place: str = "") -> None:
        """Open the page, and wait until one can write."""
        self.page.goto(f"{url}#/{place}" if place else url)
        expect(self.composer).to_be_editable()

    def go(self, channel: str) -> None:
        """Choose a channel of the list."""
        self.page.get_by_test_id(f"channel-{channel}").click()
        expect(self.composer).to_be_editable()

    def become(self, name: str) -> None:
        """Act as another person."""
        self.page.get_by_test_id("people").click()
        self.page.get_by_role("menuitemradio", name=re.compile(rf"^{name}")).click()
        expect(self.page.get_by_role("button", name=re.compile(rf"You are {name}"))).to_be_visible()

    # writing

    @property
    def composer(self) -> Locator:
        return self.page.get_by_test_id("composer")

    def write(self, text: str) -> None:
        """Type a message or a command, and send it."""
        self.composer.fill(text)
        self.page.get_by_test_id("send").click()
        expect(self.composer).to_have_value("")

    def reply(self, text: str) -> None:
        """Write into the open thread."""
        box = self.page.get_by_test_id("composer-thread")
        box.fill(text)
        self.page.get_by_test_id("send-thread").click()
        expect(box).to_have_value("")

    def attach(self, path: Path) -> None:
        """Choose a file to send with the next message."""
        self.page.get_by_test_id("file-input").set_input_files(path)
        expect(self.page.get_by_role("list", name="Files to send").get_by_text(path.name)).to_be_visible()
        expect(self.page.get_by_label("Uploading")).to_have_count(0)

    # reading

    @property
    def messages(self) -> Locator:
        """The messages of the channel on screen, oldest first."""
        return self.page.get_by_test_id("message-list").get_by_role("article")

    @property
    def thread(self) -> Locator:
        """The messages of the open thread, the first one above its replies."""
        return self.page.get_by_test_id("thread-list").get_by_role("article")

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The newest message of the channel that says this."""
        return _drawn(self.messages.filter(has_text=text).last)

    def said(self, text: str | re.Pattern[str]) -> Locator:
        """The newest message of the open thread that says this."""
        return _drawn(self.thread.filter(has_text=text).last)

    def open_thread(self, message: Locator) -> None:
        """Open the replies of a message; there must be some."""
        message.get_by_test_id(re.compile("^replies-")).click()
        expect(self.page.get_by_test_id("thread")).to_be_visible()
        expect(self.thread.first).to_be_visible()

    # pressing

    def press(self, message: Locator, button: str | re.Pattern[str]) -> None:
        """Press a button of a message."""
        message.get_by_role("button", name=button).click()

    def use(self, message: Locator, shortcut: str) -> None:
        """Choose a shortcut of a message's menu."""
        message.hover()
        message.get_by_test_id(re.compile("^more-")).click()
        self.page.get_by_role("menuitem", name=re.compile(rf"^{shortcut}")).click()

    @property
    def modal(self) -> Locator:
        """The modal on top."""
        return self.page.get_by_test_id("modal").last

    def field(self, name: str) -> Locator:
        """A field of the modal, by its block's name."""
        return self.modal.get_by_test_id(f"field-{name}")

    def choose(self, field: Locator, option: str | re.Pattern[str]) -> None:
        """Choose an option of a menu."""
        field.click()
        self.page.get_by_role("option", name=option).first.click()

    def submit(self) -> None:
        """Submit the modal."""
        self.modal.get_by_test_id("modal-submit").click()

    def settled(self) -> None:
        """Wait until pictures and fonts are there, for a screenshot."""
        self.page.evaluate("document.fonts.ready.then(() => true)")
        self.page.evaluate("Promise.allSettled([...document.images].map((image) => image.decode()))")


def _drawn(message: Locator) -> Locator:
    """A message once its rich text is drawn: it moves what stands below it."""
    expect(message.locator(".said").first).to_be_visible()
    return message


@contextmanager
def at(
    browser: Browser, size: dict[str, int] | None = None, scheme: Scheme = "light", **more: Any
) -> Iterator[ConsolePage]:
    """A page of its own: nothing is shared with other pages. Errors in it fail the test."""
    context = browser.new_context(
        viewport=size or WIDE,  # type: ignore[arg-type]
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Berlin",
        **more,
    )
    page = ConsolePage(context.new_page())
    try:
        yield page
        assert page.problems == []
    finally:
        context.close()
