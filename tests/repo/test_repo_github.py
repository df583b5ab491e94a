"""A repo on GitHub: how many requests, which commit, what is kept and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import (
    AccessDenied,
    RefNotFound,
    RepoNotFound,
    RepoUnavailable,
    RequestBudgetSpent,
    UsageError,
)
from bot.repo import Budget, File, MemoryCache, ObjectCache, Skip, open_github
from tests.git_repo import GitRepo
from tests.github_server import ANY, GitHubServer, Reply
from tests.repo.conftest import NAME, TOKEN, Connect

HEAD_PATH = f"/repos/{NAME}/commits/HEAD"


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_cold_check_asks_for_the_ref_the_tree_and_each_file_once(
    server: GitHubServer, connect: Connect, shop: GitRepo
) -> None:
    snapshot = open_github(connect(), NAME)
    for _ in range(2):
        assert isinstance(snapshot.read("README.md"), File)
        assert isinstance(snapshot.read("deploy/current/app.yaml"), File)
    commit = shop.git("rev-parse", "main")
    blobs = [
        shop.git("rev-parse", f"main:{path}")
        for path in ("README.md", "deploy/current", "deploy/prod/app.yaml")
    ]
    assert server.paths() == [
        HEAD_PATH,
        f"/repos/{NAME}/git/trees/{commit}",
        *(f"/repos/{NAME}/git/blobs/{sha}" for sha in blobs),
    ]
    assert snapshot.ref.commit == commit
    assert snapshot.requests == 5


def test_a_warm_check_is_one_conditional_request(server: GitHubServer, connect: Connect) -> None:
    cold = open_github(connect(), NAME)
    cold.read("README.md")
    server.requests.clear()
    client = connect()
    warm = open_github(client, NAME)
    assert isinstance(warm.read("README.md"), File)
    assert [(seen.path, seen.status) for seen in server.requests] == [(HEAD_PATH, 304)]
    assert (client.requests, warm.requests) == (1, 1)
    assert (warm.ref, dict(warm.entries)) == (cold.ref, dict(cold.entries))


def test_a_new_commit_is_seen_at_once(server: GitHubServer, connect: Connect, tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "moving.git")
    server.repos["acme/moving"] = type(server.repos[NAME])(repo.path)
    repo.commit({"a": "1", "b": "same"})
    first = open_github(connect(), "acme/moving")
    assert isinstance(first.read("b"), File)
    commit = repo.commit({"a": "2"})
    server.requests.clear()
    second = open_github(connect(), "acme/moving")
    assert second.ref.commit == commit
    assert isinstance(second.read("b"), File)
    assert len(server.requests) == 2
    assert second.read("a").text == "2"  # type: ignore[union-attr]


def test_a_whole_id_costs_nothing_once_read(server: GitHubServer, connect: Connect, shop: GitRepo) -> None:
    commit = shop.git("rev-parse", "v1")
    open_github(connect(), NAME, commit).read("README.md")
    server.requests.clear()
    assert open_github(connect(), NAME, commit.upper()).read("README.md").text == "old\n"  # type: ignore[union-attr]
    assert server.requests == []


def test_another_token_does_not_see_what_the_first_one_read(
    server: GitHubServer, connect: Connect, shop: GitRepo
) -> None:
    server.private.add(NAME)
    server.tokens["other"] = ["acme/else"]
    commit = shop.git("rev-parse", "main")
    open_github(connect(), NAME, commit)
    for ref in (commit, None):
        with pytest.raises(RepoNotFound):
            open_github(connect("other"), NAME, ref)


def test_an_etag_is_sent_only_with_its_token(server: GitHubServer, connect: Connect) -> None:
    server.tokens["other"] = ANY
    open_github(connect(), NAME)
    open_github(connect("other"), NAME)
    open_github(connect(), NAME)
    sent = ["if-none-match" in seen.headers for seen in server.requests if seen.path == HEAD_PATH]
    assert sent == [False, False, True]


def test_a_304_that_was_not_asked_for(server: GitHubServer, connect: Connect) -> None:
    server.script(Reply(304))
    with pytest.raises(RepoUnavailable):
        open_github(connect(), NAME)


@pytest.mark.parametrize(
    ("ref", "asked"),
    [
        ("feature/x", "feature%2Fx"),
        ("heads/feature/x", "heads%2Ffeature%2Fx"),
        ("refs/tags/v1", "tags%2Fv1"),
        ("v1", "v1"),
    ],
)
def test_a_ref_is_one_segment_of_the_path(
    server: GitHubServer, connect: Connect, ref: str, asked: str
) -> None:
    snapshot = open_github(connect(), NAME, ref)
    assert server.requests[0].raw_path == f"/repos/{NAME}/commits/{asked}"
    assert snapshot.ref.ref == ref
    assert snapshot.read("README.md").text == "old\n"  # type: ignore[union-attr]


def test_a_renamed_default_branch(server: GitHubServer, connect: Connect, tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r.git", branch="master")
    server.repos["acme/r"] = type(server.repos[NAME])(repo.path)
    repo.commit({"a": "1"})
    first = open_github(connect(), "acme/r")
    repo.git("branch", "-m", "master", "main")
    repo.git("symbolic-ref", "HEAD", "refs/heads/main")
    assert open_github(connect(), "acme/r").ref == first.ref


@pytest.mark.parametrize("ref", ["nope", "f" * 40, "abcdef0"])
def test_an_unknown_ref(connect: Connect, ref: str) -> None:
    with pytest.raises(RefNotFound, match=ref):
        open_github(connect(), NAME, ref)


def test_a_ref_answered_with_404_is_told_from_a_missing_repo(server: GitHubServer, connect: Connect) -> None:
    server.script(Reply(404, {"message": "Not Found"}), "/commits/nope", times=2)
    with pytest.raises(RefNotFound, match="nope"):
        open_github(connect(), NAME, "nope")
    server.script(Reply(404, {"message": "Not Found"}), "/commits/", times=2)
    with pytest.raises(RepoNotFound):
        open_github(connect(), NAME, "nope")


@pytest.mark.parametrize("ref", ["", "-x", "a b", "..", "a/../../b", "x\r\ny", "main?x=1"])
def test_what_cannot_be_a_ref_is_not_asked(server: GitHubServer, connect: Connect, ref: str) -> None:
    with pytest.raises(UsageError):
        open_github(connect(), NAME, ref)
    assert server.requests == []


@pytest.mark.parametrize(
    "name", ["", "acme", "acme/shop/x", "../x", "acme/..", "acme/a b", "a?b/c", "acme/s#x"]
)
def test_what_cannot_be_a_repo_is_not_asked(server: GitHubServer, connect: Connect, name: str) -> None:
    with pytest.raises(UsageError):
        open_github(connect(), name)
    assert server.requests == []


def test_an_empty_repo(server: GitHubServer, connect: Connect, tmp_path: Path) -> None:
    server.repos["acme/empty"] = type(server.repos[NAME])(GitRepo(tmp_path / "e.git").path)
    with pytest.raises(RefNotFound, match="empty"):
        open_github(connect(), "acme/empty")


@pytest.mark.parametrize(("token", "hint"), [(TOKEN, "token may read"), (None, "GITHUB_TOKEN")])
def test_a_missing_or_private_repo_says_what_to_do(connect: Connect, token: str | None, hint: str) -> None:
    with pytest.raises(RepoNotFound, match="acme/none") as caught:
        open_github(connect(token), "acme/none")
    assert hint in caught.value.hint


def test_a_private_repo_needs_its_token(server: GitHubServer, connect: Connect) -> None:
    server.private.add(NAME)
    server.tokens = {TOKEN: [NAME]}
    with pytest.raises(RepoNotFound):
        open_github(connect(None), NAME)
    assert isinstance(open_github(connect(), NAME).read("README.md"), File)


def test_a_wrong_token(connect: Connect) -> None:
    with pytest.raises(AccessDenied, match="Bad credentials") as caught:
        open_github(connect("ghp_wrong"), NAME)
    assert "GITHUB_TOKEN" in caught.value.hint


def test_a_server_that_wants_a_token(server: GitHubServer, connect: Connect) -> None:
    server.script(Reply(401, {"message": "Must authenticate to access this API."}))
    with pytest.raises(AccessDenied, match="asks for a token"):
        open_github(connect(None), NAME)


@pytest.mark.parametrize(
    ("headers", "hint"),
    [({}, "contents"), ({"X-GitHub-SSO": "required; url=https://github.com/orgs/a/sso"}, "single sign-on")],
)
def test_a_permission_that_lacks(
    server: GitHubServer, connect: Connect, headers: dict[str, str], hint: str
) -> None:
    server.script(Reply(403, {"message": "Resource not accessible by personal access token"}, headers))
    with pytest.raises(AccessDenied, match="not accessible") as caught:
        open_github(connect(), NAME)
    assert hint in caught.value.hint


def test_a_moved_repo_is_followed_once_per_check(
    server: GitHubServer, connect: Connect, shop: GitRepo
) -> None:
    server.moved["acme/old"] = NAME
    snapshot = open_github(connect(), "acme/old")
    assert isinstance(snapshot.read("README.md"), File)
    blob = shop.git("rev-parse", "main:README.md")
    assert server.paths() == [
        "/repos/acme/old/commits/HEAD",
        "/repositories/1000/commits/HEAD",
        f"/repositories/1000/git/trees/{snapshot.ref.commit}",
        f"/repositories/1000/git/blobs/{blob}",
    ]
    server.requests.clear()
    open_github(connect(), "acme/old").read("README.md")
    assert [seen.status for seen in server.requests] == [301, 304]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/repos/acme/shop/commits/HEAD",
        "https://evil.example/",
        "//evil.example/x",
        "https://127.0.0.1/x",
        "http://[bad",
        "file:///etc/passwd",
    ],
)
def test_no_redirect_leaves_the_api(server: GitHubServer, connect: Connect, location: str) -> None:
    server.script(Reply(302, b"", {"Location": location}))
    with pytest.raises(RepoUnavailable, match="another host"):
        open_github(connect(), NAME)
    assert len(server.requests) == 1


def test_no_redirect_leaves_the_api_of_an_enterprise_server(server: GitHubServer, connect: Connect) -> None:
    server.prefix = "/api/v3"
    server.script(Reply(302, b"", {"Location": "/login"}))
    with pytest.raises(RepoUnavailable, match="out of its API"):
        open_github(connect(api_url=server.api_url), NAME)


def test_redirects_in_a_circle(server: GitHubServer, connect: Connect) -> None:
    server.script(Reply(301, b"", {"Location": HEAD_PATH}), times=99)
    with pytest.raises(RepoUnavailable, match="more than 5 times"):
        open_github(connect(), NAME)


def test_an_enterprise_server(server: GitHubServer, connect: Connect) -> None:
    server.prefix = "/api/v3"
    snapshot = open_github(connect(api_url=f"{server.api_url}/"), NAME)
    assert isinstance(snapshot.read("README.md"), File)
    assert snapshot.ref.web_url == f"{server.url}/{NAME}"
    assert all(seen.path.startswith("/api/v3/repos/") for seen in server.requests)


def test_the_budget_leaves_the_rest_unread(server: GitHubServer, connect: Connect) -> None:
    snapshot = open_github(connect(), NAME, budget=Budget(3))
    assert isinstance(snapshot.read("README.md"), File)
    assert snapshot.read("crlf.txt") == Skip("crlf.txt", "request budget of 3 spent")
    assert snapshot.read("deploy/current/app.yaml").reason == "request budget of 3 spent"  # type: ignore[union-attr]
    assert isinstance(snapshot.read("README.md"), File)
    assert len(server.requests) == snapshot.requests == 3
    assert isinstance(open_github(connect(), NAME, budget=Budget(3)).read("crlf.txt"), File)


def test_a_budget_too_small_for_the_tree(connect: Connect) -> None:
    with pytest.raises(RequestBudgetSpent):
        open_github(connect(), NAME, budget=Budget(1))


def test_prefetch_takes_the_first_paths_in_budget(server: GitHubServer, connect: Connect) -> None:
    snapshot = open_github(connect(), NAME, budget=Budget(4))
    snapshot.prefetch(["big.json", "vendor/module", "absent", "README.md", "crlf.txt", "run.sh", "bom.yaml"])
    assert len(server.requests) == 4
    assert isinstance(snapshot.read("README.md"), File)
    assert isinstance(snapshot.read("crlf.txt"), File)
    assert isinstance(snapshot.read("run.sh"), Skip)


def test_prefetch_asks_only_for_what_is_not_cached(server: GitHubServer, connect: Connect) -> None:
    paths = ["README.md", "crlf.txt", "run.sh", "empty", "latin.txt"]
    open_github(connect(), NAME).prefetch(paths)
    server.requests.clear()
    snapshot = open_github(connect(), NAME)
    snapshot.prefetch([*paths, "bom.yaml", "talks-of-lfs.md"])
    assert all(isinstance(snapshot.read(path), File) for path in paths)
    assert len(server.requests) == 3


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 100])
def test_damaged_cache_entries_are_fetched_again(
    server: GitHubServer, connect: Connect, tmp_path: Path, damage: bytes
) -> None:
    open_github(connect(), NAME).read("README.md")
    for path in files(tmp_path / "cache"):
        path.write_bytes(damage)
    server.requests.clear()
    assert isinstance(open_github(connect(), NAME).read("README.md"), File)
    assert [seen.status for seen in server.requests] == [200, 200, 200]


FORGED = [
    b"forged",
    b"{}",
    b'{"content": "Zm9yZ2Vk", "encoding": "base64"}',
    b'{"content": "one\\u00e9"}',
    b'{"content": null}',
]


@pytest.mark.parametrize("body", FORGED)
def test_content_that_is_not_what_the_tree_says(server: GitHubServer, connect: Connect, body: bytes) -> None:
    snapshot = open_github(connect(), NAME)
    server.script(Reply(200, body), "/git/blobs/")
    assert "does not have the id" in snapshot.read("README.md").reason  # type: ignore[union-attr]
    assert isinstance(snapshot.read("README.md"), File)


def test_raw_content_is_understood_too(server: GitHubServer, connect: Connect) -> None:
    server.script(Reply(200, b"one\ntwo\nthree\n"), "/git/blobs/")
    assert isinstance(open_github(connect(), NAME).read("README.md"), File)


def test_a_forged_cache_entry_is_not_believed(connect: Connect, tmp_path: Path, shop: GitRepo) -> None:
    cache = ObjectCache(tmp_path / "cache")
    cache.put(b"forged", "blob", shop.git("rev-parse", "main:README.md"))
    file = open_github(connect(), NAME).read("README.md")
    assert isinstance(file, File)
    assert file.text == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("/commits/", Reply(200, b"<html>hello</html>")),
        ("/commits/", Reply(200, b"x" * 200_000)),
        ("/commits/", Reply(418, b"")),
        ("/trees/", Reply(200, b"not json")),
        ("/trees/", Reply(200, b"[" * 100_000)),
        ("/trees/", Reply(200, b"[]")),
        ("/trees/", Reply(200, b'{"tree": [1]}')),
        ("/trees/", Reply(200, b'{"tree": null}')),
        ("/trees/", Reply(200, b"garbage", {"Content-Encoding": "gzip"})),
        ("/trees/", Reply(500, b"")),
    ],
)
def test_odd_answers_are_named(server: GitHubServer, connect: Connect, path: str, reply: Reply) -> None:
    server.script(reply, path, times=9)
    with pytest.raises(RepoUnavailable, match="GitHub"):
        open_github(connect(), NAME)


def test_an_answer_larger_than_a_file_may_be_is_not_read(server: GitHubServer, connect: Connect) -> None:
    snapshot = open_github(connect(), NAME)
    server.script(Reply(200, b"x" * 5_000_000), "/git/blobs/")
    with pytest.raises(RepoUnavailable, match="larger than"):
        snapshot.read("README.md")


def test_tokens_are_nowhere_to_be_found(
    server: GitHubServer, connect: Connect, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    client = connect()
    open_github(client, NAME).read("README.md")
    server.script(Reply(403, {"message": f"no {TOKEN}"}))
    with pytest.raises(AccessDenied) as caught:
        open_github(client, NAME)
    assert caught.value.__cause__ is None
    assert all(TOKEN.encode() not in path.read_bytes() for path in files(tmp_path / "cache"))
    assert all(TOKEN not in str(path) for path in files(tmp_path / "cache"))
    assert TOKEN not in caplog.text + str(caught.value) + repr(client.auth) + repr(vars(client))


def test_without_a_folder_the_cache_lasts_as_long_as_the_client(
    server: GitHubServer, connect: Connect
) -> None:
    client = connect(cache=MemoryCache())
    open_github(client, NAME).prefetch(["README.md", "run.sh"])
    assert isinstance(open_github(client, NAME).read("run.sh"), File)
    assert len(server.requests) == 5


def test_a_cache_that_cannot_be_written_costs_no_request_twice(
    server: GitHubServer, connect: Connect, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    snapshot = open_github(connect(cache=ObjectCache(tmp_path / "file")), NAME)
    snapshot.prefetch(["README.md", "run.sh", "empty"])
    assert all(
        isinstance(snapshot.read(path), File) for path in ("README.md", "run.sh", "empty", "README.md")
    )
    assert len(server.requests) == 5
