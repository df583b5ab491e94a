"""The short messages around an answer: at work, failed, help, a choice, a list of services."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import CovcheckError
from bot.model import Service
from bot.render.blocks import Post, Span, bullets, code, header, menu, pack, paragraph
from bot.render.plain import cut, one_line
from bot.render.slack import COMPARE_WITH

HELP = """\
/covcheck SERVICE [REF] [in OWNER/NAME]        why the service's coverage is empty, with the fix
/covcheck compare A B [REF] [in OWNER/NAME]    two services side by side: what differs, what matters
/covcheck services [REF] [in OWNER/NAME]       the services found in the repo
/covcheck help                                 this text

REF is a branch, a tag or a commit. Quote a name that is also a word of the command: "compare".
In a thread or a direct message say the same words to me."""


def help_post() -> Post:
    """What can be asked, and how."""
    return pack("What covcheck can be asked. " + HELP, [paragraph(Span("covcheck", bold=True)), code(HELP)])[
        0
    ]


def looking_post(what: str, progress: str = "") -> Post:
    """The message that stands while the job works; `progress` is one clause."""
    said = f"Looking at {one_line(what)} …"
    spans = [Span(said), *([Span(f"\n{progress}", italic=True)] if progress else [])]
    return pack(f"{said} {progress}".strip(), [paragraph(*spans)])[0]


def error_post(error: CovcheckError, request_id: str) -> Post:
    """A failure that people can act on: the sentence, what to do next, and the request's id."""
    spans = [Span(str(error), bold=True)]
    if error.hint:
        spans.append(Span(f"\n{error.hint}"))
    return pack(f"{error} {error.hint}", [paragraph(*spans), _id(request_id)])[0]


def broken_post(request_id: str) -> Post:
    """A failure on our side: said plainly, the details stay in the log under the id."""
    said = "Something went wrong on our side; this is a fault of covcheck, not of your request."
    hint = "Ask again; if it stays, show the id below to whoever runs covcheck."
    return pack(f"{said} {hint}", [paragraph(Span(said, bold=True), Span(f"\n{hint}")), _id(request_id)])[0]


def wrong_words_post(text: str, message: str, hint: str) -> Post:
    """A request that could not be read: the words with a mark under the wrong place, and why."""
    return pack(
        f"{message} {hint}", [paragraph(Span(message, bold=True)), code(text), paragraph(Span(hint))]
    )[0]


def text_post(text: str) -> Post:
    """One plain sentence."""
    return pack(text, [paragraph(Span(text))])[0]


def services_posts(services: Sequence[Service], where: str) -> tuple[Post, ...]:
    """What was discovered in the repo, and from which files."""
    if not services:
        return (text_post(f"No Go service that is built into an image was found in {where}."),)
    title = f"{len(services)} services in {where}" if len(services) > 1 else f"1 service in {where}"
    rows = [_service_row(service) for service in services]
    names = ", ".join(service.name for service in services)
    return pack(f"{title}: {names}", [header(title), *bullets(rows)])


def _service_row(service: Service) -> list[Span]:
    row = [Span(service.name, bold=True)]
    if service.aliases:
        row.append(Span(f" (also {', '.join(service.aliases)})"))
    for role, paths in service.files.items():
        more = f" and {len(paths) - 2} more" if len(paths) > 2 else ""
        row.append(Span(f"\n{role}: "))
        row.append(Span(", ".join(paths[:2]), code=True))
        if more:
            row.append(Span(more))
    return row


def choice_post(service: str, others: Sequence[str], answer_id: str) -> Post:
    """Asks which service to compare with; the menu's block id carries the answer's id."""
    label = f"Compare {cut(one_line(service), 200)} with"
    try:
        block = menu("Choose a service", COMPARE_WITH, others)
    except ValueError:
        return text_post("Name the service to compare with: /covcheck compare A B")
    block["block_id"] = answer_id
    return pack(label, [paragraph(Span(label)), block])[0]


def _id(request_id: str) -> dict[str, object]:
    return paragraph(Span("request "), Span(request_id, code=True))
