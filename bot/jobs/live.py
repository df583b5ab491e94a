"""Jobs of live runs: plan, confirm, run once, tell what came of it.

The run itself is one durable step. A process that dies in it leaves the way back in the cluster; the
next start takes the step again, upon which `LiveWork.run` puts everything back and says so.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bot.cluster.plan import Plan
from bot.errors import CovcheckError, PlanChanged
from bot.jobs import outcome
from bot.jobs.audit import entry_of, note
from bot.jobs.cases import Cases
from bot.jobs.looks import keep_run
from bot.jobs.messenger import NotThere
from bot.jobs.orders import Live, LiveAgain, LiveCancel, LiveRun, Place, without_paths
from bot.jobs.outcome import Outcome
from bot.jobs.run_files import RawFiles, forget_old, raw_files, run_files
from bot.jobs.run_record import failed_record, figure_of, record
from bot.jobs.saying import MAIN, Saying, attempt
from bot.live import LiveResult, LiveWork
from bot.render.blocks import Post
from bot.render.live_view import live_view
from bot.render.notices import broken_post, error_post, looking_post, text_post
from bot.render.slack import Snippet, snippets
from bot.render.slack_live import (
    live_detail_posts,
    live_failed_post,
    live_posts,
    over_post,
    people_post,
    plan_posts,
    running_post,
)
from bot.store.answers import Store, StoredAnswer
from bot.store.audit import Entry
from bot.store.changes import What
from bot.store.live import PlanState, StoredPlan, StoredRun

LOG = logging.getLogger("covcheck.jobs")

_GONE = "I no longer have this plan; nothing was stopped. Ask for a new one: `/covcheck live SERVICE`."


@dataclass(frozen=True, slots=True)
class LiveConfig:
    """What live jobs need: the work, the folder that keeps a run's files (on this machine), how long a
    plan may be confirmed, how many runs are under way at once, and a repo's default branch (None: it is not
    known), which is what a run without a ref measured."""

    work: LiveWork
    folder: Path
    confirm_minutes: float = 15
    at_once: int = 4
    default_branch: Callable[[str], str | None] = lambda _: None


class LiveJobs:
    """Carries out live orders; every method runs inside a workflow."""

    def __init__(self, config: LiveConfig, saying: Saying, store: Store, cases: Cases) -> None:
        self._config = config
        self._cases = cases
        self._saying = saying
        self._steps = saying.steps
        self._store = store
        self._slots = threading.BoundedSemaphore(config.at_once)

    def carry_out(self, job_id: str, order: Live | LiveRun | LiveCancel | LiveAgain, place: Place) -> str:
        """Do what was ordered and give the status that is kept."""
        match order:
            case Live():
                return self._plan(job_id, order, place)
            case LiveAgain():
                return self._plan_again(job_id, order, place)
            case LiveCancel():
                return self._cancel(job_id, order.plan_id, place)
            case LiveRun():
                return self._run(job_id, order.plan_id, place)

    # the dry run

    def _plan(self, job_id: str, order: Live, place: Place) -> str:
        waiting = looking_post(f"{order.service} in the cluster")
        ts = self._saying.reply(job_id, MAIN, place, waiting)
        try:
            made = self._steps.once("plan", lambda: self._planned(job_id, order, place, ts))
            posts = outcome.unpack_posts(made["posts"])
            self._edit(place, ts, job_id, posts[0])
            self._saying.parts(job_id, replace(place, thread=place.thread or ts), posts[1:])
        except NotThere:
            raise
        except Exception:
            return self._saying.broken(job_id, place, ts)
        return str(made["status"])

    def _planned(self, job_id: str, order: Live, place: Place, ts: str) -> dict[str, Any]:
        """The plan, kept for its buttons and laid out; or the failure laid out."""
        try:
            plan = self._config.work.plan(order.repo, order.ref, order.service, order.namespace)
            minutes = self._config.confirm_minutes
            payload = {"plan": plan.encode(), "asked": asdict(order), "channel": place.channel, "ts": ts}
            ends = time.time() + minutes * 60
            self._store.keep_plan(StoredPlan(job_id, payload, plan.digest, ends, place.user))
            posts = plan_posts(plan.lines(), job_id, _subject(plan), _stops(plan), round(minutes))
            return {"status": "PLANNED", "posts": outcome.pack_posts(posts)}
        except CovcheckError as error:
            LOG.info("job %s: %s: %s", job_id, type(error).__name__, error)
            post = error_post(_shown(error, order.repo, self._config.folder), job_id)
        except Exception:
            LOG.exception("job %s: planning failed", job_id)
            post = broken_post(job_id)
        return {"status": "FAILED", "posts": outcome.pack_posts([post])}

    def _plan_again(self, job_id: str, order: LiveAgain, place: Place) -> str:
        def read() -> dict[str, Any] | None:
            kept = self._store.plan(order.plan_id)
            return None if kept is None else dict(kept.payload["asked"])

        asked = self._steps.once("asked", read)
        if asked is None:
            return self._saying.whispered(place, _GONE)
        return self._plan(job_id, Live(**asked), place)

    # the press of a button

    def _settled(self, job_id: str, plan_id: str, state: PlanState, place: Place) -> StoredPlan | None:
        """The plan when this press is the one that counts; else the person is told why not."""

        def settle() -> dict[str, Any] | None:
            found = self._store.settle_plan(plan_id, state, job_id, place.user, time.time())
            if found is not None and found.settled_by == job_id and found.state == PlanState.CONFIRMED:
                note(self._store, self._confirmation(job_id, plan_id, place))
            return None if found is None else asdict(found)

        found = self._steps.once("settle", settle)
        if found is None:
            self._saying.whispered(place, _GONE)
            return None
        plan = StoredPlan(**found)
        if plan.settled_by != job_id:
            self._saying.whispered(place, _too_late(plan))
            return None
        return plan

    def _confirmation(self, job_id: str, plan_id: str, place: Place) -> Entry:
        """That somebody lets a plan be carried out, for the audit log: it is there before anything stops."""
        about = LiveRun(plan_id).about(self._store, job_id)
        return entry_of(job_id, What.LIVE_CONFIRMED, place, about, "begun")

    def _cancel(self, job_id: str, plan_id: str, place: Place) -> str:
        plan = self._settled(job_id, plan_id, PlanState.CANCELLED, place)
        if plan is None:
            return "OK"
        cancelled = plan.state == PlanState.CANCELLED
        said = "Cancelled; nothing was stopped." if cancelled else self._expired()
        self._show(plan, place, over_post(said, plan_id, place.user))
        return "CANCELLED" if cancelled else "EXPIRED"

    def _expired(self) -> str:
        minutes = round(self._config.confirm_minutes)
        return f"This plan was not confirmed within {minutes} minutes and holds no more; nothing was stopped."

    def _run(self, job_id: str, plan_id: str, place: Place) -> str:
        stored = self._settled(job_id, plan_id, PlanState.CONFIRMED, place)
        if stored is None:
            return "OK"
        if stored.state != PlanState.CONFIRMED:
            self._show(stored, place, over_post(self._expired(), plan_id))
            return "EXPIRED"
        plan = _decoded(stored)
        if plan is None:
            said = "This plan is of another version of covcheck; nothing was stopped."
            self._show(stored, place, over_post(said, plan_id))
            return "EXPIRED"
        return self._confirmed(job_id, stored, plan, place)

    def _confirmed(self, job_id: str, stored: StoredPlan, plan: Plan, place: Place) -> str:
        """Take the buttons away, run, keep, and turn the plan's message into the result."""
        started = running_post(_subject(plan), place.user)
        ts = str(stored.payload["ts"])
        self._steps.patiently(
            "running", lambda: self._saying.messenger.edit(place, ts, stored.id, MAIN, started)
        )
        ran = self._steps.once("run", lambda: self._carried_out(job_id, stored, plan, place))
        done = outcome.decode(ran["outcome"])
        run = StoredRun(**ran["run"])
        self._steps.once("keep-run", lambda: attempt(self._keep, run, place))
        answer = _answer(run, place, done)
        self._steps.once("keep", lambda: attempt(self._store.keep, answer))
        thread = replace(place, thread=place.thread or ts)
        self._show(stored, place, done.posts[0])
        try:
            made = self._steps.once("files", lambda: self._made(ran["raw"]))
            notes = [text_post(note) for note in made["notes"]]
            files = [*(Snippet(**file) for file in made["files"]), *done.files]
            self._saying.parts(job_id, thread, [*done.posts[1:], *notes])
            self._saying.files_or_why(job_id, thread, files)
        except NotThere:
            raise
        except Exception:
            self._saying.broken(job_id, thread)
        self._cases.after_run(job_id, run, thread, done)
        return done.status

    # the run

    def _carried_out(self, job_id: str, stored: StoredPlan, plan: Plan, place: Place) -> dict[str, Any]:
        """The run's outcome and its record; errors become a message for people, never an exception."""
        asked = stored.payload["asked"]
        begun, raw = time.time(), None
        again = not self._store.claim(job_id, "run", uuid.uuid4().hex)
        try:
            result = self._ran(job_id, stored, plan, place)
            done, run = _told(result, asked, stored.id, place.user)
            raw = raw_files(result)
        except Exception as error:
            said = _why(error, plan, again)
            LOG.info("job %s: %s: %s", job_id, type(error).__name__, error, exc_info=said is None)
            shown = _shown(said, asked["repo"], self._config.folder) if said else _fault()
            done = outcome.failed(live_failed_post(shown, job_id, stored.id))
            why = type(error).__name__, str(shown)
            run = failed_record(job_id, plan, asked, place.user, why, begun, time.time() - begun)
        return {"outcome": done.encode(), "run": asdict(run), "raw": raw and asdict(raw)}

    def _keep(self, run: StoredRun, place: Place) -> None:
        """Keep a run, and its figure in the history where it has one."""
        self._store.keep_run(run)
        keep_run(self._store, run, place)
        known = None
        if run.repo is not None and run.ref is None and run.statements:
            known = self._config.default_branch(run.repo)
        figure = figure_of(run, known)
        if figure is not None:
            self._store.history.keep(figure)

    def _ran(self, job_id: str, stored: StoredPlan, plan: Plan, place: Place) -> LiveResult:
        asked, ts = stored.payload["asked"], str(stored.payload["ts"])

        def tell(what: str) -> None:
            post = running_post(_subject(plan), place.user, what)
            self._saying.messenger.progress(place, ts, stored.id, MAIN, post)

        with self._slots:
            who = place.user or "somebody in Slack"
            return self._config.work.run(asked["repo"], asked["ref"], plan, job_id, who, tell)

    def _made(self, raw: Mapping[str, Any] | None) -> dict[str, Any]:
        """The run's picture and archive, made after its verdict is told; they stay on this machine."""
        if raw is None:
            return {"files": [], "notes": []}
        known = RawFiles(**raw)
        forget_old(self._config.folder, time.time())
        files, notes = run_files(known, self._config.folder / known.run_id / "files")
        return {"files": [asdict(file) for file in files], "notes": list(notes)}

    # messages

    def _edit(self, place: Place, ts: str, job_id: str, post: Post) -> None:
        edit = self._saying.messenger.edit
        self._steps.patiently("answer", lambda: edit(place, ts, job_id, MAIN, post))

    def _show(self, plan: StoredPlan, place: Place, post: Post) -> None:
        """Put a message in the place of the plan's; when that one is gone, post it anew."""
        try:
            self._edit(place, str(plan.payload["ts"]), plan.id, post)
        except NotThere:
            where = replace(place, thread=None)
            self._saying.reply(plan.id, "result", where, post)


def _told(
    result: LiveResult, asked: Mapping[str, Any], plan_id: str, asked_by: str | None
) -> tuple[Outcome, StoredRun]:
    """The result laid out, and its record."""
    view = live_view(result)
    done = Outcome(
        posts=live_posts(view, result.run_id, plan_id),
        files=snippets(view.answer, result.run_id),
        details=live_detail_posts(view, result.run_id),
        service=result.path.service.name,
        commit=result.commit,
        status=str(result.diagnosis.status),
        cause=outcome.cause_of(view.answer),
    )
    return done, record(result, view, asked, asked_by)


def _subject(plan: Plan) -> str:
    return f"{plan.service} ({plan.target} in namespace {plan.namespace} on {plan.cluster})"


def _stops(plan: Plan) -> str | None:
    """What is said before a press counts; None when the plan cannot be carried out."""
    if plan.blockers:
        return None
    pods = "1 pod" if len(plan.pods) == 1 else f"{len(plan.pods)} pods"
    longest = plan.longest or plan.grace
    return (
        f"{plan.target} in namespace {plan.namespace} on {plan.cluster}: {pods} will be stopped for up to "
        f"{longest} s, looked at, and started again."
    )


def _decoded(stored: StoredPlan) -> Plan | None:
    """The plan again when it is the one that was shown."""
    try:
        plan = Plan.decode(stored.payload["plan"])
    except (KeyError, TypeError):
        return None
    return plan if plan.digest == stored.digest else None


def _too_late(plan: StoredPlan) -> Post:
    """Why a press no longer counts, for the person who pressed."""
    said = {
        PlanState.CONFIRMED: "This plan is used up: it was confirmed a moment ago by",
        PlanState.CANCELLED: "This plan was cancelled (nothing was stopped) by",
    }
    text = said.get(PlanState(plan.state), "This plan holds no more; nothing was stopped.")
    named = (plan.settled_for,) if plan.settled_for and plan.state in said else ()
    return people_post(text, named, again=plan.id)


def _why(error: Exception, plan: Plan, again: bool) -> CovcheckError | None:
    """The failure as people should read it; None for a fault of ours. `again`: the run was begun before,
    by a process that died."""
    if not isinstance(error, CovcheckError):
        return None
    if not again or "interrupted" in str(error):
        return error
    if isinstance(error, PlanChanged):
        said = f"The run of {plan.service} was interrupted; nothing of it is left in the cluster."
        return CovcheckError(said, hint="Plan anew for another run.")
    return CovcheckError(f"The run of {plan.service} was interrupted. {error}", hint=error.hint)


def _fault() -> CovcheckError:
    return CovcheckError(
        "Something went wrong on our side; what was stopped is put back, by the run or by the next sweep.",
        hint="If it stays, show the request's number to whoever runs covcheck.",
    )


def _shown(error: CovcheckError, repo: str | None, folder: Path) -> CovcheckError:
    """The error without paths of this machine."""
    said, hint = str(error), error.hint
    for place in (repo, str(folder)):
        if place is not None:
            said, hint = without_paths(said, place), without_paths(hint, place)
    return CovcheckError(said, hint=hint)


def _answer(run: StoredRun, place: Place, done: Outcome) -> StoredAnswer:
    """What the Details button of a result needs."""
    return StoredAnswer(
        id=run.id,
        kind="live",
        channel=place.channel,
        thread=place.thread,
        service=run.service,
        repo=run.repo or "",
        ref=run.ref,
        commit=run.commit,
        status=done.status,
        payload={"details": outcome.pack_posts(done.details)},
    )
