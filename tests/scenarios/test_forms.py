"""Global shortcuts and their forms: mistakes at their fields, answers where they were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dbos import DBOS

from bot.localslack.client import SlackClient
from bot.localslack.reading import reading, runs
from bot.localslack.world import SCOPES, Fault
from bot.render.slack_forms import ASK_FORM
from handlers.forms import ANSWER_SHORTCUT, ASK_SHORTCUT, CHECK_SHORTCUT
from tests.scenarios.real import NAME, Real, real_bot
from tests.scenarios.watch import answered, read

Json = dict[str, Any]
SECRET = "ghp_" + "a1B2" * 9
EVIL = "Why is <!channel> `x` empty, <@U9>? token " + SECRET


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    with real_bot(tmp_path_factory.mktemp("forms"), github=True, COVCHECK_SLACK__TEAMS="T1") as real:
        yield real


@pytest.fixture
def real(bot: Real) -> Iterator[Real]:
    bot.slack.channel("C1")
    bot.slack.dm("U1")
    yield bot
    settled(bot)
    violations, said = list(bot.slack.violations), bot.slack.transcript()
    bot.slack.forget()
    assert violations == [], said
    assert SECRET not in said


def settled(real: Real) -> None:
    """Wait until every job has ended."""
    real.slack.wait(lambda: not DBOS.list_workflows(status=["ENQUEUED", "PENDING"], limit=1), 60.0)


def opened(real: Real, shortcut: str) -> Json:
    """The form that a global shortcut opens."""
    assert real.client.start(shortcut).status == 200
    return dict(next(view for view in real.slack.views.values() if view["type"] == "modal"))


def wrong(real: Real, view: Json, **typed: Any) -> dict[str, str]:
    """What is said at the fields of a form that was filled in so."""
    ack = real.client.submit(view["id"], **typed)
    assert ack.json.get("response_action") == "errors", ack.body
    return dict(ack.json["errors"])


def room(real: Real) -> str:
    return real.slack.dm("U1").id


class TestCheck:
    def test_the_answer_goes_to_the_person(self, real: Real) -> None:
        view = opened(real, CHECK_SHORTCUT)
        real.client.submit(view["id"], service="datastorage")
        assert "datastorage @" in read(answered(real.slack, room(real)))
        assert real.slack.by_bot("C1") == []

    def test_also_where_the_app_was_not_installed_anew_for_its_new_scope(self, real: Real) -> None:
        real.slack.scopes = SCOPES - {"im:write"}
        other = SlackClient(real.slack, real.client.line, user="U5")
        other.start(CHECK_SHORTCUT)
        view = next(view for view in real.slack.views.values() if view["type"] == "modal")
        other.submit(view["id"], service="datastorage")
        assert "datastorage @" in read(answered(real.slack, real.slack.dm("U5").id))

    def test_or_to_the_channel_that_was_chosen(self, real: Real) -> None:
        view = opened(real, CHECK_SHORTCUT)
        real.client.submit(view["id"], service="datastorage", where="C1")
        assert "datastorage @" in read(answered(real.slack))
        assert real.slack.by_bot(room(real)) == []

    def test_services_that_are_known_are_offered(self, real: Real) -> None:
        real.client.command("signalprocessing")
        answered(real.slack)
        settled(real)
        view = opened(real, CHECK_SHORTCUT)
        names = {
            option["text"]["text"]: option["value"] for option in view["blocks"][0]["element"]["options"]
        }
        assert "signalprocessing" in names
        real.client.submit(view["id"], known=names["signalprocessing"])
        assert "signalprocessing @" in read(answered(real.slack, room(real)))

    def test_mistakes_are_said_at_their_fields_and_what_was_typed_stays(self, real: Real) -> None:
        view = opened(real, CHECK_SHORTCUT)
        assert wrong(real, view) == {"service": "Which service?"}
        assert wrong(real, view, service="a\u202eb") == {"service": "This is no name of a service."}
        assert wrong(real, view, service="x", ref="a..b") == {"ref": "This is no branch, tag or commit."}
        assert wrong(real, view, service="x", repo="shop") == {"repo": "Write the repo as OWNER/NAME."}
        (said,) = wrong(real, view, service="x", repo="secret/plans").values()
        assert said.startswith("I may not read secret/plans for people in Slack.")
        assert view["id"] in real.slack.views
        assert real.client.submit(view["id"], service="datastorage", repo=NAME).json == {}
        assert "datastorage @" in read(answered(real.slack, room(real)))

    def test_one_that_is_chosen_and_one_that_is_typed_are_too_many(self, real: Real) -> None:
        real.client.command("signalprocessing")
        settled(real)
        view = opened(real, CHECK_SHORTCUT)
        value = view["blocks"][0]["element"]["options"][0]["value"]
        found = wrong(real, view, known=value, service="datastorage")
        assert found == {"service": "Choose a service or write its name, not both."}

    def test_a_service_that_is_not_there_is_said_with_its_neighbours(self, real: Real) -> None:
        view = opened(real, CHECK_SHORTCUT)
        real.client.submit(view["id"], service="datastorrage")
        assert "datastorage" in read(answered(real.slack, room(real)))

    def test_a_channel_without_the_bot_is_told_to_the_person(self, real: Real) -> None:
        real.slack.channel("C0HIDDEN1").has_bot = False
        view = opened(real, CHECK_SHORTCUT)
        real.client.submit(view["id"], service="datastorage", where="C0HIDDEN1")
        told = read(real.slack.wait(lambda: real.slack.by_bot(room(real)))[0])
        assert "I cannot post in this channel" in told
        assert "It is about @C0HIDDEN1" in told

    def test_a_form_that_came_too_late_is_said(self, real: Real) -> None:
        real.slack.fail("views.open", Fault(error="expired_trigger_id"))
        real.client.start(CHECK_SHORTCUT)
        told = real.slack.wait(lambda: real.slack.by_bot(room(real)))[0]
        assert "did not open the form in time" in read(told)

    def test_who_may_not_ask_is_told_alone(self, real: Real) -> None:
        stranger = SlackClient(real.slack, real.client.line, user="U9", team="T9")
        stranger.start(CHECK_SHORTCUT)
        told = real.slack.wait(lambda: real.slack.by_bot(real.slack.dm("U9").id))[0]
        assert "You may not use covcheck here" in read(told)
        assert real.slack.called("views.open") == []

    def test_who_may_no_longer_ask_is_told_at_a_field(self, real: Real) -> None:
        view = opened(real, CHECK_SHORTCUT)
        stranger = SlackClient(real.slack, real.client.line, user="U1", team="T9")
        ack = stranger.submit(view["id"], service="datastorage")
        assert "You may not use covcheck here" in str(ack.json["errors"])

    def test_submitted_twice_it_is_one_job(self, real: Real) -> None:
        view = opened(real, CHECK_SHORTCUT)
        real.client.submit(view["id"], service="datastorage")
        real.slack.views[view["id"]] = view
        real.slack.owners[view["id"]] = "U1"
        real.client.submit(view["id"], service="datastorage")
        settled(real)
        assert len(real.slack.by_bot(room(real))) == 1


class TestAsk:
    def test_the_question_stands_above_its_answer(self, real: Real) -> None:
        view = opened(real, ASK_SHORTCUT)
        real.client.submit(view["id"], question="does static linking break coverage?", where="C1")
        reply = answered(real.slack, number=1)
        asked = real.slack.by_bot("C1")[0]
        assert read(asked) == "@U1 asks\ndoes static linking break coverage?"
        assert reply["thread_ts"] == asked["ts"]
        assert "[Solved it]" in read(reply)

    def test_to_the_person_alone(self, real: Real) -> None:
        view = opened(real, ASK_SHORTCUT)
        real.client.submit(view["id"], question="does static linking break coverage?")
        assert "[Solved it]" in read(answered(real.slack, room(real), 1))

    def test_what_is_quoted_does_not_act_and_secrets_are_gone(self, real: Real) -> None:
        view = opened(real, ASK_SHORTCUT)
        real.client.submit(view["id"], question=EVIL)
        asked = real.slack.wait(lambda: real.slack.by_bot(room(real)))[0]
        assert "Why is <!channel> `x` empty, <@U9>? token [redacted]" in read(asked)
        people = [run["user_id"] for run in runs(asked["blocks"]) if run["type"] == "user"]
        assert people == ["U1"]

    def test_an_empty_question_is_none(self, real: Real) -> None:
        view = opened(real, ASK_SHORTCUT)
        assert view["callback_id"] == ASK_FORM
        assert wrong(real, view, question="  ") == {"question": "Write the question."}

    def test_where_questions_are_off_that_is_said_at_the_channel(self, real: Real) -> None:
        real.client.command("questions off")
        settled(real)
        view = opened(real, ASK_SHORTCUT)
        found = wrong(real, view, question="does static linking break coverage?", where="C1")
        assert found == {"where": "Questions are switched off in this channel."}
        real.client.command("questions mention")
        settled(real)


class TestAnswer:
    REQUEST = (
        "# E2E coverage of DataStorage is empty\n\n1. Do you use a multi-stage build?\n"
        "2. Which base image do you use?\n"
    )

    def test_a_request_that_was_typed(self, real: Real) -> None:
        view = opened(real, ANSWER_SHORTCUT)
        real.client.submit(view["id"], text=self.REQUEST, where="C1")
        assert "of 2 questions answered" in read(answered(real.slack))

    def test_a_link(self, real: Real) -> None:
        view = opened(real, ANSWER_SHORTCUT)
        (said,) = wrong(real, view, link="https://example.com/x").values()
        assert "I follow no other links" in said
        assert list(wrong(real, view, link="https://example.com/x", repo="secret/plans")) == ["repo"]

    def test_one_of_the_two(self, real: Real) -> None:
        view = opened(real, ANSWER_SHORTCUT)
        assert wrong(real, view) == {"text": "Write the request, or give a link to it."}
        assert wrong(real, view, text="x", link="y") == {"text": "Give one of the two."}


def test_the_home_tab_of_the_real_thing(real: Real) -> None:
    real.client.command("datastorage")
    answered(real.slack)
    settled(real)
    real.client.open_home()
    real.slack.wait(lambda: "U1" in real.slack.homes)
    said = reading(real.slack.homes["U1"]["blocks"])
    assert "datastorage in acme/platform\n✗ FOUND: " in said
    assert "[Live run]" not in said, "there is no cluster"
    assert "Live runs" not in said
