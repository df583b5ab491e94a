"""App Home: the services one asked about, a check from its form, following, a question by a shortcut."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.history.model import Figure, PackageFigure, Source
from bot.store.answers import Store
from tests.browser.page import NARROW, at
from tests.browser.running import Console, started
from tests.browser.screens import shot

DAY = 86_400.0
SERVICE = "signalprocessing"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console whose store has figures of one of the example's two services."""
    folder: Path = tmp_path_factory.mktemp("console")
    state = folder / "console"
    state.mkdir()
    store = Store(f"sqlite:///{state}/covcheck.sqlite")
    for day, covered in zip(range(29, 0, -4), (52, 52, 55, 58, 57, 61, 61, 64), strict=True):
        package = PackageFigure("example.com/platform/internal/pipeline", 100, covered)
        when, commit = time.time() - day * DAY, hashlib.sha1(bytes([day])).hexdigest()
        figure = Figure(f"{day}", "platform", SERVICE, when, Source.PUSH, 100, covered, commit, "main")
        store.history.keep(replace(figure, packages=(package,)))
    store.close()
    with started(folder) as running:
        yield running


def test_the_home_tab_checks_follows_and_shows_what_came_of_it(browser: Browser, console: Console) -> None:
    with at(browser) as page:
        page.open(console.url, "C0COVERAGE")
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
        page.go("C0DATATEAM")
        page.message("nothing on the path stands in the way of coverage")

        page.write("/covcheck follow signalprocessing")
        page.message("Only visible to you")
        page.page.goto(f"{console.url}#/home")
        expect(home).to_contain_text("CLEAR")
        expect(home).to_contain_text("FOUND")
        expect(home).to_contain_text("64.0")
        shot(page, "home")
    with at(browser, NARROW, "dark") as page:
        page.page.goto(f"{console.url}#/home")
        expect(page.page.get_by_test_id("home")).to_contain_text("signalprocessing")
        shot(page, "home-narrow-dark")


def test_a_question_by_a_shortcut_is_answered_to_its_author(browser: Browser, console: Console) -> None:
    with at(browser) as page:
        page.open(console.url, "C0PLATFORM")
        page.page.get_by_test_id("plus").click()
        page.page.get_by_role("menuitem", name="Ask covcheck").click()
        page.field("question").fill("Does static linking break coverage?")
        page.submit()
        expect(page.modal).to_have_count(0)
        page.page.get_by_role("navigation", name="Channels").get_by_role("button", name="covcheck").click()
        page.open_thread(page.message("Does static linking break coverage?"))
        page.said("Static linking does not remove coverage")
