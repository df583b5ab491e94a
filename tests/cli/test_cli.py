"""The command line as a user runs it: a process, its exit status, stdout and stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.example import example_repo
from bot.model import LINKS
from tests.github_server import ANY, GitHubServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_repo(tmp_path_factory.mktemp("state"))


def covcheck(
    *words: str, env: dict[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("COVCHECK_", "SLACK_", "GITHUB_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env={**clean, "PYTHONPATH": str(ROOT), "COLUMNS": "110", **(env or {})},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def as_json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(done.stdout)
    return loaded


def test_blocked_service_is_found_with_exit_1_and_the_fixed_json(example):
    done = covcheck("check", "datastorage", "--repo", str(example), "--json")
    assert done.returncode == 1, done.stderr
    data = as_json(done)
    assert list(data) == [
        "service",
        "repo",
        "commit",
        "status",
        "symptom",
        "causes",
        "not_causes",
        "missing",
        "path",
    ]
    assert (data["service"], data["status"], data["symptom"]) == ("datastorage", "FOUND", None)
    assert list(data["path"]) == [str(link) for link in LINKS]
    assert all(data["path"].values()), "a link is empty"
    cause = data["causes"][0]
    assert cause["rule"] == "extramount-wrong-node"
    assert {"rule", "link", "effect", "certainty", "summary", "evidence", "fix"} <= set(cause)
    assert {"path", "line", "end_line", "url", "excerpt"} == set(cause["evidence"][0])
    assert set(cause["fix"]) == {"text", "patch"}
    for item in (e for c in data["causes"] for e in c["evidence"]):
        lines = (example / item["path"]).read_text().split("\n")
        assert item["excerpt"].split("\n")[0] == lines[item["line"] - 1].rstrip()


def test_working_service_is_clear_with_exit_0(example):
    done = covcheck("check", "signalprocessing", "--repo", str(example), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    data = as_json(done)
    assert data["status"] == "CLEAR"
    assert data["causes"] == []


def test_terminal_view_marks_the_broken_link_and_shows_both_sides(example):
    done = covcheck("check", "datastorage", "--repo", str(example))
    assert done.returncode == 1
    assert "coverage will come out EMPTY" in done.stdout
    assert "node ✗" in done.stdout
    assert "test/infrastructure/kind-datastorage-config.yaml:" in done.stdout
    assert "test/infrastructure/datastorage.go:" in done.stdout
    assert "Fix:" in done.stdout


def test_details_show_every_link(example):
    done = covcheck("check", "signalprocessing", "--repo", str(example), "--details")
    for word in ("GOCOVERDIR", "/coverdata", "pod can run on", "SIGTERM", "docker cp"):
        assert word in done.stdout


def test_compare_marks_what_differs_and_what_matters(example):
    done = covcheck("compare", "datastorage", "signalprocessing", "--repo", str(example), "--json")
    assert done.returncode == 0, done.stderr
    rows = as_json(done)["rows"]
    selector = next(r for r in rows if r["name"] == "node selector")
    assert selector["differs"]
    assert "extramount-wrong-node" in selector["matters"]
    same = next(r for r in rows if r["name"] == "GOCOVERDIR")
    assert not same["differs"]
    shown = covcheck("compare", "datastorage", "signalprocessing", "--repo", str(example))
    assert "facts differ" in shown.stdout


def test_services_are_listed_with_their_files(example):
    data = as_json(covcheck("services", "--repo", str(example), "--json"))
    found = {s["name"]: s["files"] for s in data["services"]}
    assert set(found) == {"datastorage", "signalprocessing"}
    assert found["datastorage"]["dockerfile"] == ["docker/data-storage.Dockerfile"]
    assert "datastorage" in covcheck("services", "--repo", str(example)).stdout


def test_unknown_service_names_the_nearest_with_exit_2(example):
    done = covcheck("check", "datastorge", "--repo", str(example))
    assert done.returncode == 2
    assert "datastorage" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "x", "--repo", "no/such/folder/anywhere"), "no/such/folder/anywhere"),
        (("check", "x", "--repo", "{repo}", "--ref", "nope"), "nope"),
        (("check", "x"), "--repo"),
    ],
)
def test_errors_are_one_sentence_and_exit_2(example, words, said):
    done = covcheck(*(word.format(repo=example) for word in words))
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_settings_name_the_key(tmp_path, example):
    (tmp_path / "covcheck.toml").write_text("[github]\ntokne = 'x'\n")
    done = covcheck("check", "datastorage", "--repo", str(example), cwd=tmp_path)
    assert done.returncode == 2
    assert "tokne" in done.stderr
    assert "`token`" in done.stderr


def test_over_the_github_api_cold_and_warm(tmp_path, example):
    with GitHubServer({"acme/platform": example / ".git"}, tokens={"t": ANY}) as server:
        env = {
            "COVCHECK_GITHUB__API_URL": server.api_url,
            "GITHUB_TOKEN": "t",
            "COVCHECK_HOME": str(tmp_path),
        }
        words = ("check", "datastorage", "--repo", "acme/platform", "--json")
        cold = covcheck(*words, env=env)
        assert cold.returncode == 1, cold.stderr
        assert len(server.requests) <= 40
        spent = len(server.requests)
        warm = covcheck(*words, env=env)
        assert len(server.requests) - spent == 1
    assert as_json(cold) == as_json(warm)
    local = as_json(covcheck("check", "datastorage", "--repo", str(example), "--json"))
    assert [c["rule"] for c in as_json(cold)["causes"]] == [c["rule"] for c in local["causes"]]
    url = as_json(cold)["causes"][0]["evidence"][0]["url"]
    assert f"/acme/platform/blob/{as_json(cold)['commit']}/" in url


def test_doctor_says_what_to_do(tmp_path):
    with GitHubServer({}, tokens={"t": ANY}) as server:
        env = {
            "COVCHECK_GITHUB__API_URL": server.api_url,
            "GITHUB_TOKEN": "t",
            "COVCHECK_HOME": str(tmp_path),
        }
        done = covcheck("doctor", env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    for part in ("settings", "git", "Slack", "GitHub", "default repo", "store", "cluster"):
        assert part in done.stdout
    assert "SLACK_BOT_TOKEN" in done.stdout


def test_doctor_fails_for_a_refused_token(tmp_path):
    with GitHubServer({}, tokens={"t": ANY}) as server:
        env = {
            "COVCHECK_GITHUB__API_URL": server.api_url,
            "GITHUB_TOKEN": "wrong",
            "COVCHECK_HOME": str(tmp_path),
        }
        done = covcheck("doctor", env=env, cwd=tmp_path)
    assert done.returncode == 1
    assert "✗" in done.stdout


def test_a_defect_is_one_sentence_with_a_request_id(tmp_path, capsys, monkeypatch):
    import typer

    from bot.command_line import errors

    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path))
    with pytest.raises(typer.Exit) as left, errors(False):
        raise KeyError("a defect")
    assert left.value.exit_code == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    (kept,) = (tmp_path / "errors").iterdir()
    assert kept.stem in said
    assert "a defect" in kept.read_text()
