"""Why a container left no counters: exit code, time, log and repo weighed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.facts.build import CodeFact
from bot.facts.ending import ending
from bot.model import Certainty
from tests.rules.live import builders as b
from tests.rules.paths import MAIN, at, healthy

CERTAIN, LIKELY = Certainty.CERTAIN, Certainty.LIKELY
SHELL = b.process(first=("sh", "-c", "/shop"), pid=7, shell="sh", children=1)
LINES = ("one", "two", "three")


@pytest.mark.parametrize(
    ("pod", "rule", "certainty"),
    [
        (b.pod(stop=b.stop(2, 0.1)), "no-signal-handler", CERTAIN),
        (b.pod(stop=b.stop(143, 0.1, signal=15)), "no-signal-handler", CERTAIN),
        (b.pod(stop=b.stop(2, 0.1, panic=True)), "panic-exit", CERTAIN),
        (b.pod(stop=b.stop(137, 0.1, reason="OOMKilled")), "oom-killed", CERTAIN),
        (b.pod(stop=b.stop(137, 2.0, 2)), "grace-too-short", LIKELY),
        (b.pod(stop=b.stop(137, 9.9, 10)), "shutdown-blocked", LIKELY),
        (b.pod(stop=b.stop(137, 20.1, 20, lines=LINES[:1])), "shutdown-blocked", LIKELY),
        (b.pod(stop=b.stop(137, 20.1, 20, lines=LINES)), "grace-too-short", LIKELY),
        (b.pod(stop=b.stop(137, 3.0, 30)), "hard-exit", LIKELY),
        (b.pod(stop=b.stop(0, 0.1)), "hard-exit", LIKELY),
        (b.pod(stop=b.stop(137, 10.2, 10), process=SHELL), "shell-entrypoint", CERTAIN),
        (b.pod(stop=b.stop(143, 0.2), process=SHELL), "shell-entrypoint", LIKELY),
        (b.pod(stop=b.stop(2, 0.2, panic=True), process=SHELL), "panic-exit", CERTAIN),
        (b.pod(stop=None, last=b.ended(137, "OOMKilled")), "oom-killed", CERTAIN),
        (b.pod(stop=None, last=b.ended(2), crash_lines=("panic: x",)), "panic-exit", CERTAIN),
    ],
)
def test_one_answer_for_each_end(pod, rule, certainty):
    found = ending(b.meta_only(pod), pod)
    assert found is not None
    assert (found.rule, found.certainty) == (rule, certainty)


@pytest.mark.parametrize(
    "pod",
    [
        b.pod(stop=None),
        b.pod(stop=replace(b.stop(), ended=None)),
        b.pod(stop=None, last=b.ended(1)),
        b.pod(stop=b.stop(0, 0.1, coverage_lines=("error: coverage counter data emit failed: x",))),
    ],
)
def test_an_end_that_was_not_seen_or_has_another_reason(pod):
    assert ending(b.meta_only(pod), pod) is None


def test_without_the_files_a_normal_looking_exit_is_no_cause():
    pod = b.pod(stop=b.stop(0, 0.1))
    assert ending(b.live(pod, files=None), pod) is None


def test_a_shutdown_that_the_repo_says_is_longer_is_certain():
    pod = b.pod(stop=b.stop(137, 30.1, 30))
    code = (CodeFact("shutdown-timeout", "45", at(9, "main.go")),)
    found = ending(b.meta_only(pod), pod, healthy(main=replace(MAIN, code=code)))
    assert found is not None
    assert (found.rule, found.certainty) == ("grace-too-short", CERTAIN)


def test_a_handler_in_the_repo_makes_an_unhandled_signal_less_sure():
    pod = b.pod(stop=b.stop(2, 0.1))
    found = ending(b.meta_only(pod), pod, healthy())
    assert found is not None
    assert found.certainty is LIKELY


def test_syscall_exit_in_the_repo_makes_a_hard_exit_certain():
    pod = b.pod(stop=b.stop(0, 0.1))
    code = (CodeFact("hard-exit", "syscall.Exit", at(9, "main.go")),)
    found = ending(b.meta_only(pod), pod, healthy(main=replace(MAIN, code=code)))
    assert found is not None
    assert (found.rule, found.certainty) == ("hard-exit", CERTAIN)
