"""Questions as a whole: answered, partly answered or left; whom they are about; what never gets through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import Link
from knowledge.answering.model import Answered, KnownCase, Side
from knowledge.answering.proofs import Proofs
from knowledge.answering.questions import answer_questions
from knowledge.answering.topic import all_topics, topic
from knowledge.requests import read_request
from knowledge.requests.topics import TOPICS
from tests.knowledge.answering.sides import DOCKERFILE, MANIFEST, PROOFS, SERVICES, ask, side

SEVEN = (
    "Did you use multi-stage Docker builds? If yes, how did you ensure coverage metadata survived the copy?",
    "What base image are you using? (distroless? alpine? full debian?)",
    'Are you using static or dynamic linking? (`-extldflags "-static"` or default?)',
    "Did you encounter any issues with coverage files not being written? If so, how did you fix it?",
    "Any special build flags or environment variables we should know about?",
    "Does your binary run as root or non-root user in the container?",
    "Did you need to modify the graceful shutdown logic to ensure coverage flush?",
)
CASE = KnownCase(
    "c1",
    "signalprocessing",
    "gocoverdir-not-writable",
    "The directory on the node belonged to root",
    "chmod 0777 before the cluster is made",
    "a run on 3 November",
    1_700_000_000.0,
)


def test_every_topic_has_one_file() -> None:
    assert set(all_topics()) == set(TOPICS)


def test_a_topic_that_no_question_can_have_is_refused() -> None:
    with pytest.raises(ValueError, match="no question has the topic"):

        @topic("lunch", Link.RUN)  # type: ignore[arg-type]
        def lunch(_: object) -> None: ...


def test_the_seven_questions(theirs: Side, ours: Side) -> None:
    answers = ask(*SEVEN, theirs=theirs, ours=ours)
    assert [a.status for a in answers] == [Answered.ANSWERED] * 3 + [Answered.PARTLY] + [
        Answered.ANSWERED
    ] * 3
    assert all(s.evidence or s.proofs or s.case for a in answers for s in a.statements)
    starts = (
        "Yes: ",
        "Distroless: ",
        "Static: ",
        "As far as files tell",
        "Yes: ",
        "It runs as root",
        "No code",
    )
    assert all(a.text.startswith(start) for a, start in zip(answers, starts, strict=True))


def test_a_resolved_case_completes_the_fourth(theirs: Side) -> None:
    (answer,) = ask(SEVEN[3], theirs=theirs, cases=(CASE, replace(CASE, id="c2", service="gateway")))
    assert answer.status is Answered.ANSWERED
    assert answer.statements[0].case == CASE
    assert answer.text.startswith("Yes: The directory on the node belonged to root. Mended: chmod 0777")
    assert "Proven by a run on 3 November." in answer.text
    assert [s.case for s in answer.statements[1:]] == [None] * (len(answer.statements) - 1)


def test_a_case_that_only_made_the_figure_wrong_is_no_answer_to_missing_files(theirs: Side) -> None:
    (answer,) = ask(SEVEN[3], theirs=theirs, cases=(replace(CASE, rule="stale-data"),))
    assert answer.status is Answered.PARTLY
    assert all(s.case is None for s in answer.statements)


def test_without_the_other_service_only_experiments_speak() -> None:
    answers = ask(*SEVEN, theirs=None)
    assert {a.status for a in answers} == {Answered.PARTLY, Answered.UNANSWERED}
    assert all(not s.evidence and s.proofs for a in answers for s in a.statements)
    assert all("Signal Processing" in a.missing[0].what for a in answers)
    assert answers[3].status is Answered.UNANSWERED


def test_without_experiments_the_how_is_missing(theirs: Side) -> None:
    (answer,) = ask(SEVEN[0], theirs=theirs, proofs=Proofs(()))
    assert answer.status is Answered.PARTLY
    assert [gap.what for gap in answer.missing] == ["whether coverage survives the copy"]


@pytest.mark.parametrize(
    "question",
    [
        "When can we meet?",
        "What does lunch cost in the canteen these days?",
        "Who owns the audit schema of your service?",
        "Is the Signal Processing team fine with this?",
    ],
)
def test_what_no_topic_tells_is_left(theirs: Side, question: str) -> None:
    (answer,) = ask(question, theirs=theirs)
    assert answer.status is Answered.UNANSWERED
    assert not answer.statements
    assert answer.missing


@pytest.mark.parametrize(
    "question",
    [
        "Does your client flush the audit buffer on shutdown?",
        "Which volume of requests do you expect?",
        "What percent of requests fail in your service?",
    ],
)
def test_words_of_other_matters_are_no_coverage(theirs: Side, question: str) -> None:
    (answer,) = ask(question, theirs=theirs, title="Request: audit events")
    assert answer.status is Answered.UNANSWERED


@pytest.mark.parametrize(
    "question",
    [
        "What if the WasExecutionFailure flag is inconsistent with other fields?",
        "Should I implement the gateway.signal.failed audit event now?",
        "Would SIGUSR1 work with uvicorn, so that coverage.py can save before shutdown?",
        "How large is the volume of requests?",
        "How do you name signals in Signal Processing?",
    ],
)
def test_words_of_other_matters_in_a_request_about_coverage(theirs: Side, question: str) -> None:
    (answer,) = ask(question, theirs=theirs)
    assert answer.status is Answered.UNANSWERED


def test_what_is_asked_to_be_the_same_is_compared(theirs: Side, ours: Side) -> None:
    (answer,) = ask("Do you use the same GOCOVERDIR environment variable?", theirs=theirs, ours=ours)
    assert "Yours (datastorage) is the same in this: GOCOVERDIR is `/coverdata`" in answer.text
    assert not answer.text.startswith(("Yes", "No"))


def test_a_yes_that_facts_do_not_decide_is_missing(theirs: Side) -> None:
    (answer,) = ask("Does the order of env vars matter?", theirs=theirs)
    assert answer.status is Answered.PARTLY
    assert "a plain yes or no" in [gap.what for gap in answer.missing]
    (other,) = ask("Do you have any other environment variables set for coverage?", theirs=theirs)
    assert other.status is Answered.PARTLY
    assert not other.text.startswith("Yes")
    (settled,) = ask("Does static linking break coverage?", theirs=theirs)
    assert settled.status is Answered.ANSWERED


def test_a_question_for_a_reason_is_answered_in_part(theirs: Side) -> None:
    (answer,) = ask("Why do you use a distroless base image?", theirs=theirs)
    assert answer.status is Answered.PARTLY
    assert [gap.reason for gap in answer.missing] == ["files say what is, not why"]


def test_a_question_about_the_asker_is_answered_from_the_askers_files(theirs: Side, ours: Side) -> None:
    (answer,) = ask("Which base image do we have in our Dockerfile?", theirs=theirs, ours=ours)
    assert {e.path for e in answer.evidence} == {"docker/data-storage.Dockerfile"}


def test_whether_something_is_right_is_for_the_findings(theirs: Side, ours: Side, tmp_path: Path) -> None:
    (quiet,) = ask("Is our GOCOVERDIR env var right?", theirs=theirs, ours=ours)
    assert quiet.status is Answered.PARTLY
    assert not quiet.text.startswith(("Yes", "No:"))
    old = "        env:\n        - name: GOCOVERDIR\n          value: /coverdata\n"
    (loud,) = ask("Is your GOCOVERDIR env var right?", theirs=side(tmp_path, (MANIFEST, old, "")))
    assert "GOCOVERDIR is not set in container signalprocessing of Deployment signalprocessing." in loud.text


def test_a_question_at_large_gets_the_experiment_first(theirs: Side) -> None:
    (answer,) = ask("Does `COPY --from=builder` preserve the coverage metadata?", theirs=theirs)
    assert [p.experiment for p in answer.statements[0].proofs] == ["copied"]
    assert answer.statements[1].text.startswith("How signalprocessing does it: ")
    assert "Yes" not in answer.text


def test_what_matters_to_the_effect_is_no_yes(theirs: Side) -> None:
    (answer,) = ask("Does your multi-stage build lose coverage metadata?", theirs=theirs)
    assert not answer.text.startswith(("Yes", "No"))


def test_the_askers_side_is_named_where_it_differs(theirs: Side, tmp_path: Path) -> None:
    change = ("docker/data-storage.Dockerfile", "gcr.io/distroless/static-debian12:nonroot", "alpine:3.22")
    other = side(tmp_path, change, service="datastorage")
    (differs,) = ask(SEVEN[1], theirs=theirs, ours=other)
    assert "Yours (datastorage): FROM `alpine:3.22`." in differs.text
    (same,) = ask(SEVEN[1], theirs=theirs, ours=theirs)
    assert "Yours" not in same.text


def test_a_question_below_a_question_is_named(theirs: Side) -> None:
    text = "# E2E coverage help\n\n## Questions\n\n1. Which base image do you use?\n   - When is lunch?\n"
    (answer,) = answer_questions(read_request(text, known=SERVICES), None, theirs, PROOFS)
    assert answer.status is Answered.PARTLY
    assert "When is lunch?" in answer.missing[-1].what


def test_secrets_do_not_get_through(tmp_path: Path) -> None:
    token = "ghp_" + "a1B2" * 9
    note = f"# coverage needs token={token} in an empty cache, do not strip\nRUN CGO_ENABLED=0"
    variable = "value: /coverdata\n        - name: DB_PASSWORD\n          value: hunter2secret\n"
    changes = (DOCKERFILE, "RUN CGO_ENABLED=0", note), (MANIFEST, "value: /coverdata\n", variable)
    every = [*SEVEN, "Can you share your Dockerfile?", "Can you share your deployment manifest?"]
    answers = ask(*every, theirs=side(tmp_path, *changes))
    shown = repr([(a.text, a.evidence, a.missing) for a in answers])
    assert token not in shown
    assert "hunter2secret" not in shown
    assert "coverage needs token=[redacted]" in shown


def test_links_that_were_guessed_make_an_answer_partial(theirs: Side) -> None:
    guessed = Side(replace(theirs.path, guessed=frozenset({Link.IMAGE})), theirs.diagnosis)
    (answer,) = ask(SEVEN[1], theirs=guessed)
    assert answer.status is Answered.PARTLY
    assert "taken for their names" in answer.missing[0].reason


def test_nothing_that_was_read_is_never_a_guess(theirs: Side) -> None:
    path = theirs.path
    empty = replace(
        path, dockerfile=None, builds=(), image_builds=(), workload=None, kind=None, main=None, module=None,
        timeline=(), links={}, switches=(),
    )  # fmt: skip
    questions = [*SEVEN, "Which Go version do you use?", "How is your Kind cluster set up?"]
    questions += [
        "Can you share your Dockerfile?",
        "How do you extract the coverage?",
        "Do you strip your binary?",
    ]
    questions += [
        "Can you share your deployment manifest?",
        "Do you use extraMounts?",
        "How do you run covdata?",
    ]
    for answer in ask(*questions, theirs=Side(empty, theirs.diagnosis)):
        assert answer.status is not Answered.ANSWERED, answer.question.text
        assert not answer.evidence
        assert any(gap.needed for gap in answer.missing)


def test_hostile_questions_end(theirs: Side) -> None:
    text = "# coverage\n\n## Questions\n\n" + "".join(
        f"{n}. {'-extldflags ' * 60}{'you or ' * 60}?\n" for n in range(1, 201)
    )
    answers = answer_questions(read_request(text, known=SERVICES), None, theirs, PROOFS)
    assert len(answers) > 0
