"""What is said when a case is proven solved, with the button that saves its thread as an answer."""

from __future__ import annotations

from bot.render.blocks import Button, Post, Span, buttons, pack, paragraph, styled
from bot.render.plain import cut, one_line
from bot.render.slack import sentence

SAVE = "covcheck_save"
"""Opens the modal that saves a thread as an article; its value is made by `save_value`."""

_MOST = 1_500


def save_value(case_id: str | None, thread: str) -> str:
    """What the button carries: the case, else the thread."""
    return f"case {case_id}" if case_id else f"thread {thread}"


def solved_post(proof: str, cause: str, fix: str, case_id: str) -> Post:
    """`proof` is a clause (`a run on 23 November shows 80.0% of 280 statements`); `cause` may be empty."""
    said = [f"Solved: {sentence(proof)}"]
    if cause:
        said.append(f"The cause was: {sentence(cut(one_line(cause), _MOST))}")
        said.append(f"The fix: {sentence(cut(one_line(fix), _MOST))}")
    else:
        said.append("No cause was named when it was asked.")
    spans = [Span(said[0], bold=True)]
    for line in said[1:]:
        spans += [Span("\n"), *styled(line)]
    row = buttons(Button("Save as answer", SAVE, save_value(case_id, "")))
    return pack(" ".join(said), [paragraph(*spans)], last=row)[0]
