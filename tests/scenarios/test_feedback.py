"""Feedback on every answer: votes, the next best answer, people who are asked, and what it does not prove."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bot.jobs.research import article_votes
from bot.render.feedback import HUMAN, SOLVED, UNHELPFUL
from bot.render.slack_question import OWNERS as ASK_OWNERS
from bot.store.cases import CaseState, Proof
from bot.store.feedback import Tally, Vote
from knowledge.search.question import key
from knowledge.search.signals import Votes
from tests.scenarios.asking import OWNERS, Asking, asking
from tests.scenarios.watch import answered, read

NOT_SET = "I get `warning: GOCOVERDIR not set, no coverage data emitted`, what now?"
STATIC = "does static linking break coverage?"


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    with asking(tmp_path_factory.mktemp("feedback")) as made:
        yield made
        made.settle()
        assert made.slack.violations == [], made.slack.transcript()


def job(message: dict[str, Any]) -> str:
    """The id of the answer that a message holds."""
    return str(message["metadata"]["event_payload"]["job"])


def whispered(office: Asking, number: int = 0) -> dict[str, Any]:
    """What one person was told privately; by the address of a press, else as a message for one."""

    def ready() -> list[dict[str, Any]] | None:
        told = [*office.slack.whispers]
        return told if len(told) > number else None

    found: dict[str, Any] = office.slack.wait(ready)[number]
    return found


def test_solved_is_a_thumb_and_no_proof(office: Asking) -> None:
    client = office.client()
    client.mention("coverage of datastorage is empty: which paths must be equal in pod, kind and host?")
    message = answered(office.slack)
    client.press(message, SOLVED)
    said = whispered(office)["text"]
    assert "a thumb and not yet a proof" in said
    assert "/covcheck datastorage" in said
    office.settle()
    assert office.bot.store.feedback.votes_on(job(message)) == {"U1": Vote.SOLVED}
    (case,) = office.bot.store.cases.cases()
    assert (case.kind, case.service, case.state) == ("question", "datastorage", CaseState.OPEN)


def test_the_last_vote_of_a_person_counts(office: Asking) -> None:
    client = office.client()
    client.mention(STATIC)
    message = answered(office.slack)
    for action in (UNHELPFUL, SOLVED, SOLVED):
        client.press(message, action)
        office.settle()
    office.client(user="U2").press(message, SOLVED)
    office.settle()
    assert office.bot.store.feedback.votes() == {"folk-static-linking": Tally(2, 0)}


def test_not_helpful_gives_the_next_best_once_and_never_the_same_again(office: Asking) -> None:
    client = office.client()
    _, said = client.mention(STATIC)
    message = answered(office.slack)
    assert "Source: folk-static-linking" in read(message)
    client.press(message, UNHELPFUL)
    office.slack.wait(lambda: len(office.slack.thread("C1", said["ts"])) == 2)
    other = office.slack.thread("C1", said["ts"])[1]
    assert "The next best answer that I have" in read(other)
    assert "Source: folk-static-linking" not in read(other)
    assert office.bot.store.feedback.unhelpful(key(STATIC)) == {"folk-static-linking"}
    office.client(user="U2").press(message, UNHELPFUL)
    whispered(office)
    office.settle()
    assert len(office.slack.thread("C1", said["ts"])) == 2
    client.press(other, UNHELPFUL)
    told = whispered(office, 1)
    assert "I have no other: people may know." in read(told)
    _, again = client.mention("Does static linking break coverage??")
    third = answered(office.slack, number=2)
    assert third["thread_ts"] == again["ts"]
    assert "Source: folk-static-linking" not in read(third)


def test_a_suggestion_that_did_not_help_is_replaced_privately(office: Asking) -> None:
    client = office.client(channel="C4")
    client.say(STATIC)
    first = whispered(office)
    message = {**first, "ts": "1.1", "only_for": "U1"}
    client.press(message, UNHELPFUL)
    second = whispered(office, 1)
    assert "The next best answer" in read(second)
    office.settle()
    assert office.slack.by_bot("C4") == []


def test_need_a_human_asks_the_owners_once(office: Asking) -> None:
    client = office.client(user="U5")
    _, said = client.mention(STATIC)
    message = answered(office.slack)
    client.press(message, HUMAN)
    asked = office.slack.wait(lambda: office.slack.by_bot(OWNERS))[0]
    shown = read(asked)
    assert STATIC in shown
    assert "@U5" in shown
    assert "I answered with folk-static-linking." in shown
    assert "documents (best match" in shown
    assert said["ts"].replace(".", "") in json.dumps(asked["blocks"])
    office.client(user="U6").press(message, HUMAN)
    assert "asked about this already" in whispered(office)["text"]
    office.settle()
    assert len(office.slack.by_bot(OWNERS)) == 1
    assert office.bot.store.feedback.counts(0.0, 9e9).escalated == 1


def test_a_check_has_the_buttons_too(office: Asking) -> None:
    client = office.client()
    client.command("datastorage")
    message = answered(office.slack)
    client.press(message, HUMAN)
    asked = office.slack.wait(lambda: office.slack.by_bot(OWNERS))[0]
    assert "My answer to check was FOUND." in read(asked)
    assert "datastorage @" in read(asked)
    assert "Owner of datastorage: @U0OWNER77 @acme/ds" in read(asked)
    assert str(office.repo.parent) not in json.dumps(asked)
    client.press(message, UNHELPFUL)
    assert "I have no other: people may know." in read(whispered(office))
    client.press(message, SOLVED)
    assert "/covcheck datastorage" in whispered(office, 1)["text"]
    assert office.bot.store.feedback.votes() == {}


def test_a_comparison_has_the_buttons_too(office: Asking) -> None:
    client = office.client()
    client.command("compare datastorage signalprocessing")
    message = answered(office.slack)
    client.press(message, UNHELPFUL)
    office.settle()
    assert office.bot.store.feedback.votes_on(job(message)) == {"U1": Vote.NOT_HELPFUL}


def test_a_press_on_a_forgotten_answer_harms_nothing(office: Asking) -> None:
    client = office.client()
    client.mention(STATIC)
    message = answered(office.slack)
    for element in message["blocks"][-1]["elements"]:
        element["value"] = "0" * 32
    for number, action in enumerate((SOLVED, UNHELPFUL, HUMAN)):
        client.press(message, action)
        whispered(office, number)
    office.settle()
    assert office.slack.by_bot(OWNERS) == []


def test_the_same_press_sent_again_is_one(office: Asking) -> None:
    client = office.client()
    _, said = client.mention(STATIC)
    message = answered(office.slack)
    for _ in range(3):
        client.press(message, UNHELPFUL, stamp="17.5")
    office.settle()
    assert len(office.slack.thread("C1", said["ts"])) == 2
    assert office.slack.whispers == []


def test_who_may_not_ask_may_not_vote(office: Asking) -> None:
    client = office.client()
    client.mention(STATIC)
    message = answered(office.slack)
    stranger = office.client(user="U9")
    stranger.team = "T9"
    stranger.press(message, SOLVED)
    assert "You may not use covcheck here" in whispered(office)["text"]
    office.settle()
    assert office.bot.store.feedback.votes_on(job(message)) == {}


def test_a_proof_counts_for_the_article_that_was_the_answer(office: Asking) -> None:
    client = office.client()
    client.mention("coverage of datastorage is empty: which paths must be equal in pod, kind and host?")
    client.press(answered(office.slack), SOLVED)
    office.settle()
    store = office.bot.store
    (case,) = store.cases.cases()
    assert case.article is not None
    assert article_votes(store)[case.article] == Votes(1, 0, 0)
    run = Proof("run", "run-1", time.time() + 1.0, commit="c" * 40, statements=10, covered=5)
    store.cases.prove(case.repo, "datastorage", run)
    assert article_votes(store)[case.article] == Votes(1, 0, 1)


def test_it_is_the_same_on_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with asking(tmp_path_factory.mktemp("postgres"), database=postgres_url) as office:
        client = office.client()
        _, said = client.mention(STATIC)
        message = answered(office.slack)
        client.press(message, UNHELPFUL)
        office.slack.wait(lambda: len(office.slack.thread("C1", said["ts"])) == 2)
        client.press(message, HUMAN)
        office.slack.wait(lambda: office.slack.by_bot(OWNERS))
        office.settle()
        assert office.bot.store.feedback.votes_on(job(message)) == {"U1": Vote.HUMAN}
        assert office.bot.store.feedback.counts(0.0, 9e9).escalated == 1


def test_nobody_to_ask_is_said(tmp_path_factory: pytest.TempPathFactory) -> None:
    with asking(tmp_path_factory.mktemp("nobody"), ask="") as office:
        client = office.client()
        client.mention("how do I cover a for loop in rust?")
        message = answered(office.slack)
        assert "Nobody is named to be asked" in read(message)
        assert ASK_OWNERS not in json.dumps(message["blocks"])
        client.mention(STATIC)
        client.press(answered(office.slack, number=1), HUMAN)
        assert "Nobody is named to be asked" in whispered(office)["text"]
        office.settle()


def test_a_user_group_is_named_in_the_thread(tmp_path_factory: pytest.TempPathFactory) -> None:
    with asking(tmp_path_factory.mktemp("group"), ask="S0TESTINFRA") as office:
        client = office.client()
        _, said = client.mention(STATIC)
        client.press(answered(office.slack), HUMAN)
        office.slack.wait(lambda: len(office.slack.thread("C1", said["ts"])) == 2)
        named = office.slack.thread("C1", said["ts"])[1]
        assert '"usergroup_id": "S0TESTINFRA"' in json.dumps(named["blocks"])
        office.settle()
        assert len(office.slack.thread("C1", said["ts"])) == 2
