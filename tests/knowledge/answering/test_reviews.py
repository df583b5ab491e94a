"""The review of key files: found or not, what stands in them, what breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.model import Link, Missing
from bot.repo import open_local
from bot.repo.base import Snapshot
from knowledge.answering.locate import Files, How
from knowledge.answering.model import FileReview, Side
from knowledge.answering.reviews import review_files
from knowledge.requests.model import HelpRequest, KeyFile
from tests.git_repo import GitRepo, Symlink
from tests.knowledge.answering.sides import files

KIND = "test/infrastructure/kind-datastorage-config.yaml"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    repo = GitRepo(tmp_path_factory.mktemp("repo") / "repo.git")
    others = {"a/twice.yaml": "x: 1\n", "b/twice.yaml": "x: 1\n", "logo.png": b"\x89PNG\x00\x01"}
    repo.commit({**files(), **others, "out": Symlink("../../etc/passwd")})
    with open_local(repo.path) as opened:
        yield opened


def reviewed(path: str, ours: Side | None, snapshot: Snapshot, listed: bool = True) -> FileReview:
    request = HelpRequest("", "", "", key_files=(KeyFile(path, "", 3, listed),))
    (review,) = review_files(request, ours, snapshot)
    return review


def test_a_file_with_the_cause_and_its_fix(ours: Side, snapshot: Snapshot) -> None:
    review = reviewed(KIND, ours, snapshot)
    assert review.path == KIND
    assert "extramount-wrong-node" in review.findings
    assert "Fix, in this file:" in review.text
    assert [e.path for e in review.evidence] == [KIND] * len(review.evidence)
    assert review.fixes
    assert f"+++ b/{KIND}" in (review.fixes[0].patch or "")
    assert "Read from it: node" in review.text
    assert review.text == " ".join(review.points)


def test_a_cause_whose_fix_is_elsewhere_says_where(ours: Side, snapshot: Snapshot) -> None:
    review = reviewed("test/infrastructure/datastorage.go", ours, snapshot)
    assert review.fixes == ()
    assert f"The fix is in {KIND}." in review.text


def test_nothing_stands_in_the_way_only_where_all_was_read(theirs: Side, snapshot: Snapshot) -> None:
    path = "docker/signalprocessing.Dockerfile"
    fine = reviewed(path, theirs, snapshot)
    assert "Nothing in it stands in the way of coverage." in fine.text
    gap = Missing("the base image", "it is not known", Link.IMAGE)
    diagnosis = replace(theirs.diagnosis, missing=(gap,))
    doubtful = reviewed(path, replace(theirs, diagnosis=diagnosis), snapshot)
    assert "Nothing in it" not in doubtful.text
    assert "this was not checked: the base image (it is not known)" in doubtful.text
    elsewhere = replace(theirs.diagnosis, missing=(replace(gap, link=Link.REPORT),))
    assert "Nothing in it" in reviewed(path, replace(theirs, diagnosis=elsewhere), snapshot).text


def test_a_file_off_the_path_is_not_judged(ours: Side, snapshot: Snapshot) -> None:
    review = reviewed("a/twice.yaml", ours, snapshot)
    assert "does not go through it; nothing in it was judged" in review.text
    assert (review.findings, review.evidence) == ((), ())


@pytest.mark.parametrize(
    ("written", "path", "says"),
    [
        ("Docker/Data-Storage.Dockerfile", "docker/data-storage.Dockerfile", "it is written docker/data-"),
        ("old/place/kind-datastorage-config.yaml", KIND, f"it is {KIND}, the only file of that name"),
        ("./" + KIND + ":14", KIND, "Lines 4 and"),
        ("twice.yaml", None, "2 files could be meant, none was taken: a/twice.yaml, b/twice.yaml"),
        ("nowhere.yaml", None, "There is no such file at"),
        ("../../../etc/passwd", None, "There is no such file at"),
        ("test/infrastructure", "test/infrastructure", "It is a folder with 5 files."),
        ("logo.png", "logo.png", "It was not read: is a binary file"),
        ("out", "out", "It was not read: "),
    ],
)
def test_where_a_file_is(written: str, path: str | None, says: str, ours: Side, snapshot: Snapshot) -> None:
    review = reviewed(written, ours, snapshot)
    assert review.path == path
    assert says in review.text


def test_without_a_service_it_is_only_found(snapshot: Snapshot) -> None:
    assert reviewed(KIND, None, snapshot).text == "It is there; without a service nothing was judged in it."


def test_only_listed_files_each_once_and_not_without_end(ours: Side, snapshot: Snapshot) -> None:
    keys = tuple(KeyFile(f"f{n % 60}", "", n, True) for n in range(1, 500))
    request = HelpRequest("", "", "", key_files=(*keys, KeyFile(KIND, "", 999, False)))
    reviews = review_files(request, ours, snapshot)
    assert len(reviews) == 40
    assert len({each.key_file.path for each in reviews}) == 40
    assert review_files(HelpRequest("", "", ""), ours, snapshot) == ()


def test_paths_are_found_by_their_end_before_their_name() -> None:
    found = Files(["x/kind/config.yaml", "y/kind/config.yaml", "y/other/config.yaml"])
    assert found.find("other/config.yaml").path == "y/other/config.yaml"
    assert found.find("kind/config.yaml").how is How.SEVERAL
    assert found.find("z/config.yaml").how is How.SEVERAL
    assert found.find("").how is How.NONE
