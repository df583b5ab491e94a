"""From a submitted form to the order for a job. Each raises Wrong, with what is wrong at which field."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import CovcheckError
from bot.jobs.orders import Check, Compare, Order
from bot.jobs.posing import Pose
from bot.jobs.question_orders import Heard
from bot.jobs.request_orders import AnswerRequest
from bot.jobs.request_source import SourceKind
from bot.modes import Mode
from bot.redact import redact
from bot.render.plain import cut
from bot.render.views import carried
from handlers.asked import AskAnswer
from handlers.desk import Desk
from handlers.fields import NO_SERVICE, Form, Wrong, service_of
from handlers.questions import MAX_QUESTION
from handlers.requests import link_order
from handlers.words import is_service

OrderOf = Callable[[Form, Mapping[str, Any]], Order]


def check_order(form: Form, view: Mapping[str, Any]) -> Order:
    """The order for a check."""
    repo, service = form.service()
    return Check(repo, service, form.ref)


def compare_order(form: Form, view: Mapping[str, Any]) -> Order:
    """The order for a comparison with the service that the form was opened for."""
    repo, first = service_of(str(carried(view).get("key")), form.access)
    typed = form.held.text("service")
    second = typed if typed and not form.held.text("known") else form.service()[1]
    if not is_service(second):
        raise Wrong(service=NO_SERVICE)
    if second == first:
        raise Wrong(service="These are the same service.")
    return Compare(repo, first, second, form.ref)


def answer_order(form: Form, view: Mapping[str, Any]) -> Order:
    """The order for a help request, typed or linked."""
    text, link = form.held.text("text"), form.held.text("link")
    if bool(text) == bool(link):
        raise Wrong(text="Write the request, or give a link to it." if not text else "Give one of the two.")
    if text:
        return AnswerRequest(form.repo, SourceKind.TEXT.value, redact(text), "", form.ref, "")
    named = form.held.text("repo") or None
    repo = form.repo if named else None
    try:
        return link_order(AskAnswer(link, form.ref, repo), form.channel, form.access)
    except CovcheckError as error:
        raise Wrong(link=f"{error} {error.hint}") from None


def question_order(desk: Desk) -> OrderOf:
    """What makes the order for a question; it is refused where questions are switched off."""

    def question(form: Form, view: Mapping[str, Any]) -> Order:
        text = redact(cut(form.held.text("question"), MAX_QUESTION))
        if not text:
            raise Wrong(question="Write the question.")
        direct = not form.held.text("where")
        if not direct and desk.modes.of(form.channel, desk.store)[0] is Mode.OFF:
            raise Wrong(where="Questions are switched off in this channel.")
        heard = Heard.DIRECT if direct else Heard.MENTION
        return Pose(text, heard.value, form.access.repo_if_any(form.channel), time.time())

    return question
