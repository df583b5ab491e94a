"""Reading articles and cases: what is accepted, what is refused and where it says the fault is."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.model import Symptom
from knowledge.articles import MAX_BYTES, ArticleStatus, first_heading, read_article

SHA = "a" * 40
FULL = f"""---
id: path-mismatch
title: "The pod writes   where *nothing* is mounted"
status: confirmed
symptoms: [NOTHING, META_ONLY]
rules: [path-mismatch]
questions:
  - why is it empty?
experiments: [exp-one]
evidence:
  - {{repo: acme/shop, path: kind.yaml, lines: 3-4, sha: {SHA}}}
owner: "@team"
provenance: ours
---
Body of {{{{ service }}}}.
"""


def front(*lines: str) -> bytes:
    return "\n".join(("---", "id: one", "title: One", *lines, "---", "Body")).encode()


def test_every_key_of_an_article_is_read():
    article = read_article(FULL.encode(), "x.md")
    assert article.id == "path-mismatch"
    assert article.title == "The pod writes where nothing is mounted"
    assert article.status is ArticleStatus.CONFIRMED
    assert article.symptoms == (Symptom.NOTHING, Symptom.META_ONLY)
    assert article.questions == ("why is it empty?",)
    assert article.experiments == ("exp-one",)
    assert article.evidence[0].path == "kind.yaml"
    assert (article.evidence[0].repo, article.evidence[0].lines, article.evidence[0].sha) == (
        "acme/shop",
        "3-4",
        SHA,
    )
    assert article.body == "Body of {{ service }}.\n"
    assert FULL.split("\n")[article.first_line - 1] == "Body of {{ service }}."
    assert not article.is_case


def test_document_without_front_matter_is_a_case():
    case = read_article(b"intro\n```\n# in a fence\n```\n## The *real* `title` ##\n", "dir/SOME_CASE.md")
    assert (case.id, case.title, case.is_case) == ("SOME_CASE", "The real title", True)


def test_case_without_heading_is_named_by_its_file():
    assert read_article(b"plain words", "notes.2025.md").title == "notes.2025"


@pytest.mark.parametrize(
    "text",
    [
        b"---\nlayout: post\ntitle: Of a blog\n---\n# Heading\n",
        b"---\n\nA rule, not front matter\n\n---\n",
        b"---\nnever closed: yes\n",
        b"---\nbroken: [\n---\n# Heading\n",
        b"----\nid: one\n----\n",
    ],
)
def test_front_matter_of_others_makes_a_case(text):
    case = read_article(text, "a.md")
    assert case.is_case
    assert case.id == "a"


def test_title_of_a_foreign_front_matter_is_used():
    case = read_article(b"---\nlayout: post\ntitle: Of a blog\n---\ntext\n", "a.md")
    assert (case.title, case.body) == ("Of a blog", "text\n")


@pytest.mark.parametrize(
    ("lines", "place", "word"),
    [
        (["staus: draft"], "x.md:4", "`status`"),
        (["status: final"], "x.md:4", "confirmed"),
        (["owner: a", "symptoms: [NOTHING, EMPTY]"], "x.md:5", "META_ONLY"),
        (["symptoms: NOTHING"], "x.md:4", "list"),
        (["questions:", "  - ok", "  - {a: b}"], "x.md:6", "list of texts"),
        (["owner: [a]"], "x.md:4", "one text"),
        (["evidence:", "  - {path: a}"], "x.md:5", "sha"),
        (["evidence:", f"  - {{sha: {SHA}}}"], "x.md:5", "path"),
        (["evidence:", f"  - {{path: a, sha: {SHA}, lines: first}}"], "x.md:5", "12-14"),
        (["evidence:", f"  - {{path: a, sha: {SHA}, line: 3}}"], "x.md:5", "`line`"),
        (["owner: [a"], "x.md:", "YAML"),
    ],
)
def test_wrong_front_matter_names_file_and_line(lines, place, word):
    with pytest.raises(KnowledgeError) as caught:
        read_article(front(*lines), "x.md")
    assert str(caught.value).startswith(place)
    assert word in str(caught.value)


@pytest.mark.parametrize("id", ["Upper", "a b", "-a", "../up", "a" * 200, '""'])
def test_wrong_ids_are_refused(id):
    with pytest.raises(KnowledgeError, match=r"x\.md:2"):
        read_article(f"---\nid: {id}\ntitle: T\n---\n".encode(), "x.md")


def test_title_is_needed():
    with pytest.raises(KnowledgeError, match="`title` is missing"):
        read_article(b"---\nid: one\n---\n", "x.md")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_read(encoding):
    assert read_article("# Größe\n".encode(encoding), "a.md").title == "Größe"


def test_line_ends_of_windows_and_invalid_bytes_are_read():
    assert read_article(FULL.replace("\n", "\r\n").encode(), "x.md").id == "path-mismatch"
    assert read_article(b"# A\xff\n", "a.md").title == "A\ufffd"


def test_binary_and_huge_files_are_refused():
    with pytest.raises(KnowledgeError, match="binary"):
        read_article(b"a\0b", "a.md")
    with pytest.raises(KnowledgeError, match="larger"):
        read_article(b"a" * (MAX_BYTES + 1), "a.md")


def test_alias_bomb_is_refused():
    bomb = "\n".join(
        ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]
    )
    with pytest.raises(KnowledgeError, match="values"):
        read_article(front(bomb), "x.md")


def test_deep_nesting_is_refused():
    with pytest.raises(KnowledgeError):
        read_article(front("owner: " + "[" * 5_000), "x.md")


def test_first_heading_of_none():
    assert first_heading("no heading\n#hashtag\n") is None


@given(st.binary(max_size=400))
def test_any_bytes_give_a_document_or_an_error_of_ours(data):
    for text in (data, b"---\n" + data + b"\n---\n", b"---\nid: a\ntitle: t\n" + data + b"\n---\n"):
        with suppress(KnowledgeError):
            assert read_article(text, "x.md").id
