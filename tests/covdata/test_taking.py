"""Artifacts of GitHub Actions: real coverage data out of real zips, over a local GitHub and its storage."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.artifacts.names import Names, names_of
from bot.artifacts.taking import TRIES, Limits, Pass, Taker
from bot.covdata import load
from bot.covdata.summary import summarize
from bot.history.model import Source
from bot.repo import Budget, GitHubClient, NoAuth, TokenAuth
from bot.repo.actions import Artifacts
from bot.store.answers import Store
from bot.store.artifacts import Taking
from tests.covdata.gomodule import Lab
from tests.git_repo import GitRepo
from tests.github_actions import Artifact
from tests.github_server import ANY, GitHubServer, Reply
from tests.repo.openapi import complaints

REPO, TOKEN = "acme/shop", "ghp_" + "a" * 36
STAR, LIMITS = Names("coverage-*"), Limits()
CLIENTS: list[GitHubClient] = []
NOW = float(int(time.time()))
TEXT = "mode: set\nexample.com/shop/cart.go:1.1,2.2 4 1\nexample.com/shop/cart.go:3.1,4.2 4 0\n"
COMMIT = "4f2c1e7" + "0" * 33


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return held.getvalue()


def text_zip(covered: int = 1) -> bytes:
    return zipped({"cover.out": f"mode: set\nexample.com/shop/cart.go:1.1,2.2 4 {covered}\n"})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubServer]:
    git = GitRepo(tmp_path_factory.mktemp("shop") / "repo")
    git.commit({"README.md": "shop\n"})
    with GitHubServer({REPO: git.path}, tokens={TOKEN: ANY}) as made:
        yield made


@pytest.fixture
def github(server: GitHubServer) -> Iterator[GitHubServer]:
    server.actions.artifacts.clear()
    server.actions.storage.seen.clear()
    server.actions.storage.location = None
    server.actions.storage.failing, server.actions.storage.lying = 0, False
    server.requests.clear()
    yield server
    while CLIENTS:
        CLIENTS.pop().close()
    assert [text for seen in server.requests for text in complaints(seen)] == []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path}/store.sqlite")
    yield made
    made.close()


def taker(
    github: GitHubServer,
    store: Store,
    names: Names = STAR,
    limits: Limits = LIMITS,
    budget: int = 100,
    token: str | None = TOKEN,
) -> Taker:
    client = GitHubClient(
        TokenAuth(token) if token else NoAuth(), api_url=github.api_url, sleep=lambda _: None
    )
    CLIENTS.append(client)
    return Taker(store, lambda repo: Artifacts(client, repo, Budget(budget, 1.0)), {REPO: names}, limits)


def came(done: Pass) -> list[tuple[str, str]]:
    return [(artifact.name, artifact.status) for artifact in done.artifacts]


def test_raw_data_of_a_run_becomes_a_figure(github: GitHubServer, store: Store, lab: Lab) -> None:
    files = {f"cov/{file.name}": file.read_bytes() for file in lab.data["set"].iterdir()}
    github.actions.artifacts[REPO] = [
        Artifact(11, "coverage-gateway", zipped(files), NOW - 3_600, "main", COMMIT, run=99),
        Artifact(12, "logs", b"no", NOW),
    ]
    done = taker(github, store).take("Acme/Shop")
    assert (came(done), done.more, done.error) == ([("coverage-gateway", "taken")], False, "")
    (figure,) = store.history.figures(REPO)
    wanted = summarize(load([lab.data["set"]]))
    assert (figure.statements, figure.covered) == (wanted.statements, wanted.covered)
    assert (figure.service, figure.branch, figure.commit) == ("gateway", "main", COMMIT)
    assert (figure.source, figure.at) == (Source.ACTIONS, NOW - 3_600)
    assert len(figure.packages) == len(wanted.packages)


def test_the_token_goes_to_the_api_alone(github: GitHubServer, store: Store) -> None:
    github.actions.artifacts[REPO] = [Artifact(1, "coverage-a", text_zip(), NOW)]
    taker(github, store).take(REPO)
    assert len(github.actions.storage.seen) == 1
    assert "authorization" not in github.actions.storage.seen[0]
    assert TOKEN not in str(github.actions.storage.seen)
    assert all(seen.headers["authorization"] == f"Bearer {TOKEN}" for seen in github.requests)


def test_each_is_taken_once_whoever_looks(github: GitHubServer, store: Store) -> None:
    github.actions.artifacts[REPO] = [Artifact(n, f"coverage-s{n}", text_zip(), NOW) for n in (1, 2, 3)]
    first, second = taker(github, store), taker(github, store)
    assert len(first.take(REPO).artifacts) == 3
    assert [second.take(REPO).artifacts, first.take(REPO).artifacts] == [(), ()]
    assert len(github.actions.storage.seen) == 3
    github.actions.artifacts[REPO].append(Artifact(4, "coverage-s1", text_zip(0), NOW))
    assert came(second.take(REPO)) == [("coverage-s1", "taken")]
    assert store.history.count() == 4


@pytest.mark.parametrize(
    ("artifact", "status", "why"),
    [
        (Artifact(1, "coverage-a", zipped({"README.md": "hello"}), NOW), "empty", "holds no covmeta"),
        (Artifact(1, "coverage-a", b"PK\3\4 cut", NOW), "refused", "cannot be unpacked"),
        (Artifact(1, "coverage-a", b"hello", NOW), "refused", "neither a text profile"),
        (
            Artifact(1, "coverage-a", zipped({"a.out": TEXT, "b.out": TEXT}), NOW),
            "refused",
            "2 text profiles",
        ),
        (Artifact(1, "coverage-a", zipped({"covmeta.x": b"\0"}), NOW), "refused", ""),
        (Artifact(1, "coverage-a", b"", NOW, size=200_000_000), "refused", "200,000,000 bytes; at most"),
        (Artifact(1, "coverage-a", b"", NOW, expired=True), "refused", "expired"),
        (Artifact(1, "coverage-a", zipped({"cover.out": "mode: set\n"}), NOW), "empty", "no statements"),
        (Artifact(1, "coverage-a", text_zip(), NOW, commit="HEAD"), "refused", "which commit"),
        (Artifact(1, "coverage-a\u202e", text_zip(), NOW), None, ""),
        (Artifact(1, "coverage-", text_zip(), NOW), None, ""),
        (Artifact(1, "coverage-a", text_zip(), NOW, fork=True), None, ""),
        (Artifact(1, "coverage-a", text_zip(), NOW - 15 * 86_400), None, ""),
    ],
)
def test_what_gives_no_figure_is_kept_with_its_reason_and_not_fetched_again(
    github: GitHubServer, store: Store, artifact: Artifact, status: str | None, why: str
) -> None:
    github.actions.artifacts[REPO] = [artifact]
    mine = taker(github, store)
    done = mine.take(REPO)
    assert came(done) == ([("coverage-a", status)] if status else [])
    assert done.error == ""
    if status:
        (kept,) = store.artifacts.latest(REPO)
        assert why in kept.reason, kept.reason
        assert "/tmp" not in kept.reason
    fetched = len(github.actions.storage.seen)
    assert mine.take(REPO).artifacts == ()
    assert (len(github.actions.storage.seen), store.history.count()) == (fetched, 0)


def test_a_bomb_is_refused(github: GitHubServer, store: Store) -> None:
    bomb = zipped({"cover.out": b"\0" * (300 << 20)})
    github.actions.artifacts[REPO] = [Artifact(1, "coverage-a", bomb, NOW)]
    assert came(taker(github, store).take(REPO)) == [("coverage-a", "refused")]
    assert "unpacks to too much" in store.artifacts.latest(REPO)[0].reason


def test_what_is_larger_than_it_said_is_cut_off(github: GitHubServer, store: Store) -> None:
    content = text_zip() + b"\0" * 500_000
    github.actions.artifacts[REPO] = [Artifact(1, "coverage-a", content, NOW, size=100, digest=False)]
    github.actions.storage.lying = True
    done = taker(github, store, limits=Limits(zip=100_000)).take(REPO)
    assert came(done) == [("coverage-a", "refused")]
    assert "more than 100,000 bytes" in store.artifacts.latest(REPO)[0].reason


def test_a_storage_that_fails_is_asked_again_but_not_for_ever(github: GitHubServer, store: Store) -> None:
    github.actions.artifacts[REPO] = [Artifact(n, f"coverage-s{n}", text_zip(), NOW) for n in (1, 2)]
    mine = taker(github, store)
    github.actions.storage.failing = 1
    done = mine.take(REPO)
    assert (done.artifacts, done.more) == ((), True)
    assert "answered 503" in done.error
    assert came(mine.take(REPO)) == [("coverage-s1", "taken"), ("coverage-s2", "taken")]
    github.actions.artifacts[REPO].append(Artifact(3, "coverage-s3", text_zip(), NOW))
    github.actions.storage.failing = TRIES + 1
    for _ in range(TRIES):
        assert mine.take(REPO).artifacts == ()
    assert came(mine.take(REPO)) == [("coverage-s3", "refused")]
    assert mine.take(REPO) == Pass()
    assert store.artifacts.again(REPO) == 1
    assert came(mine.take(REPO)) == [("coverage-s3", "taken")]


def test_a_wrong_digest_is_no_figure(github: GitHubServer, store: Store) -> None:
    github.actions.artifacts[REPO] = [Artifact(1, "coverage-a", text_zip(), NOW, digest="sha256:" + "0" * 64)]
    done = taker(github, store).take(REPO)
    assert "does not have the digest" in done.error
    assert store.history.count() == 0


@pytest.mark.parametrize("location", ["http://storage.example/x.zip", "ftp://127.0.0.1/x", "https://u:p@h/x"])
def test_a_storage_that_is_not_https_is_not_asked(github: GitHubServer, store: Store, location: str) -> None:
    github.actions.artifacts[REPO] = [Artifact(1, "coverage-a", text_zip(), NOW)]
    github.actions.storage.location = location
    done = taker(github, store).take(REPO)
    assert "not fetched: it is not https" in done.error
    assert github.actions.storage.seen == []


def test_the_budget_ends_a_look_and_the_next_one_goes_on(github: GitHubServer, store: Store) -> None:
    github.actions.artifacts[REPO] = [Artifact(n, f"coverage-s{n}", text_zip(), NOW) for n in range(1, 6)]
    mine = taker(github, store, budget=3)
    seen = []
    for _ in range(3):
        done = mine.take(REPO)
        seen.append((came(done), done.more))
    assert [len(names) for names, _ in seen] == [2, 2, 1]
    assert [more for _, more in seen] == [True, True, False]
    assert seen[0][0][0][0] == "coverage-s1"


def test_many_pages_are_looked_through_to_the_first_that_is_known(github: GitHubServer, store: Store) -> None:
    logs = [Artifact(n, "logs", b"", NOW) for n in range(2, 351)]
    github.actions.artifacts[REPO] = [Artifact(1, "coverage-a", text_zip(), NOW), *logs]
    mine = taker(github, store)
    assert came(mine.take(REPO)) == [("coverage-a", "taken")]
    assert [seen.query["page"] for seen in github.requests if "page" in seen.query] == ["1", "2", "3", "4"]


def test_refusals_of_github_are_told_with_what_is_needed(github: GitHubServer, store: Store) -> None:
    github.actions.artifacts[REPO] = [Artifact(1, "coverage-a", text_zip(), NOW)]
    refused = Reply(403, {"message": "Resource not accessible by integration"})
    github.script(refused, "/actions/artifacts")
    assert "`actions: read`" in taker(github, store).take(REPO).error
    assert "asks for a token" in taker(github, store, token=None).take(REPO).error
    limited = Reply(403, {"message": "API rate limit exceeded"}, {"Retry-After": "600"})
    github.script(limited, "/actions/artifacts")
    assert "rate limit holds" in taker(github, store).take(REPO).error
    assert store.artifacts.latest(REPO) == ()
    assert came(taker(github, store).take(REPO)) == [("coverage-a", "taken")]


def test_one_that_ends_covcheck_each_time_is_refused(github: GitHubServer, store: Store) -> None:
    github.actions.artifacts[REPO] = [Artifact(1, "coverage-a", text_zip(), NOW)]

    class Ends(Taker):
        def _figure(self, *_: object) -> None:  # type: ignore[override]
            raise KeyboardInterrupt

    client = GitHubClient(TokenAuth(TOKEN), api_url=github.api_url)
    CLIENTS.append(client)
    deadly = Ends(store, lambda repo: Artifacts(client, repo, Budget()), {REPO: Names("coverage-*")})
    for _ in range(TRIES):
        with pytest.raises(KeyboardInterrupt):
            deadly.take(REPO)
    assert came(deadly.take(REPO)) == [("coverage-a", "refused")]
    assert store.artifacts.latest(REPO)[0].status == Taking.REFUSED


def test_names() -> None:
    star = names_of("cov-*-e2e")
    assert [star.service(n) for n in ("cov-gateway-e2e", "cov--e2e", "cov-e2e", "cov-x-e2e-2")] == [
        "gateway",
        None,
        None,
        None,
    ]
    each = names_of({"gateway": "gw.cov", "store": "data-cov"})
    assert [each.service(n) for n in ("gw.cov", "data-cov", "gw")] == ["gateway", "store", None]
    for wrong in ("coverage", "*-*", {}, {"a": "x", "b": "x"}, {"": "x"}):
        with pytest.raises(ValueError, match=r"artifact"):
            names_of(wrong)


@pytest.mark.parametrize("digest", [True, False])
def test_statuses_last_over_a_restart(github: GitHubServer, tmp_path: Path, digest: bool) -> None:
    github.actions.artifacts[REPO] = [Artifact(1, "coverage-a", text_zip(), NOW, digest=digest)]
    for wanted in (1, 0):
        store = Store(f"sqlite:///{tmp_path}/kept.sqlite")
        assert len(taker(github, store).take(REPO).artifacts) == wanted
        store.close()
