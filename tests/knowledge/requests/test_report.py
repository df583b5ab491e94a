"""The developer's report: what was read, what was not, counts by kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.requests import read_request
from knowledge.requests.__main__ import main
from knowledge.requests.report import describe, kind_of, share_left, table

FIXTURE = Path(__file__).parent / "fixtures" / "route-planner.md"


def test_every_field_with_its_lines() -> None:
    text = describe(read_request(FIXTURE.read_bytes(), FIXTURE.name))
    assert "asker: 1\n      4  name=Route Planner" in text
    assert "questions: 3" in text
    assert "not understood:" in text


def test_counts_by_kind() -> None:
    requests = [
        read_request("# A\n\nFrom: B Team\n\nrain", "NOTICE_A.md"),
        read_request("why is it empty?", "HELP_B.md"),
    ]
    text = table(requests)
    assert "| field | HELP | NOTICE | all |" in text
    assert "| asker | 0 | 1 | 1 |" in text
    assert "| questions | 1/1 | 0/0 | 1/1 |" in text


def test_share_of_lines_left() -> None:
    assert share_left(read_request("From: B Team\n\nrain\n\n---")) == 0.5
    assert share_left(read_request("")) == 0.0


def test_kind_of_a_document() -> None:
    assert kind_of("a/b/REQUEST_DS.md") == "REQUEST"
    assert kind_of("") == "-"


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "HELP_X.md").write_text("hey @a-team \u202e why? token ghp_" + "a" * 36, "utf-8")
    assert main([str(tmp_path / "HELP_X.md"), "--known", "alpha, beta"]) == 0
    shown = capsys.readouterr().out
    assert "\u202e" not in shown
    assert "ghp_a" not in shown
    assert main(["--table", str(FIXTURE)]) == 0
    assert "| documents | 1 | 1 |" in capsys.readouterr().out
    assert main([str(tmp_path / "none.md")]) == 2
    assert "none.md" in capsys.readouterr().err
