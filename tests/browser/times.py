"""How long the console's page and each step of the stories take, besides the job itself.

    python -m tests.browser.times

`covcheck serve` runs in a process of its own, the page in headless Chromium. Measured is what a person
waits for: from the key or the click to the change on the page, as the page's own clock tells it. The bot's
acknowledgement is what its API says (`ack_ms`). Medians of RUNS.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Response, expect

from tests.browser.chromium import chromium, launched
from tests.browser.page import ConsolePage, at
from tests.browser.running import started
from tests.digest.year import REPO, fill

RUNS = 5
ASKED = "/covcheck services"
FIRST_PAGE, STEP, DIGEST = 1.0, 0.3, 5.0
"""The bounds of the page's quality goals, in seconds."""
_EDITABLE = """() => new Promise((done) => {
  const look = () => document.querySelector('[data-testid=composer]:not(:disabled)')
    ? done(performance.now()) : requestAnimationFrame(look);
  look();
})"""


@contextmanager
def acks(page: ConsolePage) -> Iterator[list[float]]:
    """The acknowledgements that come in meanwhile, in seconds."""
    found: list[float] = []

    def heard(response: Response) -> None:
        if response.request.method == "POST" and "/api/console/" in response.url:
            found.append(float(response.json().get("ack_ms", 0)) / 1000)

    page.page.on("response", heard)
    yield found
    page.page.remove_listener("response", heard)


def seconds(act: Callable[[], object], seen: Callable[[], object]) -> float:
    """From an act to what is seen of it."""
    begun = time.perf_counter()
    act()
    seen()
    return time.perf_counter() - begun


def first_page(browser: Browser, url: str) -> float:
    """From opening the page, nothing in the browser's cache, to a place where one can write."""
    with at(browser) as page:
        page.page.goto(url, wait_until="commit")
        return float(page.page.evaluate(_EDITABLE)) / 1000


def command(page: ConsolePage, text: str) -> float:
    """From Enter to the first line of the bot."""
    before = page.messages.count()
    page.composer.fill(text)
    return seconds(lambda: page.composer.press("Enter"), lambda: _more(page.messages, before))


def modal(page: ConsolePage) -> tuple[float, float]:
    """From Enter to the modal, and from Save to what is wrong with it."""
    page.composer.fill("/covcheck schedule")
    opened = seconds(lambda: page.composer.press("Enter"), lambda: page.modal.wait_for(state="visible"))
    page.field("zone").fill("Nowhere/Atall")
    judged = seconds(page.submit, lambda: page.modal.get_by_role("alert").first.wait_for(state="visible"))
    page.modal.get_by_test_id("modal-close").click()
    expect(page.modal).to_have_count(0)
    return opened, judged


def echo(page: ConsolePage, number: int) -> float:
    """From Enter to one's own message."""
    page.composer.fill(f"Number {number}")
    own = page.messages.filter(has_text=f"Number {number}").first
    return seconds(lambda: page.composer.press("Enter"), lambda: own.wait_for(state="visible"))


def digest(page: ConsolePage) -> float:
    """From Enter to the digest of a year of 40 services with its chart in the thread."""
    before = page.messages.count()
    page.composer.fill("/covcheck digest")
    begun = time.perf_counter()
    page.composer.press("Enter")
    _more(page.messages, before)
    posted = page.messages.last
    page.open_thread(posted)
    chart = page.page.get_by_test_id("thread-list").get_by_role("img", name="Coverage of")
    chart.first.wait_for(state="visible")
    return time.perf_counter() - begun


def _more(messages: Locator, before: int) -> None:
    messages.nth(before).wait_for(state="visible")


def main() -> None:
    if chromium() is None:
        sys.stdout.write("covcheck: no Chromium here, so the console's page is not timed\n")
        return
    with tempfile.TemporaryDirectory(prefix="covcheck-times-") as name, launched() as browser:
        home = Path(name)
        (home / "console").mkdir()
        fill(f"sqlite:///{home}/console/covcheck.sqlite", until=time.time()).close()
        begun = time.perf_counter()
        with started(home) as console:
            print(f"start of the process until its page is served: {time.perf_counter() - begun:.1f} s")
            _row("first page, cold", [first_page(browser, console.url) for _ in range(RUNS)], FIRST_PAGE)
            with at(browser) as page, acks(page) as acked:
                page.open(console.url, "C0PLATFORM")
                _row("own message", [echo(page, number) for number in range(RUNS)], STEP)
                _row("command to first line", [command(page, ASKED) for _ in range(RUNS)], STEP)
                opened, judged = zip(*(modal(page) for _ in range(RUNS)), strict=True)
                _row("command to modal", opened, STEP)
                _row("modal to its error", judged, STEP)
            _row("acknowledgement by the bot", acked, STEP)
        with started(home, COVCHECK_REPOS__DEFAULT=REPO) as console, at(browser) as page:
            page.open(console.url, "C0PLATFORM")
            _row("digest of a year, 40 services, chart", [digest(page) for _ in range(RUNS)], DIGEST)


def _row(what: str, taken: Sequence[float], bound: float) -> None:
    middle, most = statistics.median(taken), max(taken)
    sys.stdout.write(f"{what:40}{middle:8.3f} s{most:8.3f} s at most   bound {bound:g} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
