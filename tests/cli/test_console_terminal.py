"""What the terminal beside the console does."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.browser.running import ROOT, clean_environment

WAITING = """
import time
from bot.console_terminal import end_with_reader
end_with_reader()
print("begun", flush=True)
time.sleep(90)
"""


def waiting(home: Path, stdout: int | None) -> subprocess.Popen[str]:
    """A program that ends with its reader, or after a minute and a half."""
    command = [sys.executable, "-c", WAITING]
    return subprocess.Popen(command, env=clean_environment(home), cwd=ROOT, stdout=stdout, text=True)


def test_it_ends_when_the_reader_of_its_output_goes_away(tmp_path: Path) -> None:
    with waiting(tmp_path, subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.stdout.close()
        assert process.wait(60) == -signal.SIGTERM


def test_output_that_is_no_pipe_has_no_reader_to_wait_for(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out:
        process = waiting(tmp_path, out.fileno())
        try:
            while "begun" not in (tmp_path / "out").read_text():
                assert process.poll() is None
            assert process.poll() is None
        finally:
            process.terminate()
            process.wait(60)
