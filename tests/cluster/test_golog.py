"""What Go's runtime says in a log: coverage lines as in causes.md, panics as Go 1.26 writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster.golog import TAIL, GoLog, is_coverage_line
from bot.facts.live import Ended

NIL = """\
listening on :8080
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a108a]

goroutine 1 [running]:
main.main()
\t/src/main.go:3 +0x10a
"""
MAP = """\
fatal error: concurrent map writes

goroutine 7 gp=0xc000002380 m=0 mp=0x5a7e00 [running]:
internal/runtime/maps.fatal({0x4cb075?, 0x0?})
\t/usr/local/go/src/runtime/panic.go:1181 +0x18
created by main.main in goroutine 1
\t/src/main.go:3 +0xee
"""
LONG_ERROR = "panic: boom\n\tone\n\ttwo\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:3 +0x1fb\n"
RECOVERED = NIL + "recovered, going on\nserving again\nbye\nclosed\ndone\n"
ONLY_WORDS = "panic: is a word that this program likes\nbye\n"
HTTP = "http: panic serving 10.0.0.1:5: boom\ngoroutine 5 [running]:\nnet/http.(*conn).serve.func1()\n"


def log_of(text: str) -> GoLog:
    log = GoLog()
    for line in text.splitlines():
        log.add(line.encode(), 1.0)
    return log


@pytest.mark.parametrize("text", [NIL, MAP, LONG_ERROR, NIL + "another goroutine's last line\n"])
@pytest.mark.parametrize("ended", [None, Ended(2, "Error")])
def test_a_log_that_ends_in_a_panic(text: str, ended: Ended | None):
    lines = log_of(text).panic_lines(ended)
    assert lines
    assert lines[0].startswith(("panic: ", "fatal error: "))


@pytest.mark.parametrize("text", [RECOVERED, ONLY_WORDS, HTTP, "", "goroutine 1 [running]:\n"])
def test_a_log_that_does_not(text: str):
    assert log_of(text).panic_lines(None) == ()


@pytest.mark.parametrize("code", [0, 1, 137, 143])
def test_an_exit_code_that_no_panic_gives_contradicts(code: int):
    assert log_of(NIL).panic_lines(Ended(code, "")) == ()


@pytest.mark.parametrize(
    "line",
    [
        "warning: GOCOVERDIR not set, no coverage data emitted",
        "error: coverage meta-data emit failed: creating meta-data file /c/tmp.1: permission denied",
        'error: coverage meta-data emit failed: output directory "/c" not a directory; no coverage data',
        'error: coverage counter data emit failed: output directory "/c" inaccessible (err: stat /c: x)',
        "error: coverage meta-data prep failed: mode clash",
    ],
)
def test_lines_about_coverage(line: str):
    assert is_coverage_line(line)
    assert log_of(line).coverage_lines() == (line,)


@pytest.mark.parametrize(
    "line",
    ["", "coverage: 80% of statements", "error: coverage is low", "set GOCOVERDIR", "GOCOVERDIR not set"],
)
def test_lines_about_something_else(line: str):
    assert not is_coverage_line(line)


def test_lines_before_and_since():
    log = GoLog()
    log.add(b"warning: GOCOVERDIR not set, no coverage data emitted", 1.0)
    log.add(b"bye\r", 2.0)
    assert log.tail(since=1.5) == ("bye",)
    assert log.coverage_lines(before=1.5) == log.coverage_lines()
    assert log.coverage_lines(before=0.5) == ()


def test_secrets_do_not_leave():
    log = log_of(
        "DB_PASSWORD=hunter2hunter2\npanic: token=ghp_abcdefghijklmnopqrstuvwxyz0123\n\ngoroutine 1 [x]:\n"
    )
    said = " ".join((*log.tail(), *log.panic_lines(None)))
    assert "hunter2" not in said
    assert "ghp_" not in said


@given(st.lists(st.binary(max_size=300).map(lambda raw: raw.replace(b"\n", b"")), max_size=50))
def test_any_bytes_are_taken(lines: list[bytes]):
    log = GoLog()
    for line in lines:
        log.add(line, 0.0)
    assert len(log.tail()) <= max(len(lines), 1)
    log.panic_lines(None)


def test_what_is_kept_is_bounded():
    log = GoLog()
    for _ in range(TAIL * 3):
        log.add(b"warning: GOCOVERDIR not set, no coverage data emitted " + b"x" * 100_000, 0.0)
    assert len(log.tail()) == TAIL
    assert max(map(len, log.tail())) <= 2_000
    assert len(log.coverage_lines()) <= 20
