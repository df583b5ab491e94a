"""The real request that everything is measured against, byte for byte; skipped where it is not present."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from bot.model import Certainty, Symptom
from knowledge.requests import HelpRequest, Subject, read_request

REQUEST = Path(__file__).parents[4] / "shared" / "request.md"
KNOWN = ("datastorage", "signalprocessing", "gateway", "notification")


@pytest.fixture(scope="module")
def request_md() -> HelpRequest:
    if not REQUEST.is_file():
        pytest.skip("the reference request is not on this machine")
    return read_request(REQUEST.read_bytes(), "request.md", known=KNOWN)


def test_who_asks_whom_about_which_service(request_md: HelpRequest) -> None:
    assert request_md.asker is not None
    assert (request_md.asker.name, request_md.asker.kind, request_md.asker.line) == ("DataStorage", "team", 4)
    assert [(party.name, party.line) for party in request_md.asked] == [("Signal Processing", 5)]
    assert request_md.service is not None
    assert request_md.other_service is not None
    assert (request_md.service.service, request_md.service.certainty) == ("datastorage", Certainty.CERTAIN)
    assert request_md.other_service.service == "signalprocessing"


def test_head_and_end(request_md: HelpRequest) -> None:
    assert request_md.title is not None
    assert request_md.title.text == "🆘 Request: SP Team Help with DataStorage E2E Coverage"
    assert request_md.date is not None
    assert request_md.date.day == datetime.date(2025, 12, 21)
    assert [status.text for status in request_md.status] == [
        "SP Has Working Solution",
        "DS Blocked",
        "AWAITING SP TEAM RESPONSE",
    ]
    assert request_md.priority is not None
    assert request_md.timeline is not None
    assert (request_md.priority.line, request_md.timeline.line) == (166, 168)


def test_the_seven_questions(request_md: HelpRequest) -> None:
    found = [(question.n, question.line, question.topics) for question in request_md.questions]
    assert found == [
        (1, 129, ("multi-stage",)),
        (2, 131, ("base-image",)),
        (3, 133, ("linking",)),
        (4, 135, ("files-not-written",)),
        (5, 137, ("build-flags", "variables")),
        (6, 139, ("user",)),
        (7, 141, ("shutdown",)),
    ]
    assert request_md.questions[0].text.startswith(
        "Did you use multi-stage Docker builds? If yes, how did you"
    )
    assert not any(question.answered for question in request_md.questions)


def test_the_four_suspects(request_md: HelpRequest) -> None:
    assert [(suspect.line, suspect.kinds) for suspect in request_md.suspects] == [
        (78, ("multi-stage",)),
        (79, ("static-linking",)),
        (80, ("distroless",)),
        (81, ()),
    ]
    assert all(suspect.rules == ("not-a-cause",) for suspect in request_md.suspects[:3])
    assert "extramount-missing" in request_md.suspects[3].rules


def test_the_four_key_files(request_md: HelpRequest) -> None:
    listed = [(file.path, file.line) for file in request_md.key_files if file.listed]
    assert listed == [
        ("docker/data-storage.Dockerfile", 62),
        ("test/infrastructure/kind-datastorage-config.yaml", 63),
        ("test/infrastructure/datastorage.go", 64),
        ("test/e2e/datastorage/datastorage_e2e_suite_test.go", 65),
    ]
    assert request_md.key_files[0].note == "Our multi-stage build"


def test_the_stated_environment(request_md: HelpRequest) -> None:
    stated = {(claim.subject, claim.value, claim.line) for claim in request_md.claims}
    assert stated >= {
        (Subject.TESTS_PASS, "84/84", 21),
        (Subject.GOFLAGS, "-cover", 22),
        (Subject.GOCOVERDIR, "/coverdata", 23),
        (Subject.DOCKERFILE, "docker/data-storage.Dockerfile", 89),
        (Subject.BUILDER_IMAGE, "golang:1.22-alpine", 90),
        (Subject.RUNTIME_IMAGE, "gcr.io/distroless/static-debian12:nonroot", 91),
        (Subject.CGO, "0", 92),
        (Subject.LDFLAGS, '-extldflags "-static"', 92),
        (Subject.LINKING, "static", 92),
        (Subject.GOFLAGS, "-cover", 93),
        (Subject.CLUSTER, "Kind", 96),
        (Subject.USER, "65532", 97),
        (Subject.HOST_PATH, "/coverdata", 98),
        (Subject.SHUTDOWN, "kubectl scale --replicas=0", 99),
    }
    assert not any(line in range(104, 142) for _, _, line in stated)
    assert all(claim.subject is not Subject.OTHER for claim in request_md.claims)


def test_symptoms_options_and_success(request_md: HelpRequest) -> None:
    assert [report.line for report in request_md.symptoms] == [28, 29, 122]
    assert request_md.symptom is Symptom.NOTHING
    assert [error.text for error in request_md.errors] == ["no applicable files found"]
    assert [(option.n, option.line, len(option.asks)) for option in request_md.options] == [
        ("1", 50, 5),
        ("2", 58, 1),
        ("3", 67, 1),
    ]
    assert [criterion.line for criterion in request_md.success] == [108]
    assert "covmeta." in request_md.success[0].text


def test_what_was_not_understood_is_listed(request_md: HelpRequest) -> None:
    left = {span.line for span in request_md.not_understood}
    assert {12, 40, 148, 172} <= left
    assert not left & {21, 62, 78, 97, 129, 141}
    assert request_md.original.splitlines()[0].startswith("# ğŸ†˜")
    assert len(request_md.mended.split("\n")) == len(request_md.original.split("\n"))
