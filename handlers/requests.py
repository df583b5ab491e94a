"""Help requests in Slack: a pasted message, an uploaded file, a link, the message above, a message shortcut.

Only finds out where the request lies, and whether its repo may be read; jobs fetch and answer it. The same
message has one answer, whichever way somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.errors import StoreError, UsageError
from bot.jobs.orders import Order, Place, Whisper
from bot.jobs.request_orders import AnswerRequest, RequestComparison
from bot.jobs.request_source import MAX_TEXT, Asked, SourceKind
from bot.redact import redact
from bot.render.slack_request import COMPARISON
from bot.repo.links import FileLink, IssueLink, parse_link
from handlers.access import Access, Deed, team_of
from handlers.asked import AskAnswer
from handlers.desk import Desk
from handlers.inbox import asked_in
from handlers.mrkdwn import as_markdown, first_link
from handlers.words import COMMANDS, parse
from knowledge.requests.looks import looks_like_request

SHORTCUT = "covcheck_answer_request"
ACTIONS = (COMPARISON,)
_PASTE = (
    "Paste the request, upload it as a Markdown file, or give a link to a file, an issue or a pull request."
)


def register(app: App, desk: Desk) -> None:
    """Listen to the message shortcut and to the button of a request's answer."""

    @app.shortcut({"type": "message_action", "callback_id": SHORTCUT})
    def answer_message(ack: Ack, shortcut: dict[str, Any], respond: Respond) -> None:
        message, channel = shortcut["message"], shortcut["channel"]["id"]
        order = _of_shortcut(shortcut, desk.access)
        thread = message.get("thread_ts") or message["ts"]
        place = Place(channel, thread, shortcut["user"]["id"], shortcut.get("response_url"))
        key = "\0".join((channel, message["ts"], shortcut["user"]["id"], str(shortcut.get("action_ts"))))
        _hand_in(order, place, key, desk, respond)
        ack()

    @app.action(COMPARISON)
    def compare(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        user, message = body["user"]["id"], body["message"]
        refusal = desk.access.refusal(Deed.ASK, user, team_of(body["user"]))
        order = RequestComparison(action["value"]) if refusal is None else refusal.whisper
        thread = message.get("thread_ts") or message["ts"]
        place = Place(body["channel"]["id"], thread, user, body.get("response_url"))
        key = "\0".join((place.channel, message["ts"], user, str(action.get("action_ts"))))
        _hand_in(order, place, key, desk, respond)
        ack()


def request_in(event: Mapping[str, Any], text: str, access: Access) -> Order | None:
    """The order for a mention or a direct message that is a help request or says `answer`; None when it is
    neither. `text` is the event's without the bot's name.

    Raises UsageError or WordsError when it says `answer` and what it names is none, or may not be read.
    """
    channel, message = event["channel"], f"{event['channel']} {event['ts']}"
    first, _, rest = text.strip().partition("\n")
    asked = asked_in({**event, "text": text.strip()})
    if _says_answer(first):
        words = parse(first)
        assert isinstance(words, AskAnswer)
        if words.link is not None:
            return link_order(words, channel, access, message)
        said = Asked(as_markdown(rest.strip()), asked.file, asked.refused)
        if said.text or said.file or said.refused:
            return _order_of_message(said, words, channel, access, message)
        return _order_of_thread(event, words, access)
    if looks_like_request(asked.text) or (asked.file is not None and not _says_command(first)):
        return _order_of_message(asked, AskAnswer(), channel, access, message)
    if asked.refused and not asked.text:
        raise UsageError(asked.refused, hint=_PASTE)
    alone = first_link(first) if len(first.split()) == 1 and not rest.strip() else None
    if alone is not None and parse_link(alone, access.github) is not None:
        return link_order(AskAnswer(alone), channel, access, message)
    return None


def link_order(asked: AskAnswer, channel: str, access: Access, message: str = "") -> AnswerRequest:
    """The order for a link: to a file, an issue or a pull request of a repo that may be read.

    Raises UsageError for every other link, and without one.
    """
    if asked.link is None:
        raise UsageError("There is no request to answer here.", hint=_PASTE)
    found = parse_link(asked.link, access.github)
    if found is None:
        raise UsageError(
            f"I follow no other links than those to a file (/blob/), an issue or a pull request on "
            f"{access.github.partition('://')[2]}.",
            hint="Paste the text, or upload it as a Markdown file.",
        )
    where = access.repo(channel, found.repo)
    repo = where if asked.repo is None else access.repo(channel, asked.repo)
    match found:
        case FileLink():
            kind, what = SourceKind.PATH, "/".join(found.segments)
        case IssueLink():
            kind, what = SourceKind.ISSUE, str(found.number)
    return AnswerRequest(repo, kind.value, what, where, asked.ref, message)


def _says_answer(line: str) -> bool:
    return line.split(maxsplit=1)[:1] != [] and line.split(maxsplit=1)[0].lower() == "answer"


def _says_command(line: str) -> bool:
    """Whether a line begins with the name of a command: a file below it is then only shown with it."""
    return "".join(line.split(maxsplit=1)[:1]).lower() in COMMANDS


def _order_of_message(
    said: Asked, words: AskAnswer, channel: str, access: Access, message: str
) -> AnswerRequest:
    """The order for the words of a message, or for the file in it when the words are only a note to it."""
    repo = access.repo(channel, words.repo)
    if said.file is not None and not looks_like_request(said.text):
        return AnswerRequest(repo, SourceKind.FILE.value, said.file, "", words.ref, message)
    if not said.text:
        raise UsageError(said.refused or "There is no request to answer here.", hint=_PASTE)
    if len(said.text) > MAX_TEXT:
        raise UsageError(
            f"The message is longer than {MAX_TEXT:,} characters.", hint="Upload it as a Markdown file."
        )
    return AnswerRequest(repo, SourceKind.TEXT.value, redact(said.text), "", words.ref, message)


def _order_of_thread(event: Mapping[str, Any], words: AskAnswer, access: Access) -> AnswerRequest:
    """The order for the first message of the thread that the event stands in."""
    channel, root = event["channel"], event.get("thread_ts")
    if root is None or root == event["ts"]:
        raise UsageError("There is no request to answer here.", hint=_PASTE)
    repo, what = access.repo(channel, words.repo), f"{channel} {root}"
    return AnswerRequest(repo, SourceKind.THREAD.value, what, "", words.ref, what)


def _of_shortcut(shortcut: Mapping[str, Any], access: Access) -> Order:
    """The order for the message that the shortcut was used on, or why there is none."""
    user, message, channel = shortcut["user"], shortcut["message"], shortcut["channel"]["id"]
    refusal = access.refusal(Deed.ASK, user["id"], team_of(user) or team_of(shortcut["team"]))
    if refusal is not None:
        return refusal.whisper
    if message.get("bot_id"):
        return Whisper("A program wrote this message, so I do not answer it.")
    said, name = asked_in(message), f"{channel} {message['ts']}"
    link = first_link(str(message.get("text") or ""))
    try:
        linked = link is not None and parse_link(link, access.github) is not None
        if linked and said.file is None and not looks_like_request(said.text):
            return link_order(AskAnswer(link), channel, access, name)
        return _order_of_message(said, AskAnswer(), channel, access, name)
    except (UsageError, StoreError) as error:
        return Whisper(f"{error} {error.hint}")


def _hand_in(order: Order, place: Place, key: str, desk: Desk, respond: Respond) -> None:
    try:
        desk.jobs.submit(order, place, key=key)
    except StoreError as error:
        respond(text=f"{error} {error.hint}", response_type="ephemeral", replace_original=False)
