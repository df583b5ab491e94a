"""`covcheck history SERVICE` and `covcheck history fetch`."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.history.model import Figure, PackageFigure, Source
from bot.store.answers import Store
from tests.git_repo import GitRepo
from tests.github_actions import Artifact
from tests.github_server import ANY, GitHubServer

DAY = 86_400.0
TOKEN = "ghp_" + "c" * 36


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    return Store(f"sqlite:///{tmp_path / 'covcheck.sqlite'}")


def history(*words: str) -> Result:
    return CliRunner().invoke(app, ["history", *words], env={"COLUMNS": "120"})


def keep(store: Store, days_ago: float, covered: int, commit: str, branch: str = "main") -> None:
    packages = (PackageFigure("shop/audit", 500, covered - 400), PackageFigure("shop/cart", 500, 400))
    store.history.keep(
        Figure(
            f"{branch}-{days_ago}",
            "shop",
            "gateway",
            time.time() - days_ago * DAY,
            Source.PUSH,
            1_000,
            covered,
            commit,
            branch,
            packages,
        )
    )


def test_a_branch_against_its_previous_figure_its_base_and_a_day(store: Store, tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "shop.git")
    left = repo.commit({"a": "1"})
    repo.git("update-ref", "refs/heads/retry", left)
    tip = repo.commit({"a": "2"}, branch="retry")
    keep(store, 9, 600, left)
    keep(store, 8, 650, "e" * 40, "retry")
    keep(store, 2, 700, tip, "retry")
    store.close()
    words = ("gateway", "--repo", str(repo.path), "--branch", "retry", "--since", "5d")
    shown = history(*words)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("gateway on retry · 70.0% (+5.0) · 2 figures since")
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    assert any(line.startswith("previous +5.0: from 65.0% at eeeeeee") for line in lines)
    assert any(line.startswith(f"base main +10.0: from 60.0% at {left[:7]}") for line in lines)
    assert f"main at the merge base {left[:7]}" in lines
    assert "shop/audit +10.0 (40.0% to 60.0%)" in lines
    assert any(line.startswith("since") and "+5.0: from 65.0%" in line for line in lines)
    told = json.loads(history(*words, "--json").stdout)
    assert (told["branch"], told["base"], len(told["figures"])) == ("retry", "main", 2)
    assert told["deltas"]["base"]["points"] == pytest.approx(10.0)
    assert told["deltas"]["base"]["movers"][0]["path"] == "shop/audit"
    assert history("show", *words).stdout == shown.stdout
    assert history("--repo", str(repo.path), "gateway").stdout.startswith(
        "gateway on main · 60.0% · 1 figure of"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gateway", "--repo", "shop", "--since", "2999-01-01"), "no day that has begun"),
        (("gateway", "--repo", "shop", "--since", "yesterday"), "no day that has begun"),
        (("gateway",), "No repo is named"),
        (("gatewy", "--repo", "shop"), "There are figures of gateway."),
        (("fetch",), "No artifacts are named"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(store: Store, words: tuple[str, ...], said: str) -> None:
    keep(store, 1, 500, "e" * 40)
    store.close()
    wrong = history(*words)
    assert wrong.exit_code == 2
    assert said in wrong.output
    assert "Traceback" not in wrong.output


def test_artifacts_are_fetched_by_hand(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.close()
    repo = GitRepo(tmp_path / "repo.git")
    commit = repo.commit({"a": "1"})
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("cover.out", "mode: set\nexample.com/shop/cart.go:1.1,2.2 4 1\n")
    with GitHubServer({"acme/shop": repo.path}, tokens={TOKEN: ANY}) as server:
        server.actions.artifacts["acme/shop"] = [
            Artifact(1, "coverage-cart", held.getvalue(), time.time(), commit=commit),
            Artifact(2, "coverage-broken", b"PK\3\4", time.time(), commit=commit),
        ]
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("COVCHECK_GITHUB__API_URL", server.api_url)
        monkeypatch.setenv("COVCHECK_HISTORY__ARTIFACTS", "acme/shop=coverage-*")
        first = history("fetch")
        assert first.exit_code == 0, first.output
        assert "acme/shop: 1 taken, 1 refused" in first.stdout
        assert "cannot be unpacked" in " ".join(first.stdout.split())
        assert "acme/shop: nothing new" in history("fetch", "--repo", "acme/shop").stdout
        assert "acme/shop: 1 refused" in history("fetch", "--again").stdout
        log = CliRunner().invoke(app, ["audit", "--who", "command line"]).output
        assert "figures fetched by" in log
        assert log.count("artifacts of acme/shop: 1 taken") == 1
        told = history("cart", "--repo", "acme/shop")
        assert told.exit_code == 0, told.output
        assert "actions" in told.stdout
        doctor = CliRunner().invoke(app, ["doctor"], env={"COLUMNS": "200"}).output
        assert "acme/shop: 1 refused, 1 taken in 7 days" in doctor
        wrong = history("fetch", "--repo", "acme/other")
        assert (wrong.exit_code, "No artifacts of acme/other" in wrong.output) == (2, True)
