"""Pictures of real answers about the example, for the README: made by `make docs`, held by a test."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bot.check import check
from bot.compare import compare
from bot.example import example_repo
from bot.render.build import build_answer, verdict
from bot.render.side_by_side import show_comparison
from bot.render.terminal import show_answer
from bot.repo.local import open_local

WIDTH = 112


def check_svg() -> str:
    """The answer to `covcheck check datastorage` as a picture."""

    def show(console: Console, repo: Path) -> None:
        with open_local(repo) as snapshot:
            done = check(snapshot, "datastorage")
        show_answer(console, build_answer(done.path, done.diagnosis))

    return _picture("covcheck check datastorage", show)


def compare_svg() -> str:
    """The answer to `covcheck compare datastorage signalprocessing` as a picture."""

    def show(console: Console, repo: Path) -> None:
        with open_local(repo) as snapshot:
            left, right = (check(snapshot, name) for name in ("datastorage", "signalprocessing"))
        verdicts = verdict(left.diagnosis), verdict(right.diagnosis)
        rows = compare(left, right).rows
        show_comparison(console, "datastorage", "signalprocessing", verdicts, rows, all_rows=False)

    return _picture("covcheck compare datastorage signalprocessing", show)


def _picture(title: str, show: Callable[[Console, Path], None]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return recorded(title, lambda console: show(console, example_repo(Path(folder))))


def recorded(title: str, show: Callable[[Console], None]) -> str:
    """What `show` prints, as an SVG."""
    console = Console(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        legacy_windows=False,
    )
    show(console)
    svg = console.export_svg(title=title, unique_id="covcheck")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
