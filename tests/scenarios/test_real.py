"""The real work behind Slack: the example repo over GitHub's API and as a directory, word by word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from bot.localslack.reading import runs
from bot.render.slack import COMPARE, DETAILS
from tests.git_repo import run
from tests.scenarios.real import NAME, Real, real_bot
from tests.scenarios.watch import answered, read, replies

CAUSE = "The pod runs on control-plane, but only worker carries /coverdata to the host."
SECOND = "The pod runs on control-plane, the files are copied from worker."
BUTTONS = "[Details] [Compare] [Solved it] [Not helpful] [Need a human]"
PATH = "build ✓ › image ✓ › run ✓ › volume ✓ › node ✗ › stop ✓ › collect ✗ › report ✓"


@pytest.fixture(scope="module", params=["github", "directory"])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    with real_bot(tmp_path_factory.mktemp("real"), github=request.param == "github") as found:
        yield found


@pytest.fixture(autouse=True)
def tidy(real: Real, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every message was within Slack's limits, and none showed a path of this machine."""
    yield
    said = json.dumps(real.slack.calls) + json.dumps(real.slack.whispers)
    assert real.slack.violations == []
    assert str(tmp_path_factory.getbasetemp()) not in said
    real.slack.forget()
    real.slack.channel("C1")


def name(real: Real) -> str:
    return NAME if real.web_url else "platform"


def asked(real: Real, words: str) -> dict[str, Any]:
    """The answer to `/covcheck WORDS` in a channel where nothing was said before."""
    real.client.command(words)
    return answered(real.slack)


def test_datastorage_is_blocked(real: Real) -> None:
    message = asked(real, "datastorage")
    said = read(message).replace("\u00a0", " ").split("\n")
    assert re.fullmatch(r"datastorage @ [0-9a-f]{7} · coverage will come out EMPTY", said[0])
    assert said[1:3] == [PATH, CAUSE]
    assert '  HostPath: &corev1.HostPathVolumeSource{Path: "/coverdata", Type: &directory},' in said
    assert said.index("Also found") > said.index("+    containerPath: /coverdata")
    assert f"- {SECOND}" in said
    assert "  It rests mostly on the same lines as the cause above: one of the two fixes may do." in said
    assert not any("Not the cause" in line for line in said)
    assert said[-2:] == ['Read with coverage on: E2E_COVERAGE == "true"', BUTTONS]
    assert message["earlier"][0] == f"Looking at datastorage in {name(real)} …"


def test_a_question_has_the_lines_of_the_service(real: Real) -> None:
    real.client.mention("which paths must be equal between the pod of datastorage, kind and the host?")
    message = answered(real.slack)
    assert "Read in" in read(message)
    found = list(runs(message["blocks"]))
    places = [run for run in found if re.search(r":\d+$", run["text"])]
    linked = [run for run in places if run["type"] == "link"]
    if real.web_url is None:
        assert linked == []
    else:
        assert len(linked) >= 4
        assert all(run["url"].startswith(f"{real.web_url}/blob/") for run in linked)


def test_every_line_of_evidence_says_what_is_quoted(real: Real) -> None:
    commit = run("rev-parse", "HEAD", cwd=real.repo).decode().strip()
    found = list(runs(asked(real, "datastorage")["blocks"]))
    quoted = [(a, c) for (a, b), (_, c) in pairwise(pairwise(found)) if re.search(r":\d+$", a["text"])]
    assert len(quoted) >= 5
    for place, excerpt in quoted:
        path, _, line = place["text"].rpartition(":")
        text = run("show", f"{commit}:{path}", cwd=real.repo).decode().split("\n")[int(line) - 1]
        if excerpt.get("style", {}).get("code"):
            assert excerpt["text"] in " ".join(text.split())
        if real.web_url:
            assert place["url"].startswith(f"{real.web_url}/blob/{commit}/{path}#L")
        else:
            assert place["type"] == "text"


def test_the_diff_can_be_applied_as_it_stands(real: Real) -> None:
    texts = [run["text"] for run in runs(asked(real, "datastorage")["blocks"])]
    (diff,) = [text for text in texts if text.startswith("--- a/")]
    run("apply", "--check", "-", stdin=f"{diff}\n".encode(), cwd=real.repo)


def test_signalprocessing_is_clear(real: Real) -> None:
    said = read(asked(real, "signalprocessing")).split("\n")
    assert said[0].endswith("· nothing on the path stands in the way of coverage")
    assert "✗" not in said[1]
    assert said[-1] == BUTTONS


def test_the_two_are_compared(real: Real) -> None:
    message = asked(real, "compare datastorage signalprocessing")
    said = read(message)
    assert re.match(
        r"datastorage against signalprocessing: \d+ of \d+ facts differ, \d+ of them matter", said
    )
    assert said.index(f"✗ {CAUSE}") < said.index("- node selector") < said.index(f"✗ {SECOND}")
    assert "  signalprocessing: nothing" in said
    others = real.slack.wait(lambda: replies(real.slack, message, 1))[0]
    assert read(others).startswith("Differences on which no finding rests\n- go build")


def test_services_are_listed(real: Real) -> None:
    message = asked(real, "services")
    assert read(message).startswith(f"2 services in {name(real)} @ ")
    pages = [run["url"] for run in runs(message["blocks"]) if run["type"] == "link"]
    assert bool(pages) == bool(real.web_url)
    assert all(re.search(r"/tree/[0-9a-f]{40}/", page) for page in pages)


def test_an_unknown_service_gets_the_nearest_name_and_what_to_say(real: Real) -> None:
    said = read(asked(real, "datastorrage")).split("\n")
    assert said[0] == "There is no service named 'datastorrage' in this repo. Nearest: datastorage."
    assert said[1] == "List what was found with /covcheck services."
    assert re.fullmatch("Request [0-9a-f]{8}", said[2])


def test_an_unknown_ref_is_named(real: Real) -> None:
    said = read(asked(real, "datastorage no-such-ref"))
    assert "no branch, tag or commit 'no-such-ref'" in said
    assert name(real) in said


def test_a_mention_and_a_direct_message_are_answered_in_their_threads(real: Real) -> None:
    for channel, (ack, said) in {
        "C1": real.client.mention("signalprocessing"),
        "D1": real.client.direct("signalprocessing"),
    }.items():
        assert ack.status == 200
        assert answered(real.slack, channel)["thread_ts"] == said["ts"]


def test_details_hold_the_facts_and_what_is_not_the_cause(real: Real) -> None:
    message = asked(real, "datastorage")
    real.client.press(message, DETAILS)
    real.slack.wait(lambda: "Not the cause" in thread(real, message))
    said = thread(real, message)
    assert said.startswith("Details · datastorage @ ")
    assert f"\n{SECOND}\n" in said
    assert "GOCOVERDIR: /coverdata" in said
    assert "Static linking (-extldflags) does not remove coverage." in said


def test_compare_with_the_only_other_service_needs_no_choice(real: Real) -> None:
    message = asked(real, "datastorage")
    real.client.press(message, COMPARE)
    real.slack.wait(lambda: "Differences on which" in thread(real, message))
    assert thread(real, message).startswith("datastorage against signalprocessing: ")


def thread(real: Real, message: dict[str, Any]) -> str:
    return "\n".join(read(reply) for reply in real.slack.thread("C1", message["ts"]))


def test_a_directory_that_is_gone_is_said_without_its_path(real: Real) -> None:
    if real.web_url:
        return
    away = real.repo.rename(real.repo.with_name("away"))
    try:
        said = read(asked(real, "datastorage"))
    finally:
        away.rename(real.repo)
    assert said.startswith("The folder platform is not there.\nWhoever runs covcheck can set")
