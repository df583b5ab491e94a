"""Answers as jobs find them again for the buttons below them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.jobs.steps import Steps
from bot.store.answers import Store, StoredAnswer

GONE = "I no longer have this answer. Ask again, then press the button of the new one."


def find_answer(steps: Steps, store: Store, answer_id: str) -> StoredAnswer | None:
    """The answer of an id, read in a step of the job; None when it is gone. Raises StoreError."""

    def read() -> dict[str, Any] | None:
        kept = store.answer(answer_id)
        return None if kept is None else asdict(kept)

    found = steps.once("kept", read)
    return None if found is None else StoredAnswer(**found)
