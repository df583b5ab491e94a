"""The buttons under an answer, also after the bot was started anew."""

from __future__ import annotations

from bot.localslack.client import SlackClient
from bot.render.slack import COMPARE, COMPARE_WITH, DETAILS
from tests.scenarios.factwork import FactWork
from tests.scenarios.watch import answered, read, replies
from tests.slack.server import SlackServer


def test_details_open_in_the_thread_once(client: SlackClient, slack: SlackServer) -> None:
    client.command("datastorage")
    message = answered(slack)
    assert client.press(message, DETAILS).status == 200
    details = read(slack.wait(lambda: replies(slack, message, 1))[0])
    assert details.startswith("Details · datastorage @ 4f2c1e7")
    assert "node ✗" in details
    assert "second: the same  datastorage/build.yaml:4  when E2E_COVERAGE=true" in details
    assert "Not the cause\n- Static linking does not hinder coverage.  Dockerfile:9" in details
    client.press(message, DETAILS)
    slack.wait(lambda: slack.whispers)
    assert "already stand in this thread" in slack.whispers[0]["text"]
    assert len(replies(slack, message, 1) or ()) == 1


def test_the_same_press_sent_twice_is_one(client: SlackClient, slack: SlackServer) -> None:
    client.command("datastorage")
    message = answered(slack)
    for _ in range(3):
        client.press(message, DETAILS, stamp="17.5")
    slack.wait(lambda: replies(slack, message, 1))
    client.command("signalprocessing")
    answered(slack, number=2)
    assert len(replies(slack, message, 1) or ()) == 1
    assert slack.whispers == []


def test_details_of_an_answer_in_a_thread_go_to_that_thread(client: SlackClient, slack: SlackServer) -> None:
    _, said = client.mention("datastorage")
    client.press(answered(slack), DETAILS)
    assert slack.wait(lambda: [m for m in slack.thread("C1", said["ts"]) if "Details ·" in read(m)])


def test_compare_offers_the_other_services_and_compares(client: SlackClient, slack: SlackServer) -> None:
    client.command("datastorage")
    message = answered(slack)
    client.press(message, COMPARE)
    choice = slack.wait(lambda: replies(slack, message, 1))[0]
    assert "Compare datastorage with" in read(choice)
    options = [o["value"] for o in choice["blocks"][-1]["elements"][0]["options"]]
    assert options == ["signalprocessing", "gateway"]
    client.choose(choice, COMPARE_WITH, "signalprocessing")
    slack.wait(
        lambda: any(
            read(m).startswith("datastorage against signalprocessing")
            for m in replies(slack, message, 2) or ()
        )
    )


def test_compare_with_the_only_other_service_asks_nothing(
    client: SlackClient, slack: SlackServer, work: FactWork
) -> None:
    work.services_found = ("datastorage", "signalprocessing")
    client.command("datastorage")
    message = answered(slack)
    client.press(message, COMPARE)
    slack.wait(
        lambda: any(
            read(m).startswith("datastorage against signalprocessing")
            for m in replies(slack, message, 1) or ()
        )
    )
    commit = "4f2c1e7" + "0" * 33
    assert work.checked[1:] == [
        ("acme/shop", commit, "datastorage"),
        ("acme/shop", commit, "signalprocessing"),
    ]


def test_compare_without_another_service_says_so(
    client: SlackClient, slack: SlackServer, work: FactWork
) -> None:
    work.services_found = ("datastorage",)
    client.command("datastorage")
    client.press(answered(slack), COMPARE)
    slack.wait(lambda: slack.whispers)
    assert "There is no other service in this repo" in slack.whispers[0]["text"]


def test_a_button_of_a_forgotten_answer_says_so(client: SlackClient, slack: SlackServer) -> None:
    client.command("datastorage")
    message = answered(slack)
    for element in message["blocks"][-1]["elements"]:
        element["value"] = "0" * 32
    client.press(message, DETAILS)
    slack.wait(lambda: slack.whispers)
    assert "I no longer have this answer" in slack.whispers[0]["text"]
