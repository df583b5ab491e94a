"""`git` as a reader of objects: a safe environment, time limits, nothing of the user's set-up.

The git directory is always named outright. So git looks for no other one, does not ask who owns it
(`safe.directory`), and reads no configuration but the repo's own, none of whose settings run a
program for the plumbing used here (`cat-file`, `ls-tree`, `symbolic-ref`, `config --get-regexp`).
"""

from __future__ import annotations

import os
import select
import subprocess
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.errors import RepoUnavailable

TIMEOUT_SECONDS = 30.0
_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
_SAFE = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}


class TooLarge(Exception):
    """An object is larger than what was asked for; `size` in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


class GitStopped(RepoUnavailable):
    """git ended in the middle: the object it was asked for is damaged, or left out of a partial clone."""


class Git:
    """Runs plumbing commands on one git directory. Raises RepoUnavailable when git can't be run."""

    def __init__(self, directory: Path, timeout: float = TIMEOUT_SECONDS) -> None:
        self.directory = directory
        self.timeout = timeout

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes | None:
        """What the command prints, or None when it fails (no such ref, no such key)."""
        try:
            done = subprocess.run(
                self._command(arguments),
                input=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                timeout=self.timeout,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failed(self.directory, error) from None
        return done.stdout if done.returncode == 0 else None

    def stream(self, *arguments: str) -> Iterator[bytes]:
        """What the command prints, in pieces; ends the command when the caller stops reading."""
        process = self._start(arguments, stdin=subprocess.DEVNULL)
        pipe = _Pipe(process, self.timeout, self.directory)
        try:
            while piece := pipe.piece():
                yield piece
            if process.wait(self.timeout) != 0:
                raise RepoUnavailable(f"git {arguments[0]} failed in {self.directory}.")
        except subprocess.TimeoutExpired as error:
            raise _failed(self.directory, error) from None
        finally:
            _end(process)

    def objects(self) -> Objects:
        """A running `git cat-file --batch`."""
        process = self._start(("cat-file", "--batch"), stdin=subprocess.PIPE)
        return Objects(process, _Pipe(process, self.timeout, self.directory))

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return ["git", "--no-pager", f"--git-dir={self.directory}", *arguments]

    def _start(self, arguments: Sequence[str], stdin: int) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                self._command(arguments),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                bufsize=0,
            )
        except OSError as error:
            raise _failed(self.directory, error) from None


class Objects:
    """Objects by id from one `git cat-file --batch`; several threads may ask."""

    def __init__(self, process: subprocess.Popen[bytes], pipe: _Pipe) -> None:
        self._process = process
        self._pipe = pipe
        self._lock = threading.Lock()
        self._finalizer = weakref.finalize(self, _end, process)

    def get(self, sha: str, most: int) -> bytes | None:
        """The object's content, or None when it is not there.

        Raises TooLarge for more than `most` bytes, GitStopped when it can't be read, and
        RepoUnavailable when git gives no answer.
        """
        with self._lock:
            self._pipe.write(sha.encode("ascii") + b"\n")
            header = self._pipe.line().split()
            if len(header) != 3:
                return None
            size = int(header[2])
            if size > most:
                self._pipe.skip(size + 1)
                raise TooLarge(size)
            return self._pipe.exactly(size + 1)[:-1]

    def close(self) -> None:
        """End the process."""
        self._finalizer()


class _Pipe:
    """Reads a process's output with a time limit for every wait."""

    def __init__(self, process: subprocess.Popen[bytes], timeout: float, directory: Path) -> None:
        assert process.stdout is not None
        self._process = process
        self._fd = process.stdout.fileno()
        self._timeout = timeout
        self._directory = directory
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN | select.POLLHUP)
        self._held = bytearray()

    def piece(self) -> bytes:
        """The next bytes; empty at the end."""
        if not self._poll.poll(self._timeout * 1000):
            _end(self._process)
            raise RepoUnavailable(f"git gave no answer within {self._timeout:g} s in {self._directory}.")
        return os.read(self._fd, 1 << 16)

    def write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
        except (OSError, ValueError):
            raise GitStopped(f"git has stopped reading {self._directory}.") from None

    def line(self) -> bytes:
        while (end := self._held.find(b"\n")) < 0:
            self._more()
        line = bytes(self._held[:end])
        del self._held[: end + 1]
        return line

    def exactly(self, count: int) -> bytes:
        while len(self._held) < count:
            self._more()
        data = bytes(self._held[:count])
        del self._held[:count]
        return data

    def skip(self, count: int) -> None:
        while count > len(self._held):
            count -= len(self._held)
            self._held.clear()
            self._more()
        del self._held[:count]

    def _more(self) -> None:
        piece = self.piece()
        if not piece:
            raise GitStopped(f"git stopped while reading {self._directory}.")
        self._held += piece


def _environment() -> dict[str, str]:
    """Nothing of ours but the search path: no tokens, no GIT_* variables, no home."""
    return {key: os.environ[key] for key in _KEPT if key in os.environ} | _SAFE


def _failed(directory: Path, error: Exception) -> RepoUnavailable:
    if isinstance(error, FileNotFoundError):
        return RepoUnavailable("The program git was not found.", hint="Install git.")
    if isinstance(error, subprocess.TimeoutExpired):
        return RepoUnavailable(f"git gave no answer within {error.timeout:g} s in {directory}.")
    return RepoUnavailable(f"git could not be run in {directory}: {error}.")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop the process and free its pipes; never raises and may be called twice."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
