"""Statements that may not be about the service as it is are not contradicted; hostile text does no harm."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Certainty, Evidence, Link
from knowledge.answering.claims import MAX_EVIDENCE, MAX_HELD, check_claims
from knowledge.answering.model import ClaimVerdict, Side
from knowledge.requests import read_request
from knowledge.requests.model import Claim, HelpRequest, KeyFile, Mention, Party, Subject
from tests.knowledge.answering.sides import SERVICES, side

YES, NO, OPEN = ClaimVerdict.CONFIRMED, ClaimVerdict.CONTRADICTED, ClaimVerdict.UNVERIFIABLE
DOCKERFILE = "docker/data-storage.Dockerfile"
WRONG = Claim(Subject.BUILDER_IMAGE, "golang:1.22-alpine", "Builder: golang:1.22-alpine", 3)
RIGHT = Claim(Subject.BUILDER_IMAGE, "golang:1.26-alpine", "Builder: golang:1.26-alpine", 4)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Side:
    return side(tmp_path_factory.mktemp("ours"), service="datastorage")


def request(*claims: Claim, **more: object) -> HelpRequest:
    return replace(HelpRequest("", "", "", claims=claims), **more)  # type: ignore[arg-type]


def verdicts(asked: HelpRequest, ours: Side | None) -> list[ClaimVerdict]:
    return [check.verdict for check in check_claims(asked, ours)]


def test_without_a_side_nothing_is_held(ours: Side) -> None:
    checks = check_claims(request(WRONG, RIGHT), None)
    assert [check.verdict for check in checks] == [OPEN, OPEN]
    assert "which service asks" in checks[0].text
    assert verdicts(request(WRONG), ours) == [NO]


def guess(**more: object) -> HelpRequest:
    mention = Mention("x", 1, "datastorage", Certainty.POSSIBLE, "the only service that is named")
    return request(WRONG, Claim(Subject.GO_VERSION, "1.26", "Go: 1.26", 5), service=mention, **more)


def test_a_service_that_is_only_guessed(ours: Side) -> None:
    assert verdicts(guess(), ours) == [OPEN, YES]
    assert verdicts(guess(asker=Party("Billing", "team", 2)), ours) == [OPEN, OPEN]
    named = KeyFile(DOCKERFILE, "", 3, True)
    assert verdicts(guess(key_files=(named,)), ours) == [NO, YES]
    assert verdicts(guess(key_files=(named,), asker=Party("Billing", "team", 2)), ours) == [OPEN, OPEN]


def test_a_request_that_says_both(ours: Side) -> None:
    """One that says of one subject also what the repo says speaks of two things."""
    checks = check_claims(request(WRONG, RIGHT), ours)
    assert [check.verdict for check in checks] == [OPEN, YES]
    assert "Line 4 of the request" in checks[0].text


def test_a_statement_about_the_other_team(ours: Side) -> None:
    asked = (Party("Signal Processing", "team", 2),)
    claim = replace(WRONG, section="What SignalProcessing has")
    assert verdicts(request(claim, asked=asked), ours) == [OPEN]
    assert verdicts(request(WRONG, asked=asked), ours) == [NO]


def test_a_statement_below_a_proposal(ours: Side) -> None:
    """The heading above counts too; one in a code block is none."""
    text = "# T\n\n## Proposed changes\n\n### Our Environment\n\n- Builder: golang:1.22-alpine\n"
    (claim,) = read_request(text, known=SERVICES).claims
    assert claim.section == "Our Environment"
    assert verdicts(read_request(text, known=SERVICES), ours) == [OPEN]
    quiet = text.replace("## Proposed changes", "```\n## Proposed changes\n```")
    assert verdicts(read_request(quiet, known=SERVICES), ours) == [NO]


def test_files_that_were_taken_for_their_names(ours: Side) -> None:
    guessed = Side(replace(ours.path, guessed=frozenset({Link.IMAGE})), ours.diagnosis)
    checks = check_claims(request(WRONG), guessed)
    assert checks[0].verdict is OPEN
    assert "taken for their names" in checks[0].text
    assert verdicts(request(RIGHT), guessed) == [YES]


def test_secrets_are_not_quoted(ours: Side) -> None:
    token = "ghp_" + "a1B2" * 10
    claim = Claim(Subject.RUNTIME_IMAGE, f"registry.example.com/{token}/x:1", "Runtime: x", 1)
    assert ours.path.dockerfile is not None
    last = ours.path.dockerfile.stages[-1]
    place = Evidence(last.evidence.path, 19, 19, f"FROM {last.base} # {token}")
    stages = (*ours.path.dockerfile.stages[:-1], replace(last, evidence=place))
    path = replace(ours.path, dockerfile=replace(ours.path.dockerfile, stages=stages))
    (check,) = check_claims(request(claim), Side(path, ours.diagnosis))
    assert token not in check.text
    assert all(token not in each.excerpt for each in check.evidence)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "`",
        "a" * 5_000,
        "/" * 5_000,
        "-" * 5_000,
        "$(" * 2_000,
        "${" * 2_000,
        '"' * 3_001,
        "-ldflags " * 500,
        "1." * 2_000,
        "0" * 3_000,
        "٣",
        "²",
        "\ud800",
        "<!channel> <@U1>",
        "golang:" + ":" * 999,
    ],
)
def test_any_value_gets_a_verdict(ours: Side, value: str) -> None:
    claims = [Claim(subject, value, value * 2, 1, value) for subject in Subject]
    checks = check_claims(request(*claims), ours)
    assert len(checks) == len(Subject)
    assert all(len(check.text) < 3_000 for check in checks)
    assert all(len(check.evidence) <= MAX_EVIDENCE for check in checks)


def test_more_statements_than_anyone_makes(ours: Side) -> None:
    found = verdicts(request(*[WRONG] * (MAX_HELD + 1)), ours)
    assert found == [*[NO] * MAX_HELD, OPEN]


def test_a_whole_request(ours: Side) -> None:
    text = """# Request: help with coverage

**From**: Data Storage Team
**To**: Signal Processing Team

## What works
- ✅ 12/12 E2E tests pass
- ✅ `GOCOVERDIR=/coverdata` set in pod

## Our environment
- Builder: golang:1.22-alpine
- Runtime: gcr.io/distroless/static-debian12:nonroot
- Linking: CGO_ENABLED=0
"""
    asked = read_request(text, known=SERVICES)
    found = {check.claim.subject: check.verdict for check in check_claims(asked, ours)}
    assert found == {
        Subject.TESTS_PASS: OPEN,
        Subject.GOCOVERDIR: YES,
        Subject.BUILDER_IMAGE: NO,
        Subject.RUNTIME_IMAGE: YES,
        Subject.CGO: YES,
        Subject.LINKING: YES,
    }
