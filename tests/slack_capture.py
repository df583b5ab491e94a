"""docs/slack.md: a real conversation with the bot about the example, made by `make docs`, held by a test."""

from __future__ import annotations

import re
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from dbos import DBOS

from bot.localslack.reading import reading
from bot.render.slack import COMPARE
from tests.scenarios.real import Real, real_bot
from tests.scenarios.request import REQUEST
from tests.scenarios.watch import answered, read

PAGE = Path(__file__).with_name("slack_page.md")
MARK = "<!-- conversation -->"
REQUEST_MARK = "<!-- request -->"
HOME_MARK = "<!-- home -->"
_TIME = re.compile(r"\d{1,2} [A-Z][a-z]+ at \d\d:\d\d UTC")
_DAY = re.compile(r"since \d{1,2} [A-Z][a-z]+")
SHOWN = 2
"""Replies of a request's thread that are shown."""


def slack_markdown() -> str:
    """The page with the conversation in its place."""
    with tempfile.TemporaryDirectory() as folder, real_bot(Path(folder), github=True) as real:
        said, shown, asked = conversation(real), home_tab(real), request_thread(real)
    page = PAGE.read_text("utf-8").replace(MARK, f"```text\n{said}\n```")
    page = page.replace(HOME_MARK, f"```text\n{shown}\n```")
    return page.replace(REQUEST_MARK, f"```text\n{asked}\n```")


def conversation(real: Real) -> str:
    """Somebody asks, reads the answer, presses Compare, mistypes a name, and asks a question."""
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
    client.mention("does static linking break coverage?")
    known = answered(slack, number=1 + 2 + 1)
    parts += ["ana: @covcheck does static linking break coverage?", _shown("covcheck, in the thread", known)]
    return "\n\n".join(parts)


def home_tab(real: Real) -> str:
    """The Home tab of who asked about a service and follows another; every time is shown as the same."""
    real.client.command("follow signalprocessing")
    real.client.command("follow datastorage")
    real.slack.wait(lambda: not DBOS.list_workflows(status=["ENQUEUED", "PENDING"], limit=1))
    real.client.open_home()
    shown = str(real.slack.wait(lambda: _home(real)))
    return _TIME.sub("23 November at 09:00 UTC", _DAY.sub("since 23 November", shown))


def _home(real: Real) -> str:
    view = real.slack.homes.get("U1")
    return reading(view["blocks"]) if view else ""


def request_thread(real: Real) -> str:
    """Somebody pastes a help request and reads the top of its thread."""
    _, asked = real.client.mention(REQUEST, channel="C2")
    said, files = thread(real, asked, "C2")
    parts = ["ana: @covcheck # E2E coverage of DataStorage is empty: ...", _shown("covcheck", said[0])]
    parts += [_shown("covcheck, below it", message) for message in said[1 : 1 + SHOWN]]
    rest = [read(message).split("\n")[0] for message in said[1 + SHOWN :]]
    return "\n\n".join([*parts, f"and replies: {'; '.join(rest)}", f"and files: {', '.join(files)}"])


def thread(real: Real, asked: dict[str, Any], channel: str) -> tuple[list[dict[str, Any]], list[str]]:
    """All of a request's thread once it is whole: its messages, and the names of its files without ids."""

    def whole() -> list[dict[str, Any]] | None:
        found = real.slack.thread(channel, asked["ts"])
        names = [file["name"] for message in found for file in message.get("files", ())]
        return found if any(name.endswith(".md") for name in names) else None

    messages: list[dict[str, Any]] = real.slack.wait(whole, 60.0)
    names = [file["name"] for message in messages for file in message.get("files", ())]
    files = [".".join((name.split(".")[0], name.split(".")[-1])) for name in names]
    return [message for message in messages if "files" not in message], files


def _shown(who: str, message: dict[str, Any]) -> str:
    lines = read(message).replace("\u00a0", " ").split("\n")
    text = "\n".join(line for line in lines if not line.startswith("Request "))
    return f"{who}:\n{textwrap.indent(text, '    ')}"
