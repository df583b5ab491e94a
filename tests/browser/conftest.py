"""Tests in headless Chromium: the machine's own; where there is none they are skipped with the reason."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.running import Console, started

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one file of tests: its event loop must not outlive them, other tests have their own."""
    path = chromium()
    if path is None and os.environ.get("COVCHECK_REQUIRE_BROWSER") == "1":
        pytest.fail(f"COVCHECK_REQUIRE_BROWSER is set, but none of {', '.join(NAMES)} is on PATH")
    if path is None:
        pytest.skip(f"no browser here: none of {', '.join(NAMES)} is on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """`covcheck serve` without tokens, in a process of its own with a state folder of its own."""
    folder: Path = tmp_path_factory.mktemp("console")
    with started(folder) as running:
        yield running
