"""docs/slack.md: a real conversation with the bot about the example, made by `make docs`, held by a test."""

from __future__ import annotations

import tempfile
import textwrap
from pathlib import Path
from typing import Any

from bot.render.slack import COMPARE
from tests.scenarios.real import Real, real_bot
from tests.scenarios.watch import answered, read

PAGE = Path(__file__).with_name("slack_page.md")
MARK = "<!-- conversation -->"


def slack_markdown() -> str:
    """The page with the conversation in its place."""
    with tempfile.TemporaryDirectory() as folder, real_bot(Path(folder), github=True) as real:
        said = conversation(real)
    return PAGE.read_text("utf-8").replace(MARK, f"```text\n{said}\n```")


def conversation(real: Real) -> str:
    """Somebody asks, reads the answer, and presses Compare."""
    slack, client = real.slack, real.client
    client.command("datastorage")
    message = answered(slack)
    client.press(message, COMPARE)
    slack.wait(lambda: len(slack.thread("C1", message["ts"])) >= 2)
    _, asked = client.mention("datastorrage")
    wrong = answered(slack, number=1 + 2)
    parts = ["ana: /covcheck datastorage", _shown("covcheck", message), "ana presses [Compare]"]
    parts += [_shown("covcheck, in the thread", reply) for reply in slack.thread("C1", message["ts"])]
    parts += ["ana: @covcheck datastorrage", _shown("covcheck, in the thread", wrong)]
    assert wrong["thread_ts"] == asked["ts"]
    return "\n\n".join(parts)


def _shown(who: str, message: dict[str, Any]) -> str:
    lines = read(message).replace("\u00a0", " ").split("\n")
    text = "\n".join(line for line in lines if not line.startswith("Request "))
    return f"{who}:\n{textwrap.indent(text, '    ')}"
