"""The machine's own Chromium, headless; where there is none the tests are skipped with the reason."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Chromium asks nobody else for anything."""


def chromium() -> str | None:
    """The path of the machine's Chromium, if it has one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; skips the test where there is none, or fails it with COVCHECK_REQUIRE_BROWSER=1."""
    path = chromium()
    if path is None and os.environ.get("COVCHECK_REQUIRE_BROWSER") == "1":
        pytest.fail(f"COVCHECK_REQUIRE_BROWSER is set, but none of {', '.join(NAMES)} is on PATH")
    if path is None:
        pytest.skip(f"no browser here: none of {', '.join(NAMES)} is on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
