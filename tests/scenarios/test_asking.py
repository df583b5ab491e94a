"""Someone asks in Slack and reads the answer."""

from __future__ import annotations

from tests.scenarios.factwork import MISMATCH, FactWork
from tests.slack_client import SlackClient
from tests.slack_rules import reading
from tests.slack_server import SlackServer

Json = dict[str, object]


def answered(slack: SlackServer, channel: str = "C1") -> Json:
    """The bot's first message once it is no longer `Looking`."""

    def ready() -> Json | None:
        posted = slack.by_bot(channel)
        return posted[0] if posted and not posted[0]["text"].startswith("Looking") else None

    return slack.wait(ready)


def test_a_check_is_answered_with_verdict_path_cause_evidence_and_fix(
    client: SlackClient, slack: SlackServer
) -> None:
    ack = client.command("datastorage")
    assert (ack.status, ack.json) == (200, {"response_type": "in_channel"})
    message = answered(slack)
    assert reading(message["blocks"]) == "\n".join(
        [
            "datastorage @ 4f2c1e7 · coverage will come out EMPTY",
            "build\u00a0✓ › image\u00a0✓ › run\u00a0✓ › volume\u00a0✓ › node\u00a0✗ › stop\u00a0✓ › collect\u00a0✓ › report\u00a0✓",
            MISMATCH.summary,
            MISMATCH.why,
            "- deploy/datastorage.yaml:61  path: /tmp/coverage",
            "- test/kind-config.yaml:14  containerPath: /coverdata",
            "Fix: Use /tmp/coverage in both places (1 line).",
            (MISMATCH.fix.patch or "").rstrip("\n"),
            "Not checked",
            "- whether uid 1001 may write there: the directory is made at run time",
            "[Details] [Compare]",
        ]
    )
    assert message["text"].startswith("datastorage @ 4f2c1e7 · coverage will come out EMPTY Path: node broken.")
    assert message["earlier"][0] == "Looking at datastorage in acme/shop …"
