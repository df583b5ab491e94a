"""What the terminal shows beside the local console, and the first question on its page."""

from __future__ import annotations

import os
import select
import signal
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from rich.console import Console
from rich.text import Text

from bot.localslack.deeds import Deeds
from bot.localslack.delivery import Delivery
from bot.localslack.lines import Line
from bot.localslack.server import SlackServer
from bot.render.plain import visible

COMMAND = "/covcheck"
ANSWER_SECONDS = 120.0


class FirstQuestion:
    """`/covcheck SERVICE` is asked when the console starts, so that its page is never empty; what comes of it
    is told in a line or two."""

    def __init__(
        self, slack: SlackServer, line: Line, user: str, channel: str, service: str, out: Console
    ) -> None:
        self._slack = slack
        self._deeds = Deeds(slack, line, Delivery(line))
        self._user = user
        self._channel = channel
        self._service = service
        self._out = out

    def start(self) -> None:
        """Ask, in a thread of its own."""
        threading.Thread(target=self._ask, name="covcheck-first", daemon=True).start()

    def stop(self) -> None:
        """The job is the bot's: it ends, or the next start goes on with it."""

    def _ask(self) -> None:
        where = self._slack.channel(self._channel)
        self._deeds.command(self._user, where.id, COMMAND, self._service)
        with suppress(AssertionError):  # no answer: nothing to tell
            answer = self._slack.wait(lambda: self._answer(where.id), ANSWER_SECONDS)
            self._out.print(f"#{where.name}  /covcheck {self._service}", markup=False)
            for line in Text(visible(answer)).wrap(self._out, self._out.width - 2):
                self._out.print(Text(f"  {line.plain.rstrip()}"))

    def _answer(self, channel: str) -> str:
        said = [str(message.get("text") or "") for message in self._slack.by_bot(channel)]
        return next((text for text in said if not text.startswith("Looking at ")), "")


def end_with_reader(end: Callable[[], None] | None = None) -> None:
    """When standard output is a pipe and its reader goes away, stop as SIGTERM does: `make run | head` ends.

    `end` replaces that signal. Does nothing where output is no pipe.
    """
    try:
        out = sys.stdout.fileno()
        if not stat.S_ISFIFO(os.fstat(out).st_mode):
            return
    except (OSError, ValueError):
        return
    leave = end or (lambda: os.kill(os.getpid(), signal.SIGTERM))

    def watch() -> None:
        gone = select.poll()
        gone.register(out, 0)  # errors and hang-ups are told unasked
        gone.poll()
        leave()

    threading.Thread(target=watch, name="covcheck-reader", daemon=True).start()
