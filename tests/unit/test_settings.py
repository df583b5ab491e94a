"""Settings: file and environment, unknown keys, and the documents made from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import home, load_settings
from bot.settings_docs import example_toml


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "covcheck.toml"
    file.write_text(text)
    return file


def test_defaults_need_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load_settings(environ={})
    assert settings.github.api_url == "https://api.github.com"
    assert settings.github.request_budget == 40


def test_environment_wins_over_file_and_known_names_are_read(tmp_path):
    file = write(tmp_path, '[github]\ntoken = "from-file"\napi_url = "https://ghe.example/api/v3"\n')
    settings = load_settings(
        file, {"GITHUB_TOKEN": "known-name", "COVCHECK_GITHUB__API_URL": "http://127.0.0.1:1"}
    )
    assert settings.github.token is not None
    assert settings.github.token.get_secret_value() == "known-name"
    assert settings.github.api_url == "http://127.0.0.1:1"
    both = load_settings(file, {"GITHUB_TOKEN": "known", "COVCHECK_GITHUB__TOKEN": "own"})
    assert both.github.token is not None
    assert both.github.token.get_secret_value() == "own"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[githb]\n", r"\[githb\] is not a setting. Did you mean `github`"),
        ('[github]\ntokn = "x"\n', r"\[github\] tokn is not a setting. Did you mean `token`"),
        ("github = 1\n", "must be a section"),
        ("[github\n", "not valid TOML"),
        ('[http]\nport = "soon"\n', r"\[http\] port is wrong"),
        ("[http]\nport = 99999\n", r"\[http\] port is wrong"),
    ],
)
def test_wrong_files_are_refused_with_the_place(tmp_path, text, said):
    with pytest.raises(SettingsError, match=said):
        load_settings(write(tmp_path, text), {})


def test_unknown_variable_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(SettingsError, match="COVCHECK_GITHUB__API_URL"):
        load_settings(write(tmp_path, ""), {"COVCHECK_GITHUB__APIURL": "x"})


def test_own_variables_are_no_settings(tmp_path):
    load_settings(write(tmp_path, ""), {"COVCHECK_HOME": "x", "COVCHECK_REQUIRE_KIND": "1"})


def test_secret_values_are_not_shown_in_errors_or_repr(tmp_path):
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, ""), {"COVCHECK_HTTP__PORT": "hunter2"})
    assert "hunter2" not in str(caught.value)
    settings = load_settings(write(tmp_path, '[github]\ntoken = "hunter2"\n'), {})
    assert "hunter2" not in repr(settings)


def test_home_follows_the_variable(tmp_path):
    assert home({"COVCHECK_HOME": str(tmp_path)}) == tmp_path
    assert home({}).name == "covcheck"


def test_example_is_valid_when_uncommented(tmp_path):
    lines = [
        line.removeprefix("# ") if " = " in line and line.startswith("# ") else line
        for line in example_toml().splitlines()
    ]
    load_settings(write(tmp_path, "\n".join(lines)), {})


def test_lists_and_pairs_come_from_the_environment_too(tmp_path):
    environ = {
        "COVCHECK_REPOS__ALLOWED": "acme/*, other/one",
        "COVCHECK_REPOS__CHANNELS": "C1=acme/shop,C2=acme/other",
        "COVCHECK_SLACK__USERS": "U1",
    }
    settings = load_settings(write(tmp_path, ""), environ)
    assert settings.repos.allowed == ("acme/*", "other/one")
    assert settings.repos.channels == {"C1": "acme/shop", "C2": "acme/other"}
    assert settings.slack.users == ("U1",)


def test_a_channel_without_a_repo_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="COVCHECK_REPOS__CHANNELS is wrong"):
        load_settings(write(tmp_path, ""), {"COVCHECK_REPOS__CHANNELS": "C1"})
