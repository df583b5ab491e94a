"""`covcheck kb cases`: what was opened, what was proven, and the rate."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.kb_command import app
from bot.store.answers import Store
from bot.store.cases import Proof, StoredCase


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path))
    return Store(f"sqlite:///{tmp_path / 'covcheck.sqlite'}")


def opened(store: Store, id: str, service: str, at: float, **more: str) -> None:
    case = StoredCase(id, "check", "C1", "1.1", "/srv/repos/shop", service, at, rule="path-mismatch", **more)
    store.cases.open(case)


def test_cases_and_the_rate(store: Store) -> None:
    now = time.time()
    opened(store, "a", "gateway", now - 500, summary="\x1b[31mred")
    opened(store, "b", "toolset", now - 400)
    opened(store, "old", "x", now - 400 * 86_400)
    store.cases.prove("/srv/repos/shop", "gateway", Proof("run", "r", now - 100, statements=280, covered=110))
    store.close()
    shown = CliRunner().invoke(app, ["cases"])
    assert shown.exit_code == 0
    assert "gateway in shop: path-mismatch; a run on" in shown.stdout
    assert "shows 39.3% of 280 statements" in shown.stdout
    assert "2 opened: 1 solved by a run, 0 by a check, 1 still open, 0 closed" in shown.stdout
    assert "50% proven solved" in shown.stdout
    assert "/srv" not in shown.stdout
    told = json.loads(CliRunner().invoke(app, ["cases", "--json", "--days", "1000"]).stdout)
    assert (told["opened"], told["resolution_rate"]) == (3, pytest.approx(1 / 3))
    assert [case["service"] for case in told["cases"]] == ["toolset", "gateway", "x"]


def test_without_any(store: Store) -> None:
    store.close()
    shown = CliRunner().invoke(app, ["cases"])
    assert shown.stdout.endswith("none was opened.\n")
