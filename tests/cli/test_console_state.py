"""What the local console stands on: a state folder of its own, and settings for one's own machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.console_run import PLATFORM, YOU, completions, console_settings, page_server, populate
from bot.console_state import own_state
from bot.errors import SettingsError
from bot.localslack.lines import HttpLine
from bot.localslack.server import SlackServer
from bot.settings import home, load_settings
from tests.browser.running import ROOT, clean_environment


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path))
    return tmp_path


def test_its_folder_is_the_state_folder_while_it_runs(root: Path) -> None:
    with own_state() as folder:
        assert folder == root / "console" == home()
    assert home() == root


def test_a_second_console_has_a_folder_of_its_own_and_leaves_it_to_the_next(root: Path) -> None:
    holding = (
        "import bot.console_state as s, sys\nwith s.own_state() as f: print(f, flush=True); sys.stdin.read()"
    )
    environment = clean_environment(root)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", holding], env=environment, cwd=ROOT, stdin=pipe, stdout=pipe, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline().strip() == str(root / "console")
        with own_state() as second:
            assert second == root / "console-2"
        first.communicate("")
    with own_state() as again:
        assert again == root / "console"


def test_a_folder_that_cannot_be_made_is_said(root: Path, tmp_path: Path) -> None:
    (tmp_path / "console").write_text("a file")
    with pytest.raises(SettingsError, match="cannot be made"), own_state():
        pass


def test_a_person_may_do_at_home_what_the_command_line_lets_them_do(tmp_path: Path) -> None:
    (tmp_path / "covcheck.toml").write_text(
        '[slack]\nusers = ["U7"]\nteams = ["T7"]\n'
        '[answers]\nask = "C77"\nreviewers = ["U7"]\nreminders = "C77"\nquality = "C77"\n'
        '[cluster]\npeople = ["U7"]\n[repos]\ndefault = "acme/shop"\nchannels = {C77 = "acme/other"}\n'
        '[store]\nurl = "postgresql://bot@db.example/covcheck"\n'
    )
    made = console_settings(load_settings(tmp_path / "covcheck.toml", {}), tmp_path)
    assert (made.slack.users, made.slack.teams) == ((), ())
    assert YOU.id in made.cluster.people
    assert YOU.id in made.answers.reviewers
    assert made.answers.ask == PLATFORM
    assert made.repos.default == "acme/shop"
    assert made.repos.allowed == ("*",)
    assert made.cluster.namespaces == ("*",)
    assert made.store.url == "", "a real bot's store was taken"
    assert "77" not in made.answers.model_dump_json(), "a channel of a real workspace was kept"


def test_what_the_settings_allow_is_not_widened(tmp_path: Path) -> None:
    (tmp_path / "covcheck.toml").write_text(
        '[cluster]\nnamespaces = ["team-*"]\n[repos]\ndefault = "acme/shop"\nallowed = ["acme/*"]\n'
    )
    made = console_settings(load_settings(tmp_path / "covcheck.toml", {}), tmp_path)
    assert made.cluster.namespaces == ("team-*",)
    assert made.repos.allowed == ("acme/*",)


def test_without_a_repo_it_is_the_example(tmp_path: Path) -> None:
    made = console_settings(load_settings(None, {}), tmp_path)
    assert Path(made.repos.default).is_relative_to(tmp_path)
    assert (Path(made.repos.default) / ".git").is_dir()
    assert os.path.isabs(made.repos.default)


def test_the_command_is_completed_with_the_services_and_the_words(tmp_path: Path) -> None:
    words = [word.text for word in completions(console_settings(load_settings(None, {}), tmp_path))]
    assert words[:4] == [
        "/covcheck SERVICE",
        "/covcheck datastorage",
        "/covcheck signalprocessing",
        "/covcheck compare A B",
    ]


def test_a_repo_that_cannot_be_read_leaves_the_words(tmp_path: Path) -> None:
    (tmp_path / "covcheck.toml").write_text(f'[repos]\ndefault = "{tmp_path}"\n')
    words = completions(load_settings(tmp_path / "covcheck.toml", {}))
    assert "/covcheck help" in [word.text for word in words]


def test_the_app_is_the_one_of_the_manifest() -> None:
    with SlackServer() as slack:
        populate(slack)
        assert slack.app.commands[0].name == "/covcheck"
        assert "chat:write" in slack.scopes
        assert {channel.name for channel in slack.channels.values()} >= {"coverage", "platform"}


def test_a_second_page_takes_a_free_port_and_a_named_one_that_is_taken_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PORT", raising=False)
    with SlackServer() as slack:
        populate(slack)
        first, second = (page_server(slack, HttpLine(1, "secret"), None, ()) for _ in range(2))
        try:
            assert first.port != second.port
            with pytest.raises(SettingsError, match=str(first.port)):
                page_server(slack, HttpLine(1, "secret"), first.port, ())
            monkeypatch.setenv("PORT", str(first.port))
            with pytest.raises(SettingsError, match=str(first.port)):
                page_server(slack, HttpLine(1, "secret"), None, ())
        finally:
            first.stop()
            second.stop()
