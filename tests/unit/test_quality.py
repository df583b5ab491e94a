"""The quality line: counted, and no percentage of nothing."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.errors import SettingsError
from bot.quality import WEEK, QualityCounts, quality, quality_line
from bot.settings import load_settings
from bot.store.answers import Store
from bot.store.cases import Proof, StoredCase
from bot.store.questions import ABSTAINED, ANSWERED, StoredQuestion

UNTIL = 1_795_424_400.0
"""Monday, 23 November 2026, 09:00 UTC."""


def question(number: int, status: str, at: float) -> StoredQuestion:
    return StoredQuestion(
        f"q-{number}", "C1", None, "U1", "mention", "why?", "k" * 32, status, None, None, 0.5, at
    )


def test_nothing_asked_has_no_percentage(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    counts = quality(store, UNTIL)
    store.close()
    assert counts.rate is None
    line = quality_line(counts)
    assert line == (
        "Questions, 16 November to 23 November: none was asked; 0 proven solved, 0 escalated, 0 not helpful."
    )


def test_what_was_counted_is_said(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    for number, status in enumerate((ANSWERED, ANSWERED, ABSTAINED)):
        store.questions.keep(question(number, status, UNTIL - 10.0))
    store.questions.keep(question(9, ANSWERED, UNTIL - WEEK - 1.0))
    store.questions.keep(question(10, ANSWERED, UNTIL))
    store.feedback.escalate("q-2", "U1", "C9", UNTIL - 5.0)
    for name in ("a", "b"):
        case = StoredCase(name, "check", "C1", None, "acme/shop", name, UNTIL - 100.0, rule="r")
        store.cases.open(case)
    run = Proof("run", "run-1", UNTIL - 1.0, commit="c" * 40, statements=10, covered=5)
    store.cases.prove("acme/shop", "a", run)
    counts = quality(store, UNTIL)
    store.close()
    assert (counts.asked, counts.answered, counts.abstained, counts.escalated) == (3, 2, 1, 1)
    assert quality_line(counts) == (
        "Questions, 16 November to 23 November: 3 asked, 2 answered, 1 abstained; 1 proven solved, "
        "1 escalated, 0 not helpful. Of 2 cases opened, 1 proven solved by now (50%)."
    )


def test_one_case_is_one_case():
    counts = QualityCounts(UNTIL - WEEK, UNTIL, 1, 1, 0, 0, 0, 0, 1, 0, 0)
    assert quality_line(counts).endswith("Of 1 case opened, 0 proven solved by now (0%).")


def test_modes_of_the_settings_are_checked(tmp_path):

    file = tmp_path / "covcheck.toml"
    file.write_text('[answers]\nquestions = {C1 = "loud"}\n')
    with pytest.raises(SettingsError, match=r"\[answers\] questions .*'off', 'mention', 'suggest'"):
        load_settings(file, {})
    with pytest.raises(SettingsError, match="COVCHECK_ANSWERS__DEFAULT_MODE"):
        load_settings(None, {"COVCHECK_ANSWERS__DEFAULT_MODE": "loud"})


def test_it_is_printed_in_a_terminal(tmp_path, monkeypatch):
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(app, ["kb", "quality"])
    assert (shown.exit_code, "none was asked" in shown.stdout) == (0, True)
    plain = json.loads(CliRunner().invoke(app, ["kb", "quality", "--json"]).stdout)
    assert (plain["asked"], plain["resolution_rate"]) == (0, None)


def test_a_store_that_cannot_be_opened_is_an_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/absent/x.sqlite")
    failed = CliRunner().invoke(app, ["kb", "quality", "--json"])
    assert failed.exit_code == 2
    assert json.loads(failed.stdout)["error"] == "StoreError"
