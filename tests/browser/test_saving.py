"""A thread is saved as an answer: by its author, with a mistake in the form, and confirmed by a reviewer."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.page import at
from tests.browser.running import Console
from tests.browser.screens import shot


def test_a_thread_becomes_an_article_that_a_reviewer_confirms(browser: Browser, console: Console) -> None:
    with at(browser) as page:
        page.open(console.url, "C0DATATEAM")
        page.become("Maria")
        page.go("C0DATATEAM")
        page.write("Our coverage is empty although the pod is scaled to 0. What did you do?")
        asked = page.message("What did you do?")
        asked.hover()
        asked.get_by_role("button", name="Reply in thread").click()
        page.reply("The suite copied the files before the pod had ended. We wait for the pod to be gone now.")
        page.use(page.thread.first, "Save as answer")
        expect(page.field("title")).to_be_visible()
        page.field("title").fill("")
        page.submit()
        expect(page.modal.get_by_role("alert").first).to_be_visible()
        page.field("title").fill("Files are copied before the pod has ended")
        page.field("question").fill("Why is our coverage empty although the pod is scaled to 0?")
        page.field("cause").fill("The suite copied /coverdata before the pod had ended.")
        page.field("fix").fill("Wait until the pod is gone, then copy.")
        shot(page, "save")
        page.submit()
        expect(page.modal).to_have_count(0)
        draft = page.said("Draft of an answer")
        page.press(draft, "Confirm")
        told = page.message("Only reviewers decide about saved answers")
        expect(told).to_contain_text("Only visible to you")
        expect(told).to_contain_text("covcheck")

        page.become("Jonas")
        page.go("C0DATATEAM")
        page.open_thread(page.message("What did you do?"))
        page.press(page.said("Draft of an answer"), "Confirm")
        expect(page.said(re.compile("^(?!.*Draft).*Files are copied before", re.DOTALL))).to_contain_text(
            "confirmed by"
        )

        page.go("C0PLATFORM")
        page.write("@covcheck why is our coverage empty although the pod is scaled to 0?")
        question = page.message("although the pod is scaled to 0?")
        page.open_thread(question)
        page.said("Files are copied before the pod has ended")
