"""The pictures of the console in docs/captures, made by the tests when COVCHECK_WRITE_SCREENSHOTS=1."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.page import ConsolePage

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "captures"
MAX_BYTES = 250_000


def shot(page: ConsolePage, name: str, top: Locator | None = None) -> None:
    """Keep `console-NAME.png` of what is on screen, `top` scrolled to the top; only when it is asked for."""
    if os.environ.get("COVCHECK_WRITE_SCREENSHOTS") != "1":
        return
    if top is not None:
        top.evaluate("element => element.scrollIntoView({block: 'start'})")
    expect(page.page.locator(".toast")).to_have_count(0, timeout=15_000)
    page.page.mouse.move(1, 1)
    page.settled()
    content = page.page.screenshot(animations="disabled", caret="hide")
    with Image.open(io.BytesIO(content)) as picture:
        few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(FOLDER / f"console-{name}.png", optimize=True)
    assert (FOLDER / f"console-{name}.png").stat().st_size <= MAX_BYTES, f"{name} is too large for docs"
