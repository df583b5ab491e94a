"""The three buttons under every answer: whether it solved it, did not help, or a person is needed."""

from __future__ import annotations

from bot.render.blocks import Block, Button, buttons

SOLVED = "covcheck_solved"
UNHELPFUL = "covcheck_unhelpful"
HUMAN = "covcheck_human"


def feedback_buttons(answer_id: str) -> tuple[Button, ...]:
    """The buttons, each carrying the answer's id: the id of the job that gave it."""
    return (
        Button("Solved it", SOLVED, answer_id),
        Button("Not helpful", UNHELPFUL, answer_id),
        Button("Need a human", HUMAN, answer_id),
    )


def feedback_block(answer_id: str) -> Block:
    """The buttons as a row of their own."""
    return buttons(*feedback_buttons(answer_id))
