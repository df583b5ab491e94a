"""The forms behind the Home tab's buttons and the global shortcuts: a check, a comparison, a help request, a
question, a thread to save, and help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.render.blocks import Block, Button, Span, buttons, paragraph, styled
from bot.render.inputs import MAX_INPUT, Choice, channel_input, select, text_input
from bot.render.notices import help_post
from bot.render.plain import brief
from bot.render.views import modal, section

CHECK_FORM = "covcheck_form_check"
COMPARE_FORM = "covcheck_form_compare"
ANSWER_FORM = "covcheck_form_answer"
ASK_FORM = "covcheck_form_ask"
TOLD_FORM = "covcheck_form_told"
SAVE_CASE = "covcheck_form_save"
"""In the form of threads to save: saves one; its value is the case's id."""

_SENT = "Nothing chosen: to you alone, as a direct message."
_SAVE_ANY = "Any other thread: open the menu of one of its messages and choose `Save as answer`"


@dataclass(frozen=True, slots=True)
class Saveable:
    """A thread that a person may save: its case's id, its service, and what was found."""

    case_id: str
    about: str
    said: str


def check_form(known: Sequence[Choice], repo: str) -> Block:
    """A new check; `known` services are offered, `repo` is read where none is named (empty: none is)."""
    return modal(
        "New check",
        [*_service(known), *_where(repo), _ref(), _target()],
        callback=CHECK_FORM,
        submit="Check",
    )


def compare_form(service: str, known: Sequence[Choice], key: str) -> Block:
    """A comparison of a service (`key`: as the buttons carry it) with another of its repo."""
    said = f"{brief(service, 200)} and another service of its repo, side by side: what differs, what matters."
    blocks = [section(said), *_service(known, other=True), _ref(), _target()]
    return modal("Compare", blocks, callback=COMPARE_FORM, submit="Compare", metadata={"key": key})


def answer_form(repo: str) -> Block:
    """A help request, typed or linked."""
    long = f"Up to {MAX_INPUT:,} characters. A longer one: link it, or send it to me as a file in Messages."
    return modal(
        "Answer a help request",
        [
            text_input("text", "The request", hint=long, long=True, optional=True),
            text_input(
                "link",
                "Or a link to it",
                hint="To a file (/blob/), an issue or a pull request.",
                placeholder="https://github.com/OWNER/NAME/issues/12",
                optional=True,
            ),
            *_where(repo),
            _ref(),
            _target(),
        ],
        callback=ANSWER_FORM,
        submit="Answer",
    )


def ask_form() -> Block:
    """A question to the knowledge base."""
    return modal(
        "Ask covcheck",
        [
            text_input(
                "question", "Question", long=True, placeholder="Why is /coverdata empty although the pod ran?"
            ),
            _target(),
        ],
        callback=ASK_FORM,
        submit="Ask",
    )


def save_form(threads: Sequence[Saveable], reaction: str = "") -> Block:
    """The threads of a person's cases, each with a button that saves it; `reaction` is the name of the one
    that offers to save any thread (empty: none does)."""
    blocks: list[Block] = []
    if not threads:
        blocks.append(section("No answer of mine to you has a thread to save yet."))
    for each in threads:
        said = [Span(brief(each.about, 80), bold=True), Span(f": {brief(each.said, 250)}")]
        blocks += [paragraph(*said), buttons(_save(each))]
    react = f", or react to it with `:{reaction}:`" if reaction else ""
    blocks.append(paragraph(*styled(f"{_SAVE_ANY}{react}.")))
    return modal("Save a thread", blocks, callback=TOLD_FORM)


def _save(thread: Saveable) -> Button:
    return Button("Save as answer", SAVE_CASE, thread.case_id, spoken=f"Save as answer: {thread.about}")


def help_form() -> Block:
    """What can be asked, and how."""
    return modal("covcheck", help_post().blocks, callback=TOLD_FORM)


def _service(known: Sequence[Choice], *, other: bool = False) -> list[Block]:
    """A menu of known services, where there are any, and a field for another name."""
    offered = [choice for choice in known if choice.fits]
    label = "The other service" if other else "Service"
    if not offered:
        return [text_input("service", label, most=200, placeholder="datastorage", optional=True)]
    return [
        select("known", label, offered, placeholder="Choose a service", optional=True),
        text_input("service", "Or another one, by its name", most=200, optional=True),
    ]


def _where(repo: str) -> list[Block]:
    hint = f"Else {brief(repo, 200)}, or the channel's own." if repo else "OWNER/NAME"
    return [text_input("repo", "Repo", hint=hint, placeholder="OWNER/NAME", most=200, optional=True)]


def _ref() -> Block:
    hint = "Else the repo's default branch."
    return text_input("ref", "Branch, tag or commit", hint=hint, most=200, optional=True)


def _target() -> Block:
    return channel_input("where", "Where the answer goes", hint=_SENT, optional=True)
