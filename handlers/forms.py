"""The forms of the Home tab and of global shortcuts: opened before Slack is answered, judged when submitted.

Mistakes are said at their fields, and what was typed stays. The answer goes to the channel that was chosen,
else to the person's direct message with the bot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.errors import StoreError
from bot.jobs.capture_orders import FillCapture
from bot.jobs.orders import Place, Say, shown_repo
from bot.render.blocks import Block
from bot.render.notices import text_post
from bot.render.slack_capture import loading_view
from bot.render.slack_forms import (
    ANSWER_FORM,
    ASK_FORM,
    CHECK_FORM,
    COMPARE_FORM,
    SAVE_CASE,
    Saveable,
    answer_form,
    ask_form,
    check_form,
    compare_form,
    help_form,
    save_form,
)
from bot.render.views import errors
from bot.store.cases import StoredCase
from handlers.access import Deed, team_of
from handlers.desk import Desk
from handlers.fields import Wrong, form_of, service_of
from handlers.form_orders import OrderOf, answer_order, check_order, compare_order, question_order
from handlers.offers import others_than, services_for
from handlers.opening import NOT_OPENED, Opener

CHECK_SHORTCUT = "covcheck_check"
ANSWER_SHORTCUT = "covcheck_answer"
ASK_SHORTCUT = "covcheck_ask"
SHORTCUTS = (CHECK_SHORTCUT, ANSWER_SHORTCUT, ASK_SHORTCUT)
ACTIONS = (SAVE_CASE,)

_THREADS = 10
_NOT_YOURS = "I no longer have this thread."


def register(app: App, desk: Desk) -> None:
    """Listen to the global shortcuts and to submitted forms."""
    forms = Forms(desk, Opener(app.client))
    opened: dict[str, Callable[[str], Block]] = {
        CHECK_SHORTCUT: forms.check,
        ANSWER_SHORTCUT: forms.answer,
        ASK_SHORTCUT: forms.ask,
    }
    for callback, form in opened.items():
        app.shortcut({"type": "shortcut", "callback_id": callback})(_shortcut(forms, form))
    submitted: dict[str, OrderOf] = {
        CHECK_FORM: check_order,
        COMPARE_FORM: compare_order,
        ANSWER_FORM: answer_order,
        ASK_FORM: question_order(desk),
    }
    for callback, order_of in submitted.items():
        app.view(callback)(_submitted(forms, order_of))
    app.action(SAVE_CASE)(forms.save_case)


def _shortcut(forms: Forms, form: Callable[[str], Block]) -> Callable[..., None]:
    def used(ack: Ack, shortcut: dict[str, Any]) -> None:
        said = forms.opened(shortcut, form)
        if said:
            forms.tell(shortcut, said)
        ack()

    return used


def _submitted(forms: Forms, order_of: OrderOf) -> Callable[..., None]:
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        found = forms.taken(body, view, order_of)
        if found:
            ack(**errors(found))
        else:
            ack()

    return submitted


class Forms:
    """Builds, opens and takes forms; every method answers within Slack's three seconds."""

    def __init__(self, desk: Desk, opener: Opener) -> None:
        self._desk = desk
        self._opener = opener

    # what a person is shown

    def check(self, person: str) -> Block:
        """A new check. Raises StoreError."""
        return check_form(services_for(self._desk, person), self._repo())

    def compare(self, key: str) -> Block:
        """A comparison of the service that a button carries. Raises StoreError, or Wrong when it may not be
        read any more."""
        repo, service = service_of(key, self._desk.access)
        return compare_form(service, others_than(self._desk, repo, service), key)

    def answer(self, person: str) -> Block:
        """A help request."""
        return answer_form(self._repo())

    def ask(self, person: str) -> Block:
        """A question."""
        return ask_form()

    def save(self, person: str) -> Block:
        """The person's own threads. Raises StoreError."""
        cases = self._desk.store.cases.asked_by(person, None, _THREADS)
        threads = [_saveable(case) for case in cases if case.thread]
        return save_form(threads, self._desk.reaction)

    def help(self, person: str) -> Block:
        """What can be asked."""
        return help_form()

    def opened(self, body: Mapping[str, Any], form: Callable[[str], Block]) -> str:
        """Open a form for who pressed or used a shortcut; why not, if not."""
        person = body["user"]["id"]
        refusal = self._desk.access.refusal(Deed.ASK, person, team_of(body["user"]))
        if refusal is not None:
            return refusal.text
        try:
            view = form(person)
        except Wrong as wrong:
            return str(wrong)
        except StoreError as error:
            return f"{error} {error.hint}"
        return "" if self._opener.open(body, view) else NOT_OPENED

    def tell(self, body: Mapping[str, Any], said: str) -> None:
        """Tell a person something in the direct message, where nothing else is at hand."""
        post, person = text_post(said), body["user"]["id"]
        order = Say(post.text, tuple(post.blocks))
        self._desk.jobs.submit(order, Place(person, user=person), key=str(body["trigger_id"]))

    def _repo(self) -> str:
        default = self._desk.access.default_repo
        return shown_repo(default) if default else ""

    # what a person filled in

    def taken(
        self,
        body: Mapping[str, Any],
        view: Mapping[str, Any],
        order_of: OrderOf,
    ) -> dict[str, str]:
        """Hand in what a form asks for; what is wrong with it by field, if something is."""
        user, first = body["user"], _first(view)
        refusal = self._desk.access.refusal(Deed.ASK, user["id"], team_of(user))
        if refusal is not None:
            return {first: refusal.text}
        form = form_of(view, user["id"], self._desk.access)
        try:
            order = order_of(form, view)
            self._desk.jobs.submit(order, Place(form.channel, user=user["id"]), key=str(view["id"]))
        except Wrong as wrong:
            return {name if name in _names(view) else first: said for name, said in wrong.said.items()}
        except StoreError as error:
            return {first: f"{error} {error.hint}"}
        return {}

    def save_case(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """`Save as answer` in the list of threads: it turns into the form that saves, filled by a job."""
        said = self._saving(body, str(action["value"]))
        if said:
            self.tell(body, said)
        ack()

    def _saving(self, body: Mapping[str, Any], case_id: str) -> str:
        """Begin to save the thread of a case that the person opened; why not, if not."""
        person, view_id = body["user"]["id"], str(body["view"]["id"])
        refusal = self._desk.access.refusal(Deed.ASK, person, team_of(body["user"]))
        if refusal is not None:
            return refusal.text
        try:
            case = self._desk.store.cases.get(case_id)
            if case is None or case.asked_by != person or case.thread is None:
                return _NOT_YOURS
            if not self._opener.replace(view_id, loading_view()):
                return NOT_OPENED
            there = Place(case.channel, case.thread, person)
            order = FillCapture(view_id, case.thread, case.id)
            self._desk.jobs.submit(order, there, key=str(body["trigger_id"]))
        except StoreError as error:
            return f"{error} {error.hint}"
        return ""


def _saveable(case: StoredCase) -> Saveable:
    return Saveable(case.id, case.service or "A question", case.summary or case.question or "no cause named")


def _names(view: Mapping[str, Any]) -> list[str]:
    return [str(block["block_id"]) for block in view["blocks"] if block["type"] == "input"]


def _first(view: Mapping[str, Any]) -> str:
    return next(iter(_names(view)), "service")
