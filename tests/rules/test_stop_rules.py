from __future__ import annotations

from dataclasses import replace

import pytest

from bot.facts.build import CodeFact
from bot.facts.events import Event, Wait
from bot.model import Certainty, Effect, Link, Missing
from tests.rules.paths import (
    BUILD,
    COPY,
    CREATE,
    DELETE,
    DEPLOY,
    MAIN,
    REPORT,
    SCALE,
    WAIT,
    WORKLOAD,
    at,
    certainty,
    findings,
    gaps,
    healthy,
    kind,
    mount,
    node,
    setting,
)

SETUP: tuple[Event, ...] = (BUILD, CREATE, DEPLOY)
TAKE: tuple[Event, ...] = (COPY, REPORT, DELETE)


def fact(kind: str, value: str) -> CodeFact:
    return CodeFact(kind, value, at(9, "cmd/shop/main.go"))


def test_a_signal_that_nobody_handles() -> None:
    assert certainty("no-signal-handler", healthy(main=replace(MAIN, handles_sigterm=False))) == "certain"
    assert certainty("no-signal-handler", healthy()) is None


def test_an_unread_main_is_said_and_not_guessed() -> None:
    unread = replace(MAIN, handles_sigterm=None, reason_unknown="run() is in another module")
    assert certainty("no-signal-handler", healthy(main=unread)) is None
    assert gaps("no-signal-handler", healthy(main=unread)) == ["whether main handles SIGTERM"]


def test_a_program_that_writes_its_counters_itself_needs_no_signal() -> None:
    own = replace(MAIN, handles_sigterm=False, code=(fact("coverage-api", "WriteCountersDir"),))
    path = healthy(*SETUP, *TAKE, main=own)
    assert certainty("no-signal-handler", path) is None
    assert certainty("never-stopped", path) is None


def test_grace_shorter_than_the_shutdown_is_likely() -> None:
    slow = replace(MAIN, code=(fact("shutdown-timeout", "20"),))
    short = replace(WORKLOAD, grace_seconds=setting("terminationGracePeriodSeconds", "5", 6))
    assert certainty("grace-too-short", healthy(main=slow, workload=short)) is Certainty.LIKELY
    assert certainty("grace-too-short", healthy(main=slow)) is None


def test_a_prestop_sleep_beyond_the_grace_is_certain() -> None:
    [container] = WORKLOAD.containers
    hooked = replace(container, pre_stop=setting("preStop", "sleep 40", 11))
    path = healthy(workload=replace(WORKLOAD, containers=(hooked,), grace_seconds=setting("g", "30", 6)))
    assert certainty("grace-too-short", path) is Certainty.CERTAIN


@pytest.mark.parametrize(("grace", "said"), [("0", "possible"), ("1", "possible"), ("2", None), ("30", None)])
def test_a_tiny_grace_alone_is_only_possible(grace: str, said: str | None) -> None:
    path = healthy(workload=replace(WORKLOAD, grace_seconds=setting("g", grace, 6)))
    assert certainty("grace-too-short", path) == said


def test_an_unreadable_grace_says_nothing() -> None:
    path = healthy(workload=replace(WORKLOAD, grace_seconds=setting("g", "${grace}", 6)))
    assert certainty("grace-too-short", path) is None


def test_force_is_likely_because_the_kubelet_leaves_two_seconds() -> None:
    forced = replace(SCALE, method="delete-pod", target="shop", force=True)
    assert certainty("hard-exit", healthy(*SETUP, forced, WAIT, *TAKE)) is Certainty.LIKELY


def test_kill_nine_is_certain_and_kill_term_is_fine() -> None:
    kill = replace(SCALE, method="kill", target="shop-0", signal="SIGKILL", via="kubectl exec kill")
    assert certainty("hard-exit", healthy(*SETUP, kill, WAIT, *TAKE)) is Certainty.CERTAIN
    term = replace(kill, signal="SIGTERM")
    assert certainty("hard-exit", healthy(*SETUP, term, WAIT, *TAKE)) is None


def test_force_after_a_clean_stop_is_only_tidying_up() -> None:
    forced = replace(SCALE, method="delete-pod", target="shop", force=True)
    assert certainty("hard-exit", healthy(*SETUP, SCALE, WAIT, forced, *TAKE)) is None


def test_a_hard_exit_in_code_is_only_possible() -> None:
    path = healthy(main=replace(MAIN, code=(fact("hard-exit", "syscall.Exit"),)))
    assert certainty("hard-exit", path) is Certainty.POSSIBLE


def test_never_stopped() -> None:
    assert certainty("never-stopped", healthy(*SETUP, *TAKE)) is Certainty.CERTAIN
    assert certainty("never-stopped", healthy()) is None


def test_never_stopped_where_the_report_reads_the_host() -> None:
    carried = kind(node("control-plane", "control-plane", mount()))
    assert certainty("never-stopped", healthy(*SETUP, REPORT, kind=carried)) is Certainty.CERTAIN


def test_nothing_is_said_of_the_stop_where_the_copy_was_not_read() -> None:
    assert certainty("never-stopped", healthy(*SETUP, REPORT)) is None


def test_a_stop_after_the_copy_is_shown_as_evidence() -> None:
    [finding] = findings("never-stopped", healthy(*SETUP, COPY, REPORT, SCALE))
    assert finding.summary == "The run stops Deployment shop only after the files are taken."
    assert SCALE.evidence in finding.evidence


def test_stopping_another_workload_does_not_count() -> None:
    other = replace(SCALE, target="deployment/postgres")
    assert certainty("never-stopped", healthy(*SETUP, other, WAIT, *TAKE)) is Certainty.CERTAIN


def test_clearing_away_before_the_deployment_does_not_count() -> None:
    assert certainty("never-stopped", healthy(BUILD, CREATE, SCALE, DEPLOY, *TAKE)) is Certainty.CERTAIN


def test_an_unread_part_of_the_run_makes_it_likely() -> None:
    gap = Missing("the script hack/stop.sh", "not found", Link.STOP)
    assert certainty("never-stopped", healthy(*SETUP, *TAKE, missing=(gap,))) is Certainty.LIKELY
    empty = Missing("the link stop", "nothing about it was found in the files", Link.STOP)
    assert certainty("never-stopped", healthy(*SETUP, *TAKE, missing=(empty,))) is Certainty.CERTAIN


@pytest.mark.parametrize("kind", ["Job", "CronJob"])
def test_a_job_ends_by_itself(kind: str) -> None:
    assert certainty("never-stopped", healthy(*SETUP, *TAKE, workload=replace(WORKLOAD, kind=kind))) is None


def test_nothing_is_said_where_nothing_is_collected() -> None:
    path = healthy(*SETUP, DELETE)
    assert certainty("never-stopped", path) is None
    assert certainty("collect-before-exit", path) is None


def waits(*between: Wait) -> tuple[Certainty | None, Effect | None]:
    found = findings("collect-before-exit", healthy(*SETUP, SCALE, *between, *TAKE))
    return (found[0].certainty, found[0].effect) if found else (None, None)


def sleep(seconds: float | None) -> Wait:
    return replace(WAIT, method="sleep", target=None, seconds=seconds)


def test_no_wait_at_all_is_certain() -> None:
    assert waits() == (Certainty.CERTAIN, Effect.BLOCKS)


def test_waiting_until_the_pod_is_gone_is_fine() -> None:
    assert waits(WAIT) == (None, None)
    assert waits(sleep(1), WAIT) == (None, None)


def test_a_sleep_is_a_bet_on_the_grace_period() -> None:
    assert waits(sleep(1)) == (Certainty.POSSIBLE, Effect.BLOCKS)
    assert waits(sleep(10)) == (Certainty.POSSIBLE, Effect.DEGRADES)
    assert waits(sleep(30)) == (None, None)
    assert waits(sleep(None)) == (None, None)


def test_rollout_status_and_replica_counts_do_not_see_ending_pods() -> None:
    assert waits(replace(WAIT, method="rollout")) == (Certainty.POSSIBLE, Effect.BLOCKS)
    assert waits(replace(WAIT, method="scaled")) == (Certainty.POSSIBLE, Effect.BLOCKS)


def test_a_delete_that_waits_needs_no_wait() -> None:
    deleted = replace(SCALE, method="delete-pod", target="shop")
    assert certainty("collect-before-exit", healthy(*SETUP, deleted, *TAKE)) is None
    early = replace(deleted, waits=False)
    assert certainty("collect-before-exit", healthy(*SETUP, early, *TAKE)) is Certainty.CERTAIN


def test_helm_uninstall_returns_early_unless_told_to_wait() -> None:
    gone = replace(SCALE, method="helm-uninstall", target="shop")
    assert certainty("collect-before-exit", healthy(*SETUP, gone, *TAKE)) is Certainty.CERTAIN
    waiting = replace(gone, waits=True)
    assert certainty("collect-before-exit", healthy(*SETUP, waiting, *TAKE)) is None
