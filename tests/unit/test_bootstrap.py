"""What is built from settings: clients, openers, addresses; and what half-set settings say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.bootstrap import access, github_client, jobs_config, slack_config, snapshot_opener, store_url
from bot.errors import RepoError, RepoNotFound, SettingsError, UsageError
from bot.repo import AppAuth, NoAuth, TokenAuth
from bot.repo.local import LocalSnapshot
from bot.settings import Settings
from tests.git_repo import GitRepo
from tests.github_server import GitHubServer

PUBLIC = "https://api.github.com"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    repo = GitRepo(tmp_path_factory.mktemp("git") / "shop.git")
    repo.commit({"README.md": "one\n"})
    return repo


@pytest.fixture
def github(shop: GitRepo) -> Iterator[GitHubServer]:
    with GitHubServer({"acme/shop": shop.path}) as server:
        yield server


@pytest.fixture(scope="module")
def key() -> str:
    made = rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return made.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def settings(**sections: object) -> Settings:
    return Settings.model_validate(sections)


class TestGitHubClient:
    @pytest.mark.parametrize(
        ("github", "auth"),
        [
            ({}, NoAuth),
            ({"token": ""}, NoAuth),
            ({"token": "t"}, TokenAuth),
        ],
    )
    def test_a_token_is_used_where_there_is_one(self, github: dict[str, str], auth: type) -> None:
        with github_client(settings(github=github)) as client:
            assert isinstance(client.auth, auth)
            assert client.api_url == PUBLIC

    def test_an_app_wins_over_a_token_and_its_key_can_stand_in_a_file(self, tmp_path: Path, key: str) -> None:
        (tmp_path / "key.pem").write_text(key)
        app = {"app_id": "1", "token": "t"}
        ways = ({"app_private_key": key}, {"app_private_key_file": str(tmp_path / "key.pem")})
        for way in ways:
            with github_client(settings(github=app | way)) as client:
                assert isinstance(client.auth, AppAuth)

    def test_a_text_that_is_no_key_is_an_error(self) -> None:
        with pytest.raises(SettingsError, match="private key"):
            github_client(settings(github={"app_id": "1", "app_private_key": "pem"}))

    @pytest.mark.parametrize(
        "github", [{"app_id": "1"}, {"app_private_key": "pem"}, {"app_id": "1", "token": "t"}]
    )
    def test_half_an_app_is_an_error(self, github: dict[str, str]) -> None:
        with pytest.raises(SettingsError, match="both"):
            github_client(settings(github=github))

    @pytest.mark.parametrize("content", [None, b"\xff\xfe"])
    def test_a_key_file_that_cannot_be_read(self, tmp_path: Path, content: bytes | None) -> None:
        file = tmp_path / "key.pem"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(SettingsError, match=r"app_private_key_file .* cannot be read"):
            github_client(settings(github={"app_id": "1", "app_private_key_file": str(file)}))


class TestSnapshotOpener:
    def test_a_directory_needs_no_github(self, shop: GitRepo) -> None:
        opener = snapshot_opener(settings())
        with opener(str(shop.path), None) as snapshot:  # type: ignore[attr-defined]
            assert isinstance(snapshot, LocalSnapshot)
        opener.close()

    def test_a_name_is_asked_of_github_by_one_client(self, github: GitHubServer) -> None:
        opener = snapshot_opener(settings(github={"api_url": github.api_url}))
        first, second = opener("acme/shop", None), opener("acme/shop", "main")
        assert first.ref.commit == second.ref.commit
        assert set(first.entries) == {"README.md"}
        opener.close()
        assert opener("acme/shop", None).ref.commit == first.ref.commit
        opener.close()

    def test_people_in_slack_reach_no_directory_that_is_not_named(
        self, shop: GitRepo, github: GitHubServer
    ) -> None:
        opener = snapshot_opener(settings(github={"api_url": github.api_url}), local=False)
        for path in (str(shop.path), str(shop.path.parent), "/etc", "../shop.git"):
            with pytest.raises((UsageError, RepoError)):
                opener(path, None)
        opener.close()

    @pytest.mark.parametrize("key", ["default", "channels"])
    def test_directories_that_the_settings_name_are_opened_for_them(self, shop: GitRepo, key: str) -> None:
        value = str(shop.path) if key == "default" else {"C1": str(shop.path)}
        opener = snapshot_opener(settings(repos={key: value}), local=False)
        with opener(str(shop.path), None) as snapshot:  # type: ignore[attr-defined]
            assert set(snapshot.entries) == {"README.md"}

    def test_a_folder_that_is_gone_is_said_to_be(self, tmp_path: Path) -> None:
        gone = str(tmp_path / "gone")
        opener = snapshot_opener(settings(repos={"default": gone}), local=False)
        with pytest.raises(RepoNotFound, match="is not there"):
            opener(gone, None)

    def test_the_request_budget_is_kept(self, github: GitHubServer) -> None:
        opener = snapshot_opener(settings(github={"api_url": github.api_url, "request_budget": 1}))
        with pytest.raises(RepoError, match=r"budget|requests"):
            opener("acme/shop", None)
        opener.close()


class TestStore:
    def test_the_settings_address_is_taken_as_it_stands(self, tmp_path: Path) -> None:
        assert store_url(settings(store={"url": "postgresql://x/y"})) == "postgresql://x/y"
        assert not (tmp_path / "home").exists()

    def test_else_it_lies_in_the_state_folder_which_is_made(self, tmp_path: Path) -> None:
        url = store_url(settings())
        assert url == f"sqlite:///{tmp_path / 'home' / 'covcheck.sqlite'}"
        assert (tmp_path / "home").is_dir()
        assert jobs_config(settings()).url == url

    def test_a_state_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "home").write_text("a file stands here")
        with pytest.raises(SettingsError, match="cannot be made") as caught:
            store_url(settings())
        assert caught.value.hint == "Set COVCHECK_HOME."

    def test_a_postgres_is_shared_by_processes_with_names_of_their_own(self) -> None:
        alone = jobs_config(settings())
        assert (alone.executor, alone.shared) == ("local", False)
        shared = settings(store={"url": "postgresql://covcheck@db/covcheck"})
        first, second = jobs_config(shared), jobs_config(shared)
        assert first.shared
        assert first.executor != second.executor
        assert len(first.executor) <= 128


class TestSlack:
    def test_socket_mode_http_or_both(self) -> None:
        socket = slack_config(settings(slack={"bot_token": "b", "app_token": "a"}))
        assert (socket.bot_token, socket.app_token, socket.signing_secret) == ("b", "a", "")
        http = slack_config(
            settings(slack={"bot_token": "b", "signing_secret": "s", "api_url": "http://x/api/"})
        )
        assert (http.app_token, http.signing_secret, http.base_url) == (None, "s", "http://x/api/")

    @pytest.mark.parametrize(
        ("slack", "hint"),
        [
            ({}, "SLACK_BOT_TOKEN"),
            ({"bot_token": "", "app_token": "a"}, "SLACK_BOT_TOKEN"),
            ({"bot_token": "b"}, "SLACK_APP_TOKEN"),
            ({"bot_token": "b", "app_token": "", "signing_secret": ""}, "SLACK_SIGNING_SECRET"),
        ],
    )
    def test_what_is_lacking_is_named(self, slack: dict[str, str], hint: str) -> None:
        with pytest.raises(SettingsError) as caught:
            slack_config(settings(slack=slack))
        assert hint in caught.value.hint


def test_who_may_ask_comes_from_the_settings() -> None:
    given = access(
        settings(
            repos={"default": "a/b", "channels": {"C1": "c/d"}}, slack={"users": ["U1"], "teams": ["T1"]}
        )
    )
    assert (given.default_repo, given.channels) == ("a/b", {"C1": "c/d"})
    assert (given.users, given.teams) == ({"U1"}, {"T1"})
    nothing = access(settings())
    assert (nothing.default_repo, nothing.channels, nothing.users) == (None, {}, frozenset())
