"""The documents on disk: import, again, prune, export, two at once, damage."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from knowledge.base import KnowledgeBase
from knowledge.library import Library

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    (made / "deep").mkdir(parents=True)
    (made / "ONE.md").write_text("# One\n")
    (made / "deep" / "TWO.md").write_text("# Two\n")
    (made / "skip.txt").write_text("no Markdown")
    return made


def test_import_takes_markdown_below_a_folder_as_it_is(folder, tmp_path):
    library = Library(tmp_path / "kb")
    done = library.import_folder(folder)
    assert (done.added, done.updated, done.unchanged, done.problems) == (("ONE", "TWO"), (), (), ())
    assert library.data("ONE") == b"# One\n"
    assert library.read("TWO").title == "Two"


def test_import_again_updates_what_changed_and_forgets_only_when_told(folder, tmp_path):
    library = Library(tmp_path / "kb")
    library.import_folder(folder)
    (folder / "ONE.md").write_text("# New\n")
    (folder / "deep" / "TWO.md").unlink()
    done = library.import_folder(folder)
    assert (done.updated, done.removed) == (("ONE",), ())
    assert set(library.entries()) == {"ONE", "TWO"}
    assert library.import_folder(folder, prune=True).removed == ("TWO",)
    assert set(library.entries()) == {"ONE"}
    with pytest.raises(KnowledgeError, match="no document 'TWO'"):
        library.read("TWO")


def test_prune_leaves_what_came_from_elsewhere(folder, tmp_path):
    library = Library(tmp_path / "kb")
    library.put(b"# Captured\n", "captured.md")
    library.import_folder(FIXTURES / "cases")
    library.import_folder(folder)
    (folder / "ONE.md").unlink()
    assert library.import_folder(folder, prune=True).removed == ("ONE",)
    assert len(library.entries()) == 1 + 16 + 1


def test_two_files_of_one_id_and_wrong_articles_are_named_and_the_rest_is_taken(folder, tmp_path):
    (folder / "deep" / "ONE.md").write_text("# Another\n")
    (folder / "bad.md").write_text("---\nid: bad\ntitle: t\nstatus: no\n---\n")
    done = Library(tmp_path / "kb").import_folder(folder)
    assert set(done.added) == {"ONE", "TWO"}
    assert [problem.split(" ")[0] for problem in done.problems] == ["bad.md:4:", "deep/ONE.md"]


def test_links_are_not_followed(folder, tmp_path):
    (tmp_path / "secret.md").write_text("# Secret\n")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "loop").symlink_to(folder)
    assert set(Library(tmp_path / "kb").import_folder(folder).added) == {"ONE", "TWO"}


@pytest.mark.parametrize("name", ["..", "a%2Fb", "näme", "with blank", "new\nline", "%", "x" * 150, "ü" * 60])
def test_odd_names_stay_inside_the_folder(tmp_path, name):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / f"{name}.md").write_text("# T\n")
    library = Library(tmp_path / "kb")
    done = library.import_folder(docs)
    assert done.added or done.problems
    for id in done.added:
        assert library.read(id).title == "T"
    outside = {path for path in tmp_path.rglob("*.md") if docs not in path.parents}
    assert all(path.parent == tmp_path / "kb" / "documents" for path in outside)


def test_export_gives_back_the_bytes(tmp_path):
    library = Library(tmp_path / "kb")
    library.import_folder(FIXTURES / "cases")
    assert library.export(tmp_path / "out") == 16
    for file in (FIXTURES / "cases").iterdir():
        assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes()


def test_shipped_articles_are_there_and_one_of_the_same_id_stands_in_their_place(tmp_path):
    library = Library(tmp_path / "kb", FIXTURES / "articles")
    assert set(library.entries()) == {"path-mismatch", "no-signal-handler"}
    library.put(b"---\nid: path-mismatch\ntitle: Ours\n---\n", "mine.md")
    assert library.read("path-mismatch").title == "Ours"
    assert len(library.entries()) == 2


def test_a_file_is_no_folder_and_a_damaged_list_is_said(tmp_path, folder):
    library = Library(tmp_path / "kb")
    with pytest.raises(KnowledgeError, match="is not a folder"):
        library.import_folder(folder / "ONE.md")
    library.import_folder(folder)
    for damage in ("{", "[]", json.dumps({"version": 1, "documents": [{"no": 1}]}), "\x00"):
        (tmp_path / "kb" / "library.json").write_text(damage)
        with pytest.raises(KnowledgeError, match="damaged"):
            library.entries()


def _import_and_search(root: str, folder: str) -> int:
    base = KnowledgeBase(Path(root), shipped=False)
    base.library.import_folder(Path(folder))
    return len(base.engine().search("coverage", limit=50))


def test_several_processes_import_and_search_at_once(tmp_path):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        jobs = [(str(tmp_path / "kb"), str(FIXTURES / "cases"))] * 3
        found = pool.starmap(_import_and_search, jobs)
    assert len(set(found)) == 1
    base = KnowledgeBase(tmp_path / "kb", shipped=False)
    assert len(base.engine().index.listed) == 16
    assert base.engine().index.documents.num_docs == 16
