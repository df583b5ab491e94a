"""Questions: which words that are sent to the bot are one, and which messages of a channel are looked at.

What reads as a command is a command. A message in a channel that listens costs a cheap test of its words
here; whether the bot knows an answer is found out in a job, which is silent when it does not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from slack_bolt import App, BoltContext

from bot.jobs.orders import Place
from bot.jobs.question_orders import AskQuestion, Heard
from bot.modes import Mode
from bot.redact import redact
from bot.render.plain import cut
from handlers.access import Access, team_of
from handlers.desk import Desk
from handlers.mrkdwn import as_markdown
from handlers.words import COMMANDS, WordsError, parse, plain_text

EVENTS = ("message.channels", "message.groups")

MAX_QUESTION = 8_000
"""Of a longer text only the beginning is the question."""
MAX_OVERHEARD = 3_000
"""A longer message of a channel is a report or a request, and not to the bot."""
LEAST_WORDS = 4
"""A question in a channel has so many words."""
MANY_WORDS = 6
"""No command but an error has so many words."""

_ASKING = (
    "why|how|what|what's|whats|when|where|which|who|whose|is|are|was|were|do|does|did|can|could|should|would"
    "|will|has|have|had|am|any|anyone|anybody|isn't|aren't|doesn't|don't|didn't|can't|won't"
)
_GREETING = r"(?:hi|hey|hello|ok|so|and|but|btw|please)\b[\s,:!.]{0,4}"
_FIRST = re.compile(rf"(?i)\W{{0,3}}(?:{_GREETING}){{0,3}}(?:{_ASKING})\b")
_MARK = re.compile(r"[?？][\s\"'”’)\]!.*_`]{0,10}(?:\s|$)")
_QUOTED = re.compile(r"""\s*(?:"[^"]{1,2000}"|“[^”]{1,2000}”|`[^`]{1,2000}`|```[^`]{1,4000}```)\s*""")
_APART = re.compile(r"```[^`]*```|`[^`\n]*`|<[^<>]*>|\w{1,12}://\S*|^\s{0,3}(?:>|&gt;).*$", re.MULTILINE)
_TO_SOMEBODY = re.compile(r"\s*(?:(?:hi|hey|hello)\s{1,4})?<@")


def register(app: App, desk: Desk) -> None:
    """Listen to messages of channels. A failure to store is raised, so that Slack retries."""

    def in_channel(event: dict[str, Any]) -> bool:
        return event.get("channel_type") in ("channel", "group")

    @app.event("message", matchers=[in_channel])
    def overheard(event: dict[str, Any], context: BoltContext) -> None:
        _overhear(event, desk, context.bot_user_id)


def is_question(text: str) -> bool:
    """Whether words that are sent to the bot are a question and no command.

    A command that can be read is a command. Else a question has two words and ends a sentence in `?`, or
    begins with a word such as `why` and has three, or is a quoted message of three, or has many words and
    does not begin like a command.
    """
    plain = plain_text(text)
    words = plain.split()
    if len(words) < 2:
        return False
    command = words[0].lower() in COMMANDS
    if command and is_command(text):
        return False
    if _MARK.search(plain):
        return True
    asking = _FIRST.match(plain) is not None and len(words) >= 3
    quoted = _QUOTED.fullmatch(plain) is not None and len(words) >= 3
    return asking or quoted or (len(words) >= MANY_WORDS and not command)


def question_in(event: Mapping[str, Any], text: str, access: Access) -> AskQuestion | None:
    """The order for a question that was put to the bot in words of an event; None when it is none."""
    if not is_question(text):
        return None
    direct = event["channel"].startswith("D")
    return _order(event, text, Heard.DIRECT if direct else Heard.MENTION, access)


def asks_something(text: str) -> bool:
    """Whether a message of a channel could be a question, by its own words; costs little.

    A message that begins with somebody's name is to that person. What stands in code, links and quotes asks
    nothing.
    """
    if len(text) > MAX_OVERHEARD or _TO_SOMEBODY.match(text):
        return False
    own = _APART.sub(" ", text)
    if len(text.split()) < LEAST_WORDS:
        return False
    return _MARK.search(own) is not None or _FIRST.match(own) is not None


def _overhear(event: Mapping[str, Any], desk: Desk, bot_user: str | None) -> None:
    """Hand in a message that may be a question, where the channel's mode listens; everything else is left.

    Left are what programs wrote, edits, joins, replies in threads, and what names the bot (that comes as a
    mention, too).
    """
    user, text = event.get("user"), event.get("text") or ""
    if event.get("bot_id") or event.get("bot_profile") or event.get("subtype") or not user:
        return
    if event.get("thread_ts", event["ts"]) != event["ts"] or user == bot_user:
        return
    if (bot_user and f"<@{bot_user}" in text) or not asks_something(text):
        return
    if not desk.access.admits(user, team_of(event)):
        return
    channel = event["channel"]
    mode, _ = desk.modes.of(channel, desk.store)
    if not mode.listens:
        return
    heard = Heard.ANSWER if mode is Mode.ANSWER else Heard.SUGGEST
    thread = event["ts"] if heard is Heard.ANSWER else None
    order = _order(event, text, heard, desk.access)
    desk.jobs.submit(order, Place(channel, thread, user), key=f"{channel}\0{event['ts']}")


def _order(event: Mapping[str, Any], text: str, heard: Heard, access: Access) -> AskQuestion:
    channel = event["channel"]
    said = redact(cut(as_markdown(text[: 2 * MAX_QUESTION]).strip(), MAX_QUESTION))
    return AskQuestion(said, event["ts"], heard.value, access.repo_if_any(channel), time.time())


def is_command(text: str) -> bool:
    """Whether the words can be read as a command."""
    try:
        parse(text)
    except WordsError:
        return False
    return True
