"""A bot that does not answer: what a person at the page is told. The page and its Slack are real."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from bot.console.server import ConsoleServer
from bot.console_run import populate
from bot.localslack.lines import HttpLine
from bot.localslack.server import SlackServer
from tests.browser.page import ConsolePage, at

SECRET = "a-signing-secret"


@contextmanager
def console(port: int) -> Iterator[str]:
    """The address of a console whose bot should be at a port."""
    with SlackServer(real_time=True) as slack:
        populate(slack)
        server = ConsoleServer(slack, HttpLine(port, SECRET, seconds=0.5))
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@pytest.fixture
def closed() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def told(page: ConsolePage, text: str) -> None:
    line = page.message(text)
    expect(line).to_contain_text("Only visible to you")


def test_a_bot_that_says_nothing(browser: Browser, silent: int) -> None:
    with console(silent) as url, at(browser) as page:
        page.open(url)
        page.composer.fill("/covcheck datastorage")
        page.composer.press("Enter")
        told(page, "covcheck did not respond in time")
        expect(page.composer).to_have_value("/covcheck datastorage")


def test_a_bot_that_is_not_there(browser: Browser, closed: int) -> None:
    with console(closed) as url, at(browser) as page:
        page.open(url)
        page.composer.fill("/covcheck datastorage")
        page.composer.press("Enter")
        told(page, "covcheck cannot be reached. Is it running?")


def test_a_server_that_is_gone_is_said_and_taken_up_again(browser: Browser, closed: int) -> None:
    with at(browser) as page:
        with console(closed) as url:
            page.open(url)
        expect(page.page.get_by_text("The console's server does not answer")).to_be_visible()
        page.problems.clear()  # the browser tells of the refused connections itself
