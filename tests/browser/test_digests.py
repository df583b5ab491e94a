"""Digests in the console: one now, with its chart; a schedule put right, kept, listed and paused."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page import at
from tests.browser.running import Console, started
from tests.browser.screens import shot
from tests.digest.year import REPO, fill


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console whose store holds a year of 40 services."""
    folder: Path = tmp_path_factory.mktemp("console")
    (folder / "console").mkdir()
    fill(f"sqlite:///{folder}/console/covcheck.sqlite", until=time.time()).close()
    with started(folder, COVCHECK_REPOS__DEFAULT=REPO) as running:
        yield running


def test_a_digest_of_a_year_is_posted_with_its_chart_in_the_thread(
    browser: Browser, console: Console
) -> None:
    with at(browser) as page:
        page.open(console.url, "C0PLATFORM")
        page.write("/covcheck digest days 7")
        digest = page.message("E2E coverage")
        expect(digest).to_contain_text(re.compile(r"\d+ of 40 services reported"))
        expect(digest).to_contain_text("service-03")
        page.open_thread(digest)
        chart = page.page.get_by_test_id("thread-list").get_by_role("img", name=re.compile("Coverage of "))
        expect(chart).to_be_visible()
        shot(page, "digest", digest)
    with at(browser, scheme="dark") as page:
        page.open(console.url, "C0PLATFORM")
        page.open_thread(page.message("E2E coverage"))
        chart = page.page.get_by_test_id("thread-list").get_by_role("img", name=re.compile("Coverage of "))
        expect(chart).to_be_visible()
        shot(page, "digest-dark")


def test_a_schedule_is_put_right_and_kept(browser: Browser, console: Console) -> None:
    with at(browser) as page:
        page.open(console.url, "C0DATATEAM")
        page.write("/covcheck schedule")
        expect(page.field("zone")).to_be_visible()
        page.field("zone").fill("Europe/Brelin")
        page.field("at").fill("25:00")
        page.submit()
        wrong = page.modal.get_by_role("alert")
        expect(wrong.filter(has_text="Europe/Berlin")).to_be_visible()
        shot(page, "schedule")
        page.field("zone").fill("Europe/Berlin")
        page.field("at").fill("8:30")
        page.submit()
        expect(page.modal).to_have_count(0)
        kept = page.message("08:30")
        expect(kept).to_contain_text("Europe/Berlin")
        page.write("/covcheck schedule list")
        listed = page.message("Only visible to you")
        page.press(listed, "Pause")
        expect(page.message("paused")).to_be_visible()
