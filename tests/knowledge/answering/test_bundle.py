"""What remains: a dozen lines, and the people who can tell."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Evidence, Link, Missing
from knowledge.answering.bundle import MAX_CHARS, MAX_LINES, make_bundle
from knowledge.answering.codeowners import CodeOwners, read_codeowners
from knowledge.answering.model import (
    Answered,
    ClaimCheck,
    ClaimVerdict,
    FileReview,
    QuestionAnswer,
    Ruling,
    Side,
    SuspectRuling,
)
from knowledge.answering.owners import Owners
from knowledge.requests.model import Claim, HelpRequest, KeyFile, Party, Question, Subject, Suspect
from tests.path.in_memory import Texts

EMPTY = HelpRequest("", "", "", asked=(Party("Signal Processing", "team", 1),))
NOBODY = Owners({}, CodeOwners())
GAP = Missing("what they met", "files say how it is now")


def question(n: int, status: Answered) -> QuestionAnswer:
    return QuestionAnswer(Question(n, f"Question {n}?", n), status, (), (GAP,))


def test_nothing_left_and_nobody_known_is_no_bundle(theirs: Side) -> None:
    answered = [question(1, Answered.ANSWERED)]
    assert make_bundle(EMPTY, theirs, theirs, NOBODY, questions=answered) is None


def test_open_questions_go_to_the_owners_of_the_asked_team(ours: Side, theirs: Side) -> None:
    owners = Owners({"signalprocessing": "@acme/sp"}, read_codeowners(Texts({"CODEOWNERS": "/test/ @e2e"})))
    asked = [question(1, Answered.ANSWERED), question(2, Answered.PARTLY), question(4, Answered.UNANSWERED)]
    bundle = make_bundle(EMPTY, ours, theirs, owners, questions=asked)
    assert bundle is not None
    assert bundle.open == (2, 4)
    assert bundle.lines[:2] == (
        "Question 2 is answered in part: what they met (files say how it is now)",
        "Question 4 is not answered: what they met (files say how it is now)",
    )
    assert [owner.names for owner in bundle.owners] == [("@acme/sp",), ("@e2e",)]
    closed = make_bundle(EMPTY, ours, theirs, owners, questions=asked[:1])
    assert closed is not None
    assert [owner.names for owner in closed.owners] == [("@e2e",)]


def test_questions_that_miss_the_same_are_one_line(theirs: Side) -> None:
    asked = [question(n, Answered.UNANSWERED) for n in (1, 3, 7)]
    bundle = make_bundle(EMPTY, theirs, theirs, NOBODY, questions=asked)
    assert bundle is not None
    assert bundle.lines == ("Questions 1, 3, 7 are not answered: what they met (files say how it is now)",)
    assert bundle.open == (1, 3, 7)


def test_what_matters_of_every_part_is_a_line(theirs: Side) -> None:
    needed = Missing("uid", "not known", Link.VOLUME)
    diagnosis = replace(theirs.diagnosis, missing=(needed, replace(needed, what="x", needed=False)))
    place = (Evidence("a", 1, 1),)
    claims = [
        ClaimCheck(Claim(subject, "v", f"{subject} said", 1), ClaimVerdict.UNVERIFIABLE, "Why.", evidence)
        for subject, evidence in (
            (Subject.MOUNT, place),
            (Subject.LDFLAGS, place),
            (Subject.LDFLAGS, ()),
            (Subject.TESTS_PASS, ()),
        )
    ]
    bundle = make_bundle(
        EMPTY,
        replace(theirs, diagnosis=diagnosis),
        None,
        NOBODY,
        claims=claims,
        suspects=[SuspectRuling(Suspect("mounts", 1), Ruling.OPEN, "Not read.")],
        reviews=[FileReview(KeyFile("a.yaml", "", 1, True), None, "There is no such file.")],
        missing=[Missing("the asked service", "not told")],
    )
    assert bundle is not None
    assert bundle.lines == (
        "the asked service: not told",
        'Suspect "mounts" is open. Not read.',
        "Not checked: uid: not known",
        'You wrote "mount said". Why.',
        'You wrote "ldflags said". Why.',
        "Key file a.yaml: There is no such file.",
    )


def test_lines_are_few_and_short(theirs: Side) -> None:
    many = [Missing(f"thing {n}", "r\n" * 400) for n in range(40)]
    bundle = make_bundle(EMPTY, theirs, theirs, NOBODY, missing=many)
    assert bundle is not None
    assert len(bundle.lines) == MAX_LINES
    assert bundle.lines[-1] == "and 29 more"
    assert all(len(line) <= MAX_CHARS and "\n" not in line for line in bundle.lines)
