"""Questions, votes, escalations and channels' modes on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot.store.answers import Store
from bot.store.channels import StoredMode
from bot.store.feedback import FeedbackCounts, StoredVote, Tally, Vote
from bot.store.questions import ABSTAINED, ANSWERED, QuestionCounts, StoredQuestion

QUESTION = StoredQuestion(
    id="job-1",
    channel="C1",
    thread="1.2",
    asked_by="U1",
    heard="mention",
    text="why is /coverdata empty? ✓ 😀 \x7f",
    key="k" * 32,
    status=ANSWERED,
    article="path-mismatch",
    service="datastorage",
    sure=0.75,
    at=1_000.5,
)
VOTE = StoredVote("job-1", "U1", Vote.NOT_HELPFUL, "path-mismatch", "k" * 32, 1_001.0)


def test_a_question_is_found_again_after_a_restart(url: str) -> None:
    first = Store(url)
    first.questions.keep(QUESTION)
    first.questions.keep(replace(QUESTION, status=ABSTAINED))
    first.close()
    second = Store(url)
    assert second.questions.question("job-1") == QUESTION
    assert second.questions.question("job-2") is None
    second.close()


def test_questions_are_counted_from_the_first_moment_to_before_the_last(store: Store) -> None:
    for number, (at, status) in enumerate(
        [(999.9, ANSWERED), (1_000.0, ANSWERED), (1_500.0, ABSTAINED), (2_000.0, ANSWERED)]
    ):
        store.questions.keep(replace(QUESTION, id=f"job-{number}", at=at, status=status))
    assert store.questions.counts(1_000.0, 2_000.0) == QuestionCounts(2, 1, 1)
    assert store.questions.counts(5_000.0, 6_000.0) == QuestionCounts(0, 0, 0)


def test_the_last_vote_of_a_person_counts_whatever_order_it_comes_in(store: Store) -> None:
    store.feedback.vote(VOTE)
    store.feedback.vote(replace(VOTE, vote=Vote.SOLVED, at=1_005.0))
    store.feedback.vote(replace(VOTE, vote=Vote.HUMAN, at=1_003.0))
    assert store.feedback.votes_on("job-1") == {"U1": Vote.SOLVED}
    assert store.feedback.votes() == {"path-mismatch": Tally(1, 0)}
    assert store.feedback.unhelpful("k" * 32) == frozenset()


def test_votes_of_an_article_are_people(store: Store) -> None:
    for number in range(3):
        store.feedback.vote(replace(VOTE, answer_id=f"job-{number}"))
    store.feedback.vote(replace(VOTE, person="U2", vote=Vote.SOLVED))
    store.feedback.vote(replace(VOTE, person="U3"))
    store.feedback.vote(replace(VOTE, person="U4", article=None, key=None))
    assert store.feedback.votes() == {"path-mismatch": Tally(1, 2)}


def test_an_article_is_not_given_again_for_the_question_that_it_did_not_help(store: Store) -> None:
    store.feedback.vote(VOTE)
    assert store.feedback.unhelpful("k" * 32) == {"path-mismatch"}
    assert store.feedback.unhelpful("x" * 32) == frozenset()
    store.feedback.vote(replace(VOTE, person="U2", vote=Vote.SOLVED))
    assert store.feedback.unhelpful("k" * 32) == frozenset()


def test_an_answer_is_escalated_once(store: Store) -> None:
    store.feedback.escalate("job-1", "U1", "C9", 1_000.0)
    store.feedback.escalate("job-1", "U2", "C9", 1_001.0)
    store.feedback.escalate("job-2", None, "C9", 3_000.0)
    store.feedback.vote(VOTE)
    store.feedback.vote(replace(VOTE, person="U2"))
    store.feedback.vote(replace(VOTE, person="U3", vote=Vote.SOLVED))
    assert store.feedback.counts(1_000.0, 2_000.0) == FeedbackCounts(1, 1, 1)
    assert store.feedback.counts(2_000.0, 9_000.0) == FeedbackCounts(0, 0, 1)


def test_the_last_mode_of_a_channel_counts(store: Store) -> None:
    assert store.channels.mode("C1") is None
    store.channels.set(StoredMode("C1", "answer", "U1", 10.0))
    store.channels.set(StoredMode("C1", "off", "U2", 12.0))
    store.channels.set(StoredMode("C1", "suggest", "U3", 11.0))
    assert store.channels.mode("C1") == StoredMode("C1", "off", "U2", 12.0)


def test_many_vote_at_once(store: Store) -> None:
    def vote(number: int) -> None:
        kind = Vote.SOLVED if number % 2 else Vote.NOT_HELPFUL
        store.feedback.vote(replace(VOTE, person=f"U{number % 10}", vote=kind, at=1_000.0 + number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(vote, range(100)))
    assert store.feedback.votes() == {"path-mismatch": Tally(5, 5)}
