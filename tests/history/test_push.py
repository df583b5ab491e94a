"""`covcheck cov push` against real servers: taken once, refused with the reason, the token nowhere else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.covdata import DataError
from bot.covdata.summary import PackageRow, Summary
from bot.errors import PushError, UsageError
from bot.history.model import PackageFigure, Source
from bot.history.origin import Named, Origin, origin
from bot.history.push import ATTEMPTS, body_of, post, push, target_of, token_of
from bot.history.pushed import MAX_BYTES, PATH, decode
from bot.history.reading import read_coverage
from bot.store.answers import Store
from tests.history.server import TOKEN, Saying, served, taking
from tests.history.test_pushed import sent
from tests.scenarios.livework import write_coverage

ROOT = Path(__file__).resolve().parents[2]
COMMIT = "4f2c1e7" + "0" * 33
PACKAGES = {"acme/shop/cart": (80, 60), "acme/shop/store": (120, 30)}
ACTIONS = {
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_SHA": COMMIT,
    "GITHUB_REF_NAME": "main",
    "GITHUB_REF_TYPE": "branch",
    "GITHUB_HEAD_REF": "",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    yield store
    store.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_coverage(tmp_path / "covdata", PACKAGES)


def covcheck(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command as CI runs it: a process of its own with GitHub Actions' environment."""
    ours = ("COVCHECK_", "GITHUB_", "SLACK_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    env = {name: value for name, value in os.environ.items() if not name.upper().startswith(ours)}
    env |= {"PYTHONPATH": str(ROOT), "COVCHECK_PUSH_TOKEN": TOKEN, **ACTIONS, **more}
    command = [sys.executable, "-c", "from bot.entry import main; main()", "cov", "push", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


class TestCommand:
    def test_a_figure_is_pushed_once(self, store: Store, data: Path) -> None:
        with taking(store.history) as url:
            first, again = (
                covcheck("-i", str(data), "--service", "gateway", COVCHECK_PUSH_URL=url) for _ in range(2)
            )
        assert (first.returncode, again.returncode) == (0, 0), first.stderr
        said = "gateway of acme/shop at 4f2c1e700000 on main: 45.0% of 200 statements.\n"
        assert (first.stdout, again.stdout) == (f"Pushed: {said}", f"Known already: {said}")
        (figure,) = store.history.figures("acme/shop", "gateway")
        assert (figure.commit, figure.branch, figure.source) == (COMMIT, "main", Source.PUSH)
        assert set(figure.packages) == {PackageFigure(path, *sums) for path, sums in PACKAGES.items()}

    def test_refused(self, store: Store, data: Path) -> None:
        words = ("-i", str(data), "--service", "gateway")
        wrong = "another-token-0123456789"
        with taking(store.history) as url:
            token = covcheck(*words, "--url", url, COVCHECK_PUSH_TOKEN=wrong)
            repo = covcheck(*words, "--url", url, "--repo", "other/shop")
        assert (token.returncode, repo.returncode) == (2, 2)
        assert "refuses the figure (401): the token is missing or another one." in token.stderr
        assert "refuses the figure (403): figures of other/shop are not taken here." in repo.stderr
        assert "`repos.allowed`" in repo.stderr
        assert wrong not in token.stderr + token.stdout
        assert TOKEN not in repo.stderr + repo.stdout
        assert store.history.count() == 0

    def test_broken_data_and_a_wrong_command(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        words = ("-i", str(tmp_path / "empty"), "--service", "gateway")
        empty = covcheck(*words, "--dry-run", COVCHECK_PUSH_TOKEN="")
        assert (empty.returncode, empty.stdout) == (1, "")
        assert "no coverage files" in empty.stderr
        unsafe = covcheck(*words, "--url", "http://covcheck.example.com")
        assert (unsafe.returncode, unsafe.stdout) == (2, "")
        assert "not sent over http://" in unsafe.stderr
        assert covcheck("-i", "x").returncode == 2


class TestPush:
    def test_a_dry_run_prints_what_the_server_reads(
        self, data: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        push([data], Named("gateway"), dry_run=True, environ=ACTIONS)
        figure = decode(capsys.readouterr().out.encode(), 1_795_400_000.0)
        assert (figure.statements, figure.covered, figure.service) == (200, 90, "gateway")

    def test_more_packages_than_fit_leave_the_largest(self) -> None:
        rows = tuple(PackageRow(f"{'x' * 490}{n:05}", 10_000 + n, 1) for n in range(2_500))
        odd = PackageRow("acme/\u202eshop", 20_000, 0)
        summary = Summary("set", sum(row.statements for row in (*rows, odd)), 2_500, (*rows, odd), ())
        body = body_of(summary, Origin("acme/shop", "gateway", COMMIT, None, ""))
        assert len(body) <= MAX_BYTES
        figure = decode(body, 1_795_400_000.0)
        assert figure.packages[0].path == rows[-1].path
        assert 1_000 < len(figure.packages) <= 2_000
        assert figure.statements == summary.statements


class TestServers:
    """Each of these servers saw the token only if it was the one that was named."""

    def test_one_that_recovers(self, capsys: pytest.CaptureFixture[str]) -> None:
        server = Saying(
            ("503 Busy", ""), ("429 Slow down", "{}"), ("201 Created", '{"id": "x", "new": true}')
        )
        waits: list[float] = []
        with served(server) as url:
            assert post(target_of(url), TOKEN, sent(), sleep=waits.append)
        assert (len(server.seen), waits) == (3, [1.0, 2.0])
        assert {authorization for authorization, _ in server.seen} == {f"Bearer {TOKEN}"}
        assert TOKEN not in "".join(capsys.readouterr())

    def test_one_that_asks_to_wait_is_heard_within_bounds(self) -> None:
        server = Saying(("429 Slow down", "{}"), headers=[("Retry-After", "86400")])
        waits: list[float] = []
        with served(server) as url, pytest.raises(PushError, match="429, 4 times in a row"):
            post(target_of(url), TOKEN, sent(), sleep=waits.append)
        assert (len(server.seen), waits) == (ATTEMPTS, [30.0] * (ATTEMPTS - 1))

    def test_one_that_is_down(self, capsys: pytest.CaptureFixture[str]) -> None:
        with socket.socket() as bound:  # never listens
            bound.bind(("127.0.0.1", 0))
            url = target_of(f"http://127.0.0.1:{bound.getsockname()[1]}")
            waits: list[float] = []
            with pytest.raises(PushError, match="cannot be reached: ConnectError, 4 times"):
                post(url, TOKEN, sent(), sleep=waits.append)
        assert len(waits) == ATTEMPTS - 1
        assert capsys.readouterr().err.count("trying again") == ATTEMPTS - 1

    def test_a_redirect_does_not_get_the_token(self) -> None:
        other = Saying(("201 Created", '{"id": "x", "new": true}'))
        with served(other) as elsewhere:
            first = Saying(("307 Temporary Redirect", ""), headers=[("Location", elsewhere + PATH)])
            with served(first) as url, pytest.raises(PushError, match=r"redirects \(307\)"):
                post(target_of(url), TOKEN, sent())
        assert (len(first.seen), other.seen) == (1, [])

    @pytest.mark.parametrize("answer", ["<html>Sign in</html>", "{}", '{"id": 1, "new": true}', "[" * 9_000])
    def test_a_page_that_is_not_ours_is_no_success(self, answer: str) -> None:
        with served(Saying(("200 OK", answer))) as url, pytest.raises(PushError, match="not covcheck's"):
            post(target_of(url), TOKEN, sent())

    def test_what_a_server_says_is_shown_without_the_token_and_bounded(self) -> None:
        error = json.dumps({"error": f"bad {TOKEN}\n\x1b[31m" + "x" * 90_000})
        short = json.dumps({"error": f"bad {TOKEN}\n\x1b[31m" + "x" * 900})
        with served(Saying(("400 Bad Request", error), ("400 Bad Request", short))) as url:
            with pytest.raises(PushError, match=r"\(400\)\.$"):
                post(target_of(url), TOKEN, sent())
            with pytest.raises(PushError) as shown:
                post(target_of(url), TOKEN, sent())
        assert "bad [redacted]" in str(shown.value)
        assert TOKEN not in str(shown.value)
        assert "\x1b" not in str(shown.value)
        assert len(str(shown.value)) < 400

    def test_a_body_that_is_too_large_is_refused(self, store: Store) -> None:
        with taking(store.history) as url, pytest.raises(PushError, match=r"\(413\)"):
            post(target_of(url), TOKEN, b" " * (MAX_BYTES + 1))
        assert store.history.count() == 0

    def test_only_the_endpoint_and_the_health_are_served(self, store: Store) -> None:
        with taking(store.history) as url:
            with urllib.request.urlopen(f"{url}/healthz") as health:
                assert health.status == 200
            for path, status in (("/", 404), (PATH, 405), (f"{PATH}/x", 404), ("/slack/events", 404)):
                with pytest.raises(urllib.error.HTTPError) as refused:
                    urllib.request.urlopen(url + path)
                assert refused.value.code == status
                refused.value.close()


class TestOrigin:
    def test_a_pull_request_is_its_head_branch(self) -> None:
        changes = {"GITHUB_HEAD_REF": "topic", "GITHUB_REF_NAME": "12/merge"}
        assert origin(Named("gateway"), {**ACTIONS, **changes}).branch == "topic"

    def test_a_forks_branch_is_not_taken_for_the_repos_own(self, tmp_path: Path) -> None:
        event = tmp_path / "event.json"
        environ = {**ACTIONS, "GITHUB_HEAD_REF": "main", "GITHUB_EVENT_PATH": str(event)}
        branches = []
        for repo in ({"full_name": "Acme/shop"}, {"full_name": "mallory/shop"}, None):
            head = {"label": "mallory:main", "ref": "main", "repo": repo}
            event.write_text(json.dumps({"pull_request": {"head": head}}))
            branches.append(origin(Named("gateway"), environ).branch)
        assert branches == ["main", "mallory:main", "mallory:main"]
        for broken in ("", "[]", '{"pull_request": {"head": {"label": 1, "repo": 2}}}', "[" * 100_000):
            event.write_text(broken)
            assert origin(Named("gateway"), environ).branch == "main"

    def test_a_tag_is_no_branch(self) -> None:
        assert origin(Named("gateway"), {**ACTIONS, "GITHUB_REF_TYPE": "tag"}).branch is None

    def test_what_is_named_wins(self) -> None:
        named = Named("gateway", "acme/other", "A" * 40, "dev", "5")
        assert origin(named, ACTIONS) == Origin("acme/other", "gateway", "a" * 40, "dev", "5")
        assert origin(Named("gateway"), ACTIONS).run == "77/2"

    @pytest.mark.parametrize(
        ("named", "said"),
        [
            (Named("gateway"), "No repo"),
            (Named("gateway", "shop"), "'shop' is no repo"),
            (Named("gateway", "acme/shop"), "No commit"),
            (Named("gateway", "acme/shop", "4f2c1e7"), "no full commit"),
            (Named(" "), "--service"),
        ],
    )
    def test_what_is_missing_is_named(self, named: Named, said: str) -> None:
        with pytest.raises(UsageError, match=said):
            origin(named, {})


class TestAddress:
    @pytest.mark.parametrize(
        ("url", "target"),
        [
            ("https://covcheck.example.com", "https://covcheck.example.com/api/figures"),
            ("https://example.com/covcheck/", "https://example.com/covcheck/api/figures"),
            ("https://example.com/api/figures", "https://example.com/api/figures"),
            ("http://localhost:3000", "http://localhost:3000/api/figures"),
            ("http://[::1]:3000/", "http://[::1]:3000/api/figures"),
        ],
    )
    def test_addresses(self, url: str, target: str) -> None:
        assert target_of(url) == target

    @pytest.mark.parametrize(
        "url",
        [
            *("", "covcheck.example.com", "ftp://example.com", "https://", "http://localhost.example.com"),
            *(
                "https://user:word@example.com",
                "https://example.com/?x=1",
                "http://127.0.0.1.nip.io",
                "http://\x00",
            ),
        ],
    )
    def test_no_addresses(self, url: str) -> None:
        with pytest.raises(UsageError):
            target_of(url)

    @pytest.mark.parametrize("token", ["", "  ", "two words", "line\r\nX-Other: 1", "tokén"])
    def test_no_tokens(self, token: str) -> None:
        with pytest.raises(UsageError) as error:
            token_of({"COVCHECK_PUSH_TOKEN": token})
        assert not token.strip() or token not in str(error.value)


class TestReading:
    PROFILE = "mode: set\nacme/shop/cart/a.go:1.1,2.2 4 1\nacme/shop/cart/a.go:3.1,4.2 6 0\n"

    def test_directories_are_merged(self, tmp_path: Path, data: Path) -> None:
        other = write_coverage(tmp_path / "other", {"acme/shop/pay": (10, 10)})
        assert (found := read_coverage([data, other]).summary).statements == 210
        assert found.covered == 100

    def test_a_profile_and_a_zip_are_known_by_what_they_hold(self, tmp_path: Path, data: Path) -> None:
        profile, archive = tmp_path / "coverage.anything", tmp_path / "artifact"
        profile.write_text(self.PROFILE)
        with zipfile.ZipFile(archive, "w") as made:
            for file in data.iterdir():
                made.write(file, f"run/{file.name}")
        assert read_coverage([profile]).summary.percent == 40.0
        assert read_coverage([archive]).summary.percent == 45.0

    def test_meta_data_alone_is_no_figure(self, tmp_path: Path, data: Path) -> None:
        """It would be 0%, and is no data."""
        next(data.glob("covcounters.*")).unlink()
        archive = tmp_path / "artifact.zip"
        with zipfile.ZipFile(archive, "w") as made:
            made.write(next(data.iterdir()), next(data.iterdir()).name)
        for place in (data, archive):
            with pytest.raises(DataError, match="META_ONLY") as error:
                read_coverage([place])
            assert str(place) in str(error.value)

    @pytest.mark.parametrize("content", [b"", b"hello", b"mode: set\n", b"PK\x03\x04 no zip"])
    def test_no_figure(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "cover.out").write_bytes(content)
        with pytest.raises(DataError):
            read_coverage([tmp_path / "cover.out"])

    def test_no_files(self, tmp_path: Path, data: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for name in ("missing", "pipe"):
            with pytest.raises(DataError, match=name):
                read_coverage([tmp_path / name])
        with pytest.raises(UsageError, match="directories, or one file"):
            read_coverage([data, tmp_path / "cover.out"])
