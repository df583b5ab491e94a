"""App Home: the services one asked about, a check from its form, following, a question by a shortcut."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.page import NARROW, at
from tests.browser.running import Console
from tests.browser.screens import shot


def test_the_home_tab_checks_follows_and_shows_what_came_of_it(browser: Browser, console: Console) -> None:
    with at(browser) as page:
        page.open(console.url, "C1")
        page.message("coverage will come out EMPTY")
        page.page.goto(f"{console.url}#/home")
        home = page.page.get_by_test_id("home")
        expect(home).to_contain_text("My services")
        expect(home).to_contain_text("datastorage")
        home.get_by_role("button", name="Follow").first.click()
        expect(home.get_by_role("button", name="Unfollow").first).to_be_visible()

        home.get_by_role("button", name="New check").click()
        expect(page.modal).to_contain_text("New check")
        page.field("service").fill("signalprocessing")
        page.choose(page.field("where"), "datastorage-team")
        page.submit()
        expect(page.modal).to_have_count(0)
        page.page.get_by_test_id("tab-messages").click()
        page.go("C3")
        page.message("nothing on the path stands in the way of coverage")

        page.write("/covcheck follow signalprocessing")
        page.message("Only visible to you")
        page.page.goto(f"{console.url}#/home")
        expect(home).to_contain_text("CLEAR")
        expect(home).to_contain_text("FOUND")
        shot(page, "home")
    with at(browser, NARROW, "dark") as page:
        page.page.goto(f"{console.url}#/home")
        expect(page.page.get_by_test_id("home")).to_contain_text("signalprocessing")
        shot(page, "home-narrow-dark")


def test_a_question_by_a_shortcut_is_answered_to_its_author(browser: Browser, console: Console) -> None:
    with at(browser) as page:
        page.open(console.url, "C2")
        page.page.get_by_test_id("plus").click()
        page.page.get_by_role("menuitem", name="Ask covcheck").click()
        page.field("question").fill("Does static linking break coverage?")
        page.submit()
        expect(page.modal).to_have_count(0)
        page.page.get_by_role("navigation", name="Channels").get_by_role("button", name="covcheck").click()
        page.open_thread(page.message("Does static linking break coverage?"))
        page.said("Static linking does not remove coverage")
