"""Messages as people type them: no headings, Slack's markup, e-mail, HTML, fences that stay open."""

from __future__ import annotations

import pytest

from bot.model import Certainty, Symptom
from knowledge.requests import Subject, read_request

KNOWN = ("datastorage", "signalprocessing", "gateway")


def test_a_plain_slack_message_is_a_request() -> None:
    text = "hey @sp-team our coverdata is empty, we set GOCOVERDIR and scale to 0, what did you do?"
    request = read_request(text, known=KNOWN)
    assert request.title is None
    assert [party.name for party in request.asked] == ["sp"]
    assert request.other_service is not None
    assert request.other_service.service == "signalprocessing"
    assert request.other_service.certainty is Certainty.POSSIBLE
    assert request.symptom is Symptom.NOTHING
    assert [question.text for question in request.questions] == ["what did you do?"]
    assert {(claim.subject, claim.value) for claim in request.claims} == {
        (Subject.GOCOVERDIR, "set"),
        (Subject.SHUTDOWN, "scale to 0"),
    }
    assert request.not_understood == ()


def test_slack_markup_is_read_and_does_not_act() -> None:
    text = (
        "<!subteam^S0123ABC|@sp-team> *gateway* here: `GOCOVERDIR=/coverdata` is set &amp; "
        "pods run as uid 65532\n"
        "&gt; error: coverage meta-data emit failed\n"
        "we build with <https://git.example.org/Dockerfile|our Dockerfile> on golang:1.22-alpine\n"
        "• no coverage files\n"
        "Is it the distroless image? we suspect static linking"
    )
    request = read_request(text, known=KNOWN)
    assert request.asker is not None
    assert request.service is not None
    assert (request.asker.name, request.service.service) == ("gateway", "gateway")
    assert [party.name for party in request.asked] == ["sp"]
    assert [link.target for link in request.links] == ["https://git.example.org/Dockerfile"]
    assert [(error.text, error.line) for error in request.errors] == [
        ("error: coverage meta-data emit failed", 2)
    ]
    assert [(question.text, question.line) for question in request.questions] == [
        ("Is it the distroless image?", 5)
    ]
    assert [(suspect.kinds, suspect.line) for suspect in request.suspects] == [(("static-linking",), 5)]
    values = {(claim.subject, claim.value, claim.line) for claim in request.claims}
    assert values >= {
        (Subject.GOCOVERDIR, "/coverdata", 1),
        (Subject.USER, "65532", 1),
        (Subject.BUILDER_IMAGE, "golang:1.22-alpine", 3),
    }
    assert not any(claim.subject is Subject.LINKING for claim in request.claims)


def test_a_question_alone_states_nothing() -> None:
    request = read_request("Does your gateway run as root? Did you mount GOCOVERDIR=/cov anywhere?")
    assert request.claims == ()
    assert request.symptoms == ()
    assert len(request.questions) == 2


def test_a_condition_stays_with_its_question() -> None:
    request = read_request("If you use distroless, how do you get the files out?")
    assert [question.text for question in request.questions] == [
        "If you use distroless, how do you get the files out?"
    ]


def test_a_code_block_that_slack_closes_at_the_end_of_a_line() -> None:
    text = "look:\n```go tool covdata percent -i=cov\nwarning: no applicable files found```\nwhy is it empty?"
    request = read_request(text)
    assert [(error.text, error.line) for error in request.errors] == [
        ("warning: no applicable files found", 3)
    ]
    assert [(question.text, question.line) for question in request.questions] == [("why is it empty?", 4)]


def test_a_fence_that_stays_open_does_not_swallow_the_rest() -> None:
    text = "# Help\n\n```yaml\nUser: 1001\n\n## Questions\n\n1. Why is it empty?\n"
    request = read_request(text)
    assert [(question.n, question.line) for question in request.questions] == [(1, 8)]


def test_a_comment_in_a_closed_fence_is_no_heading() -> None:
    text = "# Help\n\n```bash\nls\n\n# Questions\n```\n\n## Questions\n\n1. Why is it empty?\n"
    assert [question.line for question in read_request(text).questions] == [11]


@pytest.mark.parametrize(
    ("text", "asker", "asked"),
    [
        (
            "Hi Data Storage Team,\nour pods write nothing.\n\nThanks, Gateway Team",
            "Gateway",
            ["Data Storage"],
        ),
        ("**From**: A Team\n**To**: B Team, C Team", "A", ["B", "C"]),
        ("| Field | Value |\n|---|---|\n| From | A Team |\n| To | B Team |", "A", ["B"]),
        ("- From: A Team\n- To: All Services (B, C)", "A", ["B", "C"]),
        ("---\nfrom: A Team\nto: B Team\n---\n\nhelp", "A", ["B"]),
        ("**From**: A Team | **To**: B Team", "A", ["B"]),
        ("# RESPONSE: A Team → B Team", "A", ["B"]),
        ("**Author**: Jane Doe", "Jane Doe", []),
        ("From here to there nothing is written", None, []),
    ],
)
def test_who_asks_whom(text: str, asker: str | None, asked: list[str]) -> None:
    request = read_request(text)
    assert (request.asker.name if request.asker else None) == asker
    assert [party.name for party in request.asked] == asked


def test_html_is_text_and_its_comments_are_not_understood() -> None:
    text = "<details><summary>From: A Team</summary>\n\nuid&nbsp;65532\n</details>\n\n<!-- ignore -->\n"
    request = read_request(text)
    assert request.asker is not None
    assert request.asker.name == "A"
    assert any("ignore" in span.text for span in request.not_understood)


def test_a_placeholder_is_no_tag() -> None:
    request = read_request("How do I exec into <pod> from <namespace>?")
    assert request.questions[0].text == "How do I exec into <pod> from <namespace>?"


def test_a_github_issue_as_its_form_makes_it() -> None:
    parts = (
        ("### What happened?", "Our coverage directory is empty."),
        ("### Expected behavior", "covmeta files"),
        ("### Environment (please complete)", "- OS: Linux\r\n- Go: 1.24\r\n- [x] runs as uid 65532"),
    )
    text = "\r\n\r\n".join("\r\n\r\n".join(part) for part in parts)
    request = read_request(text)
    assert request.symptom is Symptom.NOTHING
    assert [(criterion.text, criterion.line) for criterion in request.success] == [("covmeta files", 7)]
    assert [(claim.subject, claim.value, claim.line) for claim in request.claims] == [
        (Subject.OTHER, "Linux", 11),
        (Subject.GO_VERSION, "1.24", 12),
        (Subject.USER, "65532", 13),
    ]


def test_lines_inside_a_paragraph_count_past_markup_that_spans_them() -> None:
    request = read_request("we **mount\nit** and `write`\nto it. Why is it empty?\nWhat did you do?")
    assert [(question.text, question.line) for question in request.questions] == [
        ("Why is it empty?", 3),
        ("What did you do?", 4),
    ]


def test_a_letter_tells_its_lines() -> None:
    text = (
        "Hi SP team,\n\nI am from Gateway Team. The pods run\nas uid 1001 and the\n"
        "hostPath is `/mnt/cov`, golang:1.24 builds it.\n"
        "We only see a covmeta file but no covcounters.\nCould it be that SIGTERM is not handled?\n"
    )
    request = read_request(text, known=KNOWN)
    assert request.asker is not None
    assert (request.asker.name, request.symptom) == ("Gateway", Symptom.META_ONLY)
    assert [(claim.value, claim.line) for claim in request.claims] == [
        ("golang:1.24", 5),
        ("1001", 4),
        ("/mnt/cov", 5),
    ]
    assert [(s.rules, s.line) for s in request.suspects] == [(("no-signal-handler", "shutdown-blocked"), 7)]
    assert [(question.line, question.topics) for question in request.questions] == [(7, ("shutdown",))]
