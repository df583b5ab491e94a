"""The short way into `covcheck cov` and the full command line do the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cov_command import app
from bot.covdata.command import run_words
from tests.covdata.gomodule import Lab


@pytest.mark.parametrize(
    "words",
    [[], ["--help"], ["percent"], ["percent", "-x=1", "-i=d"], ["func", "-i=d", "-o=f"], ["merge", "-i=d"]],
)
def test_help_and_mistakes_are_left_to_the_full_command_line(words: list[str]) -> None:
    assert run_words(words) is None


def test_both_ways_give_the_same(lab: Lab, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from bot.entry import main; main()", "cov", "percent"]
    for words in ([f"-i={lab.data['set']}", "-pkg", ".../p0001"], [f"-i={tmp_path}"]):
        done = subprocess.run([*command, *words], capture_output=True, check=False, env=dict(os.environ))
        full = CliRunner().invoke(app, ["percent", *words])
        assert (done.returncode, done.stdout, done.stderr) == (
            full.exit_code,
            full.stdout_bytes,
            full.stderr_bytes,
        )


def test_the_entry_falls_back(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from bot.entry import main; main()"]
    done = subprocess.run([*command, "cov", "--help"], capture_output=True, text=True, check=True)
    assert "textfmt" in done.stdout
