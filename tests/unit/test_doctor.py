"""`covcheck doctor` against a local Slack, GitHub and cluster: each part working or broken."""

from __future__ import annotations

import io
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from bot.doctor import Part, examine, show_report
from bot.localslack.world import APP_TOKEN, BOT_TOKEN, SCOPES, Fault, Group
from tests.cluster.api_server import ApiServer
from tests.git_repo import GitRepo
from tests.github_server import ANY, GitHubServer, Reply
from tests.slack.server import SlackServer

TOKEN = "ghp_" + "a" * 36
Doctor = Callable[..., dict[str, Part]]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but those of the test."""
    known = ("GITHUB_", "SLACK_", "COVCHECK_", "DATABASE_URL", "KUBECONFIG")
    for name in [name for name in os.environ if name.startswith(known)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    repo = GitRepo(tmp_path_factory.mktemp("git") / "shop.git")
    repo.commit({"README.md": "one\n", "go.mod": "module shop\n"})
    return repo


@pytest.fixture
def github(shop: GitRepo) -> Iterator[GitHubServer]:
    with GitHubServer({"acme/shop": shop.path}, tokens={TOKEN: ANY}, scopes="read:org, repo") as server:
        yield server


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


@pytest.fixture
def doctor(tmp_path: Path, github: GitHubServer) -> Doctor:
    """Examines with the local GitHub and the settings given as `section__key`."""

    def examined(**settings: object) -> dict[str, Part]:
        lines = [f"[github]\napi_url = {json.dumps(github.api_url)}"]
        named = {key.partition("__")[::2]: value for key, value in settings.items()}
        for section in dict.fromkeys(section for section, _ in named):
            lines += [] if section == "github" else [f"[{section}]"]
            lines += [f"{k} = {json.dumps(v)}" for (s, k), v in named.items() if s == section]
        config = tmp_path / "covcheck.toml"
        config.write_text("\n".join(sorted(lines, key=lambda line: line != lines[0])) + "\n")
        return {part.name: part for part in examine(config)}

    return examined


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class TestSettings:
    def test_broken_settings_are_all_that_is_said(self, doctor: Doctor) -> None:
        (part,) = doctor(github__tokn="x").values()
        assert (part.name, part.works) == ("settings", False)
        assert "Did you mean `token`" in part.says

    def test_with_nothing_set_up_nothing_is_broken(self, doctor: Doctor) -> None:
        report = doctor()
        assert [part.name for part in report.values() if part.works is None] == [
            "Slack",
            "people",
            "default repo",
            "cluster",
        ]
        assert not [part for part in report.values() if part.works is False]
        assert report["git"].says.startswith("git version")

    def test_without_git(self, doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert doctor()["git"] == Part("git", False, "not installed", "Install git; it reads local repos.")


class TestSlack:
    def part(self, doctor: Doctor, slack: SlackServer, **more: object) -> Part:
        tokens = {
            "slack__bot_token": BOT_TOKEN,
            "slack__app_token": APP_TOKEN,
            "slack__api_url": slack.base_url,
        }
        return doctor(**{**tokens, **more})["Slack"]

    def test_it_works_over_socket_mode_and_over_http(self, doctor: Doctor, slack: SlackServer) -> None:
        assert self.part(doctor, slack) == Part("Slack", True, "local as covcheck, Socket Mode")
        http = self.part(doctor, slack, slack__app_token="", slack__signing_secret="s")
        assert http == Part("Slack", True, "local as covcheck, HTTP")

    def test_a_wrong_bot_token(self, doctor: Doctor, slack: SlackServer) -> None:
        part = self.part(doctor, slack, slack__bot_token="xoxb-wrong")
        assert (part.works, part.says) == (False, "auth.test answers invalid_auth")
        assert part.todo == "Copy the bot token (OAuth & Permissions) again."

    def test_a_wrong_app_token(self, doctor: Doctor, slack: SlackServer) -> None:
        part = self.part(doctor, slack, slack__app_token="xapp-wrong")
        assert (part.works, part.says) == (False, "apps.connections.open answers invalid_auth")
        assert part.todo == "Copy the app-level token (Basic Information) again."

    def test_missing_scopes_are_named(self, doctor: Doctor, slack: SlackServer) -> None:
        slack.scopes = SCOPES - {"files:write", "commands"}
        part = self.part(doctor, slack)
        assert (part.works, part.says) == (False, "scopes are missing: commands, files:write")
        assert "Reinstall" in part.todo

    def test_user_groups_are_read(self, doctor: Doctor, slack: SlackServer) -> None:
        slack.groups["SLEADS001"] = Group("SLEADS001", "leads", users=("U1", "U3"))
        named = {
            "slack__bot_token": BOT_TOKEN,
            "slack__app_token": APP_TOKEN,
            "slack__api_url": slack.base_url,
        }
        part = doctor(**named, cluster__people=("U7", "SLEADS001"))["people"]
        assert (part.works, part.says) == (True, "people in the user groups: SLEADS001: 2")
        part = doctor(**named, cluster__people=("SMADEUP99",))["people"]
        assert (part.works, part.todo) == (
            False,
            "Look the group's id up in Slack (its profile, Copy group ID).",
        )
        slack.scopes = SCOPES - {"usergroups:read"}
        part = doctor(**named, cluster__people=("SLEADS001",))["people"]
        assert part.says == "who is in SLEADS001 cannot be read: missing_scope"
        assert part.todo == "Add the scope usergroups:read to the Slack app and install it again."

    def test_who_is_no_id_is_named(self, doctor: Doctor) -> None:
        part = doctor(answers__reviewers=("@ann", "U1"))["people"]
        assert part.says == "neither a person nor a user group: @ann in answers.reviewers"

    def test_more_scopes_than_needed_are_fine(self, doctor: Doctor, slack: SlackServer) -> None:
        slack.scopes = SCOPES | {"users:read"}
        assert self.part(doctor, slack).works is True

    @pytest.mark.parametrize("fault", [Fault(status=429), Fault(status=503)])
    def test_trouble_at_slack_is_not_put_on_the_token(
        self, doctor: Doctor, slack: SlackServer, fault: Fault
    ) -> None:
        slack.fail("auth.test", fault, times=9)
        part = self.part(doctor, slack)
        assert (part.works, part.todo) == (False, "Try again in a minute.")

    def test_neither_way_in_is_set(self, doctor: Doctor, slack: SlackServer) -> None:
        part = self.part(doctor, slack, slack__app_token="")
        assert (part.works, part.says) == (
            False,
            "Slack needs an app token (Socket Mode) or a signing secret (HTTP).",
        )

    def test_a_server_that_is_not_there(self, doctor: Doctor, slack: SlackServer) -> None:
        part = self.part(doctor, slack, slack__api_url=f"http://127.0.0.1:{free_port()}/api/")
        assert (part.works, part.todo) == (False, "Check network and api_url.")
        assert part.says.startswith("cannot be reached")


class TestGitHub:
    def test_a_token_works_and_its_scopes_are_told(self, doctor: Doctor, github: GitHubServer) -> None:
        part = doctor(github__token=TOKEN)["GitHub"]
        said = f"{github.api_url}: 5000 of 5000 requests left this hour; scopes read:org, repo"
        assert part == Part("GitHub", True, said)

    def test_without_a_token_it_works_and_says_what_more_there_is(self, doctor: Doctor) -> None:
        part = doctor()["GitHub"]
        assert part.works is True
        assert part.says.endswith("anonymous")
        assert part.todo.startswith("Set GITHUB_TOKEN")

    def test_a_wrong_token_is_refused_and_not_shown(self, doctor: Doctor) -> None:
        wrong = "ghp_" + "b" * 36
        part = doctor(github__token=wrong)["GitHub"]
        assert part.works is False
        assert part.todo
        assert wrong not in part.says + part.todo

    def test_a_server_without_a_limit(self, doctor: Doctor, github: GitHubServer) -> None:
        missing = Reply(404, {"message": "Rate limiting is not enabled."})
        github.script(missing, "/rate_limit")
        assert doctor(github__token=TOKEN)["GitHub"].says.startswith(f"{github.api_url}: no rate limit")

    def test_half_an_app(self, doctor: Doctor) -> None:
        part = doctor(github__app_id="12")["GitHub"]
        assert (part.works, part.todo) == (False, "Set both, or a token.")


class TestDefaultRepo:
    def test_over_the_api_and_on_disk(self, doctor: Doctor, shop: GitRepo) -> None:
        commit = shop.git("rev-parse", "--short=7", "main")
        report = doctor(github__token=TOKEN, repos__default="acme/shop")
        assert report["default repo"] == Part("default repo", True, f"acme/shop at {commit}, 2 paths")
        local = doctor(repos__default=str(shop.path))["default repo"]
        assert (local.works, local.says.endswith(f"at {commit}, 2 paths")) == (True, True)

    @pytest.mark.parametrize("repo", ["acme/nothing", "not a repo", "/nowhere/at/all"])
    def test_one_that_cannot_be_read(self, doctor: Doctor, repo: str) -> None:
        part = doctor(github__token=TOKEN, repos__default=repo)["default repo"]
        assert part.works is False
        assert "failed with" not in part.says


class TestStore:
    def test_it_is_made_in_the_state_folder(self, doctor: Doctor, tmp_path: Path) -> None:
        assert doctor()["store"] == Part("store", True, "SQLite in the state folder")
        assert (tmp_path / "home" / "covcheck.sqlite").is_file()

    def test_a_file_that_is_no_database(self, doctor: Doctor, tmp_path: Path) -> None:
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "covcheck.sqlite").write_bytes(b"not a database" * 100)
        part = doctor()["store"]
        assert (part.works, "DATABASE_URL" in part.todo) == (False, True)

    def test_a_state_folder_that_cannot_be_made(self, doctor: Doctor, tmp_path: Path) -> None:
        (tmp_path / "home").write_text("a file stands here")
        part = doctor()["store"]
        assert (part.works, part.todo) == (False, "Set COVCHECK_HOME.")

    @pytest.mark.parametrize(
        "url", ["no address", "nosuch://x/y", "postgresql://u:secret@127.0.0.1:{port}/x"]
    )
    def test_a_wrong_address_and_a_server_that_is_not_there(self, doctor: Doctor, url: str) -> None:
        part = doctor(store__url=url.replace("{port}", str(free_port())))["store"]
        assert part.works is False
        assert "DATABASE_URL" in part.todo
        assert "secret" not in part.says


@pytest.fixture
def kubernetes() -> Iterator[ApiServer]:
    with ApiServer(token="good") as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def address(server: ApiServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


class TestCluster:
    def kubeconfig(self, tmp_path: Path, server: str, token: str = "good") -> str:
        file = tmp_path / "kubeconfig"
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "kind-shop",
            "clusters": [{"name": "shop", "cluster": {"server": server}}],
            "users": [{"name": "me", "user": {"token": token}}],
            "contexts": [{"name": "kind-shop", "context": {"cluster": "shop", "user": "me"}}],
        }
        file.write_text(json.dumps(content))
        return str(file)

    def test_it_answers(self, doctor: Doctor, tmp_path: Path, kubernetes: ApiServer) -> None:
        config = self.kubeconfig(tmp_path, address(kubernetes))
        found = doctor(cluster__kubeconfig=config)["cluster"]
        assert (found.works, found.says) == (True, "kind-shop answers; no namespace is allowed")
        assert "[cluster] namespaces" in found.todo
        assert doctor(cluster__kubeconfig=config, cluster__context="kind-shop")["cluster"] == found

    def test_it_may_do_all_it_needs(self, doctor: Doctor, tmp_path: Path, kubernetes: ApiServer) -> None:
        config = self.kubeconfig(tmp_path, address(kubernetes))
        found = doctor(cluster__kubeconfig=config, cluster__namespaces=("shop", "team-a"))["cluster"]
        assert found == Part("cluster", True, "kind-shop; all that live runs need in shop, team-a")

    def test_what_is_not_allowed_and_where(
        self, doctor: Doctor, tmp_path: Path, kubernetes: ApiServer
    ) -> None:
        config = self.kubeconfig(tmp_path, address(kubernetes))
        kubernetes.denied = frozenset({("list", "jobs")})
        found = doctor(cluster__kubeconfig=config, cluster__namespaces=("shop",))["cluster"]
        assert (found.works, "list jobs in shop" in found.says) == (True, True)
        assert "deploy/rbac.yaml" in found.todo
        kubernetes.denied = frozenset({("create", "leases")})
        found = doctor(cluster__kubeconfig=config, cluster__namespaces=("shop",))["cluster"]
        assert (found.works, "create leases in shop" in found.says) == (False, True)

    def test_a_wrong_token_or_context(self, doctor: Doctor, tmp_path: Path, kubernetes: ApiServer) -> None:
        refused = doctor(cluster__kubeconfig=self.kubeconfig(tmp_path, address(kubernetes), "bad"))["cluster"]
        assert (refused.works, "kubeconfig" in refused.todo) == (False, True)
        config = self.kubeconfig(tmp_path, address(kubernetes))
        assert doctor(cluster__kubeconfig=config, cluster__context="other")["cluster"].works is False

    def test_one_that_cannot_be_reached(self, doctor: Doctor, tmp_path: Path) -> None:
        config = self.kubeconfig(tmp_path, f"http://127.0.0.1:{free_port()}")
        assert doctor(cluster__kubeconfig=config)["cluster"].works is False

    def test_a_kubeconfig_that_is_not_there_or_not_one(self, doctor: Doctor, tmp_path: Path) -> None:
        assert doctor(cluster__kubeconfig=str(tmp_path / "none"))["cluster"].works is False
        (tmp_path / "broken").write_text("{")
        assert doctor(cluster__kubeconfig=str(tmp_path / "broken"))["cluster"].works is False


def test_the_report_has_a_row_a_part_and_what_to_do_below() -> None:
    console = Console(width=80, file=io.StringIO(), record=True, color_system=None)
    show_report(
        console,
        (
            Part("git", True, "git version 2"),
            Part("[b]", False, "broken", "Mend it."),
            Part("cluster", None, "none"),
        ),
    )
    lines = [" ".join(line.split()) for line in console.export_text().splitlines()]
    assert lines == ["✓ git git version 2", "✗ [b] broken", "Mend it.", "· cluster none"]
