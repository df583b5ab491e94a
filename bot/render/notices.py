"""The short messages around an answer: at work, failed, help, a choice, a list of services."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.errors import CovcheckError
from bot.model import RepoRef, Service
from bot.render.blocks import Post, Span, bullets, code, header, menu, pack, paragraph, styled
from bot.render.plain import cut, one_line
from bot.render.slack import COMPARE_WITH

HELP: tuple[tuple[str, str], ...] = (
    ("/covcheck SERVICE", "why the service's coverage is empty, with the fix"),
    ("/covcheck compare A B", "two services side by side: what differs, what matters"),
    ("/covcheck answer LINK", "a help request (file, issue or pull request), every question answered"),
    ("/covcheck live SERVICE", "run it in the shared cluster: first the plan, then somebody confirms it"),
    ("/covcheck services", "the services found in the repo"),
    ("/covcheck history SERVICE", "its coverage over time; add `since 2026-11-01`, `base BRANCH`"),
    ("/covcheck digest", "what moved in the last week, posted now; add `days 30`"),
    ("/covcheck schedule", "set up a digest for this channel; `schedule list` shows those there are"),
    ("/covcheck questions [MODE]", "how questions are treated here: off, mention, suggest or answer"),
    ("/covcheck quality", "how questions were answered in the last seven days"),
    ("/covcheck follow SERVICE", "put it on your Home tab; unfollow takes it off"),
    ("/covcheck settings", "what is set for this channel: repo, questions, cards under links, live runs"),
    ("/covcheck audit", "who changed what; for those who may confirm live runs"),
    ("/covcheck help", "this text"),
)
_WHERE = (
    "Add a branch, a tag or a commit, and `in OWNER/NAME` for another repo; `live` also takes "
    "`namespace NS`. "
    'Quote a service that is named like a command: `"compare"`. '
    "In a thread or a direct message say the same words to me."
)
_TERMINAL = re.compile(r"`covcheck (answer|check|compare|live|services)\b")


def help_post() -> Post:
    """What can be asked, and how."""
    rows = [[Span(words, code=True), *styled(f"\n{meaning}")] for words, meaning in HELP]
    blocks = [paragraph(Span("What you can ask", bold=True)), *bullets(rows), paragraph(*styled(_WHERE))]
    said = ", ".join(f"{words}: {meaning}" for words, meaning in HELP)
    return pack(f"What you can ask. {said}.", blocks)[0]


def looking_post(what: str, progress: str = "") -> Post:
    """The message that stands while the job works; `progress` is one clause."""
    said = f"Looking at {one_line(what)} …"
    spans = [Span(said), *([Span(f"\n{progress}", italic=True)] if progress else [])]
    return pack(f"{said} {progress}".strip(), [paragraph(*spans)])[0]


def error_post(error: CovcheckError, request_id: str) -> Post:
    """A failure that people can act on: the sentence, what to do next, and the request's id."""
    return _failure(str(error), error.hint, request_id)


def broken_post(request_id: str) -> Post:
    """A failure on our side: said plainly, the details stay in the log under the id."""
    said = "Something went wrong on our side; this is a fault of covcheck, not of your request."
    hint = "Ask again; if it stays, show the request's number to whoever runs covcheck."
    return _failure(said, hint, request_id)


def _failure(said: str, hint: str, request_id: str) -> Post:
    next_step = _TERMINAL.sub(r"`/covcheck \1", hint)
    spans = styled(said, bold=True)
    if next_step:
        spans += [Span("\n"), *styled(next_step)]
    number = paragraph(Span(f"Request {request_id[:8]}", italic=True))
    return pack(f"{said} {next_step}".strip(), [paragraph(*spans), number])[0]


def wrong_words_post(text: str, message: str, hint: str) -> Post:
    """A request that could not be read: the words with a mark under the wrong place, and why."""
    return pack(
        f"{message} {hint}", [paragraph(Span(message, bold=True)), code(text), paragraph(*styled(hint))]
    )[0]


def text_post(text: str) -> Post:
    """One plain sentence."""
    return pack(text, [paragraph(*styled(text))])[0]


def services_posts(services: Sequence[Service], repo: RepoRef) -> tuple[Post, ...]:
    """What was discovered in the repo, and from which files."""
    where = f"{repo.name} @ {repo.short}"
    if not services:
        return (text_post(f"No Go service that is built into an image was found in {where}."),)
    title = f"{len(services)} services in {where}" if len(services) > 1 else f"1 service in {where}"
    rows = [_service_row(service, repo) for service in services]
    names = ", ".join(service.name for service in services)
    return pack(f"{title}: {names}", [header(title), *bullets(rows)])


def _service_row(service: Service, repo: RepoRef) -> list[Span]:
    row = [Span(service.name, bold=True)]
    if service.aliases:
        row.append(Span(f" (also {', '.join(service.aliases)})"))
    for role, paths in service.files.items():
        row.append(Span(f"\n{role}: "))
        for number, path in enumerate(paths[:2]):
            row += [*([Span(", ")] if number else []), Span(one_line(path), url=repo.page(path))]
        if len(paths) > 2:
            row.append(Span(f" and {len(paths) - 2} more"))
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
