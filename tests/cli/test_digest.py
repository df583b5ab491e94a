"""`covcheck digest --dry-run`: what is printed of figures, moves, and services without data."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.history.model import Figure, Source
from bot.store.answers import Store
from tests.digest.year import run

DAY = 86_400.0


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return Store(f"sqlite:///{tmp_path / 'covcheck.sqlite'}")


def digest(*words: str) -> Result:
    return CliRunner().invoke(app, ["digest", "--repo", "acme/shop", *words])


def keep(store: Store, service: str, days_ago: float, covered: int) -> None:
    at, name = time.time() - days_ago * DAY, f"{service}-{days_ago}"
    store.history.keep(Figure(name, "acme/shop", service, at, Source.PUSH, 1_000, covered, "c" * 40, "main"))


def test_what_moved_and_what_has_no_data(store: Store, tmp_path: Path) -> None:
    keep(store, "gateway", 9, 658)
    keep(store, "gateway", 2, 721)
    keep(store, "cart", 2, 500)
    store.keep_run(run("notification", time.time() - DAY, "collect-before-exit", repo="acme/shop"))
    store.close()
    shown = digest("--dry-run", "--chart", "trend.png")
    assert shown.exit_code == 0, shown.output
    assert " · 2 of 3 services reported · 61.0% (+6.3)\nbranch main\n" in shown.stdout
    assert "▲ gateway 72.1 (+6.3 at ccccccc)" in shown.stdout
    rows = [line.split() for line in shown.stdout.splitlines()]
    assert ["gateway", "72.1%", "███████░░░", "+6.3", "▁█"] in rows
    assert ["cart", "50.0%", "█████░░░░░", "new"] in rows
    assert "notification (collect-before-exit since" in shown.stdout
    assert "): The files are copied too early." in " ".join(shown.stdout.split())
    assert "notification 0" not in shown.stdout
    assert (tmp_path / "trend.png").read_bytes().startswith(b"\x89PNG")
    told = json.loads(digest("--dry-run", "--json", "--service", "notification").stdout)
    assert (told["services"], told["percent"], told["quiet"]) == ([], None, False)
    assert told["no_data"][0]["cause"]["rule"] == "collect-before-exit"


def test_the_zone_and_what_is_included(store: Store) -> None:
    keep(store, "gateway", 9, 658)
    keep(store, "gateway", 2, 721)
    store.close()
    whole = digest("--dry-run", "--zone", "America/New_York")
    assert whole.exit_code == 0, whole.output
    assert "Stale articles: none\nQuestions: none was asked\n" in whole.stdout
    part = digest("--dry-run", "--include", "no-data")
    assert "Questions" not in part.stdout
    assert "▲" not in part.stdout
    told = json.loads(digest("--dry-run", "--json").stdout)
    assert (told["stale"], told["quality"]["asked"]) == ([], 0)


def test_quiet_is_said_as_quiet(store: Store) -> None:
    keep(store, "cart", 9, 500)
    keep(store, "cart", 2, 502)
    store.close()
    assert "Quiet: nothing moved" in digest("--dry-run").stdout
    assert "Quiet" not in digest("--dry-run", "--minimum", "0.1").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Add --dry-run"),
        (("--dry-run", "--zone", "Europe/Berln"), "Did you mean Europe/Berlin?"),
        (("--dry-run", "--include", "all"), "It has moved, no-data, chart, stale, quality."),
        (("--dry-run",), "There is no figure and no run of acme/shop"),
        (("--dry-run", "--service", "x", "--chart", "missing/x.png"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(store: Store, words: tuple[str, ...], said: str) -> None:
    store.close()
    shown = digest(*words)
    assert shown.exit_code == 2
    assert said in shown.stderr


def test_names_cannot_act_in_the_terminal(store: Store) -> None:
    keep(store, "\x1b[31m[bold]x", 2, 500)
    store.close()
    shown = digest("--dry-run")
    assert "[U+001B][31m[bold]x" in shown.stdout
    assert "\x1b" not in shown.stdout
