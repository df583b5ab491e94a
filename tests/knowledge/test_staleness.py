"""What may no longer be true: written into articles, read back, confirmed again, and asked about by owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from knowledge.articles import Article, ArticleStatus, Cited, read_article
from knowledge.base import KnowledgeBase
from knowledge.experiments.stale import StaleArticle
from knowledge.front import with_blobs, with_status
from knowledge.library import Library
from knowledge.reminders import MAX_ITEMS, reminder_text, stale_report
from knowledge.stale import Stale

FIXTURES = Path(__file__).parent / "fixtures" / "articles"
SHA = "a" * 40
TEXT = (
    b"---\nid: one\ntitle: One\nstatus: confirmed\nsymptoms:\n  - NOTHING\nowner: '@t'\n---\nstatus: body\n"
)


def test_only_the_status_changes_and_the_reason_is_kept():
    changed = with_status(TEXT, "one.md", ArticleStatus.STALE, 'kind.yaml was "a"\nand is b: {c}')
    article = read_article(changed, "one.md")
    assert (article.status, article.stale_because) == (ArticleStatus.STALE, 'kind.yaml was "a" and is b: {c}')
    assert changed.decode().split("\n")[3] == "status: stale"
    assert changed.endswith(b"---\nstatus: body\n")
    assert with_status(changed, "one.md", ArticleStatus.CONFIRMED) == TEXT


@pytest.mark.parametrize(
    "front",
    [
        "id: one\ntitle: One",
        "id: one\ntitle: One\nstatus:\n  confirmed",
        "id: one\ntitle: One\nstatus: confirmed\nstale_because: >\n  old\n  words\nowner: a",
        "# status: draft\nid: one\ntitle: |\n  status: draft\nstatus: draft",
    ],
)
def test_other_ways_to_write_a_front_matter(front):
    changed = with_status(f"---\n{front}\n---\nbody".encode(), "one.md", ArticleStatus.STALE, "why")
    article = read_article(changed, "one.md")
    assert (article.status, article.stale_because, article.body) == (ArticleStatus.STALE, "why", "body")


def test_windows_line_ends_and_marks_become_plain():
    changed = with_status(b"\xef\xbb\xbf" + TEXT.replace(b"\n", b"\r\n"), "one.md", ArticleStatus.STALE, "x")
    assert read_article(changed, "one.md").status is ArticleStatus.STALE


def test_what_cannot_be_changed_line_by_line_is_refused():
    with pytest.raises(KnowledgeError, match="cannot be changed line by line"):
        with_status(b"---\n{id: one, title: One}\n---\n", "one.md", ArticleStatus.STALE, "why")
    with pytest.raises(KnowledgeError, match="plain case"):
        with_status(b"# A case\n", "one.md", ArticleStatus.STALE, "why")


def test_blobs_are_replaced_in_the_front_matter_alone():
    text = f"---\nid: one\ntitle: One\nevidence:\n  - {{path: a, sha: {SHA}}}\n---\n{SHA}\n".encode()
    article = read_article(with_blobs(text, "one.md", {SHA: "b" * 40}), "one.md")
    assert (article.evidence[0].sha, article.body) == ("b" * 40, f"{SHA}\n")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "kb", FIXTURES)


def test_a_shipped_article_is_laid_over_until_it_is_shipped_anew(library, tmp_path):
    before = library.data("path-mismatch")
    assert library.mark_stale("path-mismatch", "kind.yaml changed")
    assert not library.mark_stale("path-mismatch", "kind.yaml changed"), "twice is once"
    again = Library(tmp_path / "kb", FIXTURES)
    assert again.read("path-mismatch").stale_because == "kind.yaml changed"
    assert again.entries()["path-mismatch"].origin == "shipped"
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "path-mismatch.md").write_bytes(before + b"\nMore.\n")
    updated = Library(tmp_path / "kb", newer)
    assert updated.data("path-mismatch") == before + b"\nMore.\n"
    assert Library(tmp_path / "kb").entries() == {}
    assert library.mark_confirmed("path-mismatch")
    assert Library(tmp_path / "kb", FIXTURES).data("path-mismatch") == before


def test_what_was_imported_stays_marked_until_its_file_changes(library, tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "one.md").write_bytes(TEXT)
    library.import_folder(folder)
    library.mark_stale("one", "why")
    assert library.import_folder(folder).unchanged == ("one",)
    assert library.read("one").status is ArticleStatus.STALE
    (folder / "one.md").write_bytes(TEXT + b"More.\n")
    assert library.import_folder(folder).updated == ("one",)
    assert library.read("one").status is ArticleStatus.CONFIRMED
    library.mark_stale("one", "again")
    library.mark_confirmed("one")
    assert library.import_folder(folder).unchanged == ("one",)


def test_cases_and_absent_articles_cannot_be_marked(library):
    library.put(b"# Case\n", "CASE.md")
    for id in ("CASE", "absent"):
        with pytest.raises(KnowledgeError):
            library.mark_stale(id, "why")


def test_the_search_and_the_answer_know_the_new_status(tmp_path):
    base = KnowledgeBase(tmp_path / "kb")
    before = {hit.id for hit in base.engine().search("no-signal-handler", limit=3)}
    base.library.mark_stale("no-signal-handler", "it did not reproduce")
    assert {hit.id for hit in base.engine().search("no-signal-handler", limit=3)} == before
    from knowledge.ask import ask

    asked = ask(base, "is SIGTERM handled, must main return on the signal? no-signal-handler")
    assert asked.article is not None
    assert asked.article.id == "no-signal-handler"
    assert asked.answer.endswith("Source: stale article no-signal-handler")
    assert not asked.confirmed


def _article(id: str, owner: str = "", **more: object) -> Article:
    return Article(id, f"Title of {id}", "", ArticleStatus.CONFIRMED, owner=owner, **more)  # type: ignore[arg-type]


def _stale(article: Article, path: str = "kind.yaml") -> Stale:
    return Stale(article, Cited(path, SHA, url=f"https://example.org/{path}"), "b" * 40)


def test_a_report_is_by_owner_with_every_reason_once():
    one, two, three = _article("one", "@b"), _article("two"), _article("three", "@a")
    fine = _article("fine", "@a")
    files = [_stale(one), _stale(one), _stale(one, "x.yaml"), _stale(two)]
    failed = [StaleArticle("three", "exp", "exp did not reproduce"), StaleArticle("one", "exp", "exp failed")]
    report = stale_report([two, one, three, fine], files, failed)
    assert [(each.owner, [item.id for item in each.items]) for each in report] == [
        ("@a", ["three"]),
        ("@b", ["one"]),
        ("", ["two"]),
    ]
    (item,) = report[1].items
    assert item.reasons == (
        "kind.yaml was aaaaaaa and is bbbbbbb",
        "x.yaml was aaaaaaa and is bbbbbbb",
        "exp failed",
    )
    assert item.was == ("https://example.org/kind.yaml", "https://example.org/x.yaml")


def test_what_is_marked_is_asked_about_with_its_reason():
    marked = Article("a", "A", "", ArticleStatus.STALE, stale_because="kind.yaml changed")
    silent = Article("b", "B", "", ArticleStatus.STALE)
    (each,) = stale_report([marked, silent])
    assert [item.why for item in each.items] == [
        "kind.yaml changed",
        "it is marked stale, and does not say why",
    ]
    assert all(item.marked for item in each.items)


def test_a_reminder_asks_each_owner_and_is_quiet_when_nothing_is_stale():
    assert reminder_text((), "December 2026") == ""
    assert stale_report([_article("fine")]) == ()
    report = stale_report([_article("one", "@team")], [_stale(_article("one", "@team"))])
    assert reminder_text(report, "December 2026") == (
        "Knowledge base, December 2026: 1 article may no longer be true.\n\n"
        "@team, is this still true?\n"
        "- one: Title of one\n"
        "    - kind.yaml was aaaaaaa and is bbbbbbb\n"
        "    - as it was: https://example.org/kind.yaml\n\n"
        "Still true: `covcheck kb confirm ID --repo REPO`. No longer: change it and import it again."
    )


def test_a_long_reminder_is_cut_and_says_so_and_holds_no_secret():
    articles = [_article(f"a{n:03}", "@team") for n in range(MAX_ITEMS + 5)]
    failed = [StaleArticle(each.id, "e", "token=ghp_" + "a" * 36 + "\n<!channel>") for each in articles]
    text = reminder_text(stale_report(articles, (), failed), "January 2027")
    assert "- and 5 more (`covcheck kb stale`)" in text
    assert "ghp_" not in text
    assert len(text) < 12_000
