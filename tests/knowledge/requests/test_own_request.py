"""A request of our own in the manner of the real one, double-encoded with the bytes lost that get lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import Symptom
from knowledge.requests import HelpRequest, Subject, read_request

FIXTURE = Path(__file__).parent / "fixtures" / "route-planner.md"


@pytest.fixture(scope="module")
def own() -> HelpRequest:
    known = ("routeplanner", "parcel-tracking", "billing")
    return read_request(FIXTURE.read_bytes(), FIXTURE.name, known=known)


def test_it_arrives_broken_and_is_mended(own: HelpRequest) -> None:
    assert "ğŸ" in own.original
    assert "ğŸ" not in own.mended
    assert own.mended.count("✅") == 4
    assert own.mended.count("❌") == 2
    assert "the door is open" in own.mended.split("\n")[105]


def test_people_and_services(own: HelpRequest) -> None:
    assert own.asker is not None
    assert own.service is not None
    assert own.other_service is not None
    assert own.asker.name == "Route Planner"
    assert [party.name for party in own.asked] == ["Parcel Tracking"]
    assert (own.service.service, own.other_service.service) == ("routeplanner", "parcel-tracking")


def test_what_is_said(own: HelpRequest) -> None:
    values = {(claim.subject, claim.value) for claim in own.claims}
    assert (Subject.BUILDER_IMAGE, "golang:1.24-bookworm") in values
    assert (Subject.LDFLAGS, '-ldflags "-s -w"') in values
    assert (Subject.GO_VERSION, "1.24") in values
    assert (Subject.OTHER, "planner-e2e") in values
    assert own.symptom is Symptom.NOTHING
    assert [tried.line for tried in own.tried] == [29, 30]
    assert [suspect.kinds for suspect in own.suspects] == [("strip",), ("distroless",), ("non-root",)]
    assert "gocoverdir-not-writable" in own.suspects[2].rules
    assert [(file.path, file.listed) for file in own.key_files] == [
        ("build/route-planner.Dockerfile", True),
        ("test/e2e/kind.yaml", True),
        ("test/e2e/suite_test.go", True),
    ]


def test_what_is_asked(own: HelpRequest) -> None:
    assert [(question.n, question.topics) for question in own.questions] == [
        (1, ("multi-stage",)),
        (2, ("base-image",)),
        (3, ("stripping",)),
    ]
    assert [detail.text for detail in own.questions[1].details] == ["We could switch to debian"]
    assert [(option.n, option.title) for option in own.options] == [
        ("1", "Send us your set-up"),
        ("2", "Look at ours"),
    ]
    assert own.timeline is not None
    assert own.timeline.text == "end of March"


def test_every_item_stands_on_the_line_it_names(own: HelpRequest) -> None:
    lines = own.mended.split("\n")
    for claim in own.claims:
        assert claim.value.split()[-1].strip("\"'") in lines[claim.line - 1], claim
    for file in own.key_files:
        assert file.path in lines[file.line - 1]
    for question in own.questions:
        assert question.text.split("?")[0] in lines[question.line - 1]


def test_line_numbers_survive_other_line_ends() -> None:
    text = FIXTURE.read_text("utf-8")
    plain = read_request(text)
    for end in ("\r\n", "\r"):
        other = read_request(text.replace("\n", end))
        assert [q.line for q in other.questions] == [q.line for q in plain.questions]
        assert [c.line for c in other.claims] == [c.line for c in plain.claims]
