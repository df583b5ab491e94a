"""Where the words of a request come from, and at which ref they are answered."""

from __future__ import annotations

import pytest

from bot.errors import RepoNotFound, UsageError
from bot.jobs.orders import Place, decode, encode
from bot.jobs.request_orders import AnswerRequest, ref_of
from bot.jobs.request_source import Asked, Fetched, Source, SourceKind, Sources, file_refusal
from bot.repo import open_local
from bot.repo.base import Snapshot
from bot.repo.issues import Issue
from tests.git_repo import GitRepo


class Box:
    """An inbox of one message and one file."""

    def __init__(self, asked: Asked, content: bytes = b"") -> None:
        self.asked, self.content = asked, content

    def file(self, file_id: str) -> bytes:
        return self.content

    def first_message(self, channel: str, ts: str) -> Asked:
        return self.asked


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    made = GitRepo(tmp_path_factory.mktemp("git") / "shop.git")
    made.commit({"docs/help.md": "# Help\n", "picture.png": b"\x89PNG\0\0"})
    made.git("branch", "feature/x", "main")
    return made


def sources(repo: GitRepo, box: Box | None = None) -> Sources:
    def opened(name: str, ref: str | None) -> Snapshot:
        return open_local(str(repo.path), ref)

    def issue(name: str, number: int) -> Issue:
        if number != 12:
            raise RepoNotFound("There is none.")
        return Issue(name, number, "Help", "token: ghp_" + "a" * 36)

    return Sources(box or Box(Asked("")), opened, issue)


def test_a_file_is_read_at_the_ref_of_its_link_also_one_with_slashes(repo: GitRepo) -> None:
    for ref in ("main", "feature/x"):
        found = sources(repo).fetch(Source(SourceKind.PATH, f"{ref}/docs/help.md", "acme/shop"))
        assert (found.text, found.ref) == ("# Help\n", ref)
        assert found.source.startswith("docs/help.md in acme/shop @ ")


@pytest.mark.parametrize("what", ["main/docs/none.md", "main/picture.png", "main/docs"])
def test_what_is_no_text_file_there_is_refused(repo: GitRepo, what: str) -> None:
    with pytest.raises(UsageError, match="cannot be read: it "):
        sources(repo).fetch(Source(SourceKind.PATH, what, "acme/shop"))


def test_secrets_go_before_anything_is_kept(repo: GitRepo) -> None:
    found = sources(repo).fetch(Source(SourceKind.ISSUE, "12", "acme/shop"))
    assert "ghp_" not in found.text
    assert found.source == "acme/shop#12"


def test_in_a_thread_a_file_goes_before_a_note_to_it(repo: GitRepo) -> None:
    box = Box(Asked("see the file", "F1"), "# Hilfe für uns".encode("utf-8-sig"))
    assert sources(repo, box).fetch(Source(SourceKind.THREAD, "C1 1.2")).text == "# Hilfe für uns"
    log = Box(Asked("1. Which image?\n2. Which user?\n3. Which flags?", "F1"), b"a log")
    assert sources(repo, log).fetch(Source(SourceKind.THREAD, "C1 1.2")).text.startswith("1. Which")
    alone = Box(Asked("look", None, "I read Markdown and text files only."))
    with pytest.raises(UsageError, match="Markdown and text files only"):
        sources(repo, alone).fetch(Source(SourceKind.THREAD, "C1 1.2"))


@pytest.mark.parametrize(
    ("file", "taken"),
    [
        ({"name": "a.md"}, True),
        ({"name": "A.MARKDOWN"}, True),
        ({"name": "a.txt", "size": 2_000_000}, True),
        ({"name": "Untitled", "filetype": "text", "mode": "snippet"}, True),
        ({"name": "Untitled", "mimetype": "text/plain; charset=utf-8"}, True),
        ({"id": "F1", "file_access": "check_file_info"}, True),
        ({"name": "a.txt", "size": 2_000_001}, False),
        ({"name": "main.go", "filetype": "go", "mimetype": "text/plain"}, False),
        ({"name": "a.md", "mode": "tombstone"}, False),
        ({"name": "a.md", "is_external": True}, False),
        ({}, False),
    ],
)
def test_which_files_are_taken(file: dict[str, object], taken: bool) -> None:
    assert (file_refusal(file) == "") is taken


@pytest.mark.parametrize(
    ("order", "ref"),
    [
        (AnswerRequest("acme/shop", "path", "v1/a.md", "acme/shop"), "v1"),
        (AnswerRequest("Acme/Shop", "path", "v1/a.md", "acme/shop"), "v1"),
        (AnswerRequest("acme/other", "path", "v1/a.md", "acme/shop"), None),
        (AnswerRequest("acme/other", "path", "v1/a.md", "acme/shop", "main"), "main"),
        (AnswerRequest("acme/shop", "path", "v1/a.md", "acme/shop", "main"), "main"),
    ],
)
def test_a_links_ref_counts_only_for_its_own_repo(order: AnswerRequest, ref: str | None) -> None:
    assert ref_of(order, Fetched("x", "y", "v1")) == ref


def test_an_order_survives_a_restart() -> None:
    order = AnswerRequest("acme/shop", "issue", "12", "acme/shop", None, "C1 1.2")
    assert decode(encode(order, Place("C1"))) == (order, Place("C1"))
