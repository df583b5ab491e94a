"""Cases open with answers that name a trouble, and close when a later run or check proves it mended.

Nothing in here harms an answer: what fails is logged, and the answer stands.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.errors import StoreError
from bot.jobs.audit import entry_of, note
from bot.jobs.messenger import NotThere
from bot.jobs.orders import Check, Place, shown_repo
from bot.jobs.outcome import Outcome
from bot.jobs.saying import Saying
from bot.model import Status, Symptom
from bot.render.plain import cut, one_line
from bot.render.slack_cases import solved_post
from bot.store.answers import Store
from bot.store.cases import Proof, StoredCase
from bot.store.changes import What
from bot.store.live import StoredRun
from knowledge.answering.model import KnownCase

LOG = logging.getLogger("covcheck.jobs")

MOST_TOLD = 10
"""Threads that one proof is told in."""
_NAMED = 4
_COUNTED = 50
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Cases:
    """Opens and closes cases after answers; every method but `known` runs inside a workflow."""

    def __init__(self, saying: Saying, store: Store) -> None:
        self._saying = saying
        self._store = store

    def known(self, rule: str | None) -> tuple[StoredCase, ...]:
        """The solved cases of a cause, the latest first; none when the store fails."""
        if rule is None:
            return ()
        try:
            return self._store.cases.solved(rule=rule, limit=_COUNTED)
        except StoreError as error:
            LOG.warning("solved cases are not named: %s", error)
            return ()

    def after_check(self, job_id: str, order: Check, thread: Place, done: Outcome) -> None:
        """FOUND opens a case, CLEAR may prove earlier ones of the service; `thread` is the answer's."""

        def act() -> Sequence[StoredCase]:
            now = time.time()
            if done.status == "FOUND" and done.cause and done.service:
                about = _about(job_id, "check", thread, order.repo, done.service, order.ref, now)
                self._store.cases.open(StoredCase(**about, **_caused(done), commit=done.commit))
            elif done.status == "CLEAR" and done.service:
                proof = Proof("check", job_id, now, order.ref, done.commit)
                return self._store.cases.prove(order.repo, done.service, proof)
            return ()

        self._settled(job_id, thread, act)

    def after_request(self, job_id: str, repo: str, ref: str | None, thread: Place, done: Outcome) -> None:
        """An answered help request opens a case of its service, when it could be told which that is."""

        def act() -> Sequence[StoredCase]:
            if done.service and done.status in set(Status):
                about = _about(job_id, "request", thread, repo, done.service, ref, time.time())
                asked = StoredCase(**about, **_caused(done), commit=done.commit, question=done.question)
                self._store.cases.open(asked)
            return ()

        self._settled(job_id, thread, act)

    def after_run(self, job_id: str, run: StoredRun, thread: Place, done: Outcome) -> None:
        """Figures prove earlier cases of the service solved; a run without any opens one."""

        def act() -> Sequence[StoredCase]:
            if run.status == "FAILED":
                return ()
            repo, service = run.repo or "", done.service or run.service
            if run.symptom == Symptom.BOTH and run.covered:
                return self._store.cases.prove(repo, service, proof_of(run))
            about = _about(job_id, "live", thread, repo, service, run.ref, time.time())
            self._store.cases.open(
                StoredCase(**about, **_caused(done), commit=run.commit, symptom=run.symptom)
            )
            return ()

        self._settled(job_id, thread, act)

    def _settled(self, job_id: str, thread: Place, act: Callable[[], Sequence[StoredCase]]) -> None:
        def closed() -> list[dict[str, Any]]:
            solved = act()
            for case in solved:
                about = f"{case.service or 'a question'} in {shown_repo(case.repo)}: {case.summary}"
                said = f"by a {case.solved_by}"
                note(self._store, entry_of(job_id, What.CASE_SOLVED, thread, about, said, case.id[:24]))
            return [asdict(case) for case in solved]

        try:
            solved = self._saying.steps.once("case", closed)
            for case in solved[:MOST_TOLD]:
                self._tell(job_id, StoredCase(**case))
        except Exception:
            LOG.exception("job %s: its case was not kept", job_id)

    def _tell(self, job_id: str, case: StoredCase) -> None:
        """Say once in a case's thread that it is solved."""
        post = solved_post(proven(case, figures=True), case.summary, case.fix, case.id)
        try:
            place = Place(case.channel, case.thread)
            self._saying.reply(job_id, f"solved-{case.id[:24]}", place, post)
        except NotThere as error:
            LOG.info("job %s: case %s is solved and could not be told: %s", job_id, case.id, error)


def proof_of(run: StoredRun) -> Proof:
    """What a run with figures proves."""
    return Proof(
        by="run",
        id=run.id,
        at=run.started_at,
        ref=run.ref,
        commit=run.commit,
        statements=run.statements,
        covered=run.covered,
        found=tuple(str(cause["rule"]) for cause in run.causes),
    )


def proven(case: StoredCase, *, figures: bool = False, now: float | None = None) -> str:
    """By what a solved case was proven, in one clause: `a run on 3 November`."""
    proof = case.proof or {}
    on = f"on {day(case.solved_at or 0.0, now)}"
    commit = str(proof.get("commit") or "")[:7]
    if case.solved_by == "run":
        statements, covered = int(proof.get("statements") or 0), int(proof.get("covered") or 0)
        shows = f" shows {covered / statements:.1%} of {statements:,} statements" if statements else ""
        return f"a run {on}{shows if figures else ''}"
    weaker = " finds nothing on the path that stands in the way; no figure was seen yet" if figures else ""
    return f"a check {on} at {commit}{weaker}"


def same_cause(cases: Sequence[StoredCase], repo: str, now: float | None = None) -> str:
    """`Same cause, 2 solved cases: gateway (Nov 3), notification (Oct 12)`; empty without cases."""
    if not cases:
        return ""
    number = len(cases)
    count = f"{number} or more" if number >= _COUNTED else str(number)
    named = [f"{_named(case, repo)} ({short_day(case.solved_at or 0.0, now)})" for case in cases[:_NAMED]]
    more = f" and {number - _NAMED} more" if number > _NAMED else ""
    noun = "case" if number == 1 else "cases"
    return f"Same cause, {count} solved {noun}: {', '.join(named)}{more}"


def known_case(case: StoredCase) -> KnownCase:
    """A solved case as an answered request names it."""
    return KnownCase(
        id=case.id,
        service=case.service or "",
        rule=case.rule or "",
        summary=case.summary,
        fix=case.fix,
        proven=proven(case),
        solved_at=case.solved_at or 0.0,
    )


def known_cases(store: Store) -> Callable[[tuple[str, ...], tuple[str, ...]], list[KnownCase]]:
    """What finds solved cases by services and by ids of rules, each once; none when the store fails."""

    def find(services: tuple[str, ...], rules: tuple[str, ...]) -> list[KnownCase]:
        try:
            found = [case for rule in rules for case in store.cases.solved(rule=rule)]
            found += [case for service in services for case in store.cases.solved(service=service)]
        except StoreError as error:
            LOG.warning("solved cases are not named: %s", error)
            return []
        return [known_case(case) for case in {case.id: case for case in found}.values()]

    return find


def day(at: float, now: float | None = None) -> str:
    """`3 November`, with the year when it is another one; UTC."""
    when, today = _date(at), _date(time.time() if now is None else now)
    year = "" if when.year == today.year else f" {when.year}"
    return f"{when.day} {_MONTHS[when.month - 1]}{year}"


def short_day(at: float, now: float | None = None) -> str:
    """`Nov 3`, with the year when it is another one; UTC."""
    when, today = _date(at), _date(time.time() if now is None else now)
    year = "" if when.year == today.year else f" {when.year}"
    return f"{_MONTHS[when.month - 1][:3]} {when.day}{year}"


def _date(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _named(case: StoredCase, repo: str) -> str:
    name = cut(one_line(case.service or "a question"), 80)
    here = not case.repo or case.repo.casefold() == repo.casefold()
    return name if here else f"{name} in {cut(one_line(shown_repo(case.repo)), 80)}"


def _about(
    job_id: str, kind: str, thread: Place, repo: str, service: str, ref: str | None, now: float
) -> dict[str, Any]:
    return {
        "id": job_id,
        "kind": kind,
        "channel": thread.channel,
        "thread": thread.thread,
        "repo": repo,
        "service": service,
        "ref": ref,
        "opened_at": now,
        "asked_by": thread.user,
    }


def _caused(done: Outcome) -> dict[str, Any]:
    """The first cause as a case keeps it: rule, effect, summary, fix, evidence."""
    return dict(done.cause or {})
