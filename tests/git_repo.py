"""Real git repos for tests, made by one `git fast-import`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class Symlink:
    """A symlink with this target."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """A submodule at this commit."""

    sha: str = "1" * 40


@dataclass(frozen=True)
class Program:
    """An executable file."""

    text: str


Content = str | bytes | Symlink | Submodule | Program


class GitRepo:
    """A bare repo in a folder; `branch` is its default branch."""

    def __init__(self, path: Path, branch: str = "main") -> None:
        self.path = path
        self.branch = branch
        run("init", "-q", "--bare", f"--initial-branch={branch}", str(path))

    def commit(self, files: Mapping[str, Content], branch: str | None = None) -> str:
        """Commit files on top of a branch; the commit's id."""
        ref = f"refs/heads/{branch or self.branch}"
        tip = self.git("for-each-ref", "--format=%(objectname)", ref)
        lines = [f"commit {ref}\ncommitter A <a@example.org> 1700000000 +0000\ndata 4\ntest\n".encode()]
        if tip:
            lines.append(f"from {tip}\n".encode())
        lines += [_change(path, content) for path, content in files.items()]
        run("--git-dir", str(self.path), "fast-import", "--quiet", "--force", stdin=b"".join(lines))
        return self.git("rev-parse", "--verify", ref)

    def git(self, *arguments: str) -> str:
        """What a git command in this repo prints."""
        return run("--git-dir", str(self.path), *arguments).decode("utf-8", "replace").strip()


def run(*arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> bytes:
    """What git prints; fails loudly."""
    done = subprocess.run(
        ["git", *arguments], input=stdin, stdout=subprocess.PIPE, env=_ENVIRONMENT, cwd=cwd, check=True
    )
    return done.stdout


def _change(path: str, content: Content) -> bytes:
    if isinstance(content, Submodule):
        return f"M 160000 {content.sha} {path}\n".encode()
    mode, data = _mode_and_data(content)
    return f"M {mode} inline {path}\ndata {len(data)}\n".encode("utf-8", "surrogateescape") + data + b"\n"


def _mode_and_data(content: str | bytes | Symlink | Program) -> tuple[str, bytes]:
    match content:
        case Symlink(target):
            return "120000", target.encode()
        case Program(text):
            return "100755", text.encode()
        case bytes():
            return "100644", content
        case _:
            return "100644", content.encode()
