"""Search over a small collection of our own: what is found first, and what is not answered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.articles import Article, read_article
from knowledge.base import KnowledgeBase
from knowledge.search.engine import Engine
from knowledge.search.index import Index
from knowledge.search.parts import MAX_LINE, parts
from knowledge.search.question import read_question
from knowledge.search.words import MAX_WORD, plain_words, words

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    made = KnowledgeBase(tmp_path_factory.mktemp("kb"), shipped=False)
    made.library.import_folder(FIXTURES / "cases")
    made.library.import_folder(FIXTURES / "articles")
    return made


def found(base: KnowledgeBase, question: str, **options: object) -> list[str]:
    return [hit.id for hit in base.engine().search(question, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("what prefix do labels have in shipping?", "SHIPPING_LABEL_PREFIX"),
        ("catalog is killed with 137 before it flushes", "CATALOG_GRACE_PERIOD"),
        ("how do I hide passwords in logs?", "LOG_SCRUBBING"),
        ("reload a configmap without restarting", "HOT_RELOAD"),
        ("do histograms need a unit?", "NOTICE_METRICS_NAMING"),
        ("getfieldindexer in envtest", "ENVTEST_FIELD_SELECTORS"),
        ("termination grace period seconds of catalog", "CATALOG_GRACE_PERIOD"),
        ("hostPath and containerPath of kind differ, the host directory is empty", "path-mismatch"),
        ("META_ONLY", "no-signal-handler"),
    ],
)
def test_the_document_that_answers_comes_first(base, question, id):
    assert found(base, question)[0] == id


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ('gateway says "meta-data emit failed: open /coverdata/covmeta.tmp"', "GATEWAY_PERMISSION_DENIED"),
        ("orders and payments sigterm: `no  Such file or directory`", "ORDERS_CONFIG_MOUNT"),
        ("redis ports: warning: no applicable files found in input directories", "ORDERS_EMPTY_COVERAGE"),
        ("redis `deploy/orders.yaml`", "ORDERS_EMPTY_COVERAGE"),
        ("coverage and shipping and ORDERS_CONFIG_MOUNT", "ORDERS_CONFIG_MOUNT"),
        ("redis and extramount-missing", "path-mismatch"),
    ],
)
def test_quoted_messages_and_named_ids_come_first(base, question, id):
    best = base.engine().search(question)[0]
    assert (best.id, best.exact) == (id, True)


@pytest.mark.parametrize(
    "question", ['"a quote that stands nowhere"', "the `word` alone", '"permission granted"']
)
def test_other_quotes_are_only_words(base, question):
    assert not any(hit.exact for hit in base.engine().search(question))


def test_excluded_documents_are_passed_over(base):
    question = "which label prefix does shipping use?"
    assert "SHIPPING_LABEL_PREFIX" in found(base, question)
    assert "SHIPPING_LABEL_PREFIX" not in found(base, question, exclude={"SHIPPING_LABEL_PREFIX", "unknown"})


def test_limit_and_order(base):
    hits = base.engine().search("coverage directory is empty", limit=4)
    assert len(hits) == 4
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)


@pytest.mark.parametrize("question", ["", "   ", "the of and", "?!", "\x00", "\ud800", "*:* AND (", '"'])
def test_questions_without_words_find_nothing(base, question):
    assert found(base, question) == []


def test_one_common_word_is_no_question_to_be_sure_of(base):
    assert base.engine().search("coverage")[0].score < 0.5


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=300))
def test_no_question_fails(base, text):
    for hit in base.engine().search(text + ' "' + text + '" `' + text + "`"):
        assert 0 <= hit.score <= 1
        base.engine().support(text, hit.id)


def test_huge_questions_are_bounded(base):
    assert found(base, "coverage " + "x" * 1_000_000 + ' "' * 50_000) != []
    assert len(read_question(" ".join(f"w{n}" for n in range(100_000))).words) < 10_000


def test_passages_of_the_answer(base):
    support = base.engine().support("why does sigterm leave only covmeta?", "PAYMENTS_SIGTERM_IGNORED")
    assert "SIGTERM" in support.passages[0]
    assert 0 < support.coverage <= 1


def test_words_of_identifiers_find_each_other():
    assert set(words("DataStorage")) == set(words("data-storage")) == set(words("data_storage"))
    assert "datastorag" in words("DataStorage")
    assert plain_words("DataStorage") == ["data", "storag"]
    assert words("HTTPServer v2") == words("http_server v2")
    assert all(len(word) <= MAX_WORD * 2 for word in words("a" * 10_000 + " " + "a_b" * 5_000))


def test_passages_hold_every_line_once_and_long_lines_in_pieces():
    body = "\n".join(
        ["# T", "intro " * 50, "## Part", *(f"line {n} " + "w " * 30 for n in range(100)), "x" * 9_000]
    )
    made = parts(Article("a", "T", body))
    joined = "\n".join(passage.text for passage in made.passages)
    assert joined.replace("\n", "") == body.replace("\n", "")
    assert max(len(passage.text) for passage in made.passages) < 2 * MAX_LINE
    assert made.passages[1].heading == "Part"


def test_index_follows_changes_without_being_built_again(tmp_path):
    texts = {"a": b"# Alpha\nfirst", "b": b"# Beta\nsecond"}

    def read(id: str) -> Article:
        reads.append(id)
        return read_article(texts[id], f"{id}.md")

    reads: list[str] = []
    index = Index(tmp_path)
    assert index.update({"a": "1", "b": "1"}, read) == 2
    assert index.update({"a": "1", "b": "1"}, read) == 0
    texts["b"] = b"# Gamma\nthird"
    assert index.update({"a": "1", "b": "2"}, read) == 1
    engine = Engine(Index(tmp_path))
    assert [hit.id for hit in engine.search("gamma")] == ["b"]
    assert engine.search("beta") == ()
    index.update({"a": "1"}, read)
    assert reads == ["a", "b", "b"]
    assert Engine(Index(tmp_path)).search("gamma") == ()


@pytest.mark.parametrize("name", ["list.json", "documents/meta.json", "passages/meta.json"])
def test_damaged_index_is_built_again(tmp_path, name):
    def read(id: str) -> Article:
        return read_article(b"# Alpha\nfirst", f"{id}.md")

    Index(tmp_path).update({"a": "1"}, read)
    file = next(tmp_path.glob(f"*/{name}"))
    file.write_text("{ broken")
    assert Engine(Index(tmp_path)).search("alpha") == ()
    index = Index(tmp_path)
    assert index.update({"a": "1"}, read) == 1
    assert [hit.id for hit in Engine(index).search("alpha")] == ["a"]


def test_index_of_another_version_goes(tmp_path):
    old = tmp_path / "0-tantivy-0-1"
    old.mkdir()
    (tmp_path / "notes").mkdir()
    Index(tmp_path).update({"a": "1"}, lambda id: read_article(b"# A", f"{id}.md"))
    assert not old.exists()
    assert (tmp_path / "notes").exists()


def test_documents_that_cannot_be_read_are_left_out(base, tmp_path):
    shutil.copytree(base.library.root, tmp_path / "kb")
    (tmp_path / "kb" / "documents" / "README.md").write_bytes(b"\0")
    copy = KnowledgeBase(tmp_path / "kb", shipped=False)
    shutil.rmtree(tmp_path / "kb" / "index", ignore_errors=True)
    assert "README" not in copy.engine().index.listed
    assert len(copy.engine().index.listed) == 17


def test_an_articles_own_question_counts_in_its_order(tmp_path):
    base = KnowledgeBase(tmp_path, shipped=False)
    for id, title in (
        ("meta-only", "covmeta without covcounters"),
        ("counters-only", "covcounters without covmeta"),
    ):
        base.library.put(
            f"---\nid: {id}\ntitle: {title}\n---\nSee covmeta and covcounters.\n".encode(), f"{id}.md"
        )
    assert found(base, "only covmeta, no covcounters")[0] == "meta-only"
    assert found(base, "only covcounters, no covmeta")[0] == "counters-only"


def test_a_question_is_not_an_articles_that_sets_a_condition_it_does_not(tmp_path):
    base = KnowledgeBase(tmp_path, shipped=False)
    base.library.import_folder(FIXTURES / "cases")
    asked = "we set -coverpkg without main and the directory is empty"
    base.library.put(
        f"---\nid: left-out\ntitle: Main\nquestions: ['{asked}']\n---\nAdd it.\n".encode(), "left-out.md"
    )
    engine = base.engine()
    assert engine.search(asked)[0].score > 0.9
    assert engine.search("the directory is empty")[0].score < 0.6
