"""What the tests in a browser share: the browser and the console, one of each for a file of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import launched
from tests.browser.running import Console, started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one file of tests: its event loop must not outlive them, other tests have their own."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """`covcheck serve` without tokens, in a process of its own with a state folder of its own."""
    with started(tmp_path_factory.mktemp("console")) as running:
        yield running
