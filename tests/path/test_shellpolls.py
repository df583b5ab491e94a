"""Loops of scripts that wait until no pod is left, and loops that wait for something else."""

from __future__ import annotations

import pytest

from bot.facts.events import Wait
from bot.path.runs import RunReader
from tests.path.in_memory import Texts


def waits(loop: str) -> list[Wait]:
    reading = RunReader(Texts({"e2e.sh": f"#!/bin/bash\n{loop}\n"})).script("e2e.sh")
    return [e for e in reading.events if isinstance(e, Wait) and e.method == "deleted"]


@pytest.mark.parametrize(
    "loop",
    [
        'while [ -n "$(kubectl get pods -l app=shop -o name)" ]; do sleep 1; done',
        'until [ -z "$(kubectl -n shop get pod -l app=shop -o name)" ]; do sleep 1; done',
        "while kubectl get pods -l app=shop | grep -q shop; do sleep 2; done",
        'until [[ "$(kubectl get pods -l app=shop --no-headers | wc -l)" -eq 0 ]]; do sleep 1; done',
        'until [ "$(kubectl get pods -l app=shop -o name)" = "" ]; do sleep 1; done',
        "until ! kubectl get pod shop-0; do sleep 1; done",
        'for i in $(seq 60); do [ -z "$(kubectl get pods -l app=shop -o name)" ] && break; sleep 1; done',
        "for i in $(seq 60); do\n  kubectl get pod shop-0 || break\n  sleep 1\ndone",
        "for i in $(seq 60); do\n  if ! kubectl get pod shop-0; then\n    break\n  fi\n  sleep 1\ndone",
    ],
)
def test_a_loop_that_ends_when_no_pod_is_left(loop: str) -> None:
    assert len(waits(loop)) == 1


@pytest.mark.parametrize(
    "loop",
    [
        "until kubectl get pods -l app=shop | grep -q Running; do sleep 1; done",
        "while ! kubectl get pod shop-0; do sleep 1; done",
        "until kubectl get pod shop-0; do sleep 1; done",
        'while [ -z "$(kubectl get pods -l app=shop -o name)" ]; do sleep 1; done',
        'while [ "$(kubectl get deploy shop -o jsonpath={.status.readyReplicas})" != 1 ]; do sleep 1; done',
        "for i in $(seq 60); do kubectl get pod shop-0 && break; sleep 1; done",
        "for f in a b; do kubectl get pods; done",
    ],
)
def test_other_loops_say_nothing_of_an_end(loop: str) -> None:
    assert waits(loop) == []
