"""What Go's runtime says at the end of a log: about coverage, and of a panic."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

from bot.facts.live import Ended
from bot.redact import redact

TAIL = 200
"""Lines of a log that are kept."""
MAX_LINE = 2_000
MAX_COVERAGE = 20
PANIC_LINES = 12
STRAY_LINES = 3
"""Lines of other goroutines that may follow a panic's trace before the process is gone."""
PANIC_CODES = (2, 134)
"""A panic or fatal error ends a Go process with 2, or with SIGABRT under GOTRACEBACK=crash (runtime docs)."""

_COVERAGE = re.compile(
    r"warning: GOCOVERDIR not set, no coverage data emitted"
    r"|error: coverage (?:meta-data (?:prep|emit)|counter data emit) failed: "
    r"|program not built with -cover$"
)
"""Go's own words (internal/coverage/cfile/emit.go, the same from 1.20 to 1.27), at the start of a line."""
_PANIC = re.compile(r"panic: |fatal error: ")
_GOROUTINE = re.compile(r"(?:goroutine|runtime stack)(?: \d+(?: \S+){0,6} \[|:)")
_TRACE = re.compile(
    r"$|\s|goroutine \d|runtime stack:|created by |\[signal |exit status \d|[a-z]\w{1,6} +0x|\S+\(.*\)$"
)
"""Lines of a trace: blank, indented, headers, registers, `package.function(arguments)`."""


def is_coverage_line(line: str) -> bool:
    """Whether Go's runtime wrote a line about coverage."""
    return _COVERAGE.match(line) is not None


class GoLog:
    """A log as it comes: its tail, Go's lines about coverage, and whether it ends in a panic. Bounded."""

    def __init__(self) -> None:
        self._tail: deque[tuple[float, str]] = deque(maxlen=TAIL)
        self._coverage: list[tuple[float, str]] = []
        self._panic: list[str] | None = None
        self._traced = False
        self._stray = 0

    def add(self, raw: bytes, at: float) -> None:
        """Take the next line; `at` is when it came."""
        line = raw[: MAX_LINE * 4].decode("utf-8", "replace")[:MAX_LINE].rstrip("\r")
        self._tail.append((at, line))
        if is_coverage_line(line) and len(self._coverage) < MAX_COVERAGE:
            self._coverage.append((at, line))
        self._follow_panic(line)

    def tail(self, since: float = 0.0) -> tuple[str, ...]:
        """The last lines that came at `since` or later, without secrets."""
        return _clean(line for at, line in self._tail if at >= since)

    def coverage_lines(self, before: float | None = None) -> tuple[str, ...]:
        """Go's lines about coverage, all or those that came before a time."""
        return _clean(line for at, line in self._coverage if before is None or at < before)

    def panic_lines(self, ended: Ended | None) -> tuple[str, ...]:
        """The start of the Go panic or fatal error that the log ends in, unless the exit code contradicts."""
        if self._panic is None or not self._traced or self._stray > STRAY_LINES:
            return ()
        return _clean(self._panic) if ended is None or ended.exit_code in PANIC_CODES else ()

    def _follow_panic(self, line: str) -> None:
        if _PANIC.match(line) is not None:
            self._panic, self._traced, self._stray = [line], False, 0
        elif self._panic is not None:
            if len(self._panic) < PANIC_LINES:
                self._panic.append(line)
            self._traced = self._traced or _GOROUTINE.match(line) is not None
            self._stray = 0 if _TRACE.match(line) is not None else self._stray + 1


def _clean(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines without secrets; keys over several lines too."""
    text = "\n".join(lines)
    return tuple(redact(text).split("\n")) if text else ()
