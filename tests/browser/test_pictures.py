"""The pictures of the console in the documents: there, small, and described for those who do not see them."""

from __future__ import annotations

import re

from tests.browser.screens import FOLDER, MAX_BYTES

ROOT = FOLDER.parents[1]
SHOWN = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)\)")


def test_every_picture_is_shown_somewhere_with_words_for_it() -> None:
    shown = {}
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for found in SHOWN.finditer(page.read_text("utf-8")):
            picture = (page.parent / found["path"]).resolve()
            assert picture.is_file(), f"{page.name} shows {found['path']}, which is not there"
            shown[picture] = found["alt"]
    pictures = sorted(FOLDER.glob("console-*.png"))
    assert pictures
    for picture in pictures:
        assert len(shown.get(picture, "")) > 30, f"{picture.name} is shown nowhere, or without words for it"
        assert picture.stat().st_size <= MAX_BYTES
