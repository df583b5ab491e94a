"""How the page looks: dark, narrow, both; nothing is wider than the screen; what people need is labelled."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page import NARROW, WIDE, ConsolePage, Scheme, at
from tests.browser.running import Console
from tests.browser.screens import shot

EMPTY = "coverage will come out EMPTY"
UNNAMED = """[...document.querySelectorAll("button, input, textarea, [role=combobox], img")].filter((each) =>
  each.checkVisibility() && !(each.getAttribute("aria-label") || each.getAttribute("aria-labelledby") ||
  each.textContent.trim() || each.labels?.length || each.getAttribute("alt") !== null))
  .map((each) => each.outerHTML.slice(0, 200))"""


def overflow(page: ConsolePage) -> int:
    """How many pixels the page is wider than the screen."""
    return int(page.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_check_fits_every_screen(
    browser: Browser, console: Console, size: dict[str, int], scheme: Scheme
) -> None:
    with at(browser, size, scheme) as page:
        page.open(console.url, "C0COVERAGE")
        answer = page.message(EMPTY)
        assert overflow(page) <= 0
        assert page.page.evaluate(UNNAMED) == []
        background = page.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ("rgb(255" in background) == (scheme == "light")
        shot(page, f"check-{'wide' if size is WIDE else 'narrow'}-{scheme}", answer)


def test_on_a_narrow_screen_one_goes_between_list_channel_and_thread(
    browser: Browser, console: Console
) -> None:
    with at(browser, NARROW) as page:
        page.open(console.url, "C0COVERAGE")
        answer = page.message(EMPTY)
        page.press(answer, "Details")
        page.open_thread(answer)
        expect(page.composer).to_be_hidden()
        page.page.get_by_test_id("thread-back").click()
        expect(page.composer).to_be_visible()
        page.page.get_by_test_id("back").click()
        expect(page.page.get_by_test_id("channel-C0PLATFORM")).to_be_visible()
        page.go("C0PLATFORM")
        assert overflow(page) <= 0


def test_a_colour_scheme_that_was_chosen_stays(browser: Browser, console: Console) -> None:
    with at(browser) as page:
        page.open(console.url)
        page.page.get_by_test_id("theme").click()
        page.page.get_by_role("menuitemradio", name="Dark").click()
        page.page.reload()
        expect(page.composer).to_be_editable()
        background = page.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert "rgb(255" not in background
