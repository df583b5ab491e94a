"""What is kept over a restart: answers given, messages posted, plans to confirm, live runs, questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, update

from bot.errors import StoreError
from bot.store.artifacts import ArtifactStore
from bot.store.audit import AuditLog
from bot.store.captures import CaptureStore
from bot.store.cases import CaseStore
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.engine import open_engine
from bot.store.feedback import Feedback
from bot.store.following import Following
from bot.store.history import History
from bot.store.live import PlanState, RunOutcome, StoredPlan, StoredRun
from bot.store.looks import Looks
from bot.store.questions import Questions
from bot.store.replicas import Replicas
from bot.store.retention import Old
from bot.store.schedules import Schedules
from bot.store.service_files import ServiceFiles
from bot.store.tables import ANSWERS, CLAIMS, PLANS, POSTS, RUNS


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was given. `id` is the job's id, `payload` what its buttons post."""

    id: str
    kind: str
    channel: str
    thread: str | None
    service: str | None
    repo: str
    ref: str | None
    commit: str | None
    status: str
    payload: Mapping[str, Any] = field(default_factory=dict)


class Store:
    """The store of one installation. Every method is one transaction and may raise StoreError.

    `questions`, `feedback`, `channels`, `cases`, `captures`, `history`, `artifacts`, `schedules`, `audit`,
    `following` and `looks` are further parts of it, over the same engine; `old` forgets what is old in all.
    """

    def __init__(self, url: str) -> None:
        self._engine: Engine = open_engine(url)
        self._database = Database(self._engine)
        self.questions = Questions(self._database)
        self.feedback = Feedback(self._database)
        self.channels = Channels(self._database)
        self.cases = CaseStore(self._database)
        self.captures = CaptureStore(self._database)
        self.history = History(self._database)
        self.artifacts = ArtifactStore(self._database)
        self.old = Old(self._database)
        self.schedules = Schedules(self._database)
        self.replicas = Replicas(self._database)
        self.audit = AuditLog(self._database)
        self.files = ServiceFiles(self._database)
        self.following = Following(self._database)
        self.looks = Looks(self._database)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def keep(self, answer: StoredAnswer) -> None:
        """Store an answer; storing the same id again changes nothing."""
        with self._database.transaction() as connection:
            self._database.insert_once(connection, ANSWERS, asdict(answer))

    def answer(self, answer_id: str) -> StoredAnswer | None:
        """The answer of that id, or None when it was never given or was thrown away."""
        columns = [column for column in ANSWERS.c if column.name != "created_at"]
        with self._database.transaction() as connection:
            row = connection.execute(select(*columns).where(ANSWERS.c.id == answer_id)).one_or_none()
        return None if row is None else StoredAnswer(**row._mapping)

    def intend(self, job_id: str, key: str) -> tuple[bool, str | None]:
        """Note that a message will be posted now.

        Gives whether this is the first try, and the message's `ts` when it is known to be posted.
        A second try without a `ts` must look in Slack first: the first may have got through.
        """
        with self._database.transaction() as connection:
            first = self._database.insert_once(connection, POSTS, {"job_id": job_id, "key": key})
            ts = connection.execute(
                select(POSTS.c.ts).where(POSTS.c.job_id == job_id, POSTS.c.key == key)
            ).scalar_one()
        return first, ts

    def posted(self, job_id: str, key: str, ts: str) -> None:
        """Note that the message stands in Slack as `ts`."""
        with self._database.transaction() as connection:
            connection.execute(
                update(POSTS).where(POSTS.c.job_id == job_id, POSTS.c.key == key).values(ts=ts)
            )

    def claim(self, answer_id: str, what: str, job_id: str) -> bool:
        """Whether `job_id` is the one job that may do `what` for an answer; the first to ask is."""
        with self._database.transaction() as connection:
            self._database.insert_once(
                connection, CLAIMS, {"answer_id": answer_id, "what": what, "job_id": job_id}
            )
            owner = connection.execute(
                select(CLAIMS.c.job_id).where(CLAIMS.c.answer_id == answer_id, CLAIMS.c.what == what)
            ).scalar_one()
        return bool(owner == job_id)

    def release(self, answer_id: str, what: str, job_id: str) -> None:
        """Give up what `job_id` claimed, so that another job may do it."""
        mine = (CLAIMS.c.answer_id == answer_id, CLAIMS.c.what == what, CLAIMS.c.job_id == job_id)
        with self._database.transaction() as connection:
            connection.execute(delete(CLAIMS).where(*mine))

    def claimed(self, answer_id: str, what: str) -> str | None:
        """The job that has the right to do `what` for an answer; None when none has claimed it."""
        query = select(CLAIMS.c.job_id).where(CLAIMS.c.answer_id == answer_id, CLAIMS.c.what == what)
        with self._database.transaction() as connection:
            return connection.execute(query).scalar_one_or_none()

    def keep_plan(self, plan: StoredPlan) -> None:
        """Store a plan that is to be confirmed; storing the same id again changes nothing."""
        with self._database.transaction() as connection:
            self._database.insert_once(connection, PLANS, asdict(plan))

    def plan(self, plan_id: str) -> StoredPlan | None:
        """The plan of that id, or None when there is none."""
        with self._database.transaction() as connection:
            return _plan(connection, plan_id)

    def settle_plan(
        self, plan_id: str, state: PlanState, job_id: str, person: str | None, now: float
    ) -> StoredPlan | None:
        """End a plan's open state for one job and give the plan as it then stands: the first job wins.

        After its end (`now` in seconds since the epoch) a plan can only become EXPIRED. The same job
        asking again, also later, changes nothing.
        """
        with self._database.transaction() as connection:
            known = _plan(connection, plan_id)
            if known is None or known.state != PlanState.OPEN:
                return known
            new = PlanState.EXPIRED if now >= known.expires_at else state
            connection.execute(
                update(PLANS)
                .where(PLANS.c.id == plan_id, PLANS.c.state == PlanState.OPEN)
                .values(state=new.value, settled_by=job_id, settled_for=person)
            )
            return _plan(connection, plan_id)

    def keep_run(self, run: StoredRun) -> None:
        """Store a live run; storing the same id again changes nothing."""
        with self._database.transaction() as connection:
            self._database.insert_once(connection, RUNS, asdict(run))

    def run(self, run_id: str) -> StoredRun | None:
        """The run of that id, or None when there is none."""
        with self._database.transaction() as connection:
            row = connection.execute(select(RUNS).where(RUNS.c.id == run_id)).one_or_none()
        return None if row is None else StoredRun(**row._mapping)

    def runs(
        self, service: str | None = None, repo: str | None = None, limit: int = 50
    ) -> tuple[StoredRun, ...]:
        """Runs, the newest first: of a service, of a repo, or all."""
        query = select(RUNS).order_by(RUNS.c.started_at.desc(), RUNS.c.id).limit(limit)
        if service is not None:
            query = query.where(RUNS.c.service == service)
        if repo is not None:
            query = query.where(RUNS.c.repo == repo)
        with self._database.transaction() as connection:
            return tuple(StoredRun(**row._mapping) for row in connection.execute(query))

    def outcomes(self, until: float, limit: int = 5_000) -> tuple[RunOutcome, ...]:
        """What came of the latest runs before a time that a repo was named for, the newest first."""
        columns = [RUNS.c[name] for name in RunOutcome.__dataclass_fields__]
        query = select(*columns).where(RUNS.c.repo.is_not(None), RUNS.c.started_at < until)
        query = query.order_by(RUNS.c.started_at.desc(), RUNS.c.id).limit(limit)
        with self._database.transaction() as connection:
            return tuple(RunOutcome(**row._mapping) for row in connection.execute(query))

    def services(self, repo: str) -> tuple[str, ...]:
        """The services of a repo that were ever asked about or run, by name; `repo` as it was asked."""
        asked = select(ANSWERS.c.service).where(ANSWERS.c.repo == repo, ANSWERS.c.service.is_not(None))
        run = select(RUNS.c.service).where(RUNS.c.repo == repo)
        with self._database.transaction() as connection:
            return tuple(sorted(connection.execute(asked.union(run)).scalars()))

    def healthy(self) -> bool:
        """Whether the store can be read now."""
        try:
            with self._database.transaction() as connection:
                connection.execute(select(POSTS.c.job_id).limit(1)).all()
        except StoreError:
            return False
        return True


def _plan(connection: Connection, plan_id: str) -> StoredPlan | None:
    columns = [column for column in PLANS.c if column.name != "created_at"]
    row = connection.execute(select(*columns).where(PLANS.c.id == plan_id)).one_or_none()
    return None if row is None else StoredPlan(**row._mapping)
