"""`covcheck serve` without tokens, as people start it: a process of its own, state in a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
_OURS = ("COVCHECK_", "SLACK_", "GITHUB_")
_LEFT_OUT = ("PORT", "DATABASE_URL", "KUBECONFIG")


@dataclass
class Console:
    """A console that runs: the address of its page, its state folder, and what it printed so far."""

    process: subprocess.Popen[str]
    state: Path
    lines: list[str]
    url: str = ""

    def stop(self) -> int:
        """Ctrl-C; gives the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """This process's environment without settings of covcheck's, and `more`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_OURS) and k not in _LEFT_OUT}
    return {**kept, "PYTHONPATH": str(ROOT), "COVCHECK_HOME": str(home), **more}


def start(home: Path, *words: str, **environment: str) -> Console:
    """Start `covcheck serve WORDS` and wait until it says where its page is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", *(words or ("--port", "0"))],
        env=clean_environment(home, **environment),
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    console = Console(process, home / "console", [])
    found = threading.Event()
    threading.Thread(target=_read, args=(console, found), daemon=True).start()
    if not found.wait(PATIENCE) or not console.url:
        process.kill()
        process.wait(PATIENCE)
        raise AssertionError("no address was told: " + "".join(console.lines))
    return console


@contextmanager
def started(home: Path, *words: str, **environment: str) -> Iterator[Console]:
    """As `start`; stopped at the end, which must go well."""
    console = start(home, *words, **environment)
    try:
        yield console
    finally:
        if console.process.poll() is None and console.stop() != 0:
            raise AssertionError("the console did not end well: " + "".join(console.lines[-30:]))


def _read(console: Console, found: threading.Event) -> None:
    assert console.process.stdout is not None
    with console.process.stdout as out:
        for line in out:
            console.lines.append(line)
            address = _ADDRESS.search(line)
            if address and not console.url:
                console.url = address.group()
                found.set()
    found.set()
