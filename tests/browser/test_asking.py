"""Asking in the console: the check, two services compared, a help request, a mistake, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page import ConsolePage, at
from tests.browser.running import Console
from tests.browser.screens import shot

REQUEST = Path(__file__).with_name("request.md")
SHARED = Path(__file__).resolve().parents[3] / "shared" / "request.md"
EMPTY = "coverage will come out EMPTY"


@pytest.fixture
def page(browser: Browser, console: Console) -> Iterator[ConsolePage]:
    with at(browser) as page:
        page.open(console.url)
        yield page


def test_the_page_is_not_empty_when_it_is_first_opened(page: ConsolePage) -> None:
    answer = page.message(EMPTY)
    expect(answer).to_contain_text("The pod runs on control-plane, but only worker carries /coverdata")
    expect(page.page).to_have_title("#coverage · covcheck console")


def test_a_command_is_completed_and_answered(page: ConsolePage) -> None:
    page.go("C0PLATFORM")
    page.composer.press_sequentially("/cov")
    offers = page.page.get_by_role("listbox")
    expect(offers.get_by_role("option").first).to_contain_text("/covcheck")
    page.composer.press("Tab")
    expect(page.composer).to_have_value("/covcheck ")
    page.composer.press_sequentially("comp")
    expect(offers.get_by_role("option", name=re.compile("compare"))).to_be_visible()
    page.composer.fill("/covcheck ")
    shot(page, "completion")
    page.composer.press_sequentially("comp")
    page.composer.press("Tab")
    expect(page.composer).to_have_value("/covcheck compare ")
    page.composer.press_sequentially("datastorage signalprocessing")
    page.composer.press("Enter")
    answer = page.message("datastorage against signalprocessing")
    expect(answer).to_contain_text("facts differ")


def test_a_check_its_details_and_a_comparison_in_its_thread(page: ConsolePage) -> None:
    page.go("C0DATATEAM")
    page.write("/covcheck datastorage")
    answer = page.message(EMPTY)
    page.press(answer, "Details")
    page.press(answer, "Compare")
    page.open_thread(answer)
    page.said("datastorage against signalprocessing")
    compared = page.said(re.compile(r"datastorage against signalprocessing"))
    shot(page, "compare", compared)
    page.press(compared, "Solved it")


def test_a_mistake_is_told_to_its_author_alone(page: ConsolePage, browser: Browser, console: Console) -> None:
    page.go("C0PLATFORM")
    page.write("/covcheck compare onlyone")
    told = page.message("compare")
    expect(told).to_contain_text("Only visible to you")
    page.become("Jonas")
    page.go("C0PLATFORM")
    expect(page.messages.filter(has_text="Only visible to you")).to_have_count(0)
    page.become("Robin")


@pytest.mark.parametrize("file", [REQUEST, SHARED], ids=["shipped", "real"])
def test_a_help_request_is_answered_as_a_thread(page: ConsolePage, file: Path) -> None:
    if not file.is_file():
        pytest.skip(f"{file.name} is not here")
    page.go("C0DATATEAM")
    page.attach(file)
    page.write("@covcheck answer")
    asked = page.message("answer")
    expect(asked.get_by_role("region", name=re.compile("request"))).to_be_visible()
    page.open_thread(asked)
    title = page.page.get_by_role("heading", name="Answer to the DataStorage team")
    first = page.thread.filter(has=title).first
    expect(first).to_contain_text("The pod runs on control-plane")
    page.said("What remains")
    expect(page.thread.get_by_role("region", name="The whole answer")).to_be_visible()
    if file == REQUEST:
        shot(page, "request", first)


def test_everything_can_be_done_by_keyboard(browser: Browser, console: Console) -> None:
    with at(browser) as page:
        page.open(console.url, "C0PLATFORM")
        keys = page.page.keyboard
        keys.type("/covcheck services")
        keys.press("Escape")
        keys.press("Enter")
        keys.type("/covcheck signalprocessing")  # the first one need not be acknowledged yet
        keys.press("Enter")
        answer = page.message(re.compile("signalprocessing @ .*nothing on the path stands in the way"))
        expect(page.composer).to_be_focused()
        answer.focus()
        keys.press("Tab")
        button = answer.get_by_role("button", name="Details")
        for _ in range(40):
            if button.evaluate("(element) => element === document.activeElement"):
                break
            keys.press("Tab")
        keys.press("Enter")
        expect(answer.get_by_test_id(re.compile("^replies-"))).to_be_visible()
