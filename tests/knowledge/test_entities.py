"""What a question names is used: messages, paths, symptoms, ids, services."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Symptom
from knowledge.ask import ask
from knowledge.base import KnowledgeBase
from knowledge.search.question import MAX_PATHS, MAX_QUOTES, read_question
from tests.knowledge.test_votes import article, base_of

MESSAGE = "warning: counter file not found in any shard of the merge"
NOISE = b"# Counters\nThe merge found a file in any counter, not a shard, and a warning of the shard."


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return base_of(
        tmp_path,
        NOISE,
        b"# Orders\nThe job printed " + MESSAGE.encode() + b".",
        b"# Gateway\nopen /coverdata/covmeta.tmp: permission denied, after the move to another user.",
        b"# Config\nThe pod reads `/app/config.yaml`, which the ConfigMap did not mount.",
        b"# DataStorage\nIts migrations run before the tests.",
        article("flags", "The switch goes into GOFLAGS.", title="flag provided but not defined: -cover"),
        article("b-meta", "What the stop leaves.", title="Stop", symptom="META_ONLY"),
        article("a-none", "What the stop leaves.", title="Stop", symptom="NOTHING"),
    )


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("go tool covdata says counter file not found in any shard of the merge, why?", "CASE_1"),
        ("it fails with: Counter file not found in any  shard of the merge when we merge", "CASE_1"),
        (MESSAGE + "? is that bad", "CASE_1"),
        ("we see open /coverdata/covmeta.tmp: permission denied after the stop", "CASE_2"),
        ("go build gives flag provided but not defined: -cover", "flags"),
    ],
)
def test_a_message_without_quotes_is_matched_literally_and_comes_first(base, question, id):
    best = base.engine().search(question)[0]
    assert (best.id, best.exact) == (id, True)
    assert ask(base, question).answered


@pytest.mark.parametrize(
    "question",
    [
        "it says shard file not found in one merge",
        "open /coverdata/covmeta.tmp: no such file",
        "the merge says file not found, why?",
        "we got the same thing after the move to another user",
        "migrations run before the tests",
    ],
)
def test_what_is_no_message_or_stands_nowhere_is_only_words(base, question):
    assert not any(hit.exact for hit in base.engine().search(question))


def test_the_longest_end_of_a_message_counts_that_a_document_holds():
    (ends,) = read_question("prints cannot open the counter file, and then stops when it is late").messages
    assert ends[0].startswith("cannot open the counter file, and then stops when")
    assert ends[-1] == "cannot open the counter file"
    assert [len(end) for end in ends] == sorted(map(len, ends), reverse=True)


def test_a_path_raises_the_document_that_holds_it(base):
    scores = {hit.id: hit.score for hit in base.engine().search("the pod cannot read app config yaml")}
    named = {hit.id: hit.score for hit in base.engine().search("the pod cannot read /app/config.yaml")}
    assert named["CASE_3"] > scores["CASE_3"]


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("see deploy/orders.yaml:12 and kind-config.yaml", ("deploy/orders.yaml", "kind-config.yaml")),
        ("in pkg/remediationorchestrator/, which?", ("pkg/remediationorchestrator",)),
        ("orders and/or payments, 12/24, e.g. this one...", ()),
        ("`deploy/quoted.yaml` is a quote", ()),
    ],
)
def test_paths_and_file_names(question, paths):
    assert read_question(question).paths == paths


@pytest.mark.parametrize(
    ("question", "symptom"),
    [
        ("only covmeta, no covcounters after the stop", Symptom.META_ONLY),
        ("is META_ONLY a matter of the stop?", Symptom.META_ONLY),
        ("the coverage directory is empty", Symptom.NOTHING),
        ("META_ONLY or NOTHING?", None),
        ("why is our E2E coverage empty?", Symptom.NOTHING),
        ("we don't get any coverage from orders", Symptom.NOTHING),
        ("nothing is written to the log file", None),
        ("is the queue empty before the run?", None),
        ("does nothing help?", None),
    ],
)
def test_the_symptom_that_a_question_tells_of(question, symptom):
    assert read_question(question).symptom == symptom


def test_articles_of_the_symptom_come_first(base):
    question = "what the stop leaves: {}"
    assert base.engine().search(question.format("some files"))[0].id == "a-none"
    assert base.engine().search(question.format("no covcounters"))[0].id == "b-meta"
    assert base.engine().search(question.format("an empty directory"))[0].id == "a-none"


def test_services_are_found_however_they_are_written(base):
    for name in ("datastorage", "data-storage", "data_storage", "DataStorage", "data storage"):
        assert base.engine().search(f"{name} migrations")[0].id == "CASE_4"


@given(
    st.text(max_size=400),
    st.sampled_from(["says ", "error: ", "open x: ", "a/b/c.go ", "\n"]),
    st.integers(0, 60),
)
def test_reading_is_bounded_and_never_fails(text, with_, times):
    found = read_question((text + with_) * times)
    assert len(found.quotes) <= MAX_QUOTES
    assert len(found.messages) <= MAX_QUOTES
    assert len(found.paths) <= MAX_PATHS


@pytest.mark.parametrize(
    "piece",
    ["says error ", "a/", "a.", "-", "open /x: ", "error: ", "` ", '"', "is is is ", "cov no ", "covmeta "],
)
def test_traps_are_read_in_bounded_time(piece):
    read_question(piece * 200_000)
