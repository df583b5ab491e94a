"""A live run in a terminal and as data for programs."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bot.live import LiveResult
from bot.model import Fix, Observation
from bot.render.live_json import live_json
from bot.render.live_terminal import show_live
from tests.scenarios.factwork import MISMATCH
from tests.scenarios.livework import PlayedWork

LONG = "x" * 200
PATCH = f"--- a/k8s.yaml\n+++ b/k8s.yaml\n@@ -1 +1 @@\n-{LONG}\n+y\n"
SEEN = Observation("nodes", "node kind-worker", "/coverdata is the node's own layer", "", "raw line")


@pytest.fixture
def played(tmp_path: Path) -> PlayedWork:
    return PlayedWork(tmp_path)


def result(played: PlayedWork, repo: str | None = "acme/shop") -> LiveResult:
    plan = played.plan(repo, None, "shop", None)
    return played.run(repo, None, plan, "run", "ann", lambda _: None)


def shown(result: LiveResult, *, details: bool = False, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    show_live(console, result, details=details)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_figures_bars_and_what_was_put_back(played: PlayedWork) -> None:
    text = shown(result(played))
    assert "coverage 39.3% of 280 statements" in text
    assert "███████▌░░  75.0%  example.com/shop/cart" in text
    assert "Most statements that never ran:" in text
    assert "deployment/datastorage is back at 1 replica." in text


def test_what_was_seen_stands_under_its_cause_and_the_patch_is_whole(played: PlayedWork) -> None:
    played.packages = None
    played.findings = [replace(MISMATCH, observations=(SEEN,), fix=Fix("Mend it.", PATCH))]
    lines = shown(result(played)).splitlines()
    cause = next(n for n, line in enumerate(lines) if MISMATCH.rule in line)
    assert "seen  node kind-worker  /coverdata is the node's own layer" in lines[cause + 1]
    assert "raw line" in lines[cause + 2]
    assert any(LONG in line for line in lines)


def test_hostile_text_does_not_reach_the_terminal(played: PlayedWork) -> None:
    evil = replace(SEEN, about="\x1b]0;gone\x07", text="[red]\x1b[2J", excerpt="\x1b[31m")
    played.observations = (evil,)
    assert "\x1b" not in shown(result(played), details=True)


@pytest.mark.parametrize("width", [20, 40, 300])
def test_any_width_does(played: PlayedWork, width: int) -> None:
    played.packages = {f"example.com/{'deep/' * 30}p{n}": (10, n % 11) for n in range(40)}
    text = shown(result(played), width=width)
    assert "and 28 more packages" in " ".join(text.split())


def test_json_is_a_check_with_symptom_observations_and_coverage(played: PlayedWork) -> None:
    played.findings = [replace(MISMATCH, observations=(SEEN,))]
    data = json.loads(json.dumps(live_json(result(played))))
    assert (data["symptom"], data["status"]) == ("BOTH", "FOUND")
    assert data["causes"][0]["observations"][0]["about"] == "node kind-worker"
    assert set(data["observations"][0]) == {"probe", "about", "text", "at", "excerpt"}
    assert data["coverage"]["percent"] == 39.29
    assert [row["path"] for row in data["coverage"]["packages"]] == [
        "example.com/shop/cart",
        "example.com/shop/store",
    ]
    assert data["run"]["restored"] == ["deployment/datastorage is back at 1 replica."]
    assert data["stop"][0]["grace"] >= 0


def test_json_without_a_repo_and_without_files(played: PlayedWork) -> None:
    played.packages = None
    data = live_json(result(played, None))
    assert (data["repo"], data["commit"], data["coverage"]) == (None, None, None)
    assert data["symptom"] == "NOTHING"
