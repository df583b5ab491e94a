"""The answer as people read it in a terminal, wide and narrow."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

from bot.check import Check, check
from bot.compare import compare
from bot.example import example_repo
from bot.model import LinkFact, Service
from bot.path import discover
from bot.render.build import build_answer
from bot.render.side_by_side import show_comparison
from bot.render.terminal import fact_cell, show_answer, show_services
from bot.repo.local import open_local

WIDTHS = (80, 100, 110, 140)
WORDS = ("datastorage", "signalprocessing", "infrastructure", "Dockerfile")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_repo(tmp_path_factory.mktemp("state"))


@cache
def checked(repo: Path, service: str) -> Check:
    return check(open_local(repo), service)


def screen(width: int) -> Console:
    return Console(width=width, file=io.StringIO(), record=True, color_system=None)


def shown(repo: Path, service: str, width: int, *, details: bool = False) -> str:
    done, console = checked(repo, service), screen(width)
    show_answer(console, build_answer(done.path, done.diagnosis), details=details)
    return console.export_text()


def whole_words(text: str) -> bool:
    """Whether no telling word is cut in two at a line's end."""
    lines = [line.rstrip() for line in text.split("\n")]
    ends = {word[:n] for word in WORDS for n in range(5, len(word))} - set(WORDS)
    return not any(re.search(rf"(?<!\w){re.escape(end)}$", line) for line in lines for end in ends)


def test_the_verdict_comes_first_then_the_path_then_the_cause(example: Path) -> None:
    lines = [line for line in shown(example, "datastorage", 110).split("\n") if line.strip()]
    assert lines[0].startswith("datastorage @ ")
    assert lines[0].endswith("coverage will come out EMPTY")
    assert lines[1].startswith("build ✓ ─ image ✓ ─ run ✓ ─ volume ✓ ─ node ✗ ─ stop ✓ ─ collect ")
    assert any(line.startswith("1. The pod runs on control-plane") for line in lines)
    assert [n for n, line in enumerate(lines) if "Why:" in line] < [
        n for n, line in enumerate(lines) if "Fix:" in line
    ]


def test_a_clear_service_says_so(example: Path) -> None:
    text = shown(example, "signalprocessing", 110)
    assert "nothing on the path stands in the way of coverage" in text
    assert "Fix:" not in text


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("service", ["datastorage", "signalprocessing"])
def test_no_width_cuts_words_or_loses_lines(example: Path, service: str, width: int) -> None:
    text = shown(example, service, width, details=True)
    assert whole_words(text)
    flat = "".join(text.split())
    for facts in checked(example, service).path.links.values():
        for fact in facts:
            assert "".join(fact.value.split()) in flat
            assert fact.evidence is None or fact.evidence.place in flat


@pytest.mark.parametrize("width", [80, 140])
def test_a_patch_is_shown_whole(example: Path, width: int) -> None:
    text = shown(example, "datastorage", width)
    patches = [c.fix.patch for c in checked(example, "datastorage").diagnosis.causes if c.fix.patch]
    assert patches
    for line in patches[0].rstrip("\n").split("\n"):
        assert f"    {line}".rstrip() in [each.rstrip() for each in text.split("\n")]


@pytest.mark.parametrize("width", [80, 100, 140])
def test_two_paths_side_by_side(example: Path, width: int) -> None:
    left, right = checked(example, "datastorage"), checked(example, "signalprocessing")
    console = screen(width)
    rows = compare(left, right).rows
    show_comparison(console, "datastorage", "signalprocessing", ("a", "b"), rows, all_rows=True)
    text = console.export_text()
    assert re.search(r"datastorage against signalprocessing: \d+ of \d+ facts differ", text)
    assert "✗ node, node selector: extramount-wrong-node" in text
    assert whole_words(text)
    assert max(map(len, text.split("\n"))) <= width


@pytest.mark.parametrize("width", [80, 120])
def test_services_with_their_files(example: Path, width: int) -> None:
    console = screen(width)
    show_services(console, discover(open_local(example)))
    assert "docker/data-storage." in console.export_text(clear=False)
    assert whole_words(console.export_text())


def test_no_services_and_odd_names_are_shown_plainly() -> None:
    console = screen(80)
    show_services(console, ())
    show_services(console, (Service("[bold]\x1b[31mx", {"main": ("cmd/[/red]\u202ex",)}),))
    text = console.export_text()
    assert "No Go service" in text
    assert "[bold][U+001B][31mx" in text
    assert "cmd/[/red][U+202E]x" in text


def test_a_place_stands_beside_its_value_or_below() -> None:
    from bot.model import Evidence

    fact = LinkFact("name", "value", Evidence("some/file.go", 3, 3), "E2E=true")
    assert fact_cell(fact, 60).plain == "value  if E2E=true  some/file.go:3"
    assert fact_cell(fact, 20).plain == "value  if E2E=true\nsome/file.go:3"
