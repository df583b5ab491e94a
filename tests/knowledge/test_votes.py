"""What is known beside the words moves a document within bounds: votes, the asker's causes, the status."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import ArticleStatus
from knowledge.ask import ask
from knowledge.base import KnowledgeBase
from knowledge.search.confidence import CURVE, confidence
from knowledge.search.engine import Hit
from knowledge.search.index import CASE, Listed
from knowledge.search.question import key
from knowledge.search.signals import LEAST, MOST, VOTED, Signals, Votes
from knowledge.search.words import words

COUNTS = st.integers(min_value=0, max_value=10_000)
FLUSH = "the pod is killed before it flushes its counters, what helps?"
FIXTURES = Path(__file__).parent / "fixtures"
ARTICLE = """\
---
id: {id}
title: "{title}"
status: {status}
rules: [{rule}]
symptoms: [{symptom}]
---
{body}
"""


def article(
    id: str, body: str, *, title: str = "", status: str = "confirmed", rule: str = "", symptom: str = ""
) -> bytes:
    text = ARTICLE.format(
        id=id, title=title or f"About {id}", status=status, rule=rule, symptom=symptom, body=body
    )
    return text.encode()


def base_of(folder: Path, *documents: bytes) -> KnowledgeBase:
    """Some documents beside the sixteen cases of the fixtures."""
    made = KnowledgeBase(folder / "kb", shipped=False)
    made.library.import_folder(FIXTURES / "cases")
    for number, data in enumerate(documents):
        made.library.put(data, f"CASE_{number}.md")
    return made


@pytest.fixture
def twins(tmp_path: Path) -> KnowledgeBase:
    """Two cases that fit FLUSH alike, and one that fits it clearly worse."""
    return base_of(
        tmp_path,
        b"# Grace\nThe pod was killed before it flushed its counters; a longer grace period helps.",
        b"# Grace\nThe pod was killed before it flushed its counters; a longer stop limit helps.",
        b"# Gateway\nThe gateway's pod was restarted, and a longer probe helps.",
    )


def ids(base: KnowledgeBase, question: str = FLUSH, **known: object) -> list[str]:
    return [hit.id for hit in base.engine().search(question, limit=60, signals=Signals(**known))]  # type: ignore[arg-type]


@given(COUNTS, COUNTS, COUNTS)
def test_votes_stay_within_their_bounds(solved, not_helpful, proven):
    factor = Votes(solved, not_helpful, proven).factor
    assert 1 - VOTED < factor < 1 + VOTED
    assert (factor > 1) == (solved + 3 * proven > not_helpful)
    assert Votes(solved + 1, not_helpful, proven).factor > factor
    assert Votes(solved, not_helpful + 1, proven).factor < factor


def test_no_votes_change_nothing_and_one_changes_little():
    assert Votes().factor == 1
    assert 1 < Votes(solved=1).factor < 1.03
    assert 0.97 < Votes(not_helpful=1).factor < 1


def test_proven_solved_counts_more_than_thumbs():
    assert Votes(proven=1).factor == Votes(solved=3).factor
    assert Votes(proven=1, not_helpful=2).factor > 1


@pytest.mark.parametrize(
    "votes",
    [
        {"CASE_1": Votes(solved=1)},
        {"CASE_1": Votes(proven=1)},
        {"CASE_0": Votes(not_helpful=1)},
    ],
)
def test_of_documents_that_fit_alike_the_one_that_helped_comes_first(twins, votes):
    assert ids(twins)[:2] == ["CASE_0", "CASE_1"]
    assert ids(twins, votes=votes)[:2] == ["CASE_1", "CASE_0"]


def test_no_number_of_votes_lifts_what_fits_clearly_worse(twins):
    votes = {"CASE_2": Votes(solved=10_000, proven=10_000), "CASE_0": Votes(not_helpful=10_000)}
    assert ids(twins, votes=votes)[0] == "CASE_1"
    assert ids(twins, votes=votes).index("CASE_2") > 1


def test_votes_do_not_lift_anything_over_a_message_that_is_held_literally(tmp_path):
    base = base_of(
        tmp_path,
        b"# A\nIt said: no space left on device.",
        b"# Space\nspace left device disk full",
    )
    votes = {"CASE_1": Votes(proven=10_000), "CASE_0": Votes(not_helpful=10_000)}
    assert ids(base, 'disk full: "no space left on device"', votes=votes)[0] == "CASE_0"


def test_documents_without_votes_keep_their_scores(twins):
    plain = {hit.id: hit for hit in twins.engine().search(FLUSH)}
    voted = {
        hit.id: hit
        for hit in twins.engine().search(FLUSH, signals=Signals({"CASE_1": Votes(3, 0), "GONE": Votes(9, 9)}))
    }
    assert voted["CASE_0"] == plain["CASE_0"]
    assert voted["CASE_2"] == plain["CASE_2"]
    assert voted["CASE_1"].score > plain["CASE_1"].score
    assert voted["CASE_1"].fit == plain["CASE_1"].fit


def test_votes_for_a_document_do_not_make_it_answer_what_it_does_not_fit(twins):
    votes = {f"CASE_{number}": Votes(10_000, 0, 10_000) for number in range(3)}
    assert not ask(twins, "is the cafeteria open on friday, or is the pod there?", votes=votes).answered


def test_votes_against_a_document_make_it_answer_less_surely():
    plain = Hit("a", "A", 0.4, fit=0.4)
    hits = (Hit("a", "A", 0.4 * Votes(not_helpful=50).factor, fit=0.4 * Votes(not_helpful=50).factor),)
    assert confidence(hits, 3_039) < confidence((plain,), 3_039)


def test_what_is_raised_over_another_is_as_sure_as_the_other_at_most():
    least = CURVE.confidence(0.40, 156)
    raised = (Hit("a", "A", 0.50, fit=0.38), Hit("b", "B", 0.40, fit=0.40))
    assert confidence(raised, 156) == pytest.approx(least, abs=0.001)
    assert confidence(raised[1:], 156) == confidence(raised, 156)


def test_ask_passes_votes_and_exclusions_on(twins):
    assert ask(twins, FLUSH).article.id == "CASE_0"
    assert ask(twins, FLUSH, votes={"CASE_1": Votes(proven=2)}).article.id == "CASE_1"
    asked = ask(twins, FLUSH, exclude=["CASE_0"])
    assert asked.article.id == "CASE_1"
    assert "CASE_0" not in [hit.id for hit in asked.alternatives]


@pytest.mark.parametrize(
    "other",
    [
        "Why is DataStorage killed?",
        "  why is the data-storage KILLED ",
        "please: why was our data_storage killed??",
        "hi, why are datastorage… no",
    ],
)
def test_the_same_question_has_the_same_key(other):
    same = "no" not in other
    assert (key(other) == key("why is data_storage killed")) == same


def test_questions_that_differ_have_other_keys():
    assert key("covmeta, no covcounters") != key("covcounters, no covmeta")
    assert key("why?") != key("how?")
    assert len(key("\ud800 x")) == 32


def test_the_askers_own_cause_raises_its_article(tmp_path):
    body = "The report stays blank because the exporter writes to another place."
    base = base_of(
        tmp_path,
        article("a-unset", body, rule="gocoverdir-unset"),
        article("b-mismatch", body, rule="path-mismatch"),
        article("c-other", "The gateway listens on another port.", rule="other"),
    )
    question = "why does our report stay blank, does the exporter write to another place?"
    assert ids(base, question)[0] == "a-unset"
    assert ids(base, question, rules=["path-mismatch"])[0] == "b-mismatch"
    assert ids(base, question, rules=["other"])[0] == "a-unset"
    assert ids(base, question, rules=["unknown", ""])[0] == "a-unset"
    assert ask(base, question, rules=["path-mismatch"]).article.id == "b-mismatch"
    assert not ask(base, "is the cafeteria open on friday?", rules=["path-mismatch"]).answered


def test_the_askers_first_cause_that_explains_the_symptom_is_the_answer(tmp_path):
    overview = "Why is our coverage empty? The coverage is empty for many causes."
    base = base_of(
        tmp_path,
        article("a-overview", overview, title="Our coverage is empty", symptom="NOTHING"),
        article("b-unset", "Set the variable in the pod.", rule="gocoverdir-unset", symptom="NOTHING"),
        article("c-stop", "Handle the signal.", rule="no-signal-handler", symptom="META_ONLY"),
        article("d-late", "Set it in time.", rule="set-late", symptom="NOTHING", status="stale"),
    )
    question = "why is our coverage empty?"
    assert ids(base, question)[0] == "a-overview"
    assert ids(base, question, rules=["no-signal-handler", "gocoverdir-unset"])[0] == "b-unset"
    assert ids(base, question, rules=["no-signal-handler"])[0] == "a-overview"
    assert ids(base, question, rules=["set-late"])[0] == "a-overview"
    assert ids(base, "only covmeta, no covcounters", rules=["set-late", "no-signal-handler"])[0] == "c-stop"
    assert ids(base, "which label prefix does shipping use?", rules=["gocoverdir-unset"])[0] != "b-unset"
    asked = ask(base, question, rules=["gocoverdir-unset"], exclude=["b-unset"])
    assert asked.article is None or asked.article.id == "a-overview"


def test_the_article_of_the_askers_cause_is_found_however_deep_it_lies(tmp_path, monkeypatch):
    monkeypatch.setattr("knowledge.search.engine.DEPTH", 2)
    monkeypatch.setattr("knowledge.search.engine.NEAR", 2)
    many = [b"# Empty coverage\nThe coverage is empty, empty coverage.%d" % n for n in range(20)]
    late = article("late", "At times one sees no coverage, " + "and so on " * 40, rule="path-mismatch")
    base = base_of(tmp_path, *many, late)
    engine = base.engine()
    assert "late" not in engine.field_scores(words("coverage is empty"))["body"]
    assert "late" in engine.field_scores(words("coverage is empty"), also=["late"])["body"]
    assert "late" in ids(base, "coverage is empty", rules=["path-mismatch"])


@pytest.mark.parametrize(
    ("better", "worse"), [("confirmed", "draft"), ("confirmed", "stale"), ("draft", "stale")]
)
def test_of_equal_articles_the_better_founded_comes_first(tmp_path, better, worse):
    body = "The sidecar holds the port after the stop, so the next start fails."
    base = base_of(
        tmp_path,
        article("a-first", body, title="Port", status=worse),
        article("b-second", body, title="Port", status=better),
    )
    asked = ask(base, "the port is held by the sidecar after the stop, the start fails")
    assert asked.article is not None
    assert (asked.article.id, asked.status) == ("b-second", better)
    assert asked.alternatives[0].status == worse


def test_an_article_that_is_stale_by_now_is_told_so_and_stands_behind(tmp_path):
    body = "The sidecar holds the port after the stop, so the next start fails."
    base = base_of(
        tmp_path, article("a-first", body, title="Port"), article("b-second", body, title="Port"), b"# C\nx"
    )
    question = "the port is held by the sidecar after the stop, the start fails"
    assert ask(base, question).article.id == "a-first"
    asked = ask(base, question, stale={"a-first", "CASE_2"})
    assert (asked.article.id, asked.status, asked.confirmed) == ("b-second", "confirmed", True)
    only = ask(base, question, stale={"a-first"}, exclude={"b-second"})
    assert (only.status, only.confirmed) == ("stale", False)
    assert only.answer.endswith("Source: stale article a-first")
    assert Signals(stale={"CASE_2"}).status("CASE_2", Listed("", "C")) == CASE


def test_a_case_is_told_as_one_and_an_abstention_has_no_status(twins):
    assert ask(twins, FLUSH).status == CASE
    assert ask(twins, "how do I get a parking permit?").status == ""


@given(
    st.sampled_from([CASE, *ArticleStatus]),
    st.builds(Votes, COUNTS, COUNTS, COUNTS),
    st.booleans(),
    st.booleans(),
)
def test_all_signals_together_are_bounded(status, votes, cause, stale):
    listed = Listed("", "", str(status), ("r",), ("NOTHING",))
    signals = Signals({"a": votes}, ["r"] if cause else [], {"a"} if stale else ())
    assert LEAST <= signals.factor("a", listed, None) <= MOST
    assert signals.factor("b", Listed("", ""), None) == 1


def test_what_fits_nearly_as_well_is_told_and_nothing_beside_a_message_held_literally(twins):
    asked = ask(twins, FLUSH)
    assert [hit.id for hit in asked.close] == ["CASE_1"]
    assert asked.close == asked.alternatives[:1]
    literal = ask(twins, f'{FLUSH} "a longer stop limit helps"')
    assert literal.article.id == "CASE_1"
    assert literal.close == ()
    assert ask(twins, "how do I get a parking permit?").close == ()
