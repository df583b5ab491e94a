"""Git directories on this machine: which commit, which name, and nothing run on the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import RefNotFound, RepoNotFound, RepoUnavailable, UsageError
from bot.repo import File, Skip, open_local
from bot.repo.git import Git, TooLarge
from tests.git_repo import GitRepo, run


def clone(shop: GitRepo, path: Path) -> Path:
    run("clone", "-q", str(shop.path), str(path))
    return path


def text(directory: Path, path: str = "README.md", ref: str | None = None) -> str:
    with open_local(directory, ref) as snapshot:
        file = snapshot.read(path)
    assert isinstance(file, File)
    return file.text


@pytest.mark.parametrize("ref", ["v1", "tags/v1", "feature/x", "heads/feature/x", "refs/tags/v1", "main~1"])
def test_a_ref_is_a_branch_a_tag_or_a_commit(shop: GitRepo, ref: str) -> None:
    assert text(shop.path, ref=ref) == "old\n"


def test_ids_whole_and_short(shop: GitRepo) -> None:
    first = shop.git("rev-parse", "v1")
    assert text(shop.path, ref=first) == "old\n"
    assert text(shop.path, ref=first[:10]) == "old\n"


def test_an_annotated_tag_is_its_commit(shop: GitRepo) -> None:
    with open_local(shop.path, "v2") as snapshot:
        assert snapshot.ref.commit == shop.git("rev-parse", "main")


@pytest.mark.parametrize("ref", ["nope", "v1:README.md", "f" * 40, "heads/v1"])
def test_unknown_refs(shop: GitRepo, ref: str) -> None:
    with pytest.raises((RefNotFound, UsageError)) as caught:
        open_local(shop.path, ref)
    assert ref in str(caught.value)


BAD_REFS = ["", "-x", "--help", "a b", "a\nb", "a..b", "x" * 300, "\ud800", "a/../b", "@{-1}", "a:b"]


@pytest.mark.parametrize("ref", BAD_REFS)
def test_what_cannot_be_a_ref_is_refused(shop: GitRepo, ref: str) -> None:
    with pytest.raises(UsageError):
        open_local(shop.path, ref)


def test_a_name_of_a_branch_and_a_tag_is_not_guessed(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r.git")
    repo.git("tag", "both", repo.commit({"a": "1"}))
    repo.commit({"a": "2"}, branch="both")
    with pytest.raises(RefNotFound) as caught:
        open_local(repo.path, "both")
    assert "heads/both" in caught.value.hint
    assert text(repo.path, "a", "tags/both") == "1"
    assert text(repo.path, "a", "heads/both") == "2"


def test_the_commit_is_read_not_the_folder(shop: GitRepo, tmp_path: Path) -> None:
    folder = clone(shop, tmp_path / "c")
    (folder / "README.md").write_text("not committed\n")
    assert text(folder) == "one\ntwo\nthree\n"


def test_a_branch_known_only_from_the_remote(shop: GitRepo, tmp_path: Path) -> None:
    assert text(clone(shop, tmp_path / "c"), ref="feature/x") == "old\n"


def test_a_worktree(shop: GitRepo, tmp_path: Path) -> None:
    folder = clone(shop, tmp_path / "c")
    run("worktree", "add", "-q", str(tmp_path / "w"), "v1", cwd=folder)
    with open_local(tmp_path / "w") as snapshot:
        assert snapshot.ref.commit == shop.git("rev-parse", "v1")


def test_a_detached_head(shop: GitRepo, tmp_path: Path) -> None:
    folder = clone(shop, tmp_path / "c")
    run("checkout", "-q", "--detach", "v1", cwd=folder)
    with open_local(folder) as snapshot:
        assert snapshot.ref.commit == shop.git("rev-parse", "v1")
        assert snapshot.ref.ref is None


def test_a_branch_called_head_is_not_the_head(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r.git")
    repo.commit({"a": "stale"}, branch="HEAD")
    repo.git("update-ref", "refs/tags/HEAD", "refs/heads/HEAD")
    repo.commit({"a": "right"})
    assert text(repo.path, "a") == "right"
    assert text(repo.path, "a", "HEAD") == "right"


@pytest.mark.parametrize(
    ("branches", "expected"),
    [
        (["trunk"], "trunk"),
        (["dev", "main"], "main"),
        (["dev", "master"], "master"),
        (["main", "HEAD"], "main"),
    ],
)
def test_a_head_whose_branch_is_missing(tmp_path: Path, branches: list[str], expected: str) -> None:
    repo = GitRepo(tmp_path / "r.git", branch="gone")
    for branch in branches:
        repo.commit({"a": branch}, branch=branch)
    assert text(repo.path, "a") == expected


def test_no_default_branch_is_not_guessed(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r.git", branch="gone")
    repo.commit({"a": "1"}, branch="one")
    repo.commit({"a": "2"}, branch="two")
    with pytest.raises(RefNotFound):
        open_local(repo.path)


def test_an_empty_repo(tmp_path: Path) -> None:
    with pytest.raises(RefNotFound, match="no commit"):
        open_local(GitRepo(tmp_path / "r.git").path)


def test_no_repo_names_the_checkout_around(shop: GitRepo, tmp_path: Path) -> None:
    folder = clone(shop, tmp_path / "c")
    with pytest.raises(RepoNotFound) as caught:
        open_local(folder / "deploy")
    assert str(folder) in caught.value.hint
    with pytest.raises(RepoNotFound):
        open_local(tmp_path / "absent")


@pytest.mark.parametrize(
    ("url", "name", "web"),
    [
        ("https://github.com/acme/shop.git", "acme/shop", "https://github.com/acme/shop"),
        ("https://user:secret@github.com/acme/shop", "acme/shop", "https://github.com/acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop", "https://github.com/acme/shop"),
        ("ssh://git@ghe.example:2222/acme/shop.git", "acme/shop", "https://ghe.example/acme/shop"),
        ("https://github.acme.example/a/b", "a/b", "https://github.acme.example/a/b"),
        ("https://gitlab.example/acme/shop.git", "c", None),
        ("https://github.com.evil.example/acme/shop.git", "c", None),
        ("/srv/git/shop.git", "c", None),
        ("https://github.com/acme", "c", None),
        ("https://github.com/a/b/c", "c", None),
        ("https://[bad", "c", None),
    ],
)
def test_the_name_comes_from_a_github_remote(
    shop: GitRepo, tmp_path: Path, url: str, name: str, web: str | None
) -> None:
    folder = clone(shop, tmp_path / "c")
    run("remote", "set-url", "origin", url, cwd=folder)
    with open_local(folder, hosts=("github.com", "ghe.example")) as snapshot:
        assert (snapshot.ref.name, snapshot.ref.web_url) == (name, web)


@pytest.mark.parametrize(
    ("folder", "name"), [("shop.git", "shop"), ("acme+shop/repo", "acme+shop"), ("x", "x")]
)
def test_without_a_remote_the_folder_gives_the_name(tmp_path: Path, folder: str, name: str) -> None:
    repo = GitRepo(tmp_path / folder)
    repo.commit({"a": "1"})
    with open_local(repo.path) as snapshot:
        assert (snapshot.ref.name, snapshot.ref.web_url) == (name, None)


def test_nothing_that_the_repo_or_the_user_set_up_is_run(
    shop: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = clone(shop, tmp_path / "c")
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "pager.ls-tree",
        "core.askPass",
        "diff.external",
    ):
        run("config", key, str(trap), cwd=folder)
    run("config", "alias.ls-tree", f"!{trap}", cwd=folder)
    run("config", "filter.x.smudge", str(trap), cwd=folder)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "sprung"))
    assert text(folder) == "one\ntwo\nthree\n"
    assert not (tmp_path / "sprung").exists()


def test_replaced_objects_are_not_believed(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r.git")
    honest = repo.commit({"a": "honest"})
    repo.commit({"a": "replaced"}, branch="other")
    repo.git("replace", f"{honest}:a", "other:a")
    assert text(repo.path, "a") == "honest"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_repo_of_another_owner_is_read(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r.git")
    repo.commit({"a": "1"})
    for path in (repo.path, *repo.path.rglob("*")):
        os.chown(path, 12345, 12345)
    assert text(repo.path, "a") == "1"


def test_a_partial_clone_fetches_nothing(shop: GitRepo, tmp_path: Path) -> None:
    shop.git("config", "uploadpack.allowFilter", "true")
    run("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{shop.path}", str(tmp_path / "c"))
    with open_local(tmp_path / "c") as snapshot:
        assert snapshot.read("README.md") == Skip(
            "README.md", "is damaged or not stored in this copy of the repo"
        )
        assert isinstance(snapshot.read("run.sh"), Skip)


def test_a_damaged_repo_is_unavailable(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r.git")
    repo.commit({"a": "1", "d/b": "2"})
    for path in repo.path.glob("objects/??/*"):
        path.chmod(0o644)
        path.write_bytes(b"damaged")
    with pytest.raises((RepoUnavailable, RefNotFound)):
        open_local(repo.path)


def test_git_that_hangs_is_given_up(shop: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    git = Git(shop.path, timeout=0.2)
    with pytest.raises(RepoUnavailable, match="no answer within"):
        git.run("cat-file", "--batch-check")
    with pytest.raises(RepoUnavailable, match="no answer within"):
        list(git.stream("ls-tree", "HEAD"))
    with pytest.raises(RepoUnavailable, match="no answer within"):
        git.objects().get("0" * 40, 1)


def test_no_git_on_the_machine(shop: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RepoUnavailable) as caught:
        open_local(shop.path)
    assert "Install git" in caught.value.hint


def test_paths_that_are_not_utf_8(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r.git")
    repo.commit({"caf\udce9.txt": "odd"})
    with open_local(repo.path) as snapshot:
        (path,) = snapshot.entries
        assert path == "caf�.txt"
        assert isinstance(snapshot.read(path), File)


def test_the_git_process_ends_with_the_snapshot(shop: GitRepo) -> None:
    snapshot = open_local(shop.path)
    snapshot.read("README.md")
    process = snapshot._objects._process  # type: ignore[union-attr]
    assert process.poll() is None
    del snapshot
    assert process.poll() is not None


def test_reading_goes_on_after_an_object_that_is_too_large(shop: GitRepo) -> None:
    objects = Git(shop.path).objects()
    with pytest.raises(TooLarge):
        objects.get(shop.git("rev-parse", "main:big.json"), 999_999)
    assert objects.get(shop.git("rev-parse", "main:README.md"), 100) == b"one\ntwo\nthree\n"
    objects.close()
