"""The example repo that ships with covcheck, made into a git repo of its own.

`examples/` is a folder of this project; a check reads commits. So its files are committed to a small
repo in the state folder, with fixed author and dates: the commit is the same on every machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bot.errors import RepoUnavailable

SOURCE = Path(__file__).resolve().parent.parent / "examples"
_WHEN = "2026-01-05T09:00:00+00:00"
_IGNORED = ("coverdata", ".git")


def example_repo(state: Path, source: Path = SOURCE) -> Path:
    """The example as a git repo below the state folder, made anew when its files changed.

    Raises RepoUnavailable when the example is not there, the folder cannot be written or git fails.
    """
    if not source.is_dir():
        raise RepoUnavailable(
            "The example repo is not beside the program.", hint="Run from a checkout of covcheck."
        )
    target = state / "example" / "platform"
    try:
        _make(source, target)
    except OSError as error:
        raise RepoUnavailable(
            f"The state folder {state} cannot be written: {error.strerror or type(error).__name__}.",
            hint="Set COVCHECK_HOME.",
        ) from None
    return target


def _make(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        fresh = Path(folder) / "platform"
        shutil.copytree(source, fresh, ignore=shutil.ignore_patterns(*_IGNORED))
        _git(fresh, "init", "-q", "-b", "main")
        _git(fresh, "add", "-A")
        _git(fresh, "commit", "-q", "-m", "The example: two services tested end to end")
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)


def _git(folder: Path, *words: str) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {
        "GIT_AUTHOR_NAME": "covcheck",
        "GIT_AUTHOR_EMAIL": "covcheck@example.com",
        "GIT_AUTHOR_DATE": _WHEN,
        "GIT_COMMITTER_NAME": "covcheck",
        "GIT_COMMITTER_EMAIL": "covcheck@example.com",
        "GIT_COMMITTER_DATE": _WHEN,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    command = ["git", "-C", str(folder), "-c", "core.autocrlf=false", "-c", "commit.gpgsign=false", *words]
    try:
        subprocess.run(command, env=environ, check=True, capture_output=True, timeout=60)
    except FileNotFoundError:
        raise RepoUnavailable("git is not installed.", hint="Install git.") from None
    except subprocess.SubprocessError as error:
        raise RepoUnavailable(f"git could not make the example repo: {error}.") from None
