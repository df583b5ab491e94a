"""The reference request answered in Slack, as its thread reads.

    python -m tests.request_thread REQUEST.md REPO [COMMIT]

REQUEST.md is the request as it was found, REPO a git directory of the repo that it is about, at COMMIT.
Somebody uploads the file to a local Slack; the bot reads the repo over a local GitHub. Writes
docs/captures/request-thread.md and prints how long it took and how many messages there are.
"""

from __future__ import annotations

import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from bot.render.slack_request import COMPARISON
from tests.request_capture import COMMIT, FOLDER
from tests.scenarios.real import Real, real_bot
from tests.scenarios.watch import read
from tests.slack_capture import thread

HEAD = """\
# The reference request, answered in Slack

Made by `python -m tests.request_thread`: the request was uploaded as a file to a local Slack, the bot read
the repo at {commit} over a local GitHub, where it is called acme/platform. In Slack every `path:line` is a
permalink; quoted words are quotes.
"""


def main(request: str, repo: str, commit: str = COMMIT) -> None:
    """Ask, wait for the whole thread, press Compare, write it all down."""
    with tempfile.TemporaryDirectory() as folder, real_bot(Path(folder), github=True, git=Path(repo)) as real:
        started = time.monotonic()
        messages, files = asked(real, Path(request).read_bytes(), commit)
        seconds, requests = time.monotonic() - started, len(real.hub.requests)
        real.client.press(messages[0], COMPARISON)
        compared = real.slack.wait(partial(after, real, messages[0], len(messages) + len(files)))
        assert real.slack.violations == []
    parts = [shown("covcheck", messages[0])]
    parts += [shown(f"reply {number}", message) for number, message in enumerate(messages[1:], 1)]
    parts.append(f"Files: {', '.join(f'`{name}`' for name in files)}")
    parts += [shown("after [Compare]", message) for message in compared[:1]]
    text = "\n\n".join([HEAD.format(commit=commit[:7]), *parts]) + "\n"
    (FOLDER / "request-thread.md").write_text(text, "utf-8")
    said = f"{len(messages)} messages, {len(files)} files in {seconds:.1f} s, {requests} requests to GitHub"
    sys.stdout.write(f"{said}\n")


def asked(real: Real, content: bytes, commit: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The thread of the uploaded request."""
    file = real.slack.upload("request.md", content)
    _, said = real.client.mention(f"answer {commit}", files=[file])
    return thread(real, said, "C1")


def after(real: Real, first: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """What stands in the thread after so many messages."""
    return real.slack.thread("C1", first["thread_ts"])[count:]


def shown(who: str, message: dict[str, Any]) -> str:
    """A message as people read it."""
    text = read(message).replace("\u00a0", " ").replace("```", "'''")
    return f"**{who}**\n\n```text\n{text}\n```"


if __name__ == "__main__":
    main(*sys.argv[1:])
