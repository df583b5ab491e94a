"""Someone asks in Slack and reads the answer."""

from __future__ import annotations

import time
from dataclasses import replace

from bot.check import Progress
from bot.localslack.client import SlackClient
from bot.localslack.reading import runs
from bot.model import Fix
from tests.scenarios.factwork import MISMATCH, FactWork, at
from tests.scenarios.watch import answered, read, replies
from tests.slack.server import SlackServer


def test_a_check_is_answered_with_verdict_path_cause_evidence_and_fix(
    client: SlackClient, slack: SlackServer
) -> None:
    ack = client.command("datastorage")
    assert (ack.status, ack.json["response_type"], ack.json["text"]) == (200, "in_channel", "")
    message = answered(slack)
    assert read(message) == "\n".join(
        [
            "datastorage @ 4f2c1e7 · coverage will come out EMPTY",
            "build ✓ › image ✓ › run ✓ › volume ✓ › node ✗ › stop ✓ › collect ✓ › report ✓".replace(
                " ✓", "\u00a0✓"
            ).replace(" ✗", "\u00a0✗"),
            MISMATCH.summary,
            MISMATCH.why,
            "- deploy/datastorage.yaml:61",
            "  path: /tmp/coverage",
            "- test/kind-config.yaml:14",
            "  containerPath: /coverdata",
            "Fix: Use /tmp/coverage in both places (1 line).",
            (MISMATCH.fix.patch or "").rstrip("\n"),
            "Not checked",
            "- whether uid 1001 may write there: the directory is made at run time",
            "[Details] [Compare] [Solved it] [Not helpful] [Need a human]",
        ]
    )
    assert message["text"].startswith(
        "datastorage @ 4f2c1e7 · coverage will come out EMPTY. Path: node broken."
    )
    assert message["earlier"][0] == "Looking at datastorage in acme/shop …"


def test_evidence_links_to_the_lines_at_the_commit(client: SlackClient, slack: SlackServer) -> None:
    client.command("datastorage")
    links = {run["text"]: run["url"] for run in runs(answered(slack)["blocks"]) if run["type"] == "link"}
    commit = "4f2c1e7" + "0" * 33
    assert links["deploy/datastorage.yaml:61"] == (
        f"https://git.example/acme/shop/blob/{commit}/deploy/datastorage.yaml#L61"
    )


def test_a_mention_is_answered_in_its_thread(client: SlackClient, slack: SlackServer) -> None:
    ack, said = client.mention("check datastorage")
    assert ack.status == 200
    message = answered(slack)
    assert message["thread_ts"] == said["ts"]
    assert "will come out EMPTY" in read(message)


def test_a_mention_in_a_thread_is_answered_in_that_thread(client: SlackClient, slack: SlackServer) -> None:
    root = slack.say("C1", "who knows about coverage?")
    client.mention("datastorage", thread=root["ts"])
    assert answered(slack)["thread_ts"] == root["ts"]


def test_a_direct_message_is_answered(client: SlackClient, slack: SlackServer) -> None:
    _, said = client.direct("datastorage")
    assert answered(slack, "D1")["thread_ts"] == said["ts"]


def test_what_bots_write_and_what_is_edited_is_left_alone(client: SlackClient, slack: SlackServer) -> None:
    client.direct("datastorage", bot_id="B7")
    client.direct("datastorage", subtype="message_changed")
    client.direct("signalprocessing")
    answered(slack, "D1")
    assert len(slack.by_bot("D1")) == 1


def test_a_clear_path_is_said_to_be_clear(client: SlackClient, slack: SlackServer) -> None:
    client.command("signalprocessing")
    assert read(answered(slack)).startswith(
        "signalprocessing @ 4f2c1e7 · nothing on the path stands in the way"
    )


def test_ref_and_repo_are_passed_on(client: SlackClient, slack: SlackServer, work: FactWork) -> None:
    client.command("datastorage release-1.2 in acme/tools")
    answered(slack)
    client.command("gateway", channel="C2")
    answered(slack, "C2")
    assert work.checked == [("acme/tools", "release-1.2", "datastorage"), ("acme/other", None, "gateway")]


def test_a_repo_that_nobody_allowed_is_not_read(
    client: SlackClient, slack: SlackServer, work: FactWork
) -> None:
    ack = client.command("datastorage in evil/private")
    assert ack.json["response_type"] == "ephemeral"
    assert "I may not read evil/private" in ack.json["text"]
    assert work.checked == []


def test_an_unknown_service_gets_the_nearest_names(client: SlackClient, slack: SlackServer) -> None:
    client.command("datastorrage")
    said = read(answered(slack))
    assert "There is no service named 'datastorrage' in this repo. Nearest: datastorage." in said


def test_services_are_listed_with_their_files(client: SlackClient, slack: SlackServer) -> None:
    client.command("services")
    said = read(answered(slack))
    assert said.startswith("3 services in acme/shop @ 4f2c1e7")
    assert "docker/gateway.Dockerfile" in said


def test_two_services_are_compared(client: SlackClient, slack: SlackServer) -> None:
    client.command("compare datastorage signalprocessing")
    said = read(answered(slack))
    assert said.startswith("datastorage against signalprocessing: ")
    assert "datastorage: coverage will come out EMPTY" in said
    assert "signalprocessing: nothing on the path stands in the way" in said
    assert "datastorage: " in said


def test_help_is_for_the_asker_only(client: SlackClient, slack: SlackServer) -> None:
    for text in ("", "  ", "help", "HELP"):
        ack = client.command(text)
        assert ack.json["response_type"] == "ephemeral"
        assert "/covcheck compare A B" in read(ack.json)
    assert slack.by_bot("C1") == []


def test_help_for_a_mention_stands_in_the_thread(client: SlackClient, slack: SlackServer) -> None:
    _, said = client.mention("")
    assert "/covcheck compare A B" in read(slack.wait(lambda: slack.thread("C1", said["ts"]))[0])


def test_a_mistake_is_pointed_at(client: SlackClient, slack: SlackServer) -> None:
    ack = client.command("compare datastorage")
    assert "compare datastorage\n                    ^" in read(ack.json)
    assert "the second service is missing" in read(ack.json)
    assert slack.by_bot("C1") == []


def test_progress_is_shown_while_it_works(client: SlackClient, slack: SlackServer, work: FactWork) -> None:
    def slowly(_: str, progress: Progress) -> None:
        time.sleep(1.3)
        progress("reading the Dockerfile")

    work.before = slowly
    client.command("datastorage")
    assert any("reading the Dockerfile" in text for text in answered(slack)["earlier"])


def test_a_long_patch_becomes_a_file_in_the_thread(
    client: SlackClient, slack: SlackServer, work: FactWork
) -> None:
    patch = "--- a/x\n+++ b/x\n@@ -1,60 +1,60 @@\n" + "".join(f"-old {n}\n+new {n}\n" for n in range(60))
    work.findings = {"datastorage": (replace(MISMATCH, fix=Fix("Mend it.", patch)),)}
    client.command("datastorage")
    message = answered(slack)
    (file,) = slack.wait(lambda: replies(slack, message, 1))[0]["files"]
    assert slack.shared[file["id"]].content.decode() == patch
    assert f"git apply {file['name']}" in read(message)


def test_a_very_long_answer_goes_on_in_the_thread(
    client: SlackClient, slack: SlackServer, work: FactWork
) -> None:
    rows = tuple(at(f"deploy/{'x' * 600}{n}.yaml", n + 1, "y" * 300) for n in range(40))
    work.findings = {
        "datastorage": tuple(
            replace(MISMATCH, rule=f"rule-{n}", summary=f"{n} " + "s" * 900, why="w" * 2_000, evidence=rows)
            for n in range(30)
        )
    }
    client.command("datastorage")
    message = answered(slack)
    assert "[Details] [Compare]" in read(message)
    slack.wait(
        lambda: any("and 24 more in Details" in read(part) for part in replies(slack, message, 1) or ())
    )
